"""Devices stuck at one conductance."""

from dataclasses import dataclass
from typing import ClassVar

from .base import Nonideality
from .checks import CONDUCTANCE, PROBABILITY, Bounds


@dataclass(frozen=True)
class StuckAt(Nonideality):
    """Each device, independently with a probability, has a given conductance whatever it was programmed to.

    Source: Joksas et al., Advanced Science 9, 2105784 (2022).
    """

    name: ClassVar[str] = "stuck-at"
    _bounds: ClassVar[Bounds] = {"value": CONDUCTANCE, "probability": PROBABILITY}
    value: float
    """S."""
    probability: float
    """That a device is stuck; 0.05 in the paper."""


@dataclass(frozen=True)
class StuckAtGOff(Nonideality):
    """`StuckAt` the low end of the layer's window."""

    name: ClassVar[str] = "stuck-at-off"
    _bounds: ClassVar[Bounds] = {"probability": PROBABILITY}
    probability: float
    """That a device is stuck; 0.05 in the paper."""


@dataclass(frozen=True)
class StuckAtGOn(Nonideality):
    """`StuckAt` the high end of the layer's window."""

    name: ClassVar[str] = "stuck-at-on"
    _bounds: ClassVar[Bounds] = {"probability": PROBABILITY}
    probability: float
    """That a device is stuck; 0.05 in the paper."""
