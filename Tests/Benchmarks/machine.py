"""What the figures were measured on."""

import datetime
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGES = ["onnxruntime", "openvino", "MNN", "ncnn", "pnnx", "torch"]
FEATURES = ["avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16"]


def machine(netc: Path) -> dict[str, str]:
    """Titles and values, as they are printed."""
    processor = processor_fields()
    flags = processor.get("flags", "").split()
    features = " ".join(feature for feature in FEATURES if feature in flags)
    done = subprocess.run([netc, "--version"], capture_output=True, text=True, check=True)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=Path(__file__).parent,
        capture_output=True, text=True)
    return {
        "date": datetime.datetime.now().astimezone().isoformat(" ", "minutes"),
        "processor": f"{processor.get('model name', platform.machine())} "
                     f"(family {processor.get('cpu family', '?')}, "
                     f"model {processor.get('model', '?')}; {features})",
        "cores": str(len(os.sched_getaffinity(0))),
        "netc": f"{done.stdout.strip()}, sources at {commit.stdout.strip() or 'no commit'}",
        "peers": ", ".join(f"{package} {version(package)}" for package in PACKAGES),
    }


def processor_fields() -> dict[str, str]:
    text = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    pairs = (line.partition(":") for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
