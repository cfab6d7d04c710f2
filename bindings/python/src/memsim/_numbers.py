"""Scalar arguments: integers, real numbers, shapes and the words for noise."""

import operator
from collections.abc import Iterable
from typing import SupportsFloat, SupportsIndex

from ._core import Error

Shape = SupportsIndex | Iterable[SupportsIndex]
Noise = bool | str

UINT64_MAX = 2**64 - 1
SIZE_MAX = 2**63 - 1
_NOISE_CODES: dict[object, int] = {False: 0, True: 1, "auto": 1, "cell": 2, "sum": 3}


def integer(name: str, value: SupportsIndex, low: int, high: int) -> int:
    """`value` as an int within low...high."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {type(value).__name__}") from None
    if not low <= number <= high:
        raise Error(f"{name} must be {low}...{high}, got {number}")
    return number


def real(name: str, value: SupportsFloat) -> float:
    """`value` as a float; the library checks its range."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a real number, got {value!r}") from None
    except OverflowError:
        raise Error(f"{name} is beyond the range of float64") from None


def within(name: str, value: SupportsFloat, low: float, high: float, unit: str = "") -> float:
    """`value` as a float within low...high; NaN is not."""
    number = real(name, value)
    if not low <= number <= high:
        raise Error(f"{name} must be {low:g}...{high:g}{unit and ' ' + unit}, got {number}")
    return number


def extents(name: str, value: Shape) -> tuple[int, ...]:
    """A shape given as one integer or several."""
    if isinstance(value, Iterable) and not isinstance(value, str) and getattr(value, "ndim", 1) == 1:
        return tuple(integer(name, item, 0, SIZE_MAX) for item in value)
    if isinstance(value, SupportsIndex):
        return (integer(name, value, 0, SIZE_MAX),)
    raise TypeError(f"{name} must be an integer or a tuple of integers, got {value!r}")


def noise_code(noise: Noise) -> int:
    """The memsim_noise behind True, False, "auto", "cell" or "sum"."""
    try:
        return _NOISE_CODES[noise]
    except (KeyError, TypeError):
        raise Error(f'noise must be True, False, "auto", "cell" or "sum", got {noise!r}') from None
