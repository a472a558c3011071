"""Writes keys/<source>/<name>.txt: what the libraries' `state_dict()` holds for each network.

    python state_dicts.py            write the lists
    python state_dicts.py --check    compare the stored lists with the installed libraries

One line a tensor, `key shape` with the shape as 64x3x7x7, without num_batches_tracked. A network
with an auxiliary head has two lists, `<name>.txt` without it and `<name>+aux.txt` with it.
Nothing is downloaded and no weight is made: the models live on torch's meta device.

Written with torch 2.13.0, torchvision 0.28.0, segmentation_models_pytorch 0.6.0, timm 1.0.31.
"""

import pathlib
import sys

import torch

try:
    import torchvision
except Exception:  # its compiled operators may not load beside a CPU torch; models need none
    operators = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        operators.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    for module in [module for module in sys.modules if module.startswith("torchvision")]:
        del sys.modules[module]
    import torchvision

import segmentation_models_pytorch as smp

HERE = pathlib.Path(__file__).parent / "keys"


def torchvision_segmentation(name, aux):
    make = getattr(torchvision.models.segmentation, name)
    return lambda: make(weights=None, weights_backbone=None, aux_loss=aux)


def torchvision_classifier(name):
    return lambda: getattr(torchvision.models, name)(weights=None)


def smp_deeplabv3plus(encoder, stride=16):
    return lambda: smp.DeepLabV3Plus(
        encoder, encoder_weights=None, encoder_output_stride=stride, classes=21
    )


def networks():
    """Name of the list to what builds the model."""
    for name in [
        "deeplabv3_resnet50", "deeplabv3_resnet101", "deeplabv3_mobilenet_v3_large", "fcn_resnet50",
    ]:
        yield f"torchvision/{name}", torchvision_segmentation(name, False)
        yield f"torchvision/{name}+aux", torchvision_segmentation(name, True)
    for name in ["resnet50", "vgg16", "alexnet"]:
        yield f"torchvision/{name}", torchvision_classifier(name)
    for name, encoder in {
        "resnet50": "resnet50", "resnet101": "resnet101", "xception65": "tu-xception65",
        "mobilenet_v2": "mobilenet_v2",
    }.items():
        yield f"smp/deeplabv3plus_{name}", smp_deeplabv3plus(encoder)


def keys(build):
    """The lines of one model, in the order of its state_dict."""
    with torch.device("meta"):
        state = build().state_dict()
    return [
        f"{key} {'x'.join(map(str, tensor.shape))}"
        for key, tensor in state.items()
        if not key.endswith("num_batches_tracked")
    ]


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    differing = 0
    for name, build in networks():
        path = HERE / f"{name}.txt"
        text = "\n".join(keys(build)) + "\n"
        if not arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{path.relative_to(HERE)} differs", file=sys.stderr)
            differing += 1
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
