"""ncnn: a network that pnnx converted, with ncnn's own choice of algorithms."""

import ncnn
import numpy as np


class Engine:
    def __init__(self, model: str, image: np.ndarray, threads: int, precision: str, variant: str):
        self.net = ncnn.Net()
        self.net.opt.num_threads = threads
        self.net.opt.use_bf16_storage = precision == "bf16"
        if self.net.load_param(model) or self.net.load_model(model.removesuffix("param") + "bin"):
            raise SystemExit(f"{model} could not be loaded")
        self.image = ncnn.Mat(image[0]).clone()

    def run(self) -> None:
        extractor = self.net.create_extractor()
        extractor.input("in0", self.image)
        status, self.result = extractor.extract("out0")
        if status:
            raise SystemExit(f"extract gave {status}")

    def output(self) -> np.ndarray:
        return np.array(self.result)[None]
