"""A peer's process, stopped while it is not asked so that its idle threads cost nothing."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from conversion import Candidate, Refused

SERVE = Path(__file__).resolve().parent / "peers" / "serve.py"


def pinned(threads: int) -> list[str]:
    """What a command line starts with to have as many cores as threads."""
    cores = sorted(os.sched_getaffinity(0))
    if threads > len(cores):
        raise SystemExit(f"{threads} threads on {len(cores)} cores would measure nothing")
    return ["taskset", "-c", ",".join(map(str, cores[:threads]))]


class Peer:
    """One engine that has loaded one model; without a model it has only been imported."""

    def __init__(
        self, engine: str, threads: int, precision: str, candidate: Candidate | None = None,
        image: Path | None = None,
    ):
        line = pinned(threads) + [sys.executable, str(SERVE), engine]
        if candidate:
            line += [str(candidate.model), str(image), str(threads), precision, candidate.variant]
        self.candidate = candidate
        self.messages = tempfile.TemporaryFile("w+")
        start = time.perf_counter()
        self.process = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.messages, text=True,
            # Libraries read their number of threads from here when they are loaded.
            env=os.environ | {"OMP_NUM_THREADS": str(threads)})
        self.answer()
        self.seconds_to_first = time.perf_counter() - start
        self.process.send_signal(signal.SIGSTOP)

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.messages.close()

    def ask(self, command: str) -> str:
        self.process.send_signal(signal.SIGCONT)
        # A process that has ended gives no answer, and that tells why.
        with suppress(BrokenPipeError):
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        answer = self.answer()
        self.process.send_signal(signal.SIGSTOP)
        return answer

    def answer(self) -> str:
        line = self.process.stdout.readline()
        if line:
            return line.strip()
        self.process.wait()
        self.messages.seek(0)
        tail = self.messages.read().strip().splitlines()[-2:]
        raise Refused(f"it ended with {self.process.returncode}: {' / '.join(tail)}")

    def visit(self, runs: int) -> list[float]:
        """Milliseconds of some runs, behind one that is not timed: others had the caches."""
        self.ask("run")
        return [float(self.ask("run")) for _ in range(runs)]

    def processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """The largest resident size so far in MB."""
        return float(self.ask("memory"))

    def output(self) -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "output.npy"
            self.ask(f"save {path}")
            return np.load(path)
