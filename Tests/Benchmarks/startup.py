"""The time from process start to the first result, and the largest resident size."""

import statistics
from dataclasses import dataclass
from pathlib import Path

from conversion import Candidate
from netc import Netc
from process import Peer
from quiet import Quiet

STARTS = 3
RUNS = 3
"""Runs behind the first, before memory is read."""


@dataclass
class Startup:
    """One engine on one thread; a Python peer's figures hold what importing it takes as well."""

    engine: str
    variant: str
    seconds: float
    megabytes: float
    import_seconds: float = 0
    import_megabytes: float = 0

    @property
    def label(self) -> str:
        return f"{self.engine} ({self.variant})" if self.variant else self.engine


def startups(
    runners: list[Netc], candidates: list[Candidate], folder: Path, precision: str,
    quiet: Quiet,
) -> list[Startup]:
    """All with one thread, files in the page cache."""
    rows = []
    for runner in runners:
        quiet.wait()
        seconds = [runner.run(folder / "netc.npy") for _ in range(STARTS)]
        rows.append(
            Startup("netc", runner.variant, statistics.median(seconds), runner.memory()))
    for candidate in candidates:
        quiet.wait()
        seconds, megabytes = measure(candidate.engine, precision, candidate, folder / "input.npy")
        alone = measure(candidate.engine, precision)
        rows.append(Startup(candidate.engine, candidate.variant, seconds, megabytes, *alone))
    return rows


def measure(
    engine: str, precision: str, candidate: Candidate | None = None, image: Path | None = None
) -> tuple[float, float]:
    """Medians of seconds and megabytes over some processes."""
    seconds, megabytes = [], []
    for _ in range(STARTS):
        with Peer(engine, 1, precision, candidate, image) as peer:
            if candidate:
                peer.visit(RUNS)
            seconds.append(peer.seconds_to_first)
            megabytes.append(peer.memory())
    return statistics.median(seconds), statistics.median(megabytes)
