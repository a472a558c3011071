"""Compares the definitions written out in windows.py and reference.py with PyTorch's own operators,
on random cases of the forms PyTorch has. Run by `generate.py --check` and by itself."""

import torch
import torch.nn.functional as F

import reference
import windows
from random_weights import Stream, uniform


def field(stream, rows, columns, channels=3):
    values = uniform(stream.next(), "x", (2, channels, rows, columns), -1.0, 1.0)
    return torch.from_numpy(values).double()


def same(ours, theirs, what):
    if ours.shape != theirs.shape or not torch.allclose(ours, theirs, rtol=1e-12, atol=1e-13):
        raise SystemExit(f"{what} differs from PyTorch")


def pools(stream):
    x = field(stream, stream.between(5, 13), stream.between(5, 13))
    kernel = (stream.between(1, 4), stream.between(1, 4))
    stride = (stream.between(1, 3), stream.between(1, 3))
    pad = tuple(stream.between(0, k // 2) for k in kernel)
    rate, ceil_mode = (stream.between(1, 2), stream.between(1, 2)), stream.chance(50)
    spans = [rate[a] * (kernel[a] - 1) + 1 for a in range(2)]
    if any(spans[a] > x.shape[2 + a] for a in range(2)):
        return
    a = {"kernel": kernel, "stride": stride, "pad": pad, "ceil_mode": ceil_mode}
    same(windows.max_pool(x, {**a, "rate": rate}),
         F.max_pool2d(x, kernel, stride, pad, rate, ceil_mode), "max pooling")
    for include in (False, True):
        same(windows.average_pool(x, {**a, "count_include_pad": include}),
             F.avg_pool2d(x, kernel, stride, pad, ceil_mode, include), "average pooling")


def adaptive(stream):
    x = field(stream, stream.between(2, 13), stream.between(2, 13))
    bins = (stream.between(1, 7), stream.between(1, 7))
    same(windows.adaptive_pool(x, bins, "max"), F.adaptive_max_pool2d(x, bins), "adaptive max")
    same(windows.adaptive_pool(x, bins, "avg"), F.adaptive_avg_pool2d(x, bins), "adaptive average")


def normalization(stream):
    x = field(stream, 5, 6, channels=7)
    size = stream.choice([3, 5])
    a = {"size": size, "alpha": "0.7", "beta": "0.75", "k": "2", "across": "channels",
         "scaling": "caffe"}
    same(reference.lrn(a, x), F.local_response_norm(x, size, 0.7, 0.75, 2.0), "normalization")


def attention(stream):
    q, k, v = field(stream, 4, 5), field(stream, 3, 6), field(stream, 3, 6, channels=2)
    a = {"combine": "product", "normalize": "softmax", "scale": "0.3"}
    rows = [t.flatten(2).transpose(1, 2) for t in (q, k, v)]
    theirs = F.scaled_dot_product_attention(*rows, scale=0.3).transpose(1, 2).unflatten(2, (4, 5))
    same(reference.attend(a, q, k, v), theirs, "attention")


def activations(stream):
    x = 4 * field(stream, 6, 6)
    theirs = {"relu6": F.relu6, "silu": F.silu, "hardsigmoid": F.hardsigmoid,
              "hardswish": F.hardswish}
    for name, function in theirs.items():
        same(reference.PLAIN[name]({}, x), function(x), name)
    same(reference.PLAIN["leaky_relu"]({"slope": "0.2"}, x), F.leaky_relu(x, 0.2), "leaky_relu")


def check():
    stream = Stream(1, "agreement")
    for _ in range(100):
        for part in (pools, adaptive, normalization, attention, activations):
            part(stream)


if __name__ == "__main__":
    check()
