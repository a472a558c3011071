"""OpenVINO: its CPU plugin, one stream, told the precision (by itself it takes bf16)."""

import numpy as np
import openvino


class Engine:
    def __init__(self, model: str, image: np.ndarray, threads: int, precision: str, variant: str):
        compiled = openvino.Core().compile_model(
            model, "CPU",
            {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
             "INFERENCE_PRECISION_HINT": {"fp32": "f32", "bf16": "bf16"}[precision]})
        self.request = compiled.create_infer_request()
        # A tensor that shares memory does not own it.
        self.image = image
        self.request.set_input_tensor(openvino.Tensor(image, shared_memory=True))

    def run(self) -> None:
        self.request.infer()

    def output(self) -> np.ndarray:
        return self.request.get_output_tensor(0).data
