"""The table of operations and options, each of which the networks must use several times."""

from collections import Counter

MINIMUM = 3

ACTIVATIONS = [
    "relu", "relu6", "leaky_relu", "silu", "sigmoid", "hardsigmoid", "hardswish", "tanh", "square",
    "power", "softmax",
]

POOL_OPTIONS = {
    "kernel": ["number", "square", "rectangular"],
    "stride": ["default", "number", "rectangular"],
    "rate": ["1", "2", "rectangular"],
    "pad": ["default", "number", "pair", "four", "same(tf)"],
    "ceil_mode": ["default", "no", "yes"],
}

# Option choices by group; `ceil_mode=yes` and a rate are counted only where they change the result.
OPTIONS = {
    "network.size": ["symbolic", "fixed", "mixed"],
    "network.batch": ["1", "2"],
    "conv.kernel": ["1", "odd", "even", "rectangular", "expression"],
    "conv.stride": ["1", "2", "3", "rectangular"],
    "conv.rate": ["1", "2", "3", "beyond", "rectangular"],
    "conv.pad": ["default", "number", "pair", "four", "same(tf)", "valid"],
    "conv.groups": ["1", "several"],
    "conv.bias": ["default", "yes", "no"],
    "depthwise.kernel": ["3", "5", "rectangular"],
    "depthwise.stride": ["1", "2", "rectangular"],
    "depthwise.rate": ["1", "2", "beyond"],
    "depthwise.multiplier": ["1", "2"],
    "depthwise.form": ["channels", "number"],
    "transposed_conv.kernel": ["2", "3", "4", "rectangular"],
    "transposed_conv.stride": ["1", "2", "3", "rectangular"],
    "transposed_conv.pad": ["default", "number", "pair"],
    "transposed_conv.output_pad": ["0", "1"],
    "transposed_conv.rate": ["1", "2", "rectangular"],
    "transposed_conv.groups": ["1", "several"],
    "transposed_conv.bias": ["default", "yes", "no"],
    "dense.input": ["vector", "map"],
    "dense.bias": ["default", "yes", "no"],
    "bn.eps": ["default", "0.001", "1e-3", "0.1"],
    "activation": ACTIVATIONS,
    "leaky_relu.slope": ["default", "given"],
    "power.exponent": ["integer", "fraction", "negative"],
    "power.scale": ["default", "given"],
    "power.shift": ["default", "given"],
    **{f"maxpool.{key}": values for key, values in POOL_OPTIONS.items()},
    **{f"avgpool.{key}": values for key, values in POOL_OPTIONS.items()},
    "maxpool.form": ["window", "global", "adaptive"],
    "avgpool.form": ["window", "global", "adaptive"],
    "avgpool.count_include_pad": ["default", "yes", "no"],
    "adaptive.bins": ["number", "size"],
    "stochastic_pool.kernel": ["number", "square", "rectangular"],
    "stochastic_pool.stride": ["default", "number"],
    "stochastic_pool.pad": ["default", "number"],
    "stochastic_pool.ceil_mode": ["default", "yes"],
    "spp.rule": ["default", "adaptive", "paper", "sppnet_pytorch"],
    "spp.pool": ["default", "max", "avg"],
    "roi_spp.scale": ["default", "given"],
    "roi_spp.pool": ["default", "max", "avg"],
    "attend.normalize": ["default", "softmax", "count", "relu_count"],
    "attend.combine": ["product", "add"],
    "attend.scale": ["default", "given"],
    "attend.keys": ["same", "projected", "subsampled"],
    "attend.form": ["call", "pipe"],
    "concat.parts": ["2", "3"],
    "add.form": ["operator", "call"],
    "add.parts": ["2", "3", "broadcast"],
    "mul.form": ["operator", "call"],
    "mul.parts": ["same", "gate", "one_channel"],
    "max.parts": ["2", "3", "broadcast"],
    "resize.form": ["like", "2x", "1.5x", "0.5x", "fixed"],
    "resize.mode": ["default", "bilinear", "nearest"],
    "resize.align_corners": ["default", "no", "yes"],
    "crop.form": ["sides", "like center", "like offset"],
    "pad.form": ["sides", "like center", "like offset"],
    "pad.value": ["default", "given", "negative"],
    "lrn.across": ["default", "channels", "within"],
    "lrn.scaling": ["default", "caffe", "paper"],
    "lrn.k": ["default", "given"],
}

# Further facts counted when they are true, required as well.
FACTS = [
    "op dropout", "op identity", "op flatten", "op argmax", "op spp", "op roi_spp", "op concat",
    "op max", "op lrn", "op stochastic_pool",
    "crop.center odd difference", "pad.center odd difference", "concat long skip", "add long skip",
    "add residual", "adaptive more bins than cells", "roi_spp one-cell window",
    "sppnet_pytorch padded", "paper rule with unread cells", "avgpool rate with pad",
    "ceil_mode with pad", "same(tf) uneven", "conv stride above kernel",
    "lrn within paper", "lrn within caffe", "lrn channels paper", "lrn channels caffe",
    "resize nearest 1.5x", "resize aligned factor", "attend count add", "attend relu_count add",
]


def required():
    return FACTS + [f"{group}={value}" for group, values in OPTIONS.items() for value in values]


def missing(counts: Counter):
    return [feature for feature in required() if counts[feature] < MINIMUM]


def gain(counts: Counter, features):
    """How much a network adds to features that are still rare."""
    known = set(required())
    return sum(max(0, 2 * MINIMUM - counts[feature]) for feature in set(features) & known)


def table(counts: Counter):
    """One line per group, the count of each option."""
    lines = [f"{fact}: {counts[fact]}" for fact in FACTS]
    for group, values in OPTIONS.items():
        cells = "  ".join(f"{value} {counts[f'{group}={value}']}" for value in values)
        lines.append(f"{group}: {cells}")
    return "\n".join(lines)
