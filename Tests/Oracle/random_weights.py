"""The documented `--random-weights SEED` fill, bit for bit.

Every tensor is its own SplitMix64 stream whose first state is SEED xor FNV-1a-64 of the UTF-8 bytes
of its full name. One value is made from one output z of the stream:

    state += 0x9E3779B97F4A7C15
    z = state
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB
    z = z ^ (z >> 31)                            (all arithmetic modulo 2^64)
    u = (z >> 40) * 2^-24                        (24 bits, exact in float32)
    value = Float(lo + (hi - lo) * Double(u))    (computed in float64, rounded once)

The values fill the stored shape in row-major order (a convolution is OIHW, a transposed convolution
is input channels, output channels per group, rows, columns; dense is OUT x features). Ranges:

    weight of a convolution or dense layer   +-sqrt(6 / fan_in)
    bias, and bias and running_mean of bn    [-0.1, 0.1]
    weight and running_var of bn             [0.5, 1.5]

fan_in is (input channels / groups) * rows * columns of the kernel for plain and transposed
convolutions, and the number of features for dense. Inputs of the oracle's networks are filled the
same way, uniform in [-1, 1], from the stream named "input:<name>" over N, C, H, W.
"""

import numpy as np

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def fnv1a(name):
    """FNV-1a, 64 bits, of the UTF-8 bytes of a name."""
    value = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def outputs(state, count):
    """The first `count` outputs of SplitMix64 from a state, as uint64."""
    index = np.arange(1, count + 1, dtype=np.uint64)
    z = np.uint64(state) + index * np.uint64(GAMMA)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(seed, name, shape, low, high):
    """A float32 array of a shape, uniform in [low, high), from the stream of a name."""
    count = int(np.prod(shape))
    u = (outputs((seed ^ fnv1a(name)) & MASK, count) >> np.uint64(40)).astype(np.float64) * 2.0**-24
    return (low + (high - low) * u).astype(np.float32).reshape(shape)


class Stream:
    """Draws for the structure of a network; never numpy's or Python's generators."""

    def __init__(self, seed, name):
        self.state = (seed ^ fnv1a(name)) & MASK

    def next(self):
        value = int(outputs(self.state, 1)[0])
        self.state = (self.state + GAMMA) & MASK
        return value

    def below(self, bound):
        return self.next() % bound

    def between(self, low, high):
        """An integer in low...high, both included."""
        return low + self.below(high - low + 1)

    def choice(self, options):
        return options[self.below(len(options))]

    def chance(self, percent):
        return self.below(100) < percent

    def weighted(self, options, weights):
        """One option, with a probability in proportion to its positive integer weight."""
        ticket = self.below(sum(weights))
        for option, weight in zip(options, weights):
            ticket -= weight
            if ticket < 0:
                return option
