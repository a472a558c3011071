"""How far netc's logits and labels are from float64.

    python3 accuracy.py NETC [--networks resnet50,...] [--no-scenes]

The networks of compare.py, with random weights, against torch in float64; then the masks of the 200
held-out scenes of models/scenes, which are trained.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

FLAGS = [[], ["--winograd", "off"], ["--isa", "avx2"], ["--precision", "bf16"]]
SEEDS = range(10000, 10200)
NARROW = 1e-4
"""Of the logits' standard deviation: positions whose best two are nearer than this have no label."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("netc", type=Path, help="the program, a release build")
    parser.add_argument("--networks", help="some of those in networks.py, with commas")
    parser.add_argument("--no-scenes", action="store_true", help="leave out the trained network")
    parser.add_argument("--venv", type=Path, default=Path.home() / ".cache" / "netc-peers")
    parser.add_argument("--wheels", metavar="DIR", help="has torch's wheel, instead of its index")
    options = parser.parse_args()
    options.netc = options.netc.resolve(strict=True)
    environment.enter(options.venv, options.wheels)

    from networks import NETWORKS
    names = options.networks.split(",") if options.networks else list(NETWORKS)
    print("| network | flags | rel. L2 | labels |\n| --- | --- | ---: | ---: |")
    for name in names:
        folder, logits = reference(NETWORKS[name], options.venv / "networks")
        for flags in FLAGS:
            print_row(name, flags, *distance(options.netc, NETWORKS[name], folder, flags, logits))
    if not options.no_scenes:
        scenes(options.netc)
    return 0


def print_row(name: str, flags: list[str], relative: float, labels: float) -> None:
    print(f"| {name} | {' '.join(flags)} | {relative:.1e} | {labels:.4%} |", flush=True)


def reference(network, cache: Path):
    """The network's folder and its logits in float64, which are made once."""
    import numpy as np
    from networks import ROOT, Logits, stored

    folder = stored(network, cache)
    path = folder / "logits64.npy"
    if not path.exists():
        import torch
        sys.path.append(str(ROOT / "Tests" / "Zoo"))
        import parity_networks  # so that torchvision can be imported, whose classes are in the file
        module = torch.load(folder / "module.pt", weights_only=False).double()
        image = torch.from_numpy(np.load(folder / "input.npy"))[None].double()
        with torch.no_grad():
            np.save(path, Logits(module).eval()(image).numpy())
    return folder, np.load(path)


def distance(program: Path, network, folder: Path, flags: list[str], logits):
    """Relative L2, channel means taken away, and the share of equal labels where there are any."""
    import numpy as np

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "logits.npy"
        subprocess.run(
            [program, "run", network.file, folder / "input.npy", "-o", path, "-q", "-w",
             folder / "weights.safetensors", "--output", "logits", *flags], check=True)
        ours = np.load(path).reshape(logits.shape).astype(np.float64)
    centred = logits - logits.mean((2, 3), keepdims=True)
    relative = np.linalg.norm(ours - logits) / np.linalg.norm(centred)
    best = np.sort(logits, axis=1)[:, -2:]
    clear = best[:, 1] - best[:, 0] > NARROW * centred.std()
    return float(relative), float((ours.argmax(1) == logits.argmax(1))[clear].mean())


def scenes(program: Path) -> None:
    """The masks of all held-out scenes: pixels as in float64, and the mean IoU with the truth."""
    import numpy as np
    import torch
    from safetensors.torch import load_file

    root = Path(__file__).resolve().parents[2] / "models"
    sys.path.insert(0, str(root / "scenes"))
    from generate import CLASSES, scene
    from model import DeepLab, normalize

    net = DeepLab().eval()
    net.load_state_dict(load_file(root / "scenes" / "scenes.safetensors"))
    net = net.double()
    drawn = [scene(seed) for seed in SEEDS]
    with torch.no_grad():
        masks = [net(normalize(torch.from_numpy(picture)[None]).double())[0].argmax(0).numpy()
                 for picture, _ in drawn]

    def mean_iou(masks) -> float:
        pairs = sum(np.bincount((truth.astype(int) * len(CLASSES) + mask).ravel(),
                                minlength=len(CLASSES) ** 2)
                    for (_, truth), mask in zip(drawn, masks)).reshape(len(CLASSES), -1)
        hits = np.diag(pairs)
        return float((hits / (pairs.sum(0) + pairs.sum(1) - hits)).mean())

    print("\n| held-out scenes | labels | mean IoU |\n| --- | ---: | ---: |")
    print(f"| float64 | | {mean_iou(masks):.4f} |")
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        for seed, (picture, _) in zip(SEEDS, drawn):
            header = f"P6 {picture.shape[1]} {picture.shape[0]} 255\n".encode()
            (folder / f"{seed}.ppm").write_bytes(header + picture.tobytes())
        pictures = sorted(folder.glob("*.ppm"))
        for flags in FLAGS:
            into = folder / "-".join(["masks", *flags])
            into.mkdir()
            subprocess.run([program, "run", "-q", root / "scenes.net", *pictures, "-o", into,
                            *flags], check=True)
            ours = [read(next(into.glob(f"{seed}*"))) for seed in SEEDS]
            equal = float(np.mean([a == b for a, b in zip(ours, masks)]))
            print(f"| {' '.join(flags)} | {equal:.4%} | {mean_iou(ours):.4f} |", flush=True)


def read(path: Path):
    if path.suffix == ".pgm":
        from score import read_pgm
        return read_pgm(path)
    import numpy as np
    from PIL import Image
    return np.asarray(Image.open(path))


if __name__ == "__main__":
    sys.exit(main())
