"""Checks of the numbers of a nonideality."""

from collections.abc import Iterable, Mapping
from typing import SupportsFloat

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._operands import as_float64
from .windows import Window

Bounds = Mapping[str, tuple[float, float, str]]
CONDUCTANCE = (0.0, 1e3, "S")
PROBABILITY = (0.0, 1.0, "")


def conductances(name: str, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """One or more conductances, S, as a vector [N]."""
    array = np.asarray(as_float64(name, values), np.float64)
    if array.ndim != 1 or not array.size:
        raise Error(f"{name} must be one or more conductances of shape (N,), got shape {array.shape}")
    low, high, _ = CONDUCTANCE
    wrong = array[~((array >= low) & (array <= high))]
    if wrong.size:
        raise Error(f"{name} must be {low:g}...{high:g} S, got {wrong[0]}")
    return array


def window_or_none(value: Iterable[SupportsFloat] | None) -> Window | None:
    """A window (G_off, G_on), S, as two floats."""
    if value is None:
        return None
    try:
        off, on = (float(end) for end in value)
    except (TypeError, ValueError):
        raise Error(f"window must be (G_off, G_on) in S, or None, got {value!r}") from None
    if not 1e-15 <= off < on <= 1e3:
        raise Error(f"window must be 1e-15 S <= G_off < G_on <= 1e3 S, got {off} and {on}")
    return off, on
