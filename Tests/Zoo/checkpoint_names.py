"""Writes keys/<source>/<name>.txt for checkpoints of code that is in no package registry.

    python checkpoint_names.py            write the lists
    python checkpoint_names.py --check    compare the stored lists

One line a tensor, `name shape`, as the file has them: prefixes, slots of the optimizer and layouts
(HWIO in TensorFlow) included, num_batches_tracked left out. The names follow the naming rules of
tensorflow/models research/deeplab, hszhao/semseg, kazuto1011/deeplab-pytorch, the DeepLabv2 prototxt
and VainF/DeepLabV3Plus-Pytorch, written out here without any library.
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).parent / "keys"


class Names(list):
    def add(self, name, *shape):
        self.append(f"{name} {'x'.join(map(str, shape))}")

    def conv(self, name, inputs, outputs, kernel=1, bias=False):
        self.add(f"{name}.weight", outputs, inputs, kernel, kernel)
        if bias:
            self.add(f"{name}.bias", outputs)

    def norm(self, name, channels):
        for slot in ("weight", "bias", "running_mean", "running_var"):
            self.add(f"{name}.{slot}", channels)

    def conv_norm(self, conv, norm, inputs, outputs, kernel=1):
        self.conv(conv, inputs, outputs, kernel)
        self.norm(norm, outputs)

    def trained(self, name, *shape):
        self.add(name, *shape)
        self.add(f"{name}/Momentum", *shape)

    def slim(self, name, inputs, outputs, kernel=1):
        self.trained(f"{name}/weights", kernel, kernel, inputs, outputs)
        self.slim_norm(name, outputs)

    def slim_separable(self, name, inputs, outputs):
        self.trained(f"{name}_depthwise/depthwise_weights", 3, 3, inputs, 1)
        self.slim_norm(f"{name}_depthwise", inputs)
        self.slim(f"{name}_pointwise", inputs, outputs)

    def slim_norm(self, name, channels):
        for slot in ("gamma", "beta"):
            self.trained(f"{name}/BatchNorm/{slot}", channels)
        for slot in ("moving_mean", "moving_variance"):
            self.add(f"{name}/BatchNorm/{slot}", channels)


def tf_xception(depth):
    """model.py and core/xception.py: DeepLabv3+ with separable ASPP and decoder."""
    names = Names()
    scope = f"xception_{depth}"
    names.slim(f"{scope}/entry_flow/conv1_1", 3, 32, 3)
    names.slim(f"{scope}/entry_flow/conv1_2", 32, 64, 3)
    entry = [128, 256, 728] if depth < 71 else [128, 256, 256, 728, 728]
    units = [("entry_flow", b, 1, [w, w, w], True) for b, w in enumerate(entry, 1)]
    middle = 8 if depth == 41 else 16
    units += [("middle_flow", 1, u, [728] * 3, False) for u in range(1, middle + 1)]
    units += [("exit_flow", 1, 1, [728, 1024, 1024], True)]
    units += [("exit_flow", 2, 1, [1536, 1536, 2048], False)]
    inputs = 64
    for flow, block, unit, widths, shortcut in units:
        module = f"{scope}/{flow}/block{block}/unit_{unit}/xception_module"
        if shortcut:
            names.slim(f"{module}/shortcut", inputs, widths[2])
        for number, width in enumerate(widths, 1):
            names.slim_separable(f"{module}/separable_conv{number}", inputs, width)
            inputs = width
    names.slim("image_pooling", 2048, 256)
    names.slim("aspp0", 2048, 256)
    for branch in (1, 2, 3):
        names.slim_separable(f"aspp{branch}", 2048, 256)
    names.slim("concat_projection", 1280, 256)
    names.slim("decoder/feature_projection0", 256, 48)
    names.slim_separable("decoder/decoder_conv0", 304, 256)
    names.slim_separable("decoder/decoder_conv1", 256, 256)
    names.trained("logits/semantic/weights", 1, 1, 256, 21)
    names.trained("logits/semantic/biases", 21)
    names.append("global_step scalar")
    return names


def resnet_layers(names, prefix, depth, inputs):
    """layer1 … layer4 of torchvision's bottleneck ResNets."""
    units = {50: [3, 4, 6, 3], 101: [3, 4, 23, 3]}[depth]
    for layer, (count, width) in enumerate(zip(units, [64, 128, 256, 512]), 1):
        for index in range(count):
            unit = f"{prefix}layer{layer}.{index}"
            names.conv_norm(f"{unit}.conv1", f"{unit}.bn1", inputs, width)
            names.conv_norm(f"{unit}.conv2", f"{unit}.bn2", width, width, 3)
            names.conv_norm(f"{unit}.conv3", f"{unit}.bn3", width, 4 * width)
            if index == 0:
                projection = f"{unit}.downsample"
                names.conv_norm(f"{projection}.0", f"{projection}.1", inputs, 4 * width)
            inputs = 4 * width


def semseg_pspnet(depth):
    """model/pspnet.py, saved under DataParallel with the auxiliary head."""
    names = Names()
    for index, inputs, outputs in ((0, 3, 64), (3, 64, 64), (6, 64, 128)):
        stem = "module.layer0"
        names.conv_norm(f"{stem}.{index}", f"{stem}.{index + 1}", inputs, outputs, 3)
    resnet_layers(names, "module.", depth, 128)
    for level in range(4):
        feature = f"module.ppm.features.{level}"
        names.conv_norm(f"{feature}.1", f"{feature}.2", 2048, 512)
    for head, inputs, width in (("cls", 4096, 512), ("aux", 1024, 256)):
        names.conv_norm(f"module.{head}.0", f"module.{head}.1", inputs, width, 3)
        names.conv(f"module.{head}.4", width, 21, bias=True)
    return names


def deeplabv2_vgg16(branches):
    """The layers of the prototxt, one classifier a branch."""
    names = Names()
    inputs = 3
    for group, (count, width) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 1):
        for layer in range(1, count + 1):
            names.conv(f"conv{group}_{layer}", inputs, width, 3, bias=True)
            inputs = width
    for branch in range(1, branches + 1):
        names.conv(f"fc6_{branch}", 512, 1024, 3, bias=True)
        names.conv(f"fc7_{branch}", 1024, 1024, bias=True)
        names.conv(f"fc8_voc12_{branch}", 1024, 21, bias=True)
    return names


def deeplabv2_resnet101():
    """libs/models/deeplabv2.py inside MSC."""
    names = Names()

    def unit(name, inputs, outputs, kernel=1):
        names.conv_norm(f"base.{name}.conv", f"base.{name}.bn", inputs, outputs, kernel)

    unit("layer1.conv1", 3, 64, 7)
    inputs = 64
    for layer, (count, width) in enumerate([(3, 64), (4, 128), (23, 256), (3, 512)], 2):
        for index in range(1, count + 1):
            block = f"layer{layer}.block{index}"
            unit(f"{block}.reduce", inputs, width)
            unit(f"{block}.conv3x3", width, width, 3)
            unit(f"{block}.increase", width, 4 * width)
            if index == 1:
                unit(f"{block}.shortcut", inputs, 4 * width)
            inputs = 4 * width
    for branch in range(4):
        names.conv(f"base.aspp.c{branch}", 2048, 21, 3, bias=True)
    return names


def vainf_head(names, inputs, low):
    names.conv_norm("classifier.project.0", "classifier.project.1", low, 48)
    aspp = "classifier.aspp"
    for branch in range(5):
        first = 1 if branch == 4 else 0
        convs = f"{aspp}.convs.{branch}"
        kernel = 3 if branch in (1, 2, 3) else 1
        names.conv_norm(f"{convs}.{first}", f"{convs}.{first + 1}", inputs, 256, kernel)
    names.conv_norm(f"{aspp}.project.0", f"{aspp}.project.1", 1280, 256)
    names.conv_norm("classifier.classifier.0", "classifier.classifier.1", 304, 256, 3)
    names.conv("classifier.classifier.3", 256, 21, bias=True)
    return names


def vainf_resnet101():
    names = Names()
    names.conv_norm("backbone.conv1", "backbone.bn1", 3, 64, 7)
    resnet_layers(names, "backbone.", 101, 64)
    return vainf_head(names, 2048, 256)


def vainf_mobilenet():
    """network/backbone/mobilenetv2.py, cut after layer 3."""
    names = Names()
    names.conv_norm(
        "backbone.low_level_features.0.0", "backbone.low_level_features.0.1", 3, 32, 3
    )
    inputs, layer = 32, 0
    for expand, width, count in (
        (1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1),
    ):
        for _ in range(count):
            layer += 1
            part = "low" if layer < 4 else "high"
            conv = f"backbone.{part}_level_features.{layer}.conv"
            hidden, index = expand * inputs, 0
            if expand > 1:
                names.conv_norm(f"{conv}.0.0", f"{conv}.0.1", inputs, hidden)
                index = 1
            names.conv_norm(f"{conv}.{index}.0", f"{conv}.{index}.1", 1, hidden, 3)
            names.conv_norm(f"{conv}.{index + 1}", f"{conv}.{index + 2}", hidden, width)
            inputs = width
    return vainf_head(names, 320, 24)


LISTS = {
    "deeplabv2/resnet101": deeplabv2_resnet101(),
    "deeplabv2/vgg16_aspp_l": deeplabv2_vgg16(4),
    "deeplabv2/vgg16_aspp_s": deeplabv2_vgg16(4),
    "deeplabv2/vgg16_largefov": deeplabv2_vgg16(1),
    "semseg/pspnet50": semseg_pspnet(50),
    "semseg/pspnet101": semseg_pspnet(101),
    "tf/deeplabv3plus_xception41": tf_xception(41),
    "tf/deeplabv3plus_xception65": tf_xception(65),
    "tf/deeplabv3plus_xception71": tf_xception(71),
    "vainf/deeplabv3plus_mobilenet": vainf_mobilenet(),
    "vainf/deeplabv3plus_resnet101": vainf_resnet101(),
}


def main(check):
    stale = []
    for name, names in LISTS.items():
        path = HERE / f"{name}.txt"
        text = "\n".join(sorted(names)) + "\n"
        if check:
            if not path.exists() or path.read_text() != text:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if stale:
        sys.exit(f"stale: {', '.join(stale)}")


if __name__ == "__main__":
    main("--check" in sys.argv[1:])
