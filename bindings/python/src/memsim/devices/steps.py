"""Devices by how their step depends on the weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from .._core import Error
from .base import AgeingDevice, PulsedDevice, WriteNoise


@dataclass(frozen=True, kw_only=True)
class Ideal(AgeingDevice):
    """Takes any change exactly, without pulses and bounds; it may decay, diffuse and be reset."""

    name: ClassVar[str] = "ideal"


@dataclass(frozen=True, kw_only=True)
class ConstantStep(PulsedDevice):
    """Pulses of one size everywhere: Gokmen, Vlasov, Front. Neurosci. 10, 333 (2016)."""

    name: ClassVar[str] = "constant-step"


@dataclass(frozen=True, kw_only=True)
class ExpStep(WriteNoise, PulsedDevice):
    """Steps max(1 - A exp(gamma z), 0) dw_min, z = 2 w a / (w_max - w_min) + b."""

    name: ClassVar[str] = "exp-step"
    A_up: float = 0.00081
    A_down: float = 0.36833
    gamma_up: float = 12.44625
    gamma_down: float = 12.78785
    a: float = 0.244
    b: float = 0.2425
    dw_min_std_add: float = 0.0
    """Noise of a pulse, absolute part over `dw_min_std`."""
    dw_min_std_slope: float = 0.0
    """Noise of a pulse, part in proportion to |w|, over `dw_min_std`."""


@dataclass(frozen=True, kw_only=True)
class _Power(PulsedDevice):
    pow_gamma: float = 1.0
    pow_gamma_dtod: float = 0.1
    pow_up_down: float = 0.0
    """> 0: a smaller exponent of down pulses; < 0: of up pulses."""
    pow_up_down_dtod: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PowStep(_Power, WriteNoise):
    """Steps ((w_max - w) / (w_max - w_min))^gamma dw_min up, likewise from the lower bound down."""

    name: ClassVar[str] = "pow-step"


@dataclass(frozen=True, kw_only=True)
class PowStepReference(_Power):
    """Power steps of w + reference: a device beside a reference that is not pulsed."""

    name: ClassVar[str] = "pow-step-reference"
    reference_mean: float = 0.0
    reference_std: float = 0.0
    """Absolute."""
    subtract_symmetry_point: bool = False
    """Whether references are at the device's symmetry point."""
    n_estimation_steps: int = -1
    """Pairs of pulses that find it; < 1: exactly."""


@dataclass(frozen=True, kw_only=True)
class PiecewiseStep(WriteNoise, PulsedDevice):
    """Steps dw_min times a curve of straight pieces between the bounds; both curves have as many nodes."""

    name: ClassVar[str] = "piecewise-step"
    piecewise_up: Sequence[float] = (1.0,)
    """Nodes from the lower to the upper bound, of up pulses."""
    piecewise_down: Sequence[float] = (1.0,)
    """Of down pulses."""

    def __post_init__(self) -> None:
        super().__post_init__()
        up, down = len(self.piecewise_up), len(self.piecewise_down)
        if up != down:
            raise Error(f"piecewise_down must have as many nodes as piecewise_up, {up}, got {down}")
