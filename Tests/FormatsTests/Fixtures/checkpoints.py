"""Writes the checkpoints beside this file with PyTorch, numpy and safetensors.

The tests read what is checked in; run this only to make them anew:
  pip install numpy torch safetensors && python checkpoints.py
"""

import collections
import pathlib

import numpy as np
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent


class Small(torch.nn.Module):
    """The network of ContainerTests.swift."""

    def __init__(self):
        super().__init__()
        self.stem = torch.nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.bn = torch.nn.BatchNorm2d(4)
        self.head = torch.nn.Conv2d(4, 3, 1)

    def forward(self, x):
        return self.head(torch.relu(self.bn(self.stem(x))))


def trained():
    """Two steps of Adam, so that the statistics and the optimizer hold something."""
    torch.manual_seed(1)
    model = Small()
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.randn(2, 3, 8, 8)).square().sum().backward()
        optimizer.step()
    return model, optimizer


def containers():
    """The same tensors in every container."""
    model, optimizer = trained()
    state = model.state_dict()
    save_file(state, HERE / "checkpoint.safetensors")
    arrays = {name: value.numpy() for name, value in state.items()}
    # An array in Fortran order, as transposing leaves it.
    arrays["head.weight"] = np.asfortranarray(arrays["head.weight"])
    np.savez(HERE / "checkpoint.npz", **arrays)
    np.savez_compressed(HERE / "checkpoint-compressed.npz", **arrays)
    return model, optimizer


def types():
    np.savez(
        HERE / "types.npz",
        half=np.array([0, -0.0, 1.5, 65504], "<f2"),
        double=np.array([[0.1, 2**-150], [1, -3]], "<f8"),
        fortran=np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)),
        scalar=np.array(7, "<f4"),
        long=np.array([-5, 2**24], "<i8"),
        byte=np.array([0, 255], "|u1"),
        truth=np.array([True, False]),
        text=np.array(["a", "bc"]),
        objects=np.array([{"a": 1}], dtype=object),
    )


if __name__ == "__main__":
    containers()
    types()
