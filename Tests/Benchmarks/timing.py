"""Latencies of netc and the peers, measured in turn."""

import itertools
import statistics
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from agreement import Agreement, agreement
from conversion import Candidate, Refused
from netc import Netc
from process import Peer
from quiet import Others, Quiet

PROBE_RUNS = 3
FAST = 300
"""Milliseconds under which a visit takes several runs, which then cost little."""


@dataclass
class Row:
    """One engine at one network and number of threads."""

    engine: str
    variant: str
    agreement: Agreement
    times: list[float] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.engine} ({self.variant})" if self.variant else self.engine

    @property
    def median(self) -> float:
        return statistics.median(self.times)


@dataclass
class Timing:
    """All engines at one network and number of threads; netc's rows come first."""

    network: str
    threads: int
    netc: list[Row]
    peers: list[Row]
    refusals: list[str]
    peaks: list[float]
    """What netc measured as the peak of the threads' cores, GFLOP/s, in each round."""
    others: float
    """The share of the machine that others used while the rounds ran."""


Entrant = tuple[Netc | Peer, Row]


def compete(
    runners: list[Netc], candidates: list[Candidate], folder: Path, threads: int, precision: str,
    rounds: int, quiet: Quiet,
) -> tuple[Timing, list[Candidate]]:
    """Checks and times; also the candidate that was the fastest of each engine."""
    refusals: list[str] = []
    ours: list[Entrant] = []
    theirs: list[Entrant] = []
    reference = np.load(folder / "logits.npy")

    def enter(runner: Netc | Peer, engine: str, variant: str) -> Entrant:
        return runner, Row(engine, variant, agreement(runner.output(), reference, precision))

    with ExitStack() as opened:
        for runner in runners:
            with noted(refusals, "netc", runner.variant):
                ours.append(enter(runner, "netc", runner.variant))
        for engine, group in itertools.groupby(candidates, lambda candidate: candidate.engine):
            probed: list[tuple[float, Entrant]] = []
            for candidate in group:
                with noted(refusals, engine, candidate.variant):
                    peer = Peer(engine, threads, precision, candidate, folder / "input.npy")
                    opened.callback(peer.close)
                    entrant = enter(peer, engine, candidate.variant)
                    quiet.wait()
                    probed.append((min(peer.visit(PROBE_RUNS)), entrant))
            probed.sort(key=lambda entry: entry[0])
            for _, (slower, _) in probed[1:]:
                slower.close()
            theirs += [entrant for _, entrant in probed[:1]]
        others = Others()
        for _ in range(rounds):
            for entrants in (ours, theirs):
                for entrant in list(entrants):
                    runner, row = entrant
                    quiet.wait()
                    fast = row.times and row.times[-1] < FAST
                    try:
                        with others.beside(runner):
                            row.times += runner.visit(3 if fast else 1)
                    except Refused as reason:
                        refusals.append(f"{row.label}: {reason}")
                        entrants.remove(entrant)
    timing = Timing(
        folder.name, threads, [row for _, row in ours], [row for _, row in theirs], refusals,
        [peak for runner in runners for peak in runner.peaks], others.share)
    return timing, [peer.candidate for peer, _ in theirs]


@contextmanager
def noted(refusals: list[str], engine: str, variant: str) -> Iterator[None]:
    """Keeps the reason of what is not possible, and goes on."""
    try:
        yield
    except Refused as reason:
        refusals.append(f"{engine}{f' ({variant})' if variant else ''}: {reason}")
