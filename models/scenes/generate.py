"""Procedural scenes of flat shapes for semantic segmentation.

scene(seed) draws one picture and its labels. Fill and background come from
the same family of textures and no texture belongs to a class, so a small
window of the picture says little about the class of its centre: the outline
of the whole shape decides.
"""

import argparse
from pathlib import Path

import numpy as np

SIZE = 160
CLASSES = ("background", "disk", "ring", "square", "triangle", "star", "cross", "stripes")
RADII = (6.0, 48.0)
OBJECTS = (3, 7)
MAX_COVER = 0.25  # share of an earlier shape that a later one may hide

ROWS, COLS = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) + 0.5


def rotated(angle, row=0.0, col=0.0):
    """Coordinates of every pixel in a frame at (row, col) turned by angle."""
    y, x = ROWS - row, COLS - col
    c, s = np.cos(angle), np.sin(angle)
    return c * x + s * y, c * y - s * x


def smooth_noise(rng, cell, channels):
    """Bilinear value noise in [-1, 1] with one knot every `cell` pixels."""
    knots = int(SIZE / cell) + 2
    hat = np.clip(1 - np.abs((np.arange(SIZE)[:, None] + 0.5) / cell - np.arange(knots)), 0, 1)
    grid = rng.uniform(-1, 1, (channels, knots, knots))
    return np.moveaxis(hat @ grid @ hat.T, 0, -1)


def texture(rng, colour):
    """A picture-sized fill around `colour`: shading plus one of four grains."""
    x, y = rotated(rng.uniform(0, 2 * np.pi), SIZE / 2, SIZE / 2)
    shade = rng.uniform(0, 35) * x / SIZE
    kind = rng.integers(4)
    if kind == 0:
        grain = rng.uniform(5, 30) * smooth_noise(rng, rng.uniform(8, 32), 3)
    elif kind == 1:
        grain = rng.uniform(15, 40) * smooth_noise(rng, rng.uniform(1.5, 5), 1)
    elif kind == 2:
        period = rng.uniform(5, 24)
        grain = (np.sign(np.sin(2 * np.pi * x / period) * np.sin(2 * np.pi * y / period))
                 * rng.uniform(5, 18))[..., None]
    else:
        grain = rng.uniform(0, 12) * smooth_noise(rng, 40, 3)
    return colour + shade[..., None] + grain


def new_colour(rng, used):
    """The candidate farthest from all colours already in the scene."""
    candidates = rng.uniform(35, 220, (8, 3))
    if not used:
        return candidates[0]
    gaps = np.linalg.norm(candidates[:, None] - np.array(used), axis=2)
    return candidates[gaps.min(axis=1).argmax()]


def box(x, y, half_x, half_y):
    return np.maximum(np.abs(x) - half_x, np.abs(y) - half_y)


def star(x, y, points, outer, inner):
    """Distance to the edge lines of a star; three points with inner = outer / 2 are a triangle."""
    sector = np.pi / points
    angle = np.abs((np.arctan2(y, x) + sector) % (2 * sector) - sector)
    radius = np.hypot(x, y)
    px, py = radius * np.cos(angle), radius * np.sin(angle)
    edge_x, edge_y = inner * np.cos(sector) - outer, inner * np.sin(sector)
    return ((px - outer) * edge_y - py * edge_x) / np.hypot(edge_x, edge_y)


def outline(rng, label, x, y, r):
    """Distance to the outline of a shape of circumradius about r, negative inside."""
    name = CLASSES[label]
    if name == "disk":
        return np.hypot(x, y) - 0.9 * r
    if name == "ring":
        width = r * rng.uniform(0.32, 0.45)
        return np.abs(np.hypot(x, y) - r + width / 2) - width / 2
    if name == "square":
        return box(x, y, 0.75 * r, 0.75 * r)
    if name == "triangle":
        return star(x, y, 3, r, r / 2)
    if name == "star":
        return star(x, y, 5, r, r * rng.uniform(0.4, 0.5))
    if name == "cross":
        arm = r * rng.uniform(0.26, 0.36)
        return np.minimum(box(x, y, 0.95 * r, arm), box(x, y, arm, 0.95 * r))
    if rng.random() < 0.5:
        return np.hypot(x, y) - 0.9 * r
    return box(x, y, 0.75 * r, 0.75 * r)


def coverage(distance):
    """Share of each pixel inside, from its distance to the outline."""
    return np.clip(0.5 - distance, 0, 1)[..., None]


def scene(seed):
    """The picture uint8 [SIZE, SIZE, 3] and labels uint8 [SIZE, SIZE] of a seed."""
    rng = np.random.default_rng(seed)
    used = [new_colour(rng, [])]
    picture = texture(rng, used[0])
    labels = np.zeros((SIZE, SIZE), np.uint8)
    owner = np.zeros((SIZE, SIZE), np.int64)
    areas = [SIZE * SIZE]

    count = rng.integers(OBJECTS[0], OBJECTS[1] + 1)
    for r in sorted(np.exp(rng.uniform(*np.log(RADII), count)), reverse=True):
        label = int(rng.integers(1, len(CLASSES)))
        for _ in range(20):
            x, y = rotated(rng.uniform(0, 2 * np.pi), *rng.uniform(r, SIZE - r, 2))
            distance = outline(rng, label, x, y, r)
            inside = distance < 0
            hidden = np.bincount(owner[inside], minlength=len(areas)) / areas
            if (hidden[1:] <= MAX_COVER).all():
                break
        else:
            continue

        used.append(new_colour(rng, used))
        fill = texture(rng, used[-1])
        if CLASSES[label] == "stripes":
            used.append(new_colour(rng, used))
            width = r * rng.uniform(0.22, 0.34)
            phase = rng.uniform(0, 2 * width)
            bands = np.abs((x + phase) % (2 * width) - width) - width / 2
            fill += coverage(bands) * (texture(rng, used[-1]) - fill)
        picture += coverage(distance) * (fill - picture)
        labels[inside] = label
        owner[inside] = len(areas)
        areas.append(max(int(inside.sum()), 1))

    light = 1 + 0.2 * smooth_noise(rng, 80, 1)
    picture = picture * light + rng.normal(0, rng.uniform(2, 10), picture.shape)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8), labels


def seed_range(text):
    """'10000-10199' or a single seed."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def save_netpbm(path, array):
    magic = "P6" if array.ndim == 3 else "P5"
    path.write_bytes(f"{magic}\n{array.shape[1]} {array.shape[0]}\n255\n".encode() + array.tobytes())


def save_png(path, array):
    from PIL import Image
    Image.fromarray(array).save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=seed_range, required=True, help="first-last, inclusive")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--format", choices=("ppm", "png"), default="ppm")
    args = parser.parse_args()

    args.out.mkdir(parents=True, exist_ok=True)
    for seed in args.seeds:
        picture, labels = scene(seed)
        if args.format == "ppm":
            save_netpbm(args.out / f"{seed:05d}.ppm", picture)
            save_netpbm(args.out / f"{seed:05d}.labels.pgm", labels)
        else:
            save_png(args.out / f"{seed:05d}.png", picture)
            save_png(args.out / f"{seed:05d}.labels.png", labels)


if __name__ == "__main__":
    main()
