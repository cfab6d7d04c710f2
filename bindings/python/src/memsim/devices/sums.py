"""Compounds whose weights are sums of devices."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ..tiles.io import IO
from ..tiles.update import Update
from .compound import UnitCells, kind_of


@dataclass(frozen=True, kw_only=True)
class Vector(UnitCells):
    """Weights that are sums of devices, each times a factor. Written weights go to every device."""

    name: ClassVar[str] = "vector"
    gamma_vec: Sequence[float] = ()
    """Factors; none: 1 / devices for all."""
    update_policy: str = "all"
    """"all"; or one device a vector: "single-fixed", "single-sequential", "single-random"."""
    first_update_idx: int = 0
    """Device of "single-fixed", first one of "single-sequential"."""


@dataclass(frozen=True, kw_only=True)
class Reference(UnitCells):
    """A device less a reference, which neither pulses nor written weights reach, `set_hidden("1/weights", ...)` does."""

    name: ClassVar[str] = "reference"


@dataclass(frozen=True, kw_only=True)
class OneSided(UnitCells):
    """Two devices of one class that only rise, one for rises and one for falls of their difference."""

    name: ClassVar[str] = "one-sided"
    refresh_every: float = 0.0
    """Batches, or vectors, from refresh to refresh: devices both high begin anew with their difference. 0: none."""
    units_in_mbatch: bool = True
    """Whether `refresh_every` counts batches; else vectors."""
    refresh_upper_thres: float = 0.75
    """What the higher one must be above, over `w_max`."""
    refresh_lower_thres: float = 0.25
    """What the lower one must be above, over `w_max`."""
    copy_inverted: bool = False
    """Whether the second device is the first upside down, so that falls are what the first does when it falls."""
    refresh_forward: IO = field(default_factory=IO)
    """How devices are read for it."""
    refresh_update: Update = field(default_factory=Update)
    """How the difference is written."""

    def __post_init__(self) -> None:
        super().__post_init__()
        kind_of("refresh_forward", self.refresh_forward, IO)
        kind_of("refresh_update", self.refresh_update, Update)

    def _read(self) -> IO:
        return self.refresh_forward

    def _write(self) -> Update:
        return self.refresh_update
