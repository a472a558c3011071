"""What others do on the machine meanwhile: waiting for them, and telling how much it was."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

INTERVAL = 0.25
IDLE = 0.05
"""The share of the processor's time that others may take."""


@dataclass(frozen=True)
class Quiet:
    patience: float
    """Seconds after which a busy machine is taken as it is."""

    def wait(self) -> None:
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            busy, whole = times()
            time.sleep(INTERVAL)
            now_busy, now_whole = times()
            if now_busy - busy <= IDLE * (now_whole - whole):
                return


class Measured(Protocol):
    def processor_seconds(self) -> float:
        """What it has used so far, on all cores together."""


@dataclass
class Others:
    """What others used of the processor while something was measured."""

    used: float = 0
    whole: float = 0

    @property
    def share(self) -> float:
        return max(0, self.used / self.whole) if self.whole else 0

    @contextmanager
    def beside(self, measured: Measured) -> Iterator[None]:
        own, (busy, whole) = measured.processor_seconds(), times()
        yield
        now_busy, now_whole = times()
        self.used += now_busy - busy - (measured.processor_seconds() - own)
        self.whole += now_whole - whole


def times() -> tuple[float, float]:
    """Seconds of all cores together that were busy, and all, since the machine started."""
    line = Path("/proc/stat").read_text().split("\n")[0]
    fields = [int(word) / os.sysconf("SC_CLK_TCK") for word in line.split()[1:9]]
    idle = fields[3] + fields[4]
    return sum(fields) - idle, sum(fields)
