"""What a library computes for a network at one size and output stride: the form of the references.

References are computed in float64 and stored as float32. A network's seed is one at which they are
accepted at all sizes and strides. A reference is refused
    with fewer than 5 labels in its argmax that are at 20 positions or more each,
    with a tap that is nearly constant: |r - m| below 0.01 |r|,
    where rounding each layer's output to float32 alone moves a tap by more than 8e-6. (Random
    weights behind ReLU6 amplify rounding: the MobileNetV2 has the largest such distance.)

The distance of y from the reference r of a tap is |y - r| / |r - m| in L2, with m the mean of r's
channel over all its positions: the means of the reference are taken from both, so that a channel
that is shifted counts.

Stored are at most 4,096 positions of a tap. Of n elements (C, H, W, row-major) and k = min(n, 4096),
position i is lo + z mod (hi - lo), with lo = i n div k, hi = (i + 1) n div k and z the output i of
the SplitMix64 stream of the seed and the name "positions:<tap>".

A file holds for each tap `<tap>`, the values at its positions, and `<tap>:means`, one a channel, and
for the argmax of the logits `labels` (positions over H, W). Its metadata: `seed`, `size` as HxW,
`os` (empty: as the file says), and `shape:<tap>` as CxHxW for each tap.

Written with torch 2.13.0, torchvision 0.28.0, segmentation_models_pytorch 0.6.0, timm 1.0.31.
"""

import numpy as np
import torch

from parity_networks import fill, picture, record, record_rounded
from random_weights import MASK, fnv1a, outputs

POSITIONS = 4096
LEAST_LABELS = 5
LEAST_OF_A_LABEL = 20
LEAST_VARIATION = 0.01
LARGEST_ROUNDING = 8e-6


class Refused(Exception):
    pass


class Reference:
    """One network at one size and output stride, accepted."""

    def __init__(self, network, stride, size):
        self.network, self.stride, self.size = network, stride, size
        self.image = picture(network.seed, *size)
        self.module = network.build(stride).eval()
        fill(self.module, network.seed)
        self.state = self.module.state_dict()
        image = torch.from_numpy(self.image)
        double = network.build(stride).eval().double()
        double.load_state_dict(self.state)
        self.taps = record(double, network.taps, image.double())
        self.means = {name: channel_means(tap) for name, tap in self.taps.items()}
        self.single = self.worst(record(self.module, network.taps, image))
        self.rounding = self.worst(record_rounded(double, network.taps, image.double()))
        self.labels = self.taps["logits"].argmax(0)
        self.examine()

    def __str__(self):
        size = "x".join(map(str, self.size))
        return f"{self.network.spec} {size}" + (f" os {self.stride}" if self.stride else "")

    def distance(self, name, values):
        reference, means = self.taps[name], self.means[name]
        spread = np.linalg.norm(reference - means[:, None, None])
        return np.linalg.norm(values.astype(np.float64) - reference) / spread

    def worst(self, taps):
        return max((self.distance(name, values), name) for name, values in taps.items())

    def examine(self):
        for name, tap in self.taps.items():
            spread = np.linalg.norm(tap - self.means[name][:, None, None])
            if not spread >= LEAST_VARIATION * np.linalg.norm(tap):
                raise Refused(f"{self}: `{name}` is nearly constant")
        counts = np.unique(self.labels, return_counts=True)[1]
        self.present = int((counts >= LEAST_OF_A_LABEL).sum())
        if self.present < LEAST_LABELS:
            raise Refused(f"{self}: its labels are at {counts} positions")
        if not self.rounding[0] <= LARGEST_ROUNDING:
            raise Refused(f"{self}: rounding moves `{self.rounding[1]}` by {self.rounding[0]}")

    def sampled(self):
        """What is stored: tensors and metadata."""
        seed = self.network.seed
        tensors = {}
        metadata = {"seed": str(seed), "size": "x".join(map(str, self.size)),
                    "os": str(self.stride or "")}
        for name, tap in self.taps.items():
            tensors[name] = tap.reshape(-1)[positions(seed, name, tap.size)].astype(np.float32)
            tensors[f"{name}:means"] = self.means[name].astype(np.float32)
            metadata[f"shape:{name}"] = "x".join(map(str, tap.shape))
        places = positions(seed, "labels", self.labels.size)
        tensors["labels"] = self.labels.reshape(-1)[places].astype(np.float32)
        return tensors, metadata


def channel_means(tap):
    return tap.reshape(len(tap), -1).mean(1)


def positions(seed, name, count):
    kept = min(count, POSITIONS)
    edges = np.arange(kept + 1, dtype=np.int64) * count // kept
    draws = outputs((seed ^ fnv1a(f"positions:{name}")) & MASK, kept)
    return edges[:-1] + (draws % np.diff(edges).astype(np.uint64)).astype(np.int64)
