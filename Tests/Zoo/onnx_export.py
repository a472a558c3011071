#!/usr/bin/env python3
"""Holds `netc export` against ONNX Runtime, for every network under models/ or those named.

    python3 -m venv venv && venv/bin/pip install onnx onnxruntime numpy
    swift build -c release --product netc
    venv/bin/python Tests/Zoo/onnx_export.py .build/release/netc [--ops] [FILE.net...]

Each network is exported with random weights at a small size and, where it can be, for all sizes.
`onnx.checker` reads every model with shape inference on; ONNX Runtime and `netc run` then compute
every output of the same random input; the stored Tests/Recorded/small.onnx is run against what
PyTorch computed. Maps and vectors have to agree within a relative L2 of 1e-4.
Labels have to be the same, except where netc's own scores of the two classes are as good as equal
(within 1e-3 of their root mean square): both sum in single precision, in different orders. `--ops`
takes the specs of operations and of the library instead of the models.

The table shows the relative L2 of each output, and of labels the share that is a near tie's other
class. It is run by hand: it needs ONNX Runtime, 2 GB of memory and a quarter of an hour.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOLERANCE = 1e-4
TIE = 1e-3
WINDOWS = 5
# Roots of negative numbers have no value, and sums over both signs cancel in their quotients.
WITHOUT_NEGATIVES = {"power.net", "stochastic_pool.net"}


class Failure(Exception):
    """What is wrong with one network."""


class Network:
    def __init__(self, netc, path, directory):
        self.netc = netc
        self.path = path
        self.directory = directory

    def call(self, *arguments):
        command = [str(self.netc), arguments[0], str(self.path), *map(str, arguments[1:])]
        return subprocess.run(command, capture_output=True, text=True)

    def admits(self, height, width):
        return self.call("check", "--at", f"{height}x{width}", "-q").returncode == 0

    def size(self, height, width):
        """The first admissible sides from the given ones on."""
        minimum = json.loads(self.call("check", "--json").stdout)["minimum"]
        if minimum["H"] is None or minimum["W"] is None:
            raise Failure("no admissible size")
        rows = range(max(height, minimum["H"]), 600)
        columns = range(max(width, minimum["W"]), 600)
        h = next((h for h in rows if self.admits(h, minimum["W"])), minimum["H"])
        w = next((w for w in columns if self.admits(h, w)), minimum["W"])
        return h, w

    def export(self, name, *arguments):
        """The model and what netc says of it; None where it needs a size."""
        model = self.directory / name
        outcome = self.call("export", "-o", model, "--random-weights", 7, "--json", *arguments)
        if outcome.returncode == 2 and "N0808" in outcome.stderr and "--at" not in arguments:
            return None
        if outcome.returncode != 0:
            raise Failure(f"export: {outcome.stderr.strip()}")
        onnx.checker.check_model(str(model), full_check=True)
        return model, json.loads(outcome.stdout)

    def run(self, inputs, output):
        files = []
        for index, (name, array) in enumerate(inputs.items()):
            file = self.directory / f"{name}.npy"
            np.save(file, array)
            files += [file] if index == 0 else ["--input", f"{name}={file}"]
        result = self.directory / "result.npy"
        outcome = self.call(
            "run", *files, "--output", output, "-o", result, "--random-weights", 7, "-q")
        if outcome.returncode != 0:
            raise Failure(f"run: {outcome.stderr.strip()}")
        return np.load(result)


def random_inputs(declared, height, width, seed, lowest):
    """Arrays for the inputs of a model, those with sides first."""
    numbers = np.random.default_rng(seed)
    sizes = {"N": 1, "H": height, "W": width, "R": WINDOWS}
    inputs = {}
    for value in sorted(declared, key=lambda value: -len(value["shape"])):
        shape = [sizes.get(side, side) for side in value["shape"]]
        if value["shape"][0] == "R":
            corners = np.sort(numbers.uniform(-5, 5, (WINDOWS, 2, 2)), axis=1)
            places = numbers.uniform(0, 1, (WINDOWS, 1, 2)) * [[[width, height]]]
            spread = numbers.uniform(1, 8, (WINDOWS, 1, 1))
            array = (places + corners * spread).reshape(WINDOWS, 4)
        else:
            array = numbers.uniform(lowest, 1, shape)
        inputs[value["name"]] = array.astype(np.float32)
    return inputs


def compare(found, expected):
    """The relative L2 of two arrays."""
    finite = np.isfinite(expected)
    if not np.array_equal(found[~finite], expected[~finite], equal_nan=True):
        raise Failure("infinities or NaN differ")
    found, expected = found[finite].astype(np.float64), expected[finite].astype(np.float64)
    if expected.size == 0:
        raise Failure("no value is finite")
    deviation = np.linalg.norm(found - expected) / max(np.linalg.norm(expected), 1e-30)
    if not deviation <= TOLERANCE:
        raise Failure(f"relative L2 {deviation:.1e}")
    return deviation


def compare_labels(found, expected, scores):
    """The share of labels that differ, each at a near tie of scores; none without scores."""
    differ = found != expected
    if not differ.any():
        return 0.0
    if scores is None:
        raise Failure(f"{differ.sum()} of {differ.size} labels differ")
    ours = np.take_along_axis(scores, expected[:, None].astype(np.int64), 1)[:, 0]
    theirs = np.take_along_axis(scores, found[:, None], 1)[:, 0]
    size = np.sqrt(np.mean(np.square(scores, dtype=np.float64)))
    gap = np.abs(ours - theirs)[differ].max() / size
    if not gap <= TIE:
        raise Failure(f"labels differ where scores are apart by {gap:.1e}")
    return float(differ.mean())


def hold(network, exported, height, width, seed):
    """The deviations of all outputs at one size."""
    model, report = exported
    lowest = 0 if network.path.name in WITHOUT_NEGATIVES else -1
    inputs = random_inputs(report["inputs"], height, width, seed, lowest)
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    found = session.run(None, inputs)
    names = [value.name for value in session.get_outputs()]
    expected = {name: network.run(inputs, name) for name in names}
    deviations = {}
    for name, array in zip(names, found):
        if array.shape != expected[name].shape:
            raise Failure(f"{name} is {array.shape}, netc has {expected[name].shape}")
        try:
            if array.dtype == np.int64:
                deviations[name] = compare_labels(array, expected[name], expected.get("logits"))
            else:
                deviations[name] = compare(array, expected[name])
        except Failure as failure:
            raise Failure(f"{name} at {height}x{width}: {failure}") from None
    return deviations


def recorded():
    """The stored model of Tests/Recorded against the numbers of its PyTorch module."""
    folder = ROOT / "Tests" / "Recorded"
    onnx.checker.check_model(str(folder / "small.onnx"), full_check=True)
    arrays = np.load(folder / "small.npz")
    session = onnxruntime.InferenceSession(
        str(folder / "small.onnx"), providers=["CPUExecutionProvider"])
    found = session.run(["logits", "aux"], {"image": arrays["input"]})
    return {name: compare(array, arrays[name]) for name, array in zip(["logits", "aux"], found)}


def check(network, row):
    height, width = network.size(65, 81)
    row["size"] = f"{height}x{width}"
    exported = network.export("fixed.onnx", "--at", f"{height}x{width}")
    row["operators"] = exported[1]["operators"]
    row["opset"] = exported[1]["opset"]
    row["fixed"] = hold(network, exported, height, width, 1)
    anywhere = network.export("free.onnx")
    if anywhere is None:
        row["free"] = None
        return
    row["free"] = hold(network, anywhere, height, width, 2)
    other = network.size(height + 7, width + 13)
    for name, value in hold(network, anywhere, *other, 3).items():
        row["free"][name] = max(value, row["free"][name])


def text(deviations):
    if deviations is None:
        return "needs --at"
    return " ".join(f"{name} {value:.0e}" for name, value in deviations.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("netc", type=pathlib.Path)
    parser.add_argument("--ops", action="store_true")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    folders = ["Tests/Specs/ops", "Tests/Specs/library"] if options.ops else ["models"]
    files = options.files or sorted(
        file for folder in folders for file in (ROOT / folder).glob("**/*.net"))
    files = [file for file in files if re.search(r"^network ", file.read_text(), re.M)]
    onnxruntime.set_default_logger_severity(3)
    print(f"Tests/Recorded/small.onnx against PyTorch: {text(recorded())}")
    print(f"{'network':44} {'size':>9} {'nodes':>5} opset  at this size | at all sizes")
    failures = 0
    for file in files:
        name = str(file.resolve().relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file)
        row = {"size": "", "operators": "", "opset": "", "fixed": {}, "free": {}}
        with tempfile.TemporaryDirectory() as directory:
            try:
                check(Network(options.netc.resolve(), file, pathlib.Path(directory)), row)
                result = f"{text(row['fixed'])} | {text(row['free'])}"
            except Exception as error:  # whatever it is, the others are still looked at
                failures += 1
                result = f"FAILED {type(error).__name__}: {error}"
        print(
            f"{name:44} {row['size']:>9} {row['operators']:>5} {row['opset']:>5}  {result}",
            flush=True)
    print(f"{len(files) - failures} of {len(files)} networks agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
