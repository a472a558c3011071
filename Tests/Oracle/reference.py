"""What every operation computes, from its attributes, in the floating type of its inputs."""

import math
from fractions import Fraction

import torch
import torch.nn.functional as F

import windows
from network import pair
from random_weights import uniform


class Parameters:
    """The tensors of one labelled layer, filled as `--random-weights` documents."""

    def __init__(self, layer, seed, dtype):
        self.layer, self.seed, self.dtype = layer, seed, dtype

    def fill(self, slot, shape, low, high):
        values = uniform(self.seed, f"{self.layer.label}.{slot}", shape, low, high)
        return torch.from_numpy(values).to(self.dtype)

    def weight(self, shape, fan_in):
        bound = math.sqrt(6 / fan_in)
        return self.fill("weight", shape, -bound, bound)

    def bias(self, count):
        return self.fill("bias", (count,), -0.1, 0.1) if self.layer.attributes["bias"] else None


def conv(a, x, parameters):
    rows, columns = a["kernel"]
    inner = x.shape[1] // a["groups"]
    weight = parameters.weight((a["out"], inner, rows, columns), inner * rows * columns)
    stride, rate = pair(a["stride"]), pair(a["rate"])
    sides = windows.pads_of(a["pad"], a["kernel"], rate, stride, x.shape[2:])
    return F.conv2d(windows.padded(x, sides), weight, parameters.bias(a["out"]),
                    stride, 0, rate, a["groups"])


def transposed_conv(a, x, parameters):
    rows, columns = a["kernel"]
    shape = (x.shape[1], a["out"] // a["groups"], rows, columns)
    weight = parameters.weight(shape, x.shape[1] // a["groups"] * rows * columns)
    return F.conv_transpose2d(x, weight, parameters.bias(a["out"]), pair(a["stride"]),
                              pair(a["pad"]), a["output_pad"], a["groups"], pair(a["rate"]))


def dense(a, x, parameters):
    features = x.flatten(1)
    weight = parameters.weight((a["out"], features.shape[1]), features.shape[1])
    return F.linear(features, weight, parameters.bias(a["out"]))[:, :, None, None]


def bn(a, x, parameters):
    count = (x.shape[1],)
    scale = parameters.fill("weight", count, 0.5, 1.5)
    shift = parameters.fill("bias", count, -0.1, 0.1)
    mean = parameters.fill("running_mean", count, -0.1, 0.1)
    variance = parameters.fill("running_var", count, 0.5, 1.5)
    return F.batch_norm(x, mean, variance, scale, shift, False, 0.0, float(a["eps"]))


def power(a, x):
    """Caffe's power layer: (shift + scale * x) ^ exponent."""
    return torch.pow(float(a["shift"]) + float(a["scale"]) * x, float(a["exponent"]))


def lrn(a, x):
    """x / (k + factor * sum of squares) ^ beta, zeros beyond the borders."""
    size, squares = a["size"], x * x
    if a["across"] == "channels":
        half = size // 2
        field = F.pad(squares, (0, 0, 0, 0, half, size - 1 - half))
        total = sum(field[:, i:i + x.shape[1]] for i in range(size))
        cells = size
    else:
        total = F.avg_pool2d(squares, size, 1, size // 2, divisor_override=1)
        cells = size * size
    factor = float(a["alpha"]) / cells if a["scaling"] == "caffe" else float(a["alpha"])
    return x / torch.pow(float(a["k"]) + factor * total, float(a["beta"]))


def attend(a, q, k, v):
    """Every query position against all key positions."""
    rows, columns = q.shape[2:]
    q, k, v = q.flatten(2), k.flatten(2), v.flatten(2)
    if a["combine"] == "add":
        similarity = q.transpose(1, 2) + k
    else:
        similarity = q.transpose(1, 2) @ k
    similarity = float(a["scale"]) * similarity
    if a["normalize"] == "softmax":
        similarity = similarity.softmax(-1)
    else:
        if a["normalize"] == "relu_count":
            similarity = similarity.relu()
        similarity = similarity / k.shape[2]
    return (v @ similarity.transpose(1, 2)).unflatten(2, (rows, columns))


def nearest(x, out, factor):
    """Cell floor(i * in / out), or floor(i / factor) when a factor is given, in exact rationals."""
    picks = []
    for axis in range(2):
        step = Fraction(x.shape[2 + axis], out[axis]) if factor is None else 1 / factor
        picks.append([min(int(i * step), x.shape[2 + axis] - 1) for i in range(out[axis])])
    result = x[:, :, picks[0]][:, :, :, picks[1]]
    if factor is None:
        same = F.interpolate(x, size=out, mode="nearest")
    else:
        same = F.interpolate(x, scale_factor=float(factor), mode="nearest")
    if not torch.equal(same, result):
        raise ValueError("rounding of the nearest grid is not exact in torch")
    return result


def resize(a, x, like=None):
    factor = Fraction(a["factor"]) if "factor" in a else None
    if like is not None:
        out = tuple(like.shape[2:])
    elif factor is not None:
        out = tuple(math.floor(n * factor) for n in x.shape[2:])
    else:
        out = a["size"]
    if a["mode"] == "nearest":
        return nearest(x, out, factor)
    align = a["align_corners"]
    if factor is None:
        return F.interpolate(x, size=out, mode="bilinear", align_corners=align)
    return F.interpolate(x, scale_factor=float(factor), mode="bilinear", align_corners=align)


def leading(a, difference):
    """Cells before the aligned map: half of the difference rounded down, or the offset."""
    before = a["offset"] if "offset" in a else difference // 2
    if not 0 <= before <= difference:
        raise ValueError("the smaller map does not fit")
    return before


def crop(a, x, like=None):
    if like is None:
        top, bottom, left, right = a["sides"]
        return x[:, :, top:x.shape[2] - bottom, left:x.shape[3] - right]
    rows, columns = like.shape[2:]
    top = leading(a, x.shape[2] - rows)
    left = leading(a, x.shape[3] - columns)
    return x[:, :, top:top + rows, left:left + columns]


def pad(a, x, like=None):
    if like is None:
        top, bottom, left, right = a["sides"]
        return windows.padded(x, ((top, bottom), (left, right)), float(a["value"]))
    sides = []
    for axis in (2, 3):
        difference = like.shape[axis] - x.shape[axis]
        before = leading(a, difference)
        sides.append((before, difference - before))
    return windows.padded(x, sides)


def total(values):
    result = values[0]
    for value in values[1:]:
        result = result + value
    return result


def largest(values):
    result = values[0]
    for value in values[1:]:
        result = torch.maximum(*torch.broadcast_tensors(result, value))
    return result


def pool(kind, a, x):
    if a.get("global"):
        return windows.adaptive_pool(x, (1, 1), kind)
    if "adaptive" in a:
        return windows.adaptive_pool(x, pair(a["adaptive"]), kind)
    return windows.max_pool(x, a) if kind == "max" else windows.average_pool(x, a)


WEIGHTED = {"conv": conv, "transposed_conv": transposed_conv, "dense": dense, "bn": bn}

PLAIN = {
    "relu": lambda a, x: x.relu(),
    "relu6": lambda a, x: x.clamp(0, 6),
    "leaky_relu": lambda a, x: torch.where(x >= 0, x, float(a["slope"]) * x),
    "silu": lambda a, x: x * x.sigmoid(),
    "sigmoid": lambda a, x: x.sigmoid(),
    "hardsigmoid": lambda a, x: (x + 3).clamp(0, 6) / 6,
    "hardswish": lambda a, x: x * (x + 3).clamp(0, 6) / 6,
    "tanh": lambda a, x: x.tanh(),
    "square": lambda a, x: x * x,
    "power": power,
    "softmax": lambda a, x: x.softmax(1),
    "argmax": lambda a, x: x.argmax(1, keepdim=True).to(x.dtype),
    "maxpool": lambda a, x: pool("max", a, x),
    "avgpool": lambda a, x: pool("avg", a, x),
    "stochastic_pool": lambda a, x: windows.stochastic_pool(x, a),
    "spp": lambda a, x: windows.spatial_pyramid(x, a["levels"], a["rule"], a["pool"]),
    "roi_spp": lambda a, x: windows.window_pyramid(
        x, a["boxes"], a["scales"], a["levels"], a["pool"]),
    "attend": attend,
    "concat": lambda a, *x: torch.cat(x, 1),
    "add": lambda a, *x: total(x),
    "mul": lambda a, x, y: x * y,
    "max": lambda a, *x: largest(x),
    "resize": resize,
    "crop": crop,
    "pad": pad,
    "dropout": lambda a, x: x,
    "identity": lambda a, x: x,
    "flatten": lambda a, x: x.flatten(1)[:, :, None, None],
    "lrn": lrn,
}


def evaluate(layer, inputs, seed):
    """The output of one layer; ValueError or RuntimeError where the operation does not apply."""
    if layer.op in WEIGHTED:
        parameters = Parameters(layer, seed, inputs[0].dtype)
        return WEIGHTED[layer.op](layer.attributes, inputs[0], parameters)
    return PLAIN[layer.op](layer.attributes, *inputs)


def input_tensor(network, dtype, stream="input:x"):
    shape = (network.batch, network.channels, *network.size)
    return torch.from_numpy(uniform(network.seed, stream, shape, -1.0, 1.0)).to(dtype)


def run(network, dtype, stream="input:x"):
    """Every value of a network by name."""
    values = {"x": input_tensor(network, dtype, stream)}
    for layer in network.layers:
        values[layer.output] = evaluate(layer, [values[i] for i in layer.inputs], network.seed)
    return values
