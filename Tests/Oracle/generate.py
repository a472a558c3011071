"""Writes the reference networks: 200 small random networks with their outputs from PyTorch.

    python generate.py            writes networks.txt and outputs.bin, prints the coverage
    python generate.py --check    makes the networks of the stored seeds again and compares byte for
                                  byte, and the definitions with PyTorch's own (agreement.py)

Each network is drawn as plain attributes (sampler.py, operations.py). The `.net` text is printed
from them (text.py) and the output is computed from them in float64 (reference.py, windows.py) and
rounded once to float32; nothing goes from the text to the numbers. Weights and inputs are those of
random_weights.py. Needs torch (CPU) and numpy. Fails when an operation or an option (coverage.py)
is used by fewer than three networks.

networks.txt, UTF-8, one record per network:

    network=n000 seed=1 batch=2 x=3x9x11 windows=- output=y shape=2x8x5x6 offset=0 count=480
    netc 1
    network n000 {
      ...
    }
    ----

The header is one line of `key=value` fields in this order, separated by single spaces:
    network   the network's name
    seed      SEED of the weights and of the input stream "input:x"
    batch     N of the run
    x         C x H x W of the input `x` of the run
    windows   `-`, or the rows x1,y1,x2,y2 of the input `w`, separated by `;`, in image pixels
    output    the name of the output
    shape     its run-time shape, rank 4 (vectors N x C x 1 x 1, labels N x 1 x H x W)
    offset    index of its first element in outputs.bin (the byte offset is four times that)
    count     its number of elements
The text up to the line `----` is the whole `.net` file.

outputs.bin: little-endian float32, row-major, one output after the other without gaps.

An output is acceptable with at most 3000 elements, all finite, at most 70 % zeros and at least ten
distinct values (labels: four), when another input changes it by a relative L2 of 1 %, when float32
arithmetic in PyTorch meets it within a relative L2 of 2e-6, and when the best two classes of an
argmax differ by more than 1e-3 everywhere. Network i tries the seeds from 1000 i + 1 on and keeps,
of the first five acceptable ones, the one that adds most to the coverage.
"""

import argparse
import re
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import torch

import agreement
import convolutions
import coverage
import operations
import pooling
import reference
from network import pair
from sampler import Inapplicable, Sampler
from text import network_text

NETWORKS = 200
LARGEST_OUTPUT = 3000
CANDIDATES = 5
FOLDER = Path(__file__).resolve().parent


def draw_plain(s, layers):
    while len(s.layers) < layers:
        if not s.step(operations.BUILDERS):
            raise Inapplicable


def draw_labels(s, layers):
    """A dense prediction: some operations, class scores, argmax."""
    builders = {name: entry for name, entry in operations.BUILDERS.items()
                if name not in ("dense", "flatten", "spp")}
    while len(s.layers) < min(layers, 6):
        if not s.step(builders):
            raise Inapplicable
    scores = convolutions.plain_conv(s, s.current, s.stream.between(6, 10), s.stream.choice([1, 3]))
    s.cover("op argmax")
    s.current = s.emit("argmax", scores, kind="labels")


def draw_windows(s, layers):
    """Convolutions and pools of known stride, roi spp, and sometimes a dense layer."""
    strides = [1, 1]
    for _ in range(min(layers, 3)):
        step = s.stream.choice([1, 1, 2, 2, (2, 1), (1, 2)])
        if strides[0] * strides[1] >= 8:
            step = 1
        if step == 2 and s.stream.chance(40):
            s.current = s.emit("maxpool", s.current, kernel=(2, 2), kernel_form="number",
                               stride=None, pad=0, ceil_mode=False, omit={"pad", "ceil_mode"})
        else:
            s.current = convolutions.plain_conv(s, s.current, s.stream.between(2, 6), 3, step)
            if s.stream.chance(50):
                s.current = s.emit(s.stream.choice(["leaky_relu", "silu", "relu"]), s.current,
                                   slope="0.01", omit={"slope"})
        strides = [strides[a] * pair(step)[a] for a in range(2)]
    s.current = pooling.roi_spp(s, s.current, strides)
    if s.stream.chance(50):
        s.current = convolutions.dense(s, s.current)


DRAW = {"plain": draw_plain, "labels": draw_labels, "windows": draw_windows}


def accepted_output(network):
    """The output as float32 when it is a sound reference, else None."""
    exact = reference.run(network, torch.float64)
    result = exact[network.result]
    if result.numel() > LARGEST_OUTPUT or not torch.isfinite(result).all():
        return None
    values = result.to(torch.float32).contiguous().numpy()
    labels = network.layers[-1].op == "argmax"
    if (values == 0).mean() > 0.7 or len(np.unique(values)) < (4 if labels else 10):
        return None
    if labels:
        best = exact[network.layers[-1].inputs[0]].topk(2, dim=1).values
        if float((best[:, 0] - best[:, 1]).min()) <= 1e-3:
            return None
    other = reference.run(network, torch.float64, "another input")[network.result]
    if float((other - result).norm() / result.norm()) < 0.01:
        return None
    single = reference.run(network, torch.float32)[network.result].double()
    error = float((single - result).norm() / result.norm())
    return values if error <= 2e-6 else None


def candidates(index, counts, seeds):
    """Acceptable networks of an index, with their outputs and the features they cover."""
    layers = (2, 3, 4, 5, 6, 7, 8, 8, 7, 6)[index % 10]
    for seed in seeds:
        s = Sampler(f"n{index:03}", seed, counts, layers)
        try:
            DRAW[s.kind](s, layers)
        except Inapplicable:
            continue
        values = accepted_output(s.network)
        if values is not None:
            yield s.network, values, s.features


def draw(index, counts, seeds):
    """Of the first acceptable networks, the one that adds most to what is covered least."""
    first = list(islice(candidates(index, counts, seeds), CANDIDATES))
    if not first:
        sys.exit(f"no acceptable network {index}")
    return max(first, key=lambda candidate: coverage.gain(counts, candidate[2]))


def stored_seeds():
    """The seeds named in networks.txt, one list per network."""
    text = (FOLDER / "networks.txt").read_text()
    return [[int(seed)] for seed in re.findall(r"^network=\S+ seed=(\d+)", text, re.MULTILINE)]


def record(network, values, offset):
    boxes = "-"
    if network.windows is not None:
        boxes = ";".join(",".join(f"{edge:g}" for edge in box) for box in network.windows)
    size = "x".join(map(str, (network.channels, *network.size)))
    shape = "x".join(map(str, values.shape))
    header = (
        f"network={network.name} seed={network.seed} batch={network.batch} x={size} "
        f"windows={boxes} output={network.output} shape={shape} offset={offset} "
        f"count={values.size}"
    )
    return f"{header}\n{network_text(network)}----\n"


def generate(seeds):
    """The bytes of both files and how many networks cover each feature."""
    counts = Counter()
    records, outputs, offset = [], [], 0
    for index in range(NETWORKS):
        network, values, features = draw(index, counts, seeds[index])
        counts.update(set(features))
        records.append(record(network, values, offset))
        outputs.append(values.astype("<f4").tobytes())
        offset += values.size
    return {"networks.txt": "".join(records).encode(), "outputs.bin": b"".join(outputs)}, counts


def main():
    parser = argparse.ArgumentParser(description="reference networks for netc")
    parser.add_argument("--check", action="store_true", help="compare with the stored files")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    seeds = [range(1000 * i + 1, 1000 * i + 1000) for i in range(NETWORKS)]
    if arguments.check:
        agreement.check()
        seeds = stored_seeds()
    files, counts = generate(seeds)
    print(coverage.table(counts))
    missing = coverage.missing(counts)
    if missing:
        sys.exit(f"covered fewer than {coverage.MINIMUM} times: " + ", ".join(missing))
    for name, content in files.items():
        path = FOLDER / name
        if not arguments.check:
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            sys.exit(f"{name} differs from what generate.py makes")
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
