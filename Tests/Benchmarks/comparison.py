"""The whole comparison: every network at every number of threads, printed as it goes."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from conversion import Candidate, Converter
from machine import machine
from netc import Netc, multiply_adds
from networks import NETWORKS, Network, stored
from quiet import Quiet
from startup import Startup, startups
from table import ratio_table, startup_table, timing_table
from timing import Timing, compete


class Comparison:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        names = options.networks.split(",") if options.networks else list(NETWORKS)
        if unknown := set(names) - set(NETWORKS):
            sys.exit(f"no network {sorted(unknown)}; there are {list(NETWORKS)}")
        if options.runs < 5:
            print("fewer than 5 runs give no median to rely on", file=sys.stderr)
        self.networks = [NETWORKS[name] for name in names]
        self.threads = [int(word) for word in options.threads.split(",")]
        self.quiet = Quiet(options.patience)
        self.machine = machine(options.netc)
        self.unmade: dict[str, list[str]] = {}
        self.timings: list[Timing] = []
        self.startups: dict[str, list[Startup]] = {}

    @property
    def is_whole(self) -> bool:
        """Whether there is a ratio everywhere."""
        return all(timing.netc and timing.peers for timing in self.timings)

    def document(self) -> dict:
        return {
            "schema": 1, "machine": self.machine, "precision": self.options.precision,
            "unmade": self.unmade, "timings": [asdict(timing) for timing in self.timings],
            "startups": {name: [asdict(row) for row in rows]
                         for name, rows in self.startups.items()}}

    def run(self) -> None:
        show("\n".join(f"- {title}: {value}" for title, value in self.machine.items()))
        for network in self.networks:
            self.run_network(network)
        show(f"\n## Ratios\n\n{ratio_table(self.timings)}")

    def run_network(self, network: Network) -> None:
        options = self.options
        folder = stored(network, options.venv / "networks")
        converter = Converter(
            network, folder, options.venv / "bin", options.netc, options.torch_onnx_only)
        unmade = self.unmade[network.name] = []
        candidates = list(converter.candidates(unmade))
        macs = multiply_adds(options.netc, network)
        show(f"\n## {network.name}: {network.spec} at {network.at}, {macs / 1e9:.1f} GMAC")
        show_list(unmade)
        for threads in self.threads:
            runners = [
                Netc(options.netc, network, folder, threads, options.precision, flags.split())
                for flags in ["", *options.also]]
            timing, chosen = compete(
                runners, candidates, folder, threads, options.precision, options.runs, self.quiet)
            self.timings.append(timing)
            show(f"\n{options.precision}, threads: {threads}, peak of as many cores: "
                 f"{span(timing.peaks)} GFLOP/s, used by others meanwhile: {timing.others:.0%}\n")
            show(timing_table(timing, macs))
            show_list(timing.refusals)
            if threads == 1 and not options.no_startup:
                self.run_startups(network, folder, [r for r in runners if r.peaks], chosen)

    def run_startups(
        self, network: Network, folder: Path, runners: list[Netc], chosen: list[Candidate]
    ) -> None:
        rows = startups(runners, chosen, folder, self.options.precision, self.quiet)
        self.startups[network.name] = rows
        show(f"\nstart-up and memory, threads: 1\n\n{startup_table(rows)}")


def show(text: str) -> None:
    print(text, flush=True)


def show_list(lines: list[str]) -> None:
    if lines:
        show("\n" + "\n".join(f"- {line}" for line in lines))


def span(values: list[float]) -> str:
    return f"{min(values):.0f} to {max(values):.0f}" if values else "n/a"
