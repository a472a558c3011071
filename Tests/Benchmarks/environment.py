"""The virtual environment with the pinned peers, made once."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"


def enter(folder: Path, wheels: str | None) -> None:
    """Goes on inside the environment: replaces the process unless it is there already."""
    if Path(sys.prefix) == folder.resolve():
        return
    prepare(folder, wheels)
    python = folder.resolve() / "bin" / "python"
    os.execv(python, [str(python), *sys.argv])


def prepare(folder: Path, wheels: str | None) -> None:
    stamp = folder / "requirements.txt"
    pins = REQUIREMENTS.read_text()
    if stamp.exists() and stamp.read_text() == pins:
        return
    # Files that other versions made.
    shutil.rmtree(folder / "networks", ignore_errors=True)
    print(f"installing the peers into {folder}", file=sys.stderr)
    venv.create(folder, with_pip=True)
    # The list is complete, and torchvision would ask for another build of torch than the CPU's.
    source = ["--find-links", wheels] if wheels else ["--extra-index-url", CPU_WHEELS]
    subprocess.run(
        [folder / "bin" / "pip", "install", "--quiet", "--no-deps", *source, "-r", REQUIREMENTS],
        check=True, stdout=sys.stderr)
    stamp.write_text(pins)
