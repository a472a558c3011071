"""Makes small.npz and small.safetensors: a small PyTorch module with what models/record.py must
cope with (in-place activations, Sequential containers, a dict of results), recorded by it.

    python Tests/Recorded/small.py          # torch 2, numpy, safetensors
"""
import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

folder = pathlib.Path(__file__).parent
sys.path.insert(0, str(folder.parent.parent / "models"))
from record import record  # noqa: E402


def unit(inputs, outputs, **options):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, bias=False, **options),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Pooled(nn.Sequential):
    def forward(self, x):
        return functional.interpolate(super().forward(x), size=x.shape[2:], mode="bilinear")


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(
            unit(3, 6, stride=2, padding=1), nn.MaxPool2d(3, 2, 1), unit(6, 8, padding=2, dilation=2)
        )
        self.pooled = Pooled(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 4, 1), nn.ReLU(inplace=True))
        self.classifier = nn.Sequential(unit(12, 6, padding=1), nn.Dropout(0.1), nn.Conv2d(6, 5, 1))
        self.aux = nn.Conv2d(8, 5, 1)

    def forward(self, x):
        y = self.backbone(x)
        scores = self.classifier(torch.cat([y, self.pooled(y)], 1))
        size = x.shape[2:]
        return {
            "out": functional.interpolate(scores, size=size, mode="bilinear", align_corners=False),
            "aux": functional.interpolate(self.aux(y), size=size, mode="nearest"),
        }


torch.manual_seed(3)
model = Small()
for name, tensor in model.state_dict().items():
    if name.endswith("running_mean"):
        tensor.uniform_(-0.1, 0.1)
    elif name.endswith("running_var"):
        tensor.uniform_(0.5, 1.5)
save_file(
    {name: value for name, value in model.state_dict().items() if "tracked" not in name},
    folder / "small.safetensors",
)
names = record(
    model, torch.randn(1, 3, 21, 27), folder / "small.npz", ["backbone*", "pooled", "classifier*"]
)
print("\n".join(names))
