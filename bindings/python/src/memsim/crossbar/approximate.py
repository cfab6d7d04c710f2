"""Closed forms of what wires do to a crossbar, for comparison with the exact solution."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._operands import as_float64
from ..nonideality.law import Float64


def approximate(
    G: npt.ArrayLike, r_word: npt.ArrayLike = 1.0, r_bit: npt.ArrayLike = 1.0, method: str = "alpha-beta"
) -> Float64:
    """A matrix [rows, columns], S, that stands for ohmic devices and wires: output ~ V matrix, in O(rows columns).

    `Wires.transfer` is exact. Of 64 x 64 devices, half at 1 and half at 40 kohm, with 1 ohm a segment, which takes 57 %
    of the currents, the mean error for uniform inputs is 5.2 % ("alpha-beta"), 5.8 % ("dmr") and 30 % ("jeong"), by
    benchmarks/crossbar.py.

    Parameters
    ----------
    G
        Conductances [rows, columns], S, finite, >= 0.
    r_word, r_bit
        Ohm of every segment, finite, >= 0: one for all lines or one a line.
    method
        "alpha-beta": attenuations of every cell by its own row and column, IEEE Xplore 9691996; right to first order in
        the resistances where inputs are equal. "dmr": of rows and columns by their means, IEEE Xplore 9184938. "jeong":
        every device in series with a resistance of its place alone, Jeong et al., IEEE Transactions on Nanotechnology
        17, 184 (2018), cell by cell.

    Raises
    ------
    memsim.Error
        If a shape does not fit, a value is out of range or the method is unknown.
    """
    if method not in tuple(_METHODS):
        raise Error(f"method must be {', '.join(_METHODS)}, got {method!r}")
    g = _positive("G", G)
    if g.ndim != 2 or not g.size:
        raise Error(f"G must have shape (rows, columns), each >= 1, got {g.shape}")
    words, bits = _segments("r_word", r_word, g.shape[0]), _segments("r_bit", r_bit, g.shape[1])
    return _METHODS[method](g, words[:, None], bits)


def _alpha_beta(g: Float64, r_word: Float64, r_bit: Float64) -> Float64:
    return _fall(g, r_bit) * g * _fall(g.T[::-1], r_word.T)[::-1].T


def _dmr(g: Float64, r_word: Float64, r_bit: Float64) -> Float64:
    rows, columns = g.mean(1, keepdims=True), g.mean(0, keepdims=True)
    return _fall(rows, r_bit) * g * _fall(columns.T[::-1], r_word.T)[::-1].T


def _jeong(g: Float64, r_word: Float64, r_bit: Float64) -> Float64:
    rows, columns = g.shape
    before = r_word * np.cumsum(columns - np.arange(columns))
    after = r_bit * np.cumsum(np.arange(rows, 0, -1))[::-1, None]
    shunted: Float64 = g / (1 + g * (before + after))
    return shunted


def _fall(g: Float64, r: Float64) -> Float64:
    """(1 + r sum_k<i (i - k) g_k) / (1 + r sum_k (m - k) g_k) down the first axis: lines open above, held below."""
    sums = np.cumsum(np.cumsum(g, 0), 0)
    above = np.concatenate([np.zeros_like(sums[:1]), sums[:-1]])
    fall: Float64 = (1 + r * above) / (1 + r * sums[-1:])
    return fall


_METHODS: dict[str, Callable[[Float64, Float64, Float64], Float64]] = {
    "alpha-beta": _alpha_beta,
    "dmr": _dmr,
    "jeong": _jeong,
}


def _positive(name: str, values: npt.ArrayLike) -> Float64:
    array = np.asarray(as_float64(name, values), np.float64)
    wrong = array[~((array >= 0) & np.isfinite(array))]
    if wrong.size:
        raise Error(f"{name} must be finite and >= 0, got {wrong[0]}")
    return array


def _segments(name: str, values: npt.ArrayLike, lines: int) -> Float64:
    """A resistance for every line."""
    ohms = _positive(name, values)
    if ohms.shape not in ((), (1,), (lines,)):
        raise Error(f"{name} has shape {ohms.shape}, it must be one resistance or ({lines},): one for every line")
    return np.broadcast_to(ohms, (lines,))
