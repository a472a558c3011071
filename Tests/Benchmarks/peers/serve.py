"""The loop of a peer's process: loads one model, then does what its standard input tells.

    python serve.py ENGINE MODEL INPUT.npy THREADS PRECISION VARIANT

where run_ENGINE.py holds the class Engine; without a model it only imports it. Prints `ready`
behind the first run. Then, a line each: `run` runs once and prints milliseconds, `save PATH` stores
the last output, `memory` prints the process's largest resident size in MB.
"""

import ctypes
import importlib
import os
import signal
import sys
import time
from typing import Protocol

import numpy as np


class Engine(Protocol):
    """One engine with its model and input in place."""

    def __init__(self, model: str, image: np.ndarray, threads: int, precision: str, variant: str):
        ...

    def run(self) -> None:
        """Computes the output and leaves it in the engine's own memory."""

    def output(self) -> np.ndarray:
        """What the last run computed."""


def peak_megabytes() -> float:
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def die_with_parent() -> None:
    """Linux ends the process with its parent, even while it is stopped."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def main() -> None:
    die_with_parent()
    # Some engines print greetings to standard output, which belongs to the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    engine_type: type[Engine] = importlib.import_module(f"run_{sys.argv[1]}").Engine
    if len(sys.argv) > 2:
        model, image, threads, precision, variant = sys.argv[2:]
        engine = engine_type(model, np.load(image)[None], int(threads), precision, variant)
        engine.run()
    print("ready", file=answers)
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "run":
            start = time.perf_counter()
            engine.run()
            print((time.perf_counter() - start) * 1e3, file=answers)
        elif command == "save":
            np.save(argument, np.asarray(engine.output(), np.float32))
            print("saved", file=answers)
        elif command == "memory":
            print(peak_megabytes(), file=answers)


if __name__ == "__main__":
    main()
