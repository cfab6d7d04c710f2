"""Pulsed devices of analog tiles: how far a pulse moves a weight, and how devices differ.

Each class is a frozen, checked set of numbers; names and defaults are those of aihwkit's devices. Weights are without a
unit. `card()` has ranges, texts and the quantities that `memsim.Tile.hidden` gives. memsim.presets has published ones.
"""

from .base import Device, PulsedDevice
from .physical import JART, Physical
from .soft_bounds import LinearStep, SoftBounds, SoftBoundsPmax, SoftBoundsReference
from .steps import ConstantStep, ExpStep, Ideal, PiecewiseStep, PowStep

__all__ = [
    "JART",
    "ConstantStep",
    "Device",
    "ExpStep",
    "Ideal",
    "LinearStep",
    "Physical",
    "PiecewiseStep",
    "PowStep",
    "PulsedDevice",
    "SoftBounds",
    "SoftBoundsPmax",
    "SoftBoundsReference",
]
