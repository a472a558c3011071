"""The results as tables in markdown."""

from collections.abc import Sequence

from startup import Startup
from timing import Timing


def markdown(titles: Sequence[str], rows: list[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(titles, *rows)]

    def line(cells: Sequence[str]) -> str:
        # The first column holds names, the others mostly figures.
        padded = [cell.rjust(width) if index else cell.ljust(width)
                  for index, (cell, width) in enumerate(zip(cells, widths))]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * (width - 1) + (":" if index else "-") for index, width in enumerate(widths)]
    return "\n".join([line(titles), line(rule), *map(line, rows)])


def timing_table(timing: Timing, macs: int) -> str:
    netc = timing.netc[0].median if timing.netc else None
    rows = [
        (row.label, f"{row.median:.1f}", f"{min(row.times):.1f}",
         f"{2 * macs / row.median / 1e6:.0f}",
         f"{row.agreement.relative:.1e}", f"{row.agreement.labels:.2%}",
         f"{row.median / netc:.3f}" if netc else "n/a")
        for row in [*timing.netc, *sorted(timing.peers, key=lambda row: row.median)]
    ]
    return markdown(
        ("engine", "median ms", "minimum", "GFLOP/s", "rel. L2", "labels", "ms / netc's"), rows)


def ratio_table(timings: list[Timing]) -> str:
    rows = []
    for timing in timings:
        best = min(timing.peers, key=lambda row: row.median, default=None)
        peer = (best.label, f"{best.median:.1f}") if best else ("n/a", "n/a")
        head = (timing.network, str(timing.threads))
        for row in timing.netc:
            ratio = f"{best.median / row.median:.3f}" if best else "n/a"
            rows.append((*head, row.label, f"{row.median:.1f}", *peer, ratio))
        if not timing.netc:
            rows.append((*head, "netc", "n/a", *peer, "n/a"))
    return markdown(("network", "threads", "netc", "ms", "best peer", "ms", "peer / netc"), rows)


def startup_table(rows: list[Startup]) -> str:
    return markdown(
        ("engine", "first result s", "import s", "less import", "peak MB", "import MB",
         "less import"),
        [(row.label, f"{row.seconds:.2f}", f"{row.import_seconds:.2f}",
          f"{row.seconds - row.import_seconds:.2f}", f"{row.megabytes:.0f}",
          f"{row.import_megabytes:.0f}", f"{row.megabytes - row.import_megabytes:.0f}")
         for row in rows])
