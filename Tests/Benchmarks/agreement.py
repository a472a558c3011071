"""Whether an engine computes the network: its logits against torch's in fp32."""

from dataclasses import dataclass

import numpy as np

from conversion import Refused

# Random weights let the roundings of bf16 grow from layer to layer, in MobileNetV2 to 0.3 whatever the
# engine; a wrong network is about 1.4 away.
LIMITS = {"fp32": 1e-3, "bf16": 0.5}


@dataclass(frozen=True)
class Agreement:
    relative: float
    """L2 of the difference over that of the reference, whose channel means are taken from both."""
    labels: float
    """The share of positions with the same argmax."""


def agreement(logits: np.ndarray, reference: np.ndarray, precision: str) -> Agreement:
    if logits.size != reference.size:
        raise Refused(f"its output is {logits.shape} instead of {reference.shape}")
    logits = logits.reshape(reference.shape)
    spread = np.linalg.norm(reference - reference.mean((2, 3), keepdims=True))
    relative = float(np.linalg.norm(logits - reference) / spread)
    # Not a number is no agreement either.
    if not relative <= LIMITS[precision]:
        raise Refused(f"its logits differ by {relative:.1e}, more than {LIMITS[precision]:.0e}")
    labels = float(np.mean(logits.argmax(1) == reference.argmax(1)))
    return Agreement(relative, labels)
