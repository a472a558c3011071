"""Builders of activations and normalization."""

from sampler import map_only


def bn(s, x):
    map_only(s, x)
    eps = s.pick("bn.eps")
    if eps == "default":
        return s.emit("bn", x, eps="1e-5", omit={"eps"})
    return s.emit("bn", x, eps=eps)


def leaky_relu(s, x):
    if s.pick("leaky_relu.slope") == "default":
        return s.emit("leaky_relu", x, slope="0.01", omit={"slope"})
    return s.emit("leaky_relu", x, slope=s.stream.choice(["0.1", "0.25", "0.2"]))


def power(s, x):
    kind = s.pick("power.exponent")
    scale, shift = "1", "0"
    if s.pick("power.scale") == "given":
        scale = s.stream.choice(["0.5", "2", "-0.5", "0.75"])
    if s.pick("power.shift") == "given":
        shift = s.stream.choice(["1", "0.5", "2.5", "-1"])
    exponent = {
        "integer": s.stream.choice(["1", "2", "3"]),
        "fraction": s.stream.choice(["0.5", "1.5", "0.75"]),
        "negative": s.stream.choice(["-1", "-0.5", "-2"]),
    }[kind]
    base = float(shift) + float(scale) * x.data
    s.need(kind == "integer" or bool((base > 0.2).all()))
    omit = {name for name, value, default in (("scale", scale, "1"), ("shift", shift, "0"))
            if value == default}
    return s.emit("power", x, exponent=exponent, scale=scale, shift=shift, omit=omit)


def activation(s, x):
    name = s.pick("activation", [3, *[1] * 8, 6, 1])
    if name == "leaky_relu":
        return leaky_relu(s, x)
    if name == "power":
        if s.stream.chance(50):
            x = s.emit(s.stream.choice(["square", "sigmoid"]), x)
        return power(s, x)
    if name in ("relu6", "hardsigmoid", "hardswish"):
        limit = 6 if name == "relu6" else 3
        if float((x.data.abs() > limit).double().mean()) < 0.05:
            x = s.emit("power", x, exponent="1", scale="8", shift="0", omit={"shift"})
    s.need(name != "softmax" or x.channels > 2)
    return s.emit(name, x)


def dropout(s, x):
    s.cover("op dropout")
    return s.emit("dropout", x, rate=s.stream.choice(["0.5", "0.1", "0.25"]))


def identity(s, x):
    s.cover("op identity")
    return s.emit("identity", x)


def lrn(s, x):
    map_only(s, x)
    s.cover("op lrn")
    across = s.pick("lrn.across")
    scaling = s.pick("lrn.scaling")
    k = "1" if s.pick("lrn.k") == "default" else s.stream.choice(["2", "0.5"])
    omit = {name for name, value in (("across", across), ("scaling", scaling))
            if value == "default"}
    if k == "1":
        omit.add("k")
    across = "channels" if across == "default" else across
    scaling = "caffe" if scaling == "default" else scaling
    s.cover(f"lrn {across} {scaling}")
    s.need(across == "within" or x.channels > 2)
    return s.emit("lrn", x, size=s.stream.choice([3, 5]), alpha=s.stream.choice(["0.5", "1", "2"]),
                  beta=s.stream.choice(["0.75", "0.5", "1"]), k=k, across=across, scaling=scaling,
                  omit=omit)
