"""Pulsed devices of analog tiles: how far a pulse moves a weight, and how devices differ; compounds of several.

Each class is a frozen, checked set of numbers; names and defaults are those of aihwkit's devices. Weights are without a
unit. `card()` has ranges, texts and the quantities that `memsim.Tile.hidden` gives. memsim.presets has published ones.
"""

from .base import Device, PulsedDevice
from .compound import Compound
from .mixed import MixedPrecision
from .physical import JART, Physical
from .soft_bounds import LinearStep, SoftBounds, SoftBoundsPmax, SoftBoundsReference
from .steps import ConstantStep, ExpStep, Ideal, PiecewiseStep, PowStep, PowStepReference
from .sums import OneSided, Reference, Vector
from .transfers import BufferedTransfer, ChoppedTransfer, DynamicTransfer, Transfer

__all__ = [
    "BufferedTransfer",
    "ChoppedTransfer",
    "Compound",
    "ConstantStep",
    "Device",
    "DynamicTransfer",
    "ExpStep",
    "Ideal",
    "JART",
    "LinearStep",
    "MixedPrecision",
    "OneSided",
    "Physical",
    "PiecewiseStep",
    "PowStep",
    "PowStepReference",
    "PulsedDevice",
    "Reference",
    "SoftBounds",
    "SoftBoundsPmax",
    "SoftBoundsReference",
    "Transfer",
    "Vector",
]
