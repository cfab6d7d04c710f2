"""The paper's experiments on MNIST: which training meets which inference, and what was reported.

Numbers as in the list of the reproduction (docs/nat.md). Number 11, a convolutional network on CIFAR-10, is left out.
"""

import re
from dataclasses import dataclass

from . import setups as s
from .setups import Inference, Training


@dataclass(frozen=True)
class Case:
    """Networks of one training on the devices of one inference.

    `error` (fraction) and `tops_per_watt` are the paper's medians and means; None where its text has no number.
    """

    training: Training
    inference: Inference
    error: float | None = None
    tops_per_watt: float | None = None


@dataclass(frozen=True)
class Experiment:
    """Some cases that belong together."""

    number: int
    title: str
    cases: tuple[Case, ...]


LEFT_OUT = {11: "the convolutional network on CIFAR-10"}

AGNOSTICISM = 12
"""The experiment of all against all, drawn as a heat map."""

_ALL = (
    s.STANDARD,
    s.LOW_AWARE,
    s.LOW_L1,
    s.HIGH_AWARE,
    s.HIGH_L1,
    s.STUCK_OFF_AWARE,
    s.STUCK_ON_AWARE,
    *s.UNIFORM_FOUR[2:],
    *s.SKEWED_FOUR[2:],
    s.STRONG_FOUR[2],
    s.STUCK_AWARE,
)

_LIST = (
    Experiment(1, "standard training, low-resistance SiOx", (Case(s.STANDARD, s.LOW, tops_per_watt=0.715),)),
    Experiment(2, "aware training, low-resistance SiOx", (Case(s.LOW_AWARE, s.LOW), Case(s.LOW_L1, s.LOW))),
    Experiment(3, "standard training, high-resistance SiOx", (Case(s.STANDARD, s.HIGH, 0.416),)),
    Experiment(4, "aware training, high-resistance SiOx", (Case(s.HIGH_AWARE, s.HIGH, 0.091, 234),)),
    Experiment(5, "the same with L1 regularisation", (Case(s.HIGH_L1, s.HIGH, 0.071, 381),)),
    Experiment(6, "high-resistance SiOx, devices stuck at G_on", (Case(s.STUCK_ON_AWARE, s.STUCK_ON),)),
    Experiment(7, "devices stuck at G_off", (Case(s.STUCK_OFF_AWARE, s.STUCK_OFF),)),
    Experiment(8, "stuck Ta/HfO2 devices, synthetic", (Case(s.STUCK_AWARE, s.STUCK),)),
    Experiment(
        9,
        "lognormal spread of devices, four ways to hold weights",
        (*(Case(t, s.UNIFORM) for t in s.UNIFORM_FOUR), *(Case(t, s.SKEWED) for t in s.SKEWED_FOUR)),
    ),
    Experiment(10, "strong spread of devices", tuple(Case(t, s.STRONG) for t in s.STRONG_FOUR)),
    Experiment(AGNOSTICISM, "every training on every device", tuple(Case(t, i) for t in _ALL for i in s.INFERENCES)),
)
EXPERIMENTS = {experiment.number: experiment for experiment in _LIST}


def select(text: str) -> tuple[Experiment, ...]:
    """Experiments of a list such as "1,3-5"; a range passes over what is left out."""
    numbers: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)(?:-(\d+))?\s*", part)
        if match is None:
            raise ValueError(f"experiments must be numbers and ranges such as 1,3-5, got {text!r}")
        inside = [number for number in EXPERIMENTS if int(match[1]) <= number <= int(match[2] or 0)]
        if match[2] and not inside:
            raise ValueError(f"there is no experiment in the range {part.strip()}; there are {_numbers()}")
        numbers.update(inside if match[2] else [int(match[1])])
    return tuple(_experiment(number) for number in sorted(numbers))


def _experiment(number: int) -> Experiment:
    if number in LEFT_OUT:
        raise ValueError(f"experiment {number} is left out: {LEFT_OUT[number]}")
    if number not in EXPERIMENTS:
        raise ValueError(f"there is no experiment {number}; there are {_numbers()}")
    return EXPERIMENTS[number]


def _numbers() -> str:
    return ", ".join(map(str, EXPERIMENTS))
