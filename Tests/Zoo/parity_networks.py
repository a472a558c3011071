"""The networks of the parity references: their taps, weights and inputs.

Names of tensors and taps are those of the module; the `.net` files have the same. Weights and
inputs are the documented random ones (Tests/Oracle/random_weights.py).
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import torch

from state_dicts import smp_deeplabv3plus, torchvision_segmentation

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Oracle"))
from random_weights import uniform  # noqa: E402

BLOCK = 100


@dataclass
class Network:
    """One network of a library."""

    spec: str
    """The `.net` file under models/, without its ending."""
    build: Callable
    """Makes the module at an output stride; at None where the library has one only."""
    taps: list
    """Paths of modules whose outputs are compared, beside the logits."""
    sizes: list
    strides: list
    seed: int

    @property
    def name(self):
        return self.spec.replace("/", "_")


def torchvision_network(name, stages, head, seed=1):
    taps = [f"backbone.{stage}" for stage in stages] + [f"classifier.{part}" for part in head]
    return Network(
        f"torchvision/{name}", lambda _: torchvision_segmentation(name, False)(), taps,
        [(129, 161), (257, 257)], [None], seed)


def smp_network(name, encoder, stages, seed=1):
    taps = [f"encoder.{stage}" for stage in stages]
    taps += [f"decoder.aspp.0.{part}" for part in ASPP]
    taps += ["decoder.aspp", "decoder.block1", "decoder.block2", "segmentation_head.0"]
    return Network(
        f"smp/deeplabv3plus_{name}", lambda stride: smp_deeplabv3plus(encoder, stride)(), taps,
        [(128, 160), (256, 256)], [16, 8], seed)


LAYERS = ["layer1", "layer2", "layer3", "layer4"]
ASPP = ["convs.0", "convs.1", "convs.2", "convs.3", "project"]
DEEPLAB_HEAD = [f"0.{part}" for part in ASPP] + ["1", "2", "4"]
XCEPTION = [f"model.blocks_{i}" for i in (0, 1, 2, 10, 18, 19, 20)]

NETWORKS = [
    torchvision_network("deeplabv3_resnet50", LAYERS, DEEPLAB_HEAD),
    torchvision_network(
        "deeplabv3_mobilenet_v3_large", [0, 1, 3, 6, 12, 15, 16], DEEPLAB_HEAD, 3),
    torchvision_network("fcn_resnet50", LAYERS, ["0", "1", "4"]),
    smp_network("resnet50", "resnet50", LAYERS),
    smp_network("xception65", "tu-xception65", XCEPTION + ["model.blocks_1.stack.conv2"], 3),
    smp_network(
        "mobilenet_v2", "mobilenet_v2", [f"features.{i}" for i in (1, 3, 6, 13, 17, 18)], 19),
]


def fill(module, seed):
    """Gives every tensor of a module the random weights of its name."""
    modules = dict(module.named_modules())
    for key, tensor in module.state_dict().items():
        owner, slot = key.rpartition(".")[::2]
        if slot == "num_batches_tracked":
            continue
        if isinstance(modules[owner], torch.nn.Conv2d) and slot == "weight":
            high = (6 / tensor[0].numel()) ** 0.5
            low = -high
        elif slot in ("weight", "running_var"):
            low, high = 0.5, 1.5
        else:
            low, high = -0.1, 0.1
        tensor.copy_(torch.from_numpy(uniform(seed, key, tuple(tensor.shape), low, high)))


def picture(seed, height, width):
    """Blocks of 100 x 100 pixels, uniform in [-0.1, 0.1] from the stream "input:blocks" over C, rows
    and columns of blocks. Few edges and values no larger than the shifts of the batch norms keep
    small what ReLU6 makes of rounding, and let the shifts count."""
    rows, columns = -(-height // BLOCK), -(-width // BLOCK)
    blocks = uniform(seed, "input:blocks", (3, rows, columns), -0.1, 0.1)
    return np.repeat(np.repeat(blocks, BLOCK, 1), BLOCK, 2)[:, :height, :width].copy()


def record(module, taps, image):
    """The output of every tap by name, `logits` last; [C, H, W] in the type of `image`."""
    values = {}

    def keep(name):
        # A copy, since activations behind a tap may work in place.
        return lambda _, __, output: values.__setitem__(name, output[0].numpy().copy())

    modules = dict(module.named_modules())
    hooks = [modules[tap].register_forward_hook(keep(tap)) for tap in taps]
    with torch.no_grad():
        output = module(image[None])
    for hook in hooks:
        hook.remove()
    values["logits"] = (output["out"] if isinstance(output, dict) else output)[0].numpy()
    return values


def record_rounded(module, taps, image):
    """The same of a float64 module, each layer's output rounded to float32: what an engine with
    float32 tensors and exact sums gives."""
    layers = [layer for layer in module.modules() if not list(layer.children())]
    hooks = [layer.register_forward_hook(lambda _, __, output: output.float().double())
             for layer in layers]
    values = record(module, taps, image)
    for hook in hooks:
        hook.remove()
    return values
