"""What all tasks of a reproduction share, with the paper's values."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Hyper-parameters of trainings and inferences."""

    dataset: str = "mnist"
    epochs: int = 1000
    batch: int = 64
    learning_rate: float = 0.01
    hidden: int = 25
    validate_every: int = 20
    """Epochs between validations of aware trainings."""
    validation_repeats: int = 20
    inference_repeats: int = 25
    inference_batch: int = 100
    """Images for which devices are drawn once; in trainings and validations it is `batch`."""
    seed: int = 0


TRAININGS = 5
"""Networks of each training in the paper."""

QUICK: dict[str, Any] = {"epochs": 12, "validate_every": 6, "validation_repeats": 5, "inference_repeats": 5}
"""What --quick changes; it also trains one network of each training."""
