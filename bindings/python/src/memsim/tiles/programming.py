"""Closed-loop writing of a tile by pulses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._numbers import integer, real

if TYPE_CHECKING:
    from .tile import Tile

Float32 = npt.NDArray[np.float32]
_BATCH = 256


@dataclass(frozen=True)
class TileProgramming:
    """What `Tile.program` did."""

    iterations: int
    """Rounds of pulses given."""
    within: float
    """Share of the devices whose last reading is within the tolerance."""
    error: float
    """Largest |reading - target| of the last reading."""
    weights: Float32
    """The last reading, [outputs, inputs]."""


def write_verify(
    tile: Tile, target: Float32, tolerance: SupportsFloat, most: SupportsIndex, read: str, samples: SupportsIndex
) -> TileProgramming:
    """See Tile.program."""
    limit = real("tolerance", tolerance)
    if not 0 < limit < math.inf:
        raise Error(f"tolerance must be finite and > 0, got {limit:g}")
    if not np.isfinite(target).all():
        raise Error("weights must be finite")
    if read not in ("exact", "forward"):
        raise Error(f"read must be exact or forward, got {read!r}")
    rounds, count = integer("max_iterations", most, 1, 2**31 - 1), integer("samples", samples, 1, 2**16)
    done = 0
    while True:
        reading = tile.weights if read == "exact" else _products(tile, count)
        error = reading - target
        off = np.abs(error) > limit
        if done == rounds or not off.any():
            return TileProgramming(done, float(1 - off.mean()), float(np.abs(error).max()), reading)
        _pulse(tile, np.where(off, error, np.float32(0)))
        done += 1


def _products(tile: Tile, samples: int) -> Float32:
    """Weights as products of one input at a time show them."""
    outputs, inputs = tile.shape
    total = np.zeros((outputs, inputs))
    for first in range(0, inputs, _BATCH):
        some = np.eye(inputs, dtype=np.float32)[first : first + _BATCH]
        for _ in range(samples):
            total[:, first : first + _BATCH] += tile.forward(some).T
    return (total / samples).astype(np.float32)


def _pulse(tile: Tile, error: Float32) -> None:
    """Pulses one input after the other against its errors; inputs without any are left alone."""
    columns = np.flatnonzero(error.any(0))
    for first in range(0, len(columns), _BATCH):
        some = columns[first : first + _BATCH]
        x = np.zeros((len(some), tile.shape[1]), np.float32)
        x[np.arange(len(some)), some] = 1
        tile.update(x, np.ascontiguousarray(error[:, some].T), 1.0)
