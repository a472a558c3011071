"""Sizes, pads and taps of windowed operations, and every pooling written from its definition."""

import math

import torch
import torch.nn.functional as F

from network import pair


def pads_of(pad, kernel, rate, stride, size):
    """((top, bottom), (left, right)) of a pad attribute; None is the default of a convolution."""
    sides = []
    for axis in range(2):
        span = rate[axis] * (kernel[axis] - 1)
        if pad is None:
            if span % 2:
                raise ValueError("no default padding for an odd total")
            sides.append((span // 2, span // 2))
        elif pad == "valid":
            sides.append((0, 0))
        elif pad == "same(tf)":
            out = -(-size[axis] // stride[axis])
            total = max((out - 1) * stride[axis] + span + 1 - size[axis], 0)
            sides.append((total // 2, total - total // 2))
        elif isinstance(pad, tuple) and len(pad) == 4:
            sides.append((pad[2 * axis], pad[2 * axis + 1]))
        else:
            sides.append((pair(pad)[axis],) * 2)
    return tuple(sides)


def padded(x, sides, value=0.0):
    (top, bottom), (left, right) = sides
    return F.pad(x, (left, right, top, bottom), value=value)


def pooled_extent(size, kernel, rate, stride, side, ceil_mode):
    """Windows along one axis; with ceil_mode the last one starts inside input + leading pad."""
    span = rate * (kernel - 1) + 1
    free = size + sum(side) - span
    if free < 0:
        raise ValueError("window larger than the padded map")
    if not ceil_mode:
        return free // stride + 1
    out = -(-free // stride) + 1
    return out - 1 if (out - 1) * stride >= size + side[0] else out


class Windows:
    """The cells each window of a pooling reads, as tensors N, C, rows, columns, taps."""

    def __init__(self, x, attributes):
        self.size = x.shape[2:]
        self.kernel = attributes["kernel"]
        self.rate = pair(attributes.get("rate", 1))
        stride = attributes.get("stride")
        self.stride = self.kernel if stride is None else pair(stride)
        ceil_mode = attributes.get("ceil_mode", False)
        self.sides = pads_of(
            attributes.get("pad", 0), self.kernel, self.rate, self.stride, self.size)
        self.out = [
            pooled_extent(self.size[a], self.kernel[a], self.rate[a], self.stride[a],
                          self.sides[a], ceil_mode)
            for a in range(2)
        ]

    def taps(self, axis):
        """Coordinates in the padded map, windows x taps."""
        starts = torch.arange(self.out[axis]) * self.stride[axis]
        return starts[:, None] + torch.arange(self.kernel[axis])[None] * self.rate[axis]

    def gather(self, x, fill):
        """Values per window, `fill` for every cell outside the map."""
        rows, columns = self.taps(0), self.taps(1)
        extra = [
            max(int(taps.max()) + 1 - self.size[a] - self.sides[a][0], 0)
            for a, taps in enumerate((rows, columns))
        ]
        field = padded(x, ((self.sides[0][0], extra[0]), (self.sides[1][0], extra[1])), fill)
        cells = field[:, :, rows][:, :, :, :, columns]  # N, C, R, kr, S, ks
        return cells.permute(0, 1, 2, 4, 3, 5).flatten(4)

    def counts(self, include_pad, dtype):
        """Cells an average divides by: those on the map, or on the map with its pads."""
        inside = []
        for axis in range(2):
            taps = self.taps(axis) - self.sides[axis][0]
            before, after = self.sides[axis] if include_pad else (0, 0)
            inside.append(((taps >= -before) & (taps < self.size[axis] + after)).sum(1))
        return (inside[0][:, None] * inside[1][None]).to(dtype)


def max_pool(x, attributes):
    windows = Windows(x, attributes)
    return windows.gather(x, -math.inf).amax(-1)


def average_pool(x, attributes):
    """Dilated taps count like dense ones: a tap is divided by when it lies on the (padded) map."""
    windows = Windows(x, attributes)
    include_pad = attributes.get("count_include_pad", True)
    return windows.gather(x, 0.0).sum(-1) / windows.counts(include_pad, x.dtype)


def stochastic_pool(x, attributes):
    """Zeiler and Fergus at test time: sum of squares over sum, 0 where the sum is 0."""
    cells = Windows(x, attributes).gather(x, 0.0)
    total = cells.sum(-1)
    safe = torch.where(total == 0, torch.ones_like(total), total)
    return torch.where(total == 0, torch.zeros_like(total), (cells * cells).sum(-1) / safe)


def adaptive_bins(size, bins):
    """Half-open cell ranges floor(i*a/n) ..< ceil((i+1)*a/n)."""
    return [(i * size // bins, -(-(i + 1) * size // bins)) for i in range(bins)]


def adaptive_pool(x, bins, kind):
    rows = adaptive_bins(x.shape[2], bins[0])
    columns = adaptive_bins(x.shape[3], bins[1])
    reduce = torch.amax if kind == "max" else torch.mean
    return torch.stack([
        torch.stack([reduce(x[:, :, t:b, l:r], dim=(2, 3)) for l, r in columns], -1)
        for t, b in rows
    ], -2)


def pyramid_level(x, bins, rule, kind):
    """One spp level, N, C, bins, bins; a size for which the rule gives another count is refused."""
    if rule == "adaptive":
        return adaptive_pool(x, (bins, bins), kind)
    kernel, stride, pad = [], [], []
    for size in x.shape[2:]:
        window = -(-size // bins)
        kernel.append(window)
        if rule == "paper":
            stride.append(size // bins)
            pad.append(0)
        else:
            stride.append(window)
            pad.append((window * bins - size + 1) // 2)
            if pad[-1] > window // 2:
                raise ValueError("padding over half the window")
    if min(stride) < 1:
        raise ValueError("more bins than cells")
    attributes = {"kernel": tuple(kernel), "stride": tuple(stride), "pad": tuple(pad)}
    level = max_pool(x, attributes) if kind == "max" else average_pool(x, attributes)
    if tuple(level.shape[2:]) != (bins, bins):
        raise ValueError("wrong number of bins")
    return level


def spatial_pyramid(x, levels, rule, kind):
    """Level after level; inside a level channel, row, column."""
    parts = [pyramid_level(x, bins, rule, kind).flatten(1) for bins in levels]
    return torch.cat(parts, 1)[:, :, None, None]


def window_cells(low, high, scale, size):
    """First and last cell (both included) of an image interval: those with floor(low*scale) < cell
    < ceil(high*scale), clamped to the map, never fewer than one."""
    first = min(max(math.floor(low * scale) + 1, 0), size - 1)
    last = min(max(math.ceil(high * scale) - 1, first), size - 1)
    return first, last


def window_pyramid(x, boxes, scales, levels, kind):
    """The adaptive rule inside each (x1, y1, x2, y2) box of the one image; leading axis: boxes."""
    rows = []
    for x1, y1, x2, y2 in boxes:
        top, bottom = window_cells(y1, y2, scales[0], x.shape[2])
        left, right = window_cells(x1, x2, scales[1], x.shape[3])
        part = x[:, :, top:bottom + 1, left:right + 1]
        rows.append(spatial_pyramid(part, levels, "adaptive", kind))
    return torch.cat(rows, 0)
