"""Draws a network: every choice prefers what the networks before it have used least."""

from collections import Counter
from dataclasses import dataclass

import torch

import reference
from coverage import OPTIONS
from network import Layer, Network
from random_weights import Stream

LARGEST_VALUE = 4000
LARGEST_EXTENT = 32
MOST_LAYERS = 8
WEIGHTED = set(reference.WEIGHTED)


def rarity(count, base):
    """The weight of an option used `count` times that should be used in proportion to `base`."""
    return 10**8 // (10 + 10 * count // base) ** 2


class Inapplicable(Exception):
    """The drawn operation does not fit here; another one is drawn."""


@dataclass
class Value:
    """A computed value: `fixed` tells which extents are constants for all input sizes."""

    name: str
    data: torch.Tensor
    kind: str
    fixed: tuple

    @property
    def channels(self):
        return self.data.shape[1]

    @property
    def size(self):
        return tuple(self.data.shape[2:])


class Sampler:
    """A network under construction; operations.py lists the builders it calls."""

    def __init__(self, name, seed, counts: Counter, target):
        self.stream = Stream(seed, "structure")
        self.counts = counts
        self.target = target
        self.features = []
        kind = self.stream.weighted(["plain", "windows", "labels"], [78, 12, 10])
        self.kind = kind
        batch = 1 if kind == "windows" or self.pick("network.batch", [1, 4]) == "1" else 2
        sizing = "symbolic" if kind == "windows" else self.pick("network.size", [4, 3, 1])
        size = (2 * self.stream.between(3, 9) + 1, 2 * self.stream.between(3, 9) + 1)
        if self.stream.chance(20):
            size = (size[0] - 1, size[1])
        extents = {"symbolic": ("H", "W"), "fixed": size}.get(sizing)
        if extents is None:
            extents = ("H", size[1]) if self.stream.chance(50) else (size[0], "W")
        self.network = Network(
            name, seed, batch, self.stream.choice([1, 2, 3, 3, 4, 6]), size, extents)
        data = reference.input_tensor(self.network, torch.float64)
        fixed = tuple(isinstance(extent, int) for extent in extents)
        self.values = [Value("x", data, "map", fixed)]
        self.current = self.values[0]

    # Choices

    def cover(self, feature):
        self.features.append(feature)

    def used(self, feature):
        """How often, in the networks before this one and in this one."""
        return self.counts[feature] + self.features.count(feature)

    def pick(self, group, bases=None, within=None):
        """An option of a coverage group, rarer ones more likely; `bases` are further weights."""
        options = within or OPTIONS[group]
        bases = bases or [1] * len(options)
        weights = [
            rarity(self.used(f"{group}={option}"), base) for option, base in zip(options, bases)
        ]
        option = self.stream.weighted(options, weights)
        self.cover(f"{group}={option}")
        return option

    # Building

    @property
    def layers(self):
        return self.network.layers

    def state(self):
        return (len(self.layers), len(self.values), len(self.features), self.current)

    def restore(self, state):
        del self.layers[state[0]:], self.values[state[1]:], self.features[state[2]:]
        self.current = state[3]

    def emit(self, op, *inputs, kind=None, fixed=None, **attributes):
        """Appends a layer, computes it, and returns its value."""
        if len(self.layers) == MOST_LAYERS:
            raise Inapplicable
        label = None
        if op in WEIGHTED:
            label = f"l{sum(layer.label is not None for layer in self.layers)}"
        attributes["named_input"] = self.stream.chance(35)
        attributes["inline_output"] = self.stream.chance(25)
        attributes.setdefault("omit", set())
        layer = Layer(op, [value.name for value in inputs], f"v{len(self.layers) + 1}",
                      attributes, label)
        try:
            data = reference.evaluate(layer, [v.data for v in inputs], self.network.seed)
        except (ValueError, RuntimeError) as error:
            raise Inapplicable from error
        too_large = data.numel() > LARGEST_VALUE or max(data.shape[2:]) > LARGEST_EXTENT
        if too_large or data.numel() == 0 or not torch.isfinite(data).all():
            raise Inapplicable
        self.layers.append(layer)
        value = Value(layer.output, data, kind or inputs[0].kind, fixed or inputs[0].fixed)
        self.values.append(value)
        return value

    def need(self, condition):
        if not condition:
            raise Inapplicable

    def earlier(self, suitable):
        """A map computed before the current one that suits, or None."""
        found = [
            value for value in self.values
            if value.kind == "map" and value is not self.current and suitable(value)
        ]
        return self.stream.choice(found) if found else None

    def ending(self):
        """Operations that leave only vectors come near the end."""
        self.need(self.target - len(self.layers) <= 3)

    def optional(self, default):
        """Half of the options that have their default value are not written."""
        return {name for name, is_default in default.items()
                if is_default and self.stream.chance(50)}

    def step(self, builders):
        """One operation, drawn by how rare it is; False when nothing fits."""
        names = list(builders)
        for _ in range(30):
            weights = [rarity(self.used(f"builder {n}"), builders[n][1]) for n in names]
            name = self.stream.weighted(names, weights)
            state = self.state()
            self.cover(f"builder {name}")
            try:
                self.current = builders[name][0](self, self.current)
                return True
            except Inapplicable:
                self.restore(state)
        return False


def map_only(s, x):
    s.need(x.kind == "map")
