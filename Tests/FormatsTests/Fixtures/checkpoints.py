"""Writes the checkpoints beside this file with PyTorch, numpy and safetensors.

The tests read what is checked in; run this only to make them anew:
  pip install numpy torch safetensors && python checkpoints.py
"""

import argparse
import io
import os
import pathlib
import pickle
import struct
import subprocess
import zipfile

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


def checkpoints(model, optimizer):
    """The same tensors by torch.save, alone and among what training scripts keep."""
    state = model.state_dict()
    torch.save(state, HERE / "checkpoint.pth")
    torch.save(state, HERE / "checkpoint-sequential.pth", _use_new_zipfile_serialization=False)
    torch.save(state, HERE / "checkpoint-protocol5.pth", pickle_protocol=5)
    torch.serialization.set_crc32_options(False)
    torch.save(state, HERE / "checkpoint-unchecked.pth")
    torch.serialization.set_crc32_options(True)
    nested = {
        "epoch": 7,
        "cur_itrs": np.int64(30000),
        "best_score": np.float64(0.75),
        "history": np.arange(4.0),
        "arguments": argparse.Namespace(lr=0.1, path=pathlib.PurePosixPath("/data")),
        "device": torch.device("cpu"),
        "model_state": state,
        "optimizer_state": optimizer.state_dict(),
        "scheduler_state": {"base_lrs": [0.1, 1.0], "last_epoch": 2},
    }
    torch.save(nested, HERE / "nested.pth")
    torch.save(nested, HERE / "nested-sequential.pth", _use_new_zipfile_serialization=False)
    torch.save({"model": state, "net": state}, HERE / "ambiguous.pth")
    torch.save({"generator": state}, HERE / "elsewhere.pth")


def views():
    """Tensors that share storages, and lie there in every manner."""
    row = torch.arange(24.0)
    parameter = torch.nn.Parameter(torch.tensor([1.5, -2.5]))
    tensors = {
        "row": row,
        "part": row[3:7],
        "matrix": row.reshape(4, 6),
        "transposed": row.reshape(4, 6).t(),
        "window": row.reshape(4, 6)[1:3, 2:5],
        "steps": row[1::5],
        "expanded": row[5:6].expand(3, 2),
        "channels_last": torch.arange(24.0)
        .reshape(1, 2, 3, 4)
        .contiguous(memory_format=torch.channels_last),
        "half": torch.tensor([0, -0.0, 1.5, 65504, float("inf")], dtype=torch.float16),
        "brain": torch.tensor([1, -2.5, 3.3895314e38], dtype=torch.bfloat16)[1:],
        "double": torch.tensor([0.1, 2**-150], dtype=torch.float64),
        "scalar": torch.tensor(7.0),
        "parameter": parameter,
        "long": torch.tensor([5]),
        "truth": torch.tensor([True, False]),
        "empty": torch.zeros(0, 3),
    }
    torch.save(tensors, HERE / "views.pth")
    torch.save(tensors, HERE / "views-sequential.pth", _use_new_zipfile_serialization=False)
    plain = {name: value.detach().clone().contiguous() for name, value in tensors.items()}
    del plain["empty"]
    save_file(plain, HERE / "views.safetensors")


def refused(model):
    torch.save(model, HERE / "module.pth")
    torch.jit.script(model).save(HERE / "script.pt")
    sparse = torch.eye(2).to_sparse()
    torch.save({"a": torch.ones(1), "sparse": sparse}, HERE / "sparse.pth")
    quantized = torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)
    torch.save({"quantized": quantized}, HERE / "quantized.pth")
    with open(HERE / "plain.pkl", "wb") as file:
        pickle.dump({"a": np.ones(2)}, file, 4)
    torch.save({"a": torch.ones(2, dtype=torch.complex128)}, HERE / "complex.pth")


class Call:
    """Pickles as a call of a function."""

    def __init__(self, function, *arguments):
        self.parts = (function, arguments)

    def __reduce__(self):
        return self.parts


def hostile():
    """What a reader must refuse; the pickles would leave a file called canary."""

    def checkpoint(name, content):
        with zipfile.ZipFile(HERE / f"hostile-{name}.pth", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("archive/data.pkl", content)

    for name, call in {
        "system": Call(os.system, "touch canary"),
        "eval": Call(eval, "open('canary', 'w')"),
        "popen": Call(subprocess.Popen, ["touch", "canary"]),
    }.items():
        state = {"stem.weight": torch.ones(4, 3, 3, 3), "call": call}
        torch.save(state, HERE / f"hostile-{name}.pth")
        torch.save(state, HERE / f"hostile-{name}-4.pth", pickle_protocol=4)
        torch.save(
            state,
            HERE / f"hostile-{name}-sequential.pth",
            _use_new_zipfile_serialization=False,
        )
    with open(HERE / "hostile-plain.pth", "wb") as file:
        pickle.dump(Call(os.system, "touch canary"), file, 2)
    checkpoint("marks", b"\x80\x02" + b"(" * 1_000_001 + b".")
    checkpoint("lists", b"\x80\x02" + b"]" * 1_000_001 + b"a" * 1_000_000 + b".")
    checkpoint("tuples", b"\x80\x02)" + b"\x85" * 30_000_000 + b".")
    checkpoint("memo", b"\x80\x02Nr\xff\xff\xff\xff.")
    checkpoint("text", b"\x80\x02\x8d" + struct.pack("<Q", 2**62) + b".")
    checkpoint("long", b"\x80\x02\x8b\xff\xff\xff\x7f.")
    checkpoint("cycle", b"\x80\x02}q\x00X\x0a\x00\x00\x00state_dicth\x00s.")
    checkpoint("bomb", bytes(250_000_000))
    huge = b"ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
    huge += b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpu\x8a\x08" + struct.pack("<q", 2**62) + b"tQK\x00"
    huge += b"\x8a\x08" + struct.pack("<q", 2**62) + b"\x85K\x01\x85\x89}tR"
    checkpoint("huge", b"\x80\x02}X\x0b\x00\x00\x00stem.weight" + huge + b"s.")

    # 250 MB of zeros: said so, and said to be 560 bytes.
    zeros = bytes(250_000_000)
    for name, shape, size in [
        ("honest", (62_500_000,), None),
        ("lying", (4, 3, 3, 3), 128 + 432),
    ]:
        file = io.BytesIO()
        header = {"descr": "<f4", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        path = HERE / f"hostile-{name}.npz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("stem.weight.npy", file.getvalue() + zeros)
        if size is not None:
            content, true = path.read_bytes(), struct.pack("<I", len(file.getvalue()) + len(zeros))
            path.write_bytes(content.replace(true, struct.pack("<I", size)))
    calls = np.array([Call(os.system, "touch canary")], dtype=object)
    np.savez(HERE / "hostile-objects.npz", **{"stem.weight": calls})


if __name__ == "__main__":
    network, adam = containers()
    checkpoints(network, adam)
    views()
    types()
    refused(network)
    hostile()
