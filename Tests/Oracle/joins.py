"""Builders of operations on several values, with the branches they join."""

from convolutions import plain_conv
from sampler import map_only


def branch(s, x, out):
    """Another view of the current value, of the same size."""
    kernel = s.stream.choice([1, 3])
    value = plain_conv(s, x, out, kernel, rate=s.stream.choice([1, 2]) if kernel == 3 else 1)
    if s.stream.chance(40):
        value = s.emit(s.stream.choice(["relu", "silu", "tanh", "hardswish"]), value)
    return value


def squeezed(s, x, out):
    """A 1x1 map computed from all of the current value."""
    value = s.emit(s.stream.choice(["avgpool", "maxpool"]), x, fixed=(True, True),
                   **{"global": True})
    return plain_conv(s, value, out)


def skip(s, x, channels=None):
    """An earlier value that can be joined with x as it is, or None."""
    return s.earlier(lambda v: v.size == x.size and v.fixed == x.fixed
                     and (channels is None or v.channels == channels))


def ordered(s, values):
    """The operands of a join, the current value first or last."""
    return values if s.stream.chance(60) else values[::-1]


def joined(s, op, x, parts, long_skip=True):
    """The other operands: the current value with one or two branches, or with an earlier value."""
    if parts == "broadcast":
        return [x, squeezed(s, x, x.channels)]
    other = skip(s, x, None if op == "concat" else x.channels)
    if long_skip and other is not None and s.stream.chance(80):
        s.cover(f"{op} long skip")
    else:
        if op == "add":
            s.cover("add residual")
        out = s.stream.between(1, 4) if op == "concat" else x.channels
        other = branch(s, x, out)
    if parts == "3":
        return [x, other, plain_conv(s, x, x.channels)]
    return [x, other]


def add(s, x):
    map_only(s, x)
    parts = s.pick("add.parts")
    form = s.pick("add.form")
    values = joined(s, "add", x, parts)
    return s.emit("add", *ordered(s, values), fixed=x.fixed, form=form)


def largest(s, x):
    map_only(s, x)
    s.cover("op max")
    values = joined(s, "max", x, s.pick("max.parts"))
    return s.emit("max", *ordered(s, values), fixed=x.fixed, form="call")


def concat(s, x):
    map_only(s, x)
    s.cover("op concat")
    values = joined(s, "concat", x, s.pick("concat.parts"))
    return s.emit("concat", *ordered(s, values), fixed=x.fixed, form="call")


def mul(s, x):
    map_only(s, x)
    parts = s.pick("mul.parts")
    if parts == "gate":
        other = s.emit(s.stream.choice(["sigmoid", "hardsigmoid"]), squeezed(s, x, x.channels))
    elif parts == "one_channel":
        s.need(x.channels > 1)
        other = s.emit("sigmoid", plain_conv(s, x, 1, s.stream.choice([1, 3])))
    else:
        other = branch(s, x, x.channels)
    values = ordered(s, [x, other])
    return s.emit("mul", *values, fixed=x.fixed, form=s.pick("mul.form"))


def attend_values(s, x, combine):
    """Queries, keys and values; sub-sampled keys and values share a smaller map."""
    keys = "projected" if combine == "add" else s.pick("attend.keys")
    if keys == "same":
        return x, x, x
    depth = 1 if combine == "add" else s.stream.between(2, 4)
    source = x
    if keys == "subsampled":
        source = s.emit("maxpool", x, kernel=(2, 2), kernel_form="number", stride=None, pad=0,
                        ceil_mode=False, omit={"pad", "ceil_mode"})
    q, k = plain_conv(s, x, depth), plain_conv(s, source, depth)
    if s.stream.chance(40):
        return q, k, source
    return q, k, plain_conv(s, source, s.stream.between(2, 6))


def attend(s, x):
    map_only(s, x)
    combine = s.pick("attend.combine", [2, 1])
    q, k, v = attend_values(s, x, combine)
    normalize = s.pick("attend.normalize",
                       within=["count", "relu_count"] if combine == "add" else None)
    omit = set() if combine == "add" else {"combine"}
    if combine == "add":
        s.cover(f"attend {normalize} add")
    if normalize == "default":
        normalize = "softmax"
        omit.add("normalize")
    scale = "1.0"
    if s.pick("attend.scale") == "given":
        scale = s.stream.choice(["0.5", "0.25", "2", "0.7071"])
    else:
        omit.add("scale")
    return s.emit("attend", q, k, v, scale=scale, normalize=normalize, combine=combine,
                  form=s.pick("attend.form"), omit=omit)
