"""References of whole networks from torchvision and segmentation_models_pytorch.

    python parity.py             write parity/*.safetensors: the smaller size, at output stride 16
                                 (torchvision's networks at their own)
    python parity.py --check     make them again and compare with the stored ones
    python parity.py --seeds     print the first seed of each network that is accepted throughout
    python parity.py --all NETC  run both sizes and every output stride through that netc, weights
                                 from torch.save and from safetensors, and print the distances

Networks, taps, weights and inputs are in parity_networks.py, the references' form and what makes one
acceptable in parity_reference.py. Needs torch, torchvision, segmentation_models_pytorch, timm, numpy
and safetensors; --all also some gigabytes of memory and some minutes.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

from parity_networks import NETWORKS
from parity_reference import Reference, Refused
from parity_runs import run_all

FOLDER = Path(__file__).resolve().parent / "parity"


def stored_references():
    for network in NETWORKS:
        yield Reference(network, network.strides[0], network.sizes[0])


def report(reference):
    single, rounding = reference.single, reference.rounding
    print(f"{str(reference):58} {reference.present:2} labels, float32 of torch {single[0]:.1e}, "
          f"rounding alone {rounding[0]:.1e} at {rounding[1]}", flush=True)


def find_seeds():
    for network in NETWORKS:
        for network.seed in range(1, 1000):
            try:
                worst = [Reference(network, stride, size).rounding[0]
                         for stride in network.strides for size in network.sizes]
            except Refused:
                continue
            print(f"{network.spec} {network.seed}, rounding alone {max(worst):.1e}", flush=True)
            break


def write():
    FOLDER.mkdir(exist_ok=True)
    for reference in stored_references():
        tensors, metadata = reference.sampled()
        path = FOLDER / f"{reference.network.name}.safetensors"
        save_file(tensors, path, metadata)
        report(reference)


def check():
    """Stored values may differ from fresh ones by the last bits of another build's sums only."""
    failures = 0
    for reference in stored_references():
        tensors, metadata = reference.sampled()
        path = FOLDER / f"{reference.network.name}.safetensors"
        with safe_open(path, "numpy") as stored:
            same = stored.metadata() == metadata and set(stored.keys()) == set(tensors)
            same = same and all(
                np.allclose(stored.get_tensor(name), values, rtol=1e-6, atol=1e-6 * abs(values).max())
                for name, values in tensors.items())
        print(f"{path.name} {'is as stored' if same else 'differs'}", flush=True)
        failures += not same
    return 1 if failures else 0


def main(arguments):
    torch.set_num_threads(1)
    if arguments == []:
        return write()
    if arguments == ["--seeds"]:
        return find_seeds()
    if arguments == ["--check"]:
        return check()
    if len(arguments) == 2 and arguments[0] == "--all":
        return run_all(arguments[1])
    return __doc__


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
