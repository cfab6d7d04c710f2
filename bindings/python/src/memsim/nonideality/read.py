"""Noise of single reads."""

from dataclasses import dataclass
from typing import ClassVar

from .base import Nonideality
from .checks import Bounds


@dataclass(frozen=True)
class ReadNoise(Nonideality):
    """Every device's current has a relative normal error, independent in every read: I' = I (1 + sigma z)."""

    name: ClassVar[str] = "read-noise"
    _bounds: ClassVar[Bounds] = {"sigma": (0.0, 10.0, "")}
    sigma: float
    """Relative deviation, 0...10."""
