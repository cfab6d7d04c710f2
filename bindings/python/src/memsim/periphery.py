"""Converters between the digital and the analogue side of a crossbar."""

from typing import SupportsFloat, SupportsIndex

import numpy.typing as npt

from . import _core
from ._numbers import integer, real
from ._operands import FloatArray, apart, as_real, output
from .context import Context, handle_of


def adc(
    values: npt.ArrayLike,
    bits: SupportsIndex = 4,
    minimum: SupportsFloat = 1e-6,
    maximum: SupportsFloat = 5e-5,
    *,
    clamp_low: bool = True,
    out: object = None,
    context: Context | None = None,
) -> FloatArray:
    """Quantise to the nearest of 2**bits levels, giving the level's value.

    The step is (maximum - minimum) / (2**bits - 1), halves go up, and NaN stays NaN.

    Parameters
    ----------
    values
        Any shape, in the unit of the levels, for instance A.
    bits
        1...24.
    minimum, maximum
        The lowest and the highest level.
    clamp_low
        Whether inputs below `minimum` give `minimum`; if not, lower levels go on, as in Synaptogen.
    out
        Where to write, of the shape and type of `values`; may be `values`.
    context
        Threads.

    Returns
    -------
    ndarray
        Of the shape of `values`; float64 for float64 arrays, else float32.

    Raises
    ------
    memsim.Error
        If `bits` or the levels are out of range, or `out` does not fit.
    """
    array = as_real("values", values, out)
    result = output(out, array.shape, array.dtype)
    levels = (integer("bits", bits, 1, 24), real("minimum", minimum), real("maximum", maximum))
    _core.adc(handle_of(context), *levels, bool(clamp_low), _source(array, result), result)
    return result


def dac(
    values: npt.ArrayLike,
    bits: SupportsIndex,
    v_max: SupportsFloat,
    *,
    out: object = None,
    context: Context | None = None,
) -> FloatArray:
    """Convert numbers to voltages of 2**bits + 1 signed codes.

    code = clamp(round_half_even(x 2**(bits-1)), +-2**(bits-1)); volts = code / 2**(bits-1) * v_max.

    Parameters
    ----------
    values
        Any shape, full scale at +-1.
    bits
        1...24.
    v_max
        Voltage of full scale, V, > 0.
    out
        Where to write, of the shape and type of `values`; may be `values`.
    context
        Threads.

    Returns
    -------
    ndarray
        V, of the shape of `values`; float64 for float64 arrays, else float32.

    Raises
    ------
    memsim.Error
        If `bits` or `v_max` is out of range, or `out` does not fit.
    """
    array = as_real("values", values, out)
    result = output(out, array.shape, array.dtype)
    _core.dac(handle_of(context), integer("bits", bits, 1, 24), real("v_max", v_max), _source(array, result), result)
    return result


def _source(values: FloatArray, result: FloatArray) -> FloatArray:
    """`values`, copied unless it is apart from `result` or exactly the same memory."""
    return values if values.ctypes.data == result.ctypes.data else apart(values, result)
