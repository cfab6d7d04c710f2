"""Devices whose steps change linearly with the weight."""

from dataclasses import dataclass
from typing import ClassVar

from .base import PulsedDevice, SpreadDevice, WriteNoise


@dataclass(frozen=True, kw_only=True)
class _Soft(WriteNoise):
    mult_noise: bool = True
    """Whether noise is in proportion to the step; else of constant size."""


@dataclass(frozen=True, kw_only=True)
class _Linear(_Soft, PulsedDevice):
    reverse_up: bool = False
    """Up steps vanish beyond the lower bound instead."""
    reverse_down: bool = False
    """Down steps vanish beyond the upper bound instead."""
    reverse_offset: float = 0.01
    """How far beyond."""


@dataclass(frozen=True, kw_only=True)
class LinearStep(_Linear):
    """Steps (1 - gamma w / w_bound) dw_min."""

    name: ClassVar[str] = "linear-step"
    gamma_up: float = 0.0
    gamma_up_dtod: float = 0.05
    """Absolute."""
    gamma_down: float = 0.0
    gamma_down_dtod: float = 0.05
    """Absolute."""
    allow_increasing: bool = False
    """Whether steps may rise to the bound."""
    mean_bound_reference: bool = True
    """Whether gamma refers to `w_max` and `w_min`; else to the device's own bounds."""


@dataclass(frozen=True, kw_only=True)
class SoftBounds(_Linear):
    """Steps (1 - w / w_bound) dw_min, which vanish at the device's bound."""

    name: ClassVar[str] = "soft-bounds"


@dataclass(frozen=True, kw_only=True)
class SoftBoundsPmax(_Soft, SpreadDevice):
    """Soft bounds such that `p_max` up pulses lead from `range_min` to `range_max`."""

    name: ClassVar[str] = "soft-bounds-pmax"
    p_max: float = 1000.0
    alpha: float = 0.0005
    """Part of the way to the bound that a pulse goes."""
    range_min: float = -1.0
    range_max: float = 1.0


@dataclass(frozen=True, kw_only=True)
class SoftBoundsReference(_Soft, PulsedDevice):
    """Soft bounds of w + reference: a device beside a reference that is not pulsed."""

    name: ClassVar[str] = "soft-bounds-reference"
    slope_up_dtod: float = 0.0
    slope_down_dtod: float = 0.0
    reference_mean: float = 0.0
    reference_std: float = 0.0
    """Absolute."""
    mult_noise: bool = False
    subtract_symmetry_point: bool = False
    """Whether references are at the device's symmetry point."""
