"""netc itself, by its command line."""

import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from conversion import Refused
from networks import Network
from process import pinned


@dataclass
class Netc:
    """netc on one network, with the flags of one row of the table."""

    program: Path
    network: Network
    folder: Path
    threads: int
    precision: str
    flags: list[str]
    peaks: list[float] = field(default_factory=list)
    """What each visit measured as the largest rate of the threads' cores."""

    @property
    def variant(self) -> str:
        return " ".join(self.flags)

    def command(self, verb: str, *arguments: str) -> str:
        flags = list(self.flags)
        if self.precision != "fp32":
            flags += ["--precision", self.precision]
        line = [str(self.program), verb, str(self.network.file), *arguments,
                "-w", str(self.folder / "weights.safetensors"), "--output", "logits", *flags]
        threads = ["--threads", str(self.threads)]
        done = subprocess.run(pinned(self.threads) + line + threads, capture_output=True, text=True)
        if done.returncode == 2 and "--threads" in done.stderr and self.threads == 1:
            done = subprocess.run(pinned(1) + line, capture_output=True, text=True)
        if done.returncode:
            message = (done.stderr.strip().splitlines() or [""])[0]
            raise Refused(f"netc {verb} ended with {done.returncode}: {message}")
        return done.stdout

    def bench(self, runs: int) -> dict:
        return json.loads(
            self.command("bench", "--at", self.network.at, "--runs", str(runs), "--json"))

    def visit(self, runs: int) -> list[float]:
        """The median of some runs, in a process of its own, behind one that is not timed."""
        document = self.bench(runs)
        if document["peak_gflops"]:
            self.peaks.append(document["peak_gflops"])
        return [document["median_ms"]]

    def processor_seconds(self) -> float:
        """Of all processes that have ended, of which its own are those between two calls."""
        used = os.times()
        return used.children_user + used.children_system

    def memory(self) -> float:
        return self.bench(3)["peak_rss_mb"]

    def run(self, path: Path) -> float:
        """Seconds of a process that writes the logits to a file."""
        start = time.perf_counter()
        self.command("run", str(self.folder / "input.npy"), "-o", str(path), "-q")
        return time.perf_counter() - start

    def output(self) -> np.ndarray:
        path = self.folder / "netc.npy"
        self.run(path)
        return np.load(path)


def multiply_adds(program: Path, network: Network) -> int:
    done = subprocess.run(
        [program, "show", network.file, "--at", network.at, "--json"],
        capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["macs"]
