"""Builders of weighted operations: convolutions, dense; and flatten, which goes with dense."""

import windows
from network import pair
from sampler import map_only

BEYOND = [17, 23, 31]
RECTANGLES = [(1, 3), (3, 1), (3, 5), (2, 3), (5, 2), (1, 5)]


def output_channels(s, groups=1):
    most = max(12, groups)
    return groups * s.stream.choice([n for n in (1, 2, 3, 4, 5, 6, 8) if n * groups <= most])


def divisors(number):
    return [n for n in range(2, number + 1) if number % n == 0]


def bias(s, group):
    choice = s.pick(f"{group}.bias")
    return choice != "no", ({"bias"} if choice == "default" else set())


def spread(choice, options):
    """The value of a picked option: a drawn rectangle or the number it names."""
    return options if choice == "rectangular" else int(choice)


def conv_kernel(s):
    form = s.pick("conv.kernel")
    kernel = {
        "1": [(1, 1)],
        "odd": [(3, 3), (3, 3), (5, 5)],
        "even": [(2, 2), (4, 4)],
        "rectangular": RECTANGLES,
        "expression": [(3, 3), (2, 2)],
    }[form]
    return s.stream.choice(kernel), ("expression" if form == "expression" else None)


def conv_pad(s, form, kernel, rate, stride, size):
    spans = [pair(rate)[a] * (kernel[a] - 1) for a in range(2)]
    draw = [lambda a=a: s.stream.between(0, min(spans[a], 6)) for a in range(2)]
    if form == "default":
        s.need(spans[0] % 2 == 0 and spans[1] % 2 == 0)
        return None
    if form == "same(tf)":
        sides = windows.pads_of(form, kernel, pair(rate), pair(stride), size)
        if any(before != after for before, after in sides):
            s.cover("same(tf) uneven")
        return form
    if form == "valid":
        return form
    if form == "number":
        return s.stream.between(0, min(*spans, 6))
    if form == "pair":
        return (draw[0](), draw[1]())
    pad = (draw[0](), draw[0](), draw[1](), draw[1]())
    s.need(pad[0] != pad[1] or pad[2] != pad[3])
    return pad


def conv(s, x):
    map_only(s, x)
    kernel, form = conv_kernel(s)
    rate = 1
    if max(kernel) > 1:
        choice = s.pick("conv.rate")
        rate = s.stream.choice(BEYOND) if choice == "beyond" else spread(
            choice, s.stream.choice([(1, 2), (2, 1), (3, 2)]))
    stride = spread(s.pick("conv.stride"), s.stream.choice([(2, 1), (1, 2), (3, 2)]))
    pad = conv_pad(s, s.pick("conv.pad"), kernel, rate, stride, x.size)
    groups = 1
    if s.pick("conv.groups") == "several":
        s.need(divisors(x.channels))
        groups = s.stream.choice(divisors(x.channels))
    has_bias, omit = bias(s, "conv")
    if max(pair(stride)) > max(kernel):
        s.cover("conv stride above kernel")
    if kernel[0] == kernel[1] and form is None and s.stream.chance(30):
        form = "number"
    omit |= s.optional({"stride": stride == 1, "rate": rate == 1, "groups": groups == 1})
    return s.emit("conv", x, kernel=kernel, kernel_form=form, out=output_channels(s, groups),
                  stride=stride, rate=rate, pad=pad, groups=groups, bias=has_bias, omit=omit)


def depthwise(s, x):
    map_only(s, x)
    s.need(x.channels > 1)
    choice = s.pick("depthwise.kernel")
    kernel = (3, 5) if choice == "rectangular" else (int(choice),) * 2
    stride = spread(s.pick("depthwise.stride"), (1, 2))
    choice = s.pick("depthwise.rate")
    rate = s.stream.choice(BEYOND) if choice == "beyond" else int(choice)
    multiplier = int(s.pick("depthwise.multiplier"))
    has_bias, omit = bias(s, "conv")
    attributes = {}
    if s.pick("depthwise.form") == "channels" and multiplier == 1:
        attributes["channels_of"] = x.name
    return s.emit("conv", x, kernel=kernel, kernel_form=None, out=x.channels * multiplier,
                  stride=stride, rate=rate, pad=None, groups=x.channels, bias=has_bias,
                  omit=omit | s.optional({"stride": stride == 1, "rate": rate == 1}),
                  **attributes)


def transposed_conv(s, x):
    map_only(s, x)
    choice = s.pick("transposed_conv.kernel")
    kernel = s.stream.choice(RECTANGLES) if choice == "rectangular" else (int(choice),) * 2
    stride = spread(s.pick("transposed_conv.stride"), s.stream.choice([(2, 1), (3, 2)]))
    rate = spread(s.pick("transposed_conv.rate"), s.stream.choice([(1, 2), (2, 1)]))
    form = s.pick("transposed_conv.pad")
    pad = {"default": 0, "number": s.stream.between(1, 2), "pair": (1, 0)}[form]
    output_pad = int(s.pick("transposed_conv.output_pad"))
    groups = 1
    if s.pick("transposed_conv.groups") == "several":
        s.need(divisors(x.channels))
        groups = s.stream.choice(divisors(x.channels))
    has_bias, omit = bias(s, "transposed_conv")
    omit |= s.optional({"stride": stride == 1, "rate": rate == 1, "groups": groups == 1,
                        "output_pad": output_pad == 0})
    if form == "default":
        omit.add("pad")
    return s.emit("transposed_conv", x, kernel=kernel, out=output_channels(s, groups),
                  stride=stride, rate=rate, pad=pad, output_pad=output_pad, groups=groups,
                  bias=has_bias, omit=omit)


def plain_conv(s, x, out, kernel=1, stride=1, rate=1):
    """A convolution that keeps the size, for the branches of a join."""
    has_bias = s.stream.chance(50)
    omit = {"groups"} | ({"bias"} if has_bias else set())
    omit |= {name for name, value in (("stride", stride), ("rate", rate)) if value == 1}
    return s.emit("conv", x, kernel=(kernel, kernel), kernel_form=None, out=out, stride=stride,
                  rate=rate, pad=None, groups=1, bias=has_bias, omit=omit)


def dense(s, x):
    s.ending()
    s.need(x.kind == "vector" or (x.kind == "map" and all(x.fixed) and x.data[0].numel() <= 900))
    s.cover(f"dense.input={x.kind}")
    has_bias, omit = bias(s, "dense")
    return s.emit("dense", x, kind="vector", fixed=(True, True),
                  out=s.stream.between(6, 40), bias=has_bias, omit=omit)


def flatten(s, x):
    s.ending()
    s.need(x.kind == "map" and all(x.fixed) and x.data[0].numel() <= 900)
    s.cover("op flatten")
    return s.emit("flatten", x, kind="vector", fixed=(True, True))
