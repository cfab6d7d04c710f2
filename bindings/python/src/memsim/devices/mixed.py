"""Gradients in digital, weights in devices."""

from dataclasses import dataclass
from typing import ClassVar

from .base import Device
from .compound import Compound, kind_of


@dataclass(frozen=True, kw_only=True)
class MixedPrecision(Compound):
    """Gradients gather in digital, whole steps of them pulse the device.

    Source: Nandakumar et al., Front. Neurosci. 14, 406 (2020).
    """

    name: ClassVar[str] = "mixed-precision"
    device: Device
    transfer_every: int = 1
    """Batches from transfer to transfer."""
    n_rows_per_transfer: int = -1
    """Outputs of a transfer; < 1: all."""
    random_row: bool = False
    """Whether a transfer's first output is chosen at random."""
    granularity: float = 0.0
    """A step of the gradient; 0: of the device."""
    transfer_lr: float = 1.0
    """What a step of the gradient is times when written."""
    n_x_bins: int = 0
    """Bins of inputs; 0: they are not rounded."""
    n_d_bins: int = 0
    """Bins of errors; 0: they are not rounded."""
    stoc_round_x: bool = True
    """Whether inputs are rounded at random."""
    stoc_round_d: bool = True
    """Whether errors are rounded at random."""

    def __post_init__(self) -> None:
        super().__post_init__()
        kind_of("device", self.device, Device)

    def _cells(self) -> tuple[Device, ...]:
        return (self.device,)
