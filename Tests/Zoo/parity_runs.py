"""The runs of `parity.py --all`: every size and output stride through netc, weights from files."""

import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from parity_networks import NETWORKS
from parity_reference import Reference

MODELS = Path(__file__).resolve().parent.parent.parent / "models"
BOUND = 1e-5
LABEL_BOUND = 1e-3


def netc(program, command, reference, *arguments):
    """Runs a command on a reference's network; its standard output and the seconds it took.

    Exit code 1 of `verify` is a difference, which its report tells."""
    line = [program, command, MODELS / f"{reference.network.spec}.net", *arguments]
    if reference.stride:
        line += ["--os", str(reference.stride)]
    start = time.monotonic()
    done = subprocess.run([str(word) for word in line], capture_output=True, text=True)
    if done.returncode not in ((0, 1) if command == "verify" else (0,)):
        raise SystemExit(f"{' '.join(map(str, line))}\n{done.stderr}")
    return done.stdout, time.monotonic() - start


def run(program, reference, folder):
    """The worst distance of a tap with its name, the logits' by kind of file and of kernels, the share
    of labels that differ, and the seconds of one run by the default kernels."""
    np.save(folder / "input.npy", reference.image)
    taps = {name: tap.astype(np.float32) for name, tap in reference.taps.items()}
    np.savez(folder / "reference.npz", input=reference.image, **taps)
    torch.save(reference.state, folder / "weights.pth")
    save_file(reference.state, folder / "weights.safetensors")
    logits = {}
    # The networks are held to the libraries in double sums; the kernels that a user gets by default
    # round as the libraries' own do.
    for name, kind, flags in [("pth", "pth", ["--reference"]),
                              ("safetensors", "safetensors", ["--reference"]), ("kernels", "pth", [])]:
        _, seconds = netc(
            program, "run", reference, folder / "input.npy", "-w", folder / f"weights.{kind}",
            "--output", "logits", "-o", folder / f"{name}.npy", "-q", *flags)
        logits[name] = np.load(folder / f"{name}.npy").reshape(taps["logits"].shape)
    distances = {kind: reference.distance("logits", found) for kind, found in logits.items()}
    differing = np.mean(logits["pth"].argmax(0) != reference.labels)
    text, _ = netc(
        program, "verify", reference, "-w", folder / "weights.pth", "--against",
        folder / "reference.npz", "--trials", "0", "--json")
    rows = {row["name"]: row["relative"] for row in json.loads(text)["taps"]}
    missing = set(taps) - set(rows)
    if missing:
        raise SystemExit(f"{reference}: verify did not compare {sorted(missing)}")
    # A tap of another shape has no distance.
    worst = max((np.inf if rows[name] is None else rows[name], name) for name in taps)
    return worst, distances, differing, seconds


def run_all(program):
    print(f"{'network, size, output stride':60} labels    pth   safet.  differ  "
          "worst tap                            torch32 kernels  seconds")
    failures = 0
    for network in NETWORKS:
        for stride in network.strides:
            for size in network.sizes:
                reference = Reference(network, stride, size)
                with tempfile.TemporaryDirectory() as folder:
                    worst, logits, differing, seconds = run(program, reference, Path(folder))
                exact = max(worst[0], logits["pth"], logits["safetensors"])
                good = exact <= BOUND and differing <= LABEL_BOUND
                failures += not good
                print(f"{str(reference):60} {reference.present:4}   {logits['pth']:.1e} "
                      f"{logits['safetensors']:.1e} {differing:.0e}  {worst[0]:.1e} "
                      f"{worst[1]:28} {reference.single[0]:.1e} {logits['kernels']:.1e} {seconds:6.1f}"
                      + ("" if good else "  FAILS"), flush=True)
    return 1 if failures else 0
