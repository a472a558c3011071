"""A small DeepLabv3+ and a baseline that sees only a small window."""

import torch
import torch.nn.functional as F
from torch import nn

CLASSES = 8
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def normalize(pictures):
    """uint8 [N, H, W, 3] to the float32 [N, 3, H, W] the networks take."""
    x = pictures.permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def resize(x, size):
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


def conv_bn_relu(inputs, outputs, kernel, stride=1, rate=1):
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, rate * (kernel - 1) // 2, rate, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    ]


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + shortcut)


class Backbone(nn.Module):
    """Returns the stride 4 and the stride 16 features."""

    def __init__(self, widths):
        super().__init__()
        stem, low, middle, high = widths
        self.conv1 = nn.Conv2d(3, stem, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(stem)
        self.layer1 = nn.Sequential(BasicBlock(stem, low, 2), BasicBlock(low, low, 1))
        self.layer2 = nn.Sequential(BasicBlock(low, middle, 2), BasicBlock(middle, middle, 1))
        self.layer3 = nn.Sequential(BasicBlock(middle, high, 2), BasicBlock(high, high, 1))

    def forward(self, x):
        low = self.layer1(F.relu(self.bn1(self.conv1(x))))
        return low, self.layer3(self.layer2(low))


class ASPP(nn.Module):
    def __init__(self, inputs, outputs, rates):
        super().__init__()
        branches = [nn.Sequential(*conv_bn_relu(inputs, outputs, 1))]
        branches += [nn.Sequential(*conv_bn_relu(inputs, outputs, 3, rate=r)) for r in rates]
        branches.append(nn.Sequential(nn.AdaptiveAvgPool2d(1), *conv_bn_relu(inputs, outputs, 1)))
        self.convs = nn.ModuleList(branches)
        self.project = nn.Sequential(
            *conv_bn_relu(len(branches) * outputs, outputs, 1), nn.Dropout(0.1))

    def forward(self, x):
        size = x.shape[-2:]
        *maps, pooled = [branch(x) for branch in self.convs]
        return self.project(torch.cat([*maps, resize(pooled, size)], dim=1))


class Decoder(nn.Module):
    def __init__(self, low, reduced, high, outputs):
        super().__init__()
        self.low = nn.Sequential(*conv_bn_relu(low, reduced, 1))
        self.fuse = nn.Sequential(
            *conv_bn_relu(high + reduced, outputs, 3), *conv_bn_relu(outputs, outputs, 3))

    def forward(self, low, high):
        low = self.low(low)
        return self.fuse(torch.cat([resize(high, low.shape[-2:]), low], dim=1))


class DeepLab(nn.Module):
    """DeepLabv3+, output stride 16."""

    def __init__(self):
        super().__init__()
        self.backbone = Backbone((24, 32, 64, 112))
        self.aspp = ASPP(112, 64, rates=(2, 4, 6))
        self.decoder = Decoder(32, 16, 64, 64)
        self.classifier = nn.Conv2d(64, CLASSES, 1)

    def forward(self, x):
        low, high = self.backbone(x)
        return resize(self.classifier(self.decoder(low, self.aspp(high))), x.shape[-2:])


class LocalNet(nn.Module):
    """Four 3x3 convolutions, the second at stride 2: 13 pixels, 15 once resized."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *conv_bn_relu(3, 16, 3),
            *conv_bn_relu(16, 48, 3, stride=2),
            *conv_bn_relu(48, 48, 3),
            *conv_bn_relu(48, 48, 3),
            *conv_bn_relu(48, 64, 1),
        )
        self.classifier = nn.Conv2d(64, CLASSES, 1)

    def forward(self, x):
        return resize(self.classifier(self.features(x)), x.shape[-2:])


def count_parameters(net):
    return sum(p.numel() for p in net.parameters())


def count_macs(net, size):
    """Multiply-accumulates of all convolutions on one size x size picture."""
    total = 0

    def add(conv, _, output):
        nonlocal total
        total += conv.weight.numel() * output.shape[-2] * output.shape[-1]

    hooks = [m.register_forward_hook(add) for m in net.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        net.eval()(torch.zeros(1, 3, size, size))
    for hook in hooks:
        hook.remove()
    return total
