"""Writes the picture fixtures in preprocess/: what torchvision's transforms make of pictures.

    python preprocess.py            writes the fixtures
    python preprocess.py --check    makes them again and compares byte for byte

For every NAME: NAME.ppm is a P6 picture, and NAME.resized.ppm and NAME.bin are what

    Resize(N)       shorter side to N, longer side floor(N * longer / shorter); Pillow, bilinear
                    with antialiasing, 8-bit result
    ToTensor        / 255, channels first
    Normalize       mean 0.485 0.456 0.406, std 0.229 0.224 0.225

make of it: the 8-bit picture after Resize, and the final tensor as little-endian float32,
3 x H x W row-major. In netc: `input image: rgb[H, W] normalize=imagenet fit=shorter(N)`.
cases.txt has one line per picture: NAME, N, then H and W of the result. Needs torch, torchvision,
numpy and Pillow.
"""

import argparse
import io
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

try:
    from torchvision import transforms
except Exception:  # its compiled operators may not load beside a CPU torch; transforms need none
    operators = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        operators.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    for module in [module for module in sys.modules if module.startswith("torchvision")]:
        del sys.modules[module]
    from torchvision import transforms

from random_weights import uniform

FOLDER = Path(__file__).resolve().parent / "preprocess"
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

# name, width, height, shorter side
CASES = [("wide", 61, 47, 32), ("tall", 37, 59, 21), ("enlarged", 19, 17, 32), ("kept", 24, 24, 24)]


def picture(name, width, height):
    """Ramps, a checkerboard and noise, so that every filter tap matters."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    red = 255 * x / (width - 1)
    green = 255 * ((x // 5 + y // 7) % 2)
    blue = 127 + 120 * np.sin(x * y / 40)
    noise = uniform(4, f"picture:{name}", (height, width, 3), -20, 20)
    planes = np.stack([red, green, blue], -1) + noise
    return Image.fromarray(np.clip(np.floor(planes), 0, 255).astype(np.uint8))


def ppm(image):
    stream = io.BytesIO()
    image.save(stream, format="PPM")
    return stream.getvalue()


def generate():
    """The bytes of every fixture by file name."""
    files, lines = {}, []
    for name, width, height, side in CASES:
        image = picture(name, width, height)
        resized = transforms.Resize(side)(image)
        tensor = transforms.Normalize(MEAN, STD)(transforms.ToTensor()(resized))
        files[f"{name}.ppm"] = ppm(image)
        files[f"{name}.resized.ppm"] = ppm(resized)
        files[f"{name}.bin"] = tensor.contiguous().numpy().astype("<f4").tobytes()
        lines.append(f"{name} {side} {tensor.shape[1]} {tensor.shape[2]}\n")
    files["cases.txt"] = "".join(lines).encode()
    return files


def main():
    parser = argparse.ArgumentParser(description="picture fixtures for netc")
    parser.add_argument("--check", action="store_true", help="compare with the stored files")
    arguments = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    for name, content in generate().items():
        path = FOLDER / name
        if not arguments.check:
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            sys.exit(f"{name} differs from what preprocess.py makes")
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
