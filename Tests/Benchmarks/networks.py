"""The networks that are compared, as torch modules with random weights, stored for every engine.

    python networks.py NAME FOLDER

writes weights.safetensors (for netc), module.pt and traced.pt (for torch and pnnx), torch.onnx,
input.npy and logits.npy, which is what torch computes. Weights and input are the documented random
ones of Tests/Zoo, whose seeds give logits that vary.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Network:
    """A network of the models folder at one size."""

    name: str
    spec: str
    size: tuple[int, int]

    @property
    def file(self) -> Path:
        return ROOT / "models" / f"{self.spec}.net"

    @property
    def at(self) -> str:
        return "x".join(map(str, self.size))


NETWORKS = {
    network.name: network
    for network in [
        Network("resnet50", "smp/deeplabv3plus_resnet50", (512, 512)),
        Network("resnet101", "smp/deeplabv3plus_resnet101", (512, 512)),
        Network("xception65", "smp/deeplabv3plus_xception65", (512, 512)),
        Network("mobilenet_v2", "smp/deeplabv3plus_mobilenet_v2", (512, 512)),
        Network("deeplabv3", "torchvision/deeplabv3_resnet50", (513, 513)),
    ]
}


def stored(network: Network, cache: Path) -> Path:
    """The folder with a network's files, made in a process that gives torch's memory back."""
    folder = cache / network.name
    if not folder.exists():
        partial = cache / f"{network.name}.partial"
        partial.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, __file__, network.name, partial], check=True,
                       stdout=sys.stderr)
        partial.rename(folder)
    return folder


def store(network: Network, folder: Path) -> None:
    import numpy as np
    import torch
    from safetensors.torch import save_file

    sys.path.append(str(ROOT / "Tests" / "Zoo"))
    import parity_networks as zoo

    known = {entry.spec: entry for entry in zoo.NETWORKS}
    known["smp/deeplabv3plus_resnet101"] = zoo.smp_network("resnet101", "resnet101", zoo.LAYERS)
    entry = known[network.spec]
    module = entry.build(entry.strides[0]).eval()
    zoo.fill(module, entry.seed)
    image = zoo.picture(entry.seed, *network.size)
    save_file(module.state_dict(), folder / "weights.safetensors")
    np.save(folder / "input.npy", image)
    torch.save(module, folder / "module.pt")

    logits = Logits(module).eval()
    batch = torch.from_numpy(image)[None]
    with torch.no_grad():
        np.save(folder / "logits.npy", logits(batch).numpy())
        torch.jit.trace(logits, batch).save(folder / "traced.pt")
        torch.onnx.export(
            logits, (batch,), folder / "torch.onnx", opset_version=17, dynamo=False,
            input_names=["image"], output_names=["logits"])


def Logits(module):
    """The module with its main output alone, which torchvision hands out in a dictionary."""
    import torch

    class Alone(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.module = module

        def forward(self, image):
            result = self.module(image)
            return result["out"] if isinstance(result, dict) else result

    return Alone()


if __name__ == "__main__":
    store(NETWORKS[sys.argv[1]], Path(sys.argv[2]))
