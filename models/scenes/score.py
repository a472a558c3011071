"""Scores masks of class indices against the labels of the generator."""

import argparse
import re
from pathlib import Path

import numpy as np

from generate import CLASSES, scene, seed_range

GAP = rb"(?:\s|#[^\n]*\n)+"
PGM_HEADER = re.compile(rb"P5" + (GAP + rb"(\d+)") * 3 + rb"\s")


def read_pgm(path):
    """A binary PGM of at most 255 levels, comments allowed in its header."""
    data = path.read_bytes()
    header = PGM_HEADER.match(data)
    if not header or int(header[3]) > 255:
        raise ValueError(f"{path}: not an 8-bit binary PGM")
    width, height = int(header[1]), int(header[2])
    return np.frombuffer(data, np.uint8, width * height, header.end()).reshape(height, width)


def read_mask(folder, seed):
    pgm = folder / f"{seed:05d}.labels.pgm"
    if pgm.exists():
        return read_pgm(pgm)
    from PIL import Image
    return np.asarray(Image.open(folder / f"{seed:05d}.labels.png"))


def confusion(labels, mask):
    """Pixels counted by [true class, written class]."""
    if mask.shape != labels.shape or mask.max() >= len(CLASSES):
        raise ValueError(f"mask {mask.shape}, highest class {mask.max()}")
    pairs = labels.astype(np.int64) * len(CLASSES) + mask
    return np.bincount(pairs.ravel(), minlength=len(CLASSES) ** 2).reshape(len(CLASSES), -1)


def report(matrix):
    """Prints the IoU of every class that occurs, their mean and the pixel accuracy."""
    hits = np.diag(matrix)
    unions = matrix.sum(0) + matrix.sum(1) - hits
    present = unions > 0
    ious = hits[present] / unions[present]
    for name, iou in zip(np.array(CLASSES)[present], ious):
        print(f"{name:12} {iou:.4f}")
    print(f"{'mean IoU':12} {ious.mean():.4f}")
    print(f"{'accuracy':12} {hits.sum() / matrix.sum():.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--masks", type=Path, required=True)
    parser.add_argument("--seeds", type=seed_range, default=range(10000, 10200))
    args = parser.parse_args()
    report(sum(confusion(scene(s)[1], read_mask(args.masks, s)) for s in args.seeds))


if __name__ == "__main__":
    main()
