"""Compares the networks that no installed library has with PyTorch.

    python papers.py NETC            every network below, through that netc
    python papers.py NETC unet fcn   those whose path contains one of the words

Each is written anew here from its paper or from the layers of its code, gets the documented random
weights of seed 1 (Tests/Oracle/random_weights.py) and must agree with netc, relative L2 below 1e-5:
counts see neither a wrong pad nor a wrong order. Memory: up to 3 GB.

Written with torch 2.13.0.
"""

import itertools
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "Oracle"))
from random_weights import uniform  # noqa: E402

LIMIT = 1e-5
WINDOWS = np.float32(
    [[0, 0, 300, 200], [10, 20, 90, 100], [50, 60, 70, 80], [130, 40, 299, 199],
     [33.5, 7.25, 190, 150.5]])


def fill(module):
    for key, tensor in module.state_dict().items():
        slot = key.rpartition(".")[2]
        if slot == "num_batches_tracked":
            continue
        if tensor.dim() > 1:
            owner = module.get_submodule(key.rpartition(".")[0])
            transposed = isinstance(owner, nn.ConvTranspose2d)
            fan_in = tensor[:, 0].numel() if transposed else tensor[0].numel()
            high = math.sqrt(6 / fan_in)
            low = -high
        else:
            low, high = (0.5, 1.5) if slot in ("weight", "running_var") else (-0.1, 0.1)
        tensor.copy_(torch.from_numpy(uniform(1, key, tuple(tensor.shape), low, high)))
    return module.eval()


class FCN(nn.Module):
    """voc-fcn32s, voc-fcn16s and voc-fcn8s; the crops are Caffe's."""

    def __init__(self, stride, classes=21):
        super().__init__()
        self.stride, self.groups = stride, (2, 2, 3, 3, 3)
        channels = 3
        for group, width in enumerate((64, 128, 256, 512, 512), 1):
            for layer in range(1, self.groups[group - 1] + 1):
                pad = 100 if channels == 3 else 1
                self.add_module(f"conv{group}_{layer}", nn.Conv2d(channels, width, 3, padding=pad))
                channels = width
        self.fc6, self.fc7 = nn.Conv2d(512, 4096, 7), nn.Conv2d(4096, 4096, 1)
        self.score_fr = nn.Conv2d(4096, classes, 1)
        names = {32: {"upscore": 32}, 16: {"upscore2": 2, "upscore16": 16},
                 8: {"upscore2": 2, "upscore_pool4": 2, "upscore8": 8}}[stride]
        for name, factor in names.items():
            self.add_module(
                name, nn.ConvTranspose2d(classes, classes, 2 * factor, factor, bias=False))
        if stride <= 16:
            self.score_pool4 = nn.Conv2d(512, classes, 1)
        if stride == 8:
            self.score_pool3 = nn.Conv2d(256, classes, 1)

    def forward(self, x):
        def crop(map, offset, like):
            rows, columns = like.shape[2:]
            return map[:, :, offset:offset + rows, offset:offset + columns]

        pools, y = [], x
        for group, layers in enumerate(self.groups, 1):
            for layer in range(1, layers + 1):
                y = F.relu(self.get_submodule(f"conv{group}_{layer}")(y))
            y = F.max_pool2d(y, 2, 2, ceil_mode=True)
            pools.append(y)
        y = self.score_fr(F.relu(self.fc7(F.relu(self.fc6(y)))))
        if self.stride == 32:
            return crop(self.upscore(y), 19, x)
        y = self.upscore2(y)
        y = y + crop(self.score_pool4(pools[3]), 5, y)
        if self.stride == 16:
            return crop(self.upscore16(y), 27, x)
        y = self.upscore_pool4(y)
        y = y + crop(self.score_pool3(pools[2]), 9, y)
        return crop(self.upscore8(y), 31, x)


class Valid(nn.Module):
    """Two unpadded convolutions, after a transposed one in the decoder."""

    def __init__(self, channels, width, up=False):
        super().__init__()
        if up:
            self.up = nn.ConvTranspose2d(channels, width, 2, 2)
        self.conv1, self.conv2 = nn.Conv2d(channels, width, 3), nn.Conv2d(width, width, 3)

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))))


class OriginalUNet(nn.Module):
    def __init__(self, channels, classes=2):
        super().__init__()
        for index, width in enumerate((64, 128, 256, 512, 1024), 1):
            self.add_module(f"down{index}", Valid(channels, width))
            if index < 5:
                self.add_module(f"up{index}", Valid(2 * width, width, up=True))
            channels = width
        self.head = nn.Conv2d(64, classes, 1)

    def forward(self, x):
        skips = [self.down1(x)]
        for index in range(2, 6):
            skips.append(self.get_submodule(f"down{index}")(F.max_pool2d(skips[-1], 2)))
        y = skips.pop()
        for index in range(4, 0, -1):
            unit, skip = self.get_submodule(f"up{index}"), skips.pop()
            y = unit.up(y)
            (rows, columns), (tall, wide) = y.shape[2:], skip.shape[2:]
            top, left = (tall - rows) // 2, (wide - columns) // 2
            y = unit(torch.cat([skip[:, :, top:top + rows, left:left + columns], y], 1))
        return self.head(y)


class DoubleConv(nn.Module):
    def __init__(self, channels, width, middle=None):
        super().__init__()
        middle = middle or width
        self.double_conv = nn.Sequential(
            nn.Conv2d(channels, middle, 3, padding=1, bias=False), nn.BatchNorm2d(middle),
            nn.ReLU(), nn.Conv2d(middle, width, 3, padding=1, bias=False), nn.BatchNorm2d(width),
            nn.ReLU())

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(channels, width))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, channels, width, bilinear):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = DoubleConv(channels, width, channels // 2)
        else:
            self.up = nn.ConvTranspose2d(channels, channels // 2, 2, 2)
            self.conv = DoubleConv(channels, width)

    def forward(self, x, skip):
        x = self.up(x)
        rows, columns = (skip.shape[axis] - x.shape[axis] for axis in (2, 3))
        pads = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
        return self.conv(torch.cat([skip, F.pad(x, pads)], 1))


class Scores(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.conv = nn.Conv2d(channels, classes, 1)


class MilesialUNet(nn.Module):
    def __init__(self, channels, bilinear, classes=2):
        super().__init__()
        factor = 2 if bilinear else 1
        self.inc = DoubleConv(channels, 64)
        self.down1, self.down2, self.down3 = Down(64, 128), Down(128, 256), Down(256, 512)
        self.down4 = Down(512, 1024 // factor)
        self.up1 = Up(1024, 512 // factor, bilinear)
        self.up2 = Up(512, 256 // factor, bilinear)
        self.up3 = Up(256, 128 // factor, bilinear)
        self.up4 = Up(128, 64, bilinear)
        self.outc = Scores(64, classes)

    def forward(self, x):
        skips = [self.inc(x)]
        for down in (self.down1, self.down2, self.down3):
            skips.append(down(skips[-1]))
        y = self.down4(skips[-1])
        for up in (self.up1, self.up2, self.up3, self.up4):
            y = up(y, skips.pop())
        return self.outc.conv(y)


class SPPNet(nn.Module):
    """Table 1; with bins [6], the network without a pyramid."""

    def __init__(self, name, bins, last="fc8", classes=1000):
        super().__init__()
        self.name, self.bins, self.last = name, bins, last
        first = {"zf5": (7, 2, 1), "convnet5": (11, 4, 2)}.get(name, (7, 2, 0))
        second = {"zf5": (5, 2, 0)}.get(name, (5, 1, 2))
        widths = [384, 384, 256] if name in ("zf5", "convnet5") else [512] * (int(name[-1]) - 2)
        layers = [(96, *first), (256, *second)] + [(width, 3, 1, 1) for width in widths]
        channels, self.count = 3, len(layers)
        for index, (width, kernel, stride, pad) in enumerate(layers, 1):
            self.add_module(f"conv{index}", nn.Conv2d(channels, width, kernel, stride, pad))
            channels = width
        self.fc6 = nn.Linear(channels * sum(n * n for n in bins), 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.add_module(last, nn.Linear(4096, classes))

    def body(self, x):
        def layer(index, x):
            return F.relu(self.get_submodule(f"conv{index}")(x))

        def across(x):
            return F.local_response_norm(x, 5, 1e-4, 0.75, 1.0)

        def within(x):
            return x * (1 + 5e-5 * F.avg_pool2d(x * x, 3, 1, 1)) ** -0.75

        done = 2
        if self.name == "zf5":
            for index in (1, 2):
                x = F.max_pool2d(within(layer(index, x)), 3, 2, ceil_mode=True)
        elif self.name == "convnet5":
            x = F.max_pool2d(across(layer(2, across(layer(1, x)))), 3, 2)
            x, done = F.max_pool2d(layer(3, x), 3, 2), 3
        else:
            x = F.max_pool2d(layer(2, across(F.max_pool2d(layer(1, x), 3, 3))), 2, 2)
        for index in range(done + 1, self.count + 1):
            x = layer(index, x)
        return x

    def pyramid(self, x):
        if self.bins == [6]:
            return F.max_pool2d(x, 3, {13: 2, 18: 3}[x.shape[2]]).flatten(1)
        return torch.cat([F.adaptive_max_pool2d(x, n).flatten(1) for n in self.bins], 1)

    def forward(self, x):
        y = self.features(self.body(x))
        return self.get_submodule(self.last)(F.relu(self.fc7(F.relu(self.fc6(y)))))

    def features(self, maps):
        return self.pyramid(maps)


class Detection(SPPNet):
    """Windows on a map of 16 pixels a cell, the first centred on pixel 20 (appendix A)."""

    def __init__(self):
        super().__init__("zf5", [1, 2, 3, 6], "fc8_pascal", 21)

    def features(self, maps):
        def cells(first, last, count):
            low = min(max(math.floor((first - 20) / 16) + 1, 0), count - 1)
            high = min(max(math.ceil((last - 20) / 16) - 1, 0), count - 1)
            return slice(low, max(low, high) + 1)

        height, width = maps.shape[2:]
        return torch.cat([
            self.pyramid(maps[:, :, cells(top, bottom, height), cells(left, right, width)])
            for left, top, right, bottom in WINDOWS.astype(float)])


class SPP_NET(nn.Module):
    """sppnet-pytorch, with integer pads and a leaky relu after conv1."""

    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 64, 4, 2, 1, bias=False)
        self.conv2 = nn.Conv2d(64, 128, 4, 1, 1, bias=False)
        self.conv3 = nn.Conv2d(128, 256, 4, 1, 1, bias=False)
        self.conv4 = nn.Conv2d(256, 512, 4, 1, 1, bias=False)
        self.BN1, self.BN2 = nn.BatchNorm2d(128), nn.BatchNorm2d(256)
        self.fc1, self.fc2 = nn.Linear(10752, 4096), nn.Linear(4096, 1000)

    def forward(self, x):
        x = F.leaky_relu(self.conv1(x))
        x = F.leaky_relu(self.BN1(self.conv2(x)))
        x = self.conv4(F.leaky_relu(self.BN2(self.conv3(x))))
        levels = []
        for n in (4, 2, 1):
            window = [-(-size // n) for size in x.shape[2:]]
            pads = [(w * n - size + 1) // 2 for w, size in zip(window, x.shape[2:])]
            levels.append(F.max_pool2d(x, window, window, pads).flatten(1))
        return self.fc2(self.fc1(torch.cat(levels, 1)))


class ConvBN(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.conv = nn.Conv2d(channels, width, 1, bias=False)
        self.bn = nn.BatchNorm2d(width, eps=1e-3)

    def forward(self, x):
        return self.bn(self.conv(x))


class YOLOPyramid(nn.Module):
    """SPP, and with `serial` SPPF; recent releases differ in cv1 and in the sum."""

    def __init__(self, serial, recent=False, depth=512):
        super().__init__()
        self.serial, self.recent = serial, recent
        self.cv1, self.cv2 = ConvBN(depth, depth // 2), ConvBN(2 * depth, depth)

    def forward(self, x):
        y = self.cv1(x)
        maps = [y if self.recent else F.silu(y)]
        for kernel in (5, 5, 5) if self.serial else (5, 9, 13):
            source = maps[-1] if self.serial else maps[0]
            maps.append(F.max_pool2d(source, kernel, 1, kernel // 2))
        y = F.silu(self.cv2(torch.cat(maps, 1)))
        return x + y if self.recent else y


class FiveBranches(nn.Module):
    """The ASPP class with bias and without batch norm."""

    def __init__(self, depth, width=256):
        super().__init__()
        self.conv = nn.Conv2d(depth, width, 1)
        self.atrous_block1 = nn.Conv2d(depth, width, 1)
        for rate in (6, 12, 18):
            self.add_module(
                f"atrous_block{rate}", nn.Conv2d(depth, width, 3, padding=rate, dilation=rate))
        self.conv_1x1_output = nn.Conv2d(5 * width, width, 1)

    def forward(self, x):
        image = self.conv(x.mean((2, 3), keepdim=True))
        maps = [F.interpolate(image, size=x.shape[2:], mode="bilinear"), self.atrous_block1(x)]
        maps += [self.get_submodule(f"atrous_block{rate}")(x) for rate in (6, 12, 18)]
        return self.conv_1x1_output(torch.cat(maps, 1))


def cases():
    """Path, settings, what makes the module, output, shapes of the input, its range."""
    for stride in (32, 16, 8):
        yield f"fcn/fcn{stride}s", [], lambda: FCN(stride), "logits", [(3, 45, 70)], 1
    for gray in (True, False):
        channels, setting = (1, "gray=yes") if gray else (3, "gray=no")
        yield ("unet/original", [setting], lambda: OriginalUNet(channels), "logits",
               [(channels, 188, 204)], 1)
        yield ("sppnet/spp_net", [setting], lambda: SPP_NET(channels), "logits",
               [(channels, 64, 51), (channels, 14, 30)], 1)
        for bilinear in (False, True):
            yield ("unet/milesial", [setting, f"bilinear={'yes' if bilinear else 'no'}"],
                   lambda: MilesialUNet(channels, bilinear), "logits",
                   [(channels, 33, 47), (channels, 64, 80)], 1)
    nets, pyramids = ("zf5", "convnet5", "overfeat5", "overfeat7"), ([1, 2, 3, 6], [1, 2, 4], [6])
    for name, bins in itertools.product(nets, pyramids):
        any_size = [] if bins == [6] else [(3, 180, 211)]
        yield (f"sppnet/{name}", [f"bins={bins}".replace(" ", "")], lambda: SPPNet(name, bins),
               "logits", [(3, 224, 224)] + any_size, 128)
    yield ("sppnet/zf5_detection", [], Detection, "logits", [(3, 200, 301), (3, 213, 260)], 128)
    yield "ultralytics/spp", [], lambda: YOLOPyramid(False), "pooled", [(512, 7, 13)], 1
    yield "ultralytics/sppf", [], lambda: YOLOPyramid(True), "pooled", [(512, 7, 13)], 1
    yield ("ultralytics/sppf", ["act=identity", "shortcut=yes"], lambda: YOLOPyramid(True, True),
           "pooled", [(512, 7, 13)], 1)
    for depth in (512, 2048):
        yield ("csdn/aspp", [f"depth={depth}"], lambda: FiveBranches(depth), "context",
               [(depth, 20, 11)], 1)


def computed(netc, path, settings, output, image, folder):
    files = {name: str(folder / f"{name}.npy") for name in ("image", "windows", "result")}
    np.save(files["image"], image)
    np.save(files["windows"], WINDOWS)
    command = [netc, "run", "--reference", str(ROOT / "models" / f"{path}.net"), files["image"],
               "--random-weights", "1", "--output", output, "-o", files["result"]]
    command += [word for setting in settings for word in ("--set", setting)]
    if path.endswith("detection"):
        command += ["--input", f"windows={files['windows']}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return np.load(files["result"])


def main(netc, words):
    failures = 0
    with tempfile.TemporaryDirectory() as name, torch.no_grad():
        for path, settings, make, output, shapes, reach in cases():
            if words and not any(word in path for word in words):
                continue
            module = fill(make())
            for shape in shapes:
                image = uniform(1, "input:image", (1, *shape), -reach, reach)
                theirs = module(torch.from_numpy(image)).numpy()
                ours = computed(netc, path, settings, output, image, Path(name))
                distance = np.linalg.norm(ours.reshape(theirs.shape) - theirs)
                distance /= np.linalg.norm(theirs)
                failures += not distance < LIMIT
                verdict = "" if distance < LIMIT else "  differs"
                size = "x".join(map(str, shape))
                print(f"{distance:.1e}  {path} {' '.join(settings)} {size}{verdict}", flush=True)
    if failures:
        raise SystemExit(f"{failures} of these differ")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2:])
