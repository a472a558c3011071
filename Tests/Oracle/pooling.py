"""Builders of pooling over windows, adaptive bins, pyramids and image windows."""

from fractions import Fraction

import windows
from network import pair
from sampler import Inapplicable, map_only

PYRAMIDS = [(4, 2, 1), (3, 2, 1), (6, 3, 2, 1), (3, 1), (2, 1), (4, 2), (5,)]


def pool_kernel(s, op):
    form = s.pick(f"{op}.kernel")
    if form == "rectangular":
        return s.stream.choice([(1, 2), (2, 1), (3, 2), (2, 3), (1, 3)]), None
    return (s.stream.choice([2, 2, 3, 3, 4]),) * 2, ("number" if form == "number" else None)


def pool_stride(s, op):
    form = s.pick(f"{op}.stride")
    if form == "default":
        return None
    return s.stream.choice([1, 1, 2, 3] if form == "number" else [(2, 1), (1, 2), (3, 2)])


def pool_pad(s, form, kernel, rate, stride, size):
    limits = [kernel[a] // 2 for a in range(2)]
    if form == "default":
        return 0
    if form == "number":
        s.need(min(limits) > 0)
        return s.stream.between(1, min(limits))
    if form == "pair":
        s.need(max(limits) > 0)
        return (s.stream.between(0, limits[0]), limits[1])
    if form == "same(tf)":
        sides = windows.pads_of(form, kernel, pair(rate), stride, size)
        if any(before != after for before, after in sides):
            s.cover("same(tf) uneven")
        return form
    pad = tuple(s.stream.between(0, limits[side // 2]) for side in range(4))
    s.need(pad[0] != pad[1] or pad[2] != pad[3])
    return pad


def pool_ceil(s, op, attributes, size):
    """Whether to round up, written only as `yes` where that changes the size."""
    form = s.pick(f"{op}.ceil_mode", [1, 1, 3] if op != "stochastic_pool" else None)
    if form == "yes":
        s.need(attributes["pad"] != "same(tf)")
        kernel, rate = attributes["kernel"], pair(attributes.get("rate", 1))
        stride = pair(attributes["stride"] or kernel)
        sides = windows.pads_of(attributes["pad"], kernel, rate, stride, size)
        try:
            extents = [
                [windows.pooled_extent(size[a], kernel[a], rate[a], stride[a], sides[a], ceil)
                 for a in range(2)]
                for ceil in (False, True)
            ]
        except ValueError as error:
            raise Inapplicable from error
        s.need(extents[0] != extents[1])
        if attributes["pad"] != 0:
            s.cover("ceil_mode with pad")
    return form == "yes", ({"ceil_mode"} if form == "default" else set())


def window_pool(s, x, op):
    kernel, form = pool_kernel(s, op)
    stride = pool_stride(s, op)
    rate = s.pick(f"{op}.rate", [2, 1, 1])
    rate = s.stream.choice([(1, 2), (2, 1)]) if rate == "rectangular" else int(rate)
    pad_form = s.pick(f"{op}.pad")
    pad = pool_pad(s, pad_form, kernel, rate, pair(stride or kernel), x.size)
    attributes = {"kernel": kernel, "kernel_form": form, "stride": stride, "rate": rate, "pad": pad}
    attributes["ceil_mode"], omit = pool_ceil(s, op, attributes, x.size)
    omit |= s.optional({"rate": rate == 1}) | ({"pad"} if pad_form == "default" else set())
    if op == "avgpool":
        include = s.pick("avgpool.count_include_pad")
        s.need(include != "no" or pad != 0)
        attributes["count_include_pad"] = include != "no"
        if include == "default":
            omit.add("count_include_pad")
        if rate != 1 and pad != 0:
            s.cover("avgpool rate with pad")
    return s.emit(op, x, omit=omit, **attributes)


def pool(op):
    def build(s, x):
        map_only(s, x)
        form = s.pick(f"{op}.form", [12, 2, 2])
        if form == "window":
            return window_pool(s, x, op)
        if form == "global":
            s.need(x.channels > 3)
            return s.emit(op, x, fixed=(True, True), **{"global": True})
        bins = s.stream.between(1, 7)
        if s.pick("adaptive.bins") == "size":
            bins = (bins, s.stream.between(1, 8))
        if pair(bins)[0] > x.size[0] or pair(bins)[1] > x.size[1]:
            s.cover("adaptive more bins than cells")
        return s.emit(op, x, fixed=(True, True), adaptive=bins)
    return build


def stochastic_pool(s, x):
    map_only(s, x)
    s.cover("op stochastic_pool")
    if bool((x.data < 0).any()):
        x = s.emit(s.stream.choice(["relu", "square"]), x)
    kernel, form = pool_kernel(s, "stochastic_pool")
    stride = None if s.pick("stochastic_pool.stride") == "default" else s.stream.between(1, 2)
    pad = 0
    if s.pick("stochastic_pool.pad") == "number":
        s.need(min(kernel) > 1)
        pad = 1
    attributes = {"kernel": kernel, "kernel_form": form, "stride": stride, "pad": pad}
    attributes["ceil_mode"], omit = pool_ceil(s, "stochastic_pool", attributes, x.size)
    return s.emit("stochastic_pool", x, omit=omit | ({"pad"} if pad == 0 else set()), **attributes)


def pyramid_options(s, op):
    kind = s.pick(f"{op}.pool")
    return ("max" if kind == "default" else kind), ({"pool"} if kind == "default" else set())


def leaves_cells(levels, size):
    """Whether the paper's windows end before the map does."""
    return any(a % n > 1 for n in levels for a in size)


def pyramid_levels(s, x, rule):
    """Levels with the right number of bins on this map."""
    suitable = []
    for levels in PYRAMIDS:
        try:
            windows.spatial_pyramid(x.data, levels, rule, "max")
            suitable.append(levels)
        except ValueError:
            continue
    s.need(suitable)
    if rule == "paper":
        suitable = [levels for levels in suitable if leaves_cells(levels, x.size)] or suitable
    return s.stream.choice(suitable)


def spp(s, x):
    s.ending()
    map_only(s, x)
    s.cover("op spp")
    rule = s.pick("spp.rule", [1, 1, 4, 3])
    kind, omit = pyramid_options(s, "spp")
    if rule == "default":
        rule = "adaptive"
        omit.add("rule")
    levels = pyramid_levels(s, x, rule)
    s.need(x.channels * sum(n * n for n in levels) <= 600)
    if rule == "sppnet_pytorch" and any(size % n for n in levels for size in x.size):
        s.cover("sppnet_pytorch padded")
    if rule == "paper" and leaves_cells(levels, x.size):
        s.cover("paper rule with unread cells")
    return s.emit("spp", x, kind="vector", fixed=(True, True), levels=levels, rule=rule, pool=kind,
                  omit=omit)


def draw_windows(s, size):
    """Boxes x1, y1, x2, y2 inside the picture, on half pixels: all of it, a tiny one, others."""
    rows, columns = size
    boxes = [(0, 0, columns, rows)]
    x, y = s.stream.below(columns - 1), s.stream.below(rows - 1)
    boxes.append((x, y, x + 1, y + 1))
    for _ in range(s.stream.between(1, 3)):
        x1, y1 = s.stream.below(2 * columns - 8), s.stream.below(2 * rows - 8)
        x2, y2 = s.stream.between(x1 + 6, 2 * columns), s.stream.between(y1 + 6, 2 * rows)
        boxes.append((x1 / 2, y1 / 2, x2 / 2, y2 / 2))
    return boxes


def roi_spp(s, x, strides):
    """The last spatial operation of a windows network; `strides` is what its maps step by."""
    s.cover("op roi_spp")
    boxes = draw_windows(s, s.network.size)
    s.network.windows = boxes
    kind, omit = pyramid_options(s, "roi_spp")
    scales = tuple(Fraction(1, stride) for stride in strides)
    scale = None
    if s.pick("roi_spp.scale") == "given":
        s.need(strides[0] == strides[1])
        scale = str(float(scales[0]))
    for x1, y1, x2, y2 in boxes:
        top, bottom = windows.window_cells(y1, y2, scales[0], x.size[0])
        left, right = windows.window_cells(x1, x2, scales[1], x.size[1])
        if top == bottom and left == right:
            s.cover("roi_spp one-cell window")
    levels = s.stream.choice([(3, 2, 1), (2, 1), (6, 3, 2, 1), (4, 2)])
    return s.emit("roi_spp", x, kind="vector", fixed=(True, True), levels=levels, pool=kind,
                  boxes=boxes, scales=scales, scale=scale, windows="w", omit=omit)
