"""The files that the engines load, each made once from what networks.py stored."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from networks import Network


class Refused(Exception):
    """Something that an engine or a converter does not do, with its reason."""


@dataclass(frozen=True)
class Candidate:
    """One way to run a network: an engine, the file it loads, and how."""

    engine: str
    variant: str
    model: Path


@dataclass
class Converter:
    """Makes the files of one network."""

    network: Network
    folder: Path
    tools: Path
    netc: Path
    torch_only: bool

    def candidates(self, refusals: list[str]) -> Iterator[Candidate]:
        """All ways to run the network; those that fail are told in `refusals`."""
        ways: list[tuple[str, str, Callable[[], Path]]] = [
            ("torch", "traced channels_last", lambda: self.folder / "traced.pt"),
            ("torch", "channels_last", lambda: self.folder / "module.pt"),
            ("torch", "eager", lambda: self.folder / "module.pt")]
        ways += self.onnx_ways(self.folder / "torch.onnx")
        ways.append(("ncnn", "traced", lambda: self.ncnn(self.folder / "traced.pt")))
        if not self.torch_only:
            try:
                onnx = self.netc_onnx()
                ways += self.onnx_ways(onnx)
                ways.append(("ncnn", onnx.name, lambda: self.ncnn(onnx)))
            except Refused as reason:
                refusals.append(f"all peers (netc.onnx): {reason}")
        for engine, variant, make in sorted(ways, key=lambda way: way[0]):
            try:
                yield Candidate(engine, variant, make())
            except Refused as reason:
                refusals.append(f"{engine} ({variant}): {reason}")

    def onnx_ways(self, onnx: Path) -> list[tuple[str, str, Callable[[], Path]]]:
        return [("onnxruntime", onnx.name, lambda: onnx), ("openvino", onnx.name, lambda: onnx),
                ("mnn", onnx.name, lambda: self.mnn(onnx))]

    def netc_onnx(self) -> Path:
        """Exported anew each time; what came of an older export with other bytes is removed."""
        exported = self.call(
            [self.netc, "export", self.network.file, "-w", "weights.safetensors", "--at",
             self.network.at, "--output", "logits", "-o", "export.onnx"], "export.onnx")
        kept = self.folder / "netc.onnx"
        if not kept.exists() or kept.read_bytes() != exported.read_bytes():
            for stale in self.folder.glob("netc.*"):
                stale.unlink()
            exported.rename(kept)
        exported.unlink(missing_ok=True)
        return kept

    def mnn(self, onnx: Path) -> Path:
        made = onnx.with_suffix(".mnn").name
        return self.call(
            [self.tools / "mnnconvert", "-f", "ONNX", "--modelFile", onnx.name, "--MNNModel", made,
             "--bizCode", "netc"], made)

    def ncnn(self, source: Path) -> Path:
        height, width = self.network.size
        # What pnnx writes beside the two files that are wanted.
        others = [f"{key}=unused.{key}"
                  for key in ("pnnxparam", "pnnxbin", "pnnxpy", "pnnxonnx", "ncnnpy")]
        return self.call(
            [self.tools / "pnnx", source.name, f"inputshape=[1,3,{height},{width}]f32", "fp16=0",
             f"ncnnparam={source.stem}.ncnn.param", f"ncnnbin={source.stem}.ncnn.bin", *others],
            f"{source.stem}.ncnn.param")

    def call(self, line: list[str | Path], name: str) -> Path:
        """Runs a converter that writes a file into the folder, unless the file is there."""
        made = self.folder / name
        if made.exists():
            return made
        done = subprocess.run(line, cwd=self.folder, capture_output=True, text=True)
        if done.returncode or not made.exists():
            made.unlink(missing_ok=True)
            said = (done.stderr.strip() or done.stdout.strip()).splitlines() or [""]
            raise Refused(f"{Path(line[0]).name} ended with {done.returncode}: {said[0]}")
        return made
