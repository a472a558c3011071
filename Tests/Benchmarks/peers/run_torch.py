"""torch: the module as the library made it, or traced and frozen (batch norms folded)."""

import sys
from pathlib import Path

import numpy as np
import torch


class Engine:
    def __init__(self, model: str, image: np.ndarray, threads: int, precision: str, variant: str):
        torch.set_num_threads(threads)
        kind = {"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
        layout = torch.channels_last if "channels_last" in variant else torch.contiguous_format
        self.image = torch.from_numpy(image).to(kind).to(memory_format=layout)
        if variant.startswith("traced"):
            module = torch.jit.load(model).to(kind).to(memory_format=layout)
            self.module = torch.jit.optimize_for_inference(torch.jit.freeze(module.eval()))
        else:
            sys.path.append(str(Path(__file__).resolve().parents[2] / "Zoo"))
            import state_dicts  # noqa: F401  imports the libraries whose classes are in the file
            module = torch.load(model, weights_only=False)
            self.module = module.eval().to(kind).to(memory_format=layout)

    def run(self) -> None:
        with torch.inference_mode():
            result = self.module(self.image)
        self.result = result["out"] if isinstance(result, dict) else result

    def output(self) -> np.ndarray:
        return self.result.float().numpy()
