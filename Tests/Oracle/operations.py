"""What a network is drawn from: each operation's builder and how common it should be.

A builder takes the sampler and the current value, appends one operation or a small group that ends
in a join, and returns the new value; it raises Inapplicable where the operation does not fit.
"""

import convolutions
import joins
import pointwise
import pooling
import resizing

BUILDERS = {
    "conv": (convolutions.conv, 40),
    "depthwise": (convolutions.depthwise, 6),
    "transposed_conv": (convolutions.transposed_conv, 14),
    "dense": (convolutions.dense, 6),
    "flatten": (convolutions.flatten, 1),
    "bn": (pointwise.bn, 6),
    "activation": (pointwise.activation, 45),
    "dropout": (pointwise.dropout, 1),
    "identity": (pointwise.identity, 1),
    "lrn": (pointwise.lrn, 7),
    "maxpool": (pooling.pool("maxpool"), 20),
    "avgpool": (pooling.pool("avgpool"), 20),
    "stochastic_pool": (pooling.stochastic_pool, 4),
    "spp": (pooling.spp, 14),
    "resize": (resizing.resize, 12),
    "crop": (resizing.crop, 4),
    "pad": (resizing.pad, 8),
    "concat": (joins.concat, 5),
    "add": (joins.add, 6),
    "mul": (joins.mul, 5),
    "max": (joins.largest, 4),
    "attend": (joins.attend, 8),
}
