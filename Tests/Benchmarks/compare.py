"""Compares netc with other engines: latency, start-up and memory on the same networks.

    python3 compare.py NETC [--networks resnet50,...] [--threads 1,2] [--runs 7] [--precision bf16]

See README.md for what the columns mean.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import environment


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("netc", type=Path, help="the program, a release build")
    parser.add_argument("--networks", help="some of those in networks.py, with commas")
    parser.add_argument("--threads", default="1,2", help="numbers of threads, with commas")
    parser.add_argument("--runs", type=int, default=7, help="rounds of all engines")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--also", action="append", default=[], metavar="FLAGS",
                        help="one more row of netc, with flags such as '--winograd off'")
    parser.add_argument("--torch-onnx-only", action="store_true",
                        help="peers do not try what `netc export` writes")
    parser.add_argument("--no-startup", action="store_true", help="leave out start-up and memory")
    parser.add_argument("--patience", type=float, default=0, metavar="SECONDS",
                        help="how long to wait before each visit for others to leave the processor")
    parser.add_argument("--json", type=Path, metavar="PATH", help="also write the figures here")
    parser.add_argument("--venv", type=Path, default=Path.home() / ".cache" / "netc-peers",
                        help="where the peers are installed and networks are kept")
    parser.add_argument("--wheels", metavar="DIR", help="has torch's wheel, instead of its index")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    options.netc = options.netc.resolve(strict=True)
    environment.enter(options.venv, options.wheels)

    # It needs what the environment has.
    from comparison import Comparison

    comparison = Comparison(options)
    comparison.run()
    if options.json:
        partial = options.json.with_name(options.json.name + ".partial")
        partial.write_text(json.dumps(comparison.document(), indent=2) + "\n")
        os.replace(partial, options.json)
    return 0 if comparison.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
