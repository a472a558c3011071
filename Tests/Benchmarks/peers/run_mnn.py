"""MNN: a session on its CPU backend."""

import MNN
import numpy as np


class Engine:
    def __init__(self, model: str, image: np.ndarray, threads: int, precision: str, variant: str):
        self.interpreter = MNN.Interpreter(model)
        self.session = self.interpreter.createSession(
            {"backend": "CPU", "numThread": threads,
             "precision": {"fp32": "high", "bf16": "low_bf16"}[precision]})
        target = self.interpreter.getSessionInput(self.session)
        self.interpreter.resizeTensor(target, image.shape)
        self.interpreter.resizeSession(self.session)
        source = MNN.Tensor(
            image.shape, MNN.Halide_Type_Float, image, MNN.Tensor_DimensionType_Caffe)
        target.copyFrom(source)

    def run(self) -> None:
        self.interpreter.runSession(self.session)

    def output(self) -> np.ndarray:
        result = self.interpreter.getSessionOutput(self.session)
        shape = result.getShape()
        values = np.empty(shape, np.float32)
        host = MNN.Tensor(
            shape, MNN.Halide_Type_Float, values, MNN.Tensor_DimensionType_Caffe)
        result.copyToHostTensor(host)
        # What getNumpyData gives is the host tensor's memory.
        return np.array(host.getNumpyData()).reshape(shape)
