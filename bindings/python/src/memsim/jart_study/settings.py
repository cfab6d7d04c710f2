"""What all runs of a study share: the published set-up."""

from dataclasses import dataclass
from typing import Any

STARTS = "zero", "uniform"


@dataclass(frozen=True)
class Settings:
    """Hyper-parameters of all trainings."""

    dataset: str = "mnist"
    images: int = 0
    """Training images, the first ones; 0: all."""
    hidden: tuple[int, ...] = (256, 128)
    epochs: int = 30
    batch: int = 32
    learning_rate: float = 0.05
    halve_every: int = 10
    """Epochs after which the learning rate is halved."""
    w_bound: float = 1.5
    """Weights of nominal cells at the ends of their range, ±."""
    dw_min: float = 0.0
    """Step that trains of pulses are reckoned with; 0: the real one of a nominal cell at weight 0."""
    start: str = "zero"
    """Of weights: "zero", or "uniform" in ±1/√inputs."""
    perfect_io: bool = False
    seed: int = 0


SEEDS = 5
"""Runs of each rung."""

QUICK: dict[str, Any] = {"epochs": 3, "images": 6000, "learning_rate": 1.0}
"""What --quick changes, beside the number of seeds; at the usual rate so few images do not leave the start's plateau."""
QUICK_SEEDS = 2
