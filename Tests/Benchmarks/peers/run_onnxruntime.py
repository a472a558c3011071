"""ONNX Runtime: its CPU provider, input and output bound to memory that stays."""

import numpy as np
import onnxruntime


class Engine:
    def __init__(self, model: str, image: np.ndarray, threads: int, precision: str, variant: str):
        if precision != "fp32":
            raise SystemExit("its CPU kernels have no bf16 on x86")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"])
        self.binding = self.session.io_binding()
        self.image = image
        self.binding.bind_cpu_input(self.session.get_inputs()[0].name, image)
        self.binding.bind_output(self.session.get_outputs()[0].name)

    def run(self) -> None:
        self.session.run_with_iobinding(self.binding)

    def output(self) -> np.ndarray:
        return self.binding.copy_outputs_to_cpu()[0]
