"""Writes the fixtures beside this file with numpy, PyTorch's safetensors and Pillow.

The tests read what is checked in; run this only to make them anew:
  pip install numpy torch safetensors pillow && python generate.py
"""

import pathlib
import struct
import zlib

import numpy as np
import torch
from PIL import Image, ImageOps
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent


def arrays():
    np.save(HERE / "float32.npy", np.array([0.5, -1, 2, 3.25, 2**-140, 1e30], "<f4").reshape(2, 1, 3))
    np.save(HERE / "int32.npy", np.array([1, -2, 300], "<i4"))
    np.save(HERE / "uint8.npy", np.array([[0, 7], [255, 4]], "|u1"))


def weights():
    tensors = {
        "conv.weight": torch.tensor([0, 0.5, 1, -1.5, 1e-3, 3e38]).reshape(2, 1, 1, 3),
        "bn.num_batches_tracked": torch.tensor(5),
        "half": torch.tensor([0, -0.0, 1.5, 65504, float("inf"), 2**-24], dtype=torch.float16),
        "brain": torch.tensor([1, -2.5, 3.3895314e38], dtype=torch.bfloat16),
        "scalar": torch.tensor(7.0),
        "double": torch.tensor([1.0], dtype=torch.float64),
    }
    save_file(tensors, HERE / "small.safetensors", {"format": "pt", "ünïcode": 'a"\\\n'})


def splitmix(seed, count):
    """The low bytes of SplitMix64, as Support.swift makes them."""
    mask, state, values = 2**64 - 1, seed, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        values.append((z ^ (z >> 31)) & 0xFF)
    return values


def photo(width, height):
    """A smooth picture with an edge and a little noise."""
    y, x = np.mgrid[0:height, 0:width]
    noise = np.array(splitmix(width, width * height * 3)).reshape(height, width, 3) / 32
    waves = [128 + 100 * np.sin(x / 5 + y / 9 + 2 * c) for c in range(3)]
    picture = np.stack(waves, 2) + noise
    picture[height // 3 : height // 2, width // 4 : width // 2] = (250, 20, 60)
    return Image.fromarray(np.clip(picture, 0, 255).astype("u1"))


def expect(name, picture):
    kind = "L" if picture.mode in ("1", "L", "LA") else "RGB"
    picture.convert(kind).save(HERE / f"{name}.{'pgm' if kind == 'L' else 'ppm'}")


def jpegs():
    picture = photo(29, 21)
    variants = {
        "444": (picture, dict(subsampling="4:4:4")),
        "422": (picture, dict(subsampling="4:2:2")),
        "420": (picture, dict(subsampling="4:2:0")),
        "progressive": (picture, dict(progressive=True)),
        "restart": (picture, dict(restart_marker_blocks=1)),
        "gray": (picture.convert("L"), {}),
        "gray-progressive": (picture.convert("L"), dict(progressive=True)),
        "cmyk": (picture.convert("CMYK"), {}),
        "tiny": (photo(1, 1), {}),
    }
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x010F] = "maker"
        exif[0x0112] = orientation
        variants[f"exif{orientation}"] = (photo(11, 7), dict(exif=exif))
    for name, (source, options) in variants.items():
        path = HERE / f"jpeg-{name}.jpg"
        source.save(path, quality=80, **options)
        expect(f"jpeg-{name}", ImageOps.exif_transpose(Image.open(path)))


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, colour, depth, interlaced=False, extra=b""):
    """A PNG of `samples` [height, width, channels], every row filtered in another way."""
    height, width, channels = samples.shape

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    def rows(part):
        if 0 in part.shape:
            return b""
        size = max(1, channels * depth // 8)
        result, above = b"", None
        for index, row in enumerate(part):
            bits = "".join(f"{value:0{depth}b}" for value in row.reshape(-1))
            bits += "0" * (-len(bits) % 8)
            line = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
            above = above or bytes(len(line))
            kind = index % 5
            out = bytearray()
            for i, value in enumerate(line):
                a = line[i - size] if i >= size else 0
                b = above[i]
                c = above[i - size] if i >= size else 0
                p = a + b - c
                paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
                out.append((value - [0, a, b, (a + b) // 2, paeth][kind]) & 0xFF)
            result += bytes([kind]) + bytes(out)
            above = line
        return result

    parts = [samples]
    if interlaced:
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
    data = zlib.compress(b"".join(rows(part) for part in parts))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    half = len(data) // 2
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
        + b"".join(chunk(kind, body) for kind, body in extra or [])
        + chunk(b"IDAT", data[:half]) + chunk(b"IDAT", data[half:]) + chunk(b"IEND", b"")
    )


def pngs():
    width, height = 13, 10
    palette = (b"PLTE", bytes(splitmix(5, 48)))
    gamma = (b"gAMA", struct.pack(">I", 100000))
    alpha = (b"tRNS", bytes(range(0, 160, 10)))
    variants = []
    for colour, channels, depths in [
        (0, 1, [1, 2, 4, 8, 16]), (2, 3, [8, 16]), (3, 1, [1, 2, 4, 8]), (4, 2, [8, 16]), (6, 4, [8, 16]),
    ]:
        for depth in depths:
            for interlaced in (False, True):
                count = width * height * channels
                values = np.array(splitmix(depth, count)) * 256 + np.array(splitmix(99, count))
                limit = min(depth, 4) if colour == 3 else depth
                values = (values % 2**limit).reshape(height, width, channels)
                extra = [palette] if colour == 3 else []
                name = f"png-{colour}-{depth}" + ("-adam7" if interlaced else "")
                variants.append((name, values, colour, depth, interlaced, extra))
    base = {name: rest for name, *rest in variants}
    variants.append(("png-gamma", *base["png-2-8"][:4], [gamma]))
    variants.append(("png-transparent", *base["png-3-4"][:4], [palette, alpha]))
    variants.append(("png-key", *base["png-2-8"][:4], [(b"tRNS", bytes(6))]))
    for name, values, colour, depth, interlaced, extra in variants:
        path = HERE / f"{name}.png"
        path.write_bytes(png(values, colour, depth, interlaced, extra))
        picture = Image.open(path)
        if name.startswith("png-0-16"):  # Pillow clips these to 255 instead of scaling
            picture = Image.fromarray((np.array(picture) >> 8).astype("u1"))
        expect(name, picture.convert("L" if colour in (0, 4) else "RGB"))
        if colour == 3 and name.startswith("png-3"):
            Image.fromarray(values[:, :, 0].astype("u1")).save(HERE / f"indices-{name[4:]}.pgm")
    exif = Image.Exif()
    exif[0x0112] = 6
    photo(11, 7).save(HERE / "png-exif.png", exif=exif)
    expect("png-exif", ImageOps.exif_transpose(Image.open(HERE / "png-exif.png")))


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & (2**64 - 1)
    return value


def resizes():
    lines = []
    for index, (width, height, channels, new_width, new_height) in enumerate([
        (1, 1, 1, 1, 1), (1, 1, 3, 5, 4), (7, 5, 1, 1, 1), (7, 5, 3, 14, 10), (14, 10, 3, 7, 5),
        (13, 17, 1, 13, 5), (13, 17, 3, 4, 17), (31, 23, 3, 30, 24), (64, 3, 1, 3, 64),
        (100, 75, 3, 41, 31), (97, 61, 3, 220, 139), (200, 2, 3, 3, 2), (3, 150, 1, 2, 11),
        (256, 192, 3, 65, 49), (50, 40, 3, 52, 42), (33, 33, 1, 257, 129),
        (30, 90, 3, 20, 60), (30, 90, 1, 20, 71), (40, 30, 3, 20, 9), (40, 30, 3, 35, 21),
    ]):
        data = np.array(splitmix(1000 + index, width * height * channels), "u1")
        source = Image.fromarray(data.reshape((height, width, 3) if channels == 3 else (height, width)))
        result = source.resize((new_width, new_height), Image.Resampling.BILINEAR)
        lines.append(f"{1000 + index} {width} {height} {channels} {new_width} {new_height} {fnv(result.tobytes())}")
    (HERE / "resize.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    arrays()
    weights()
    jpegs()
    pngs()
    resizes()
