"""The interface of badcrossbar, with the solver of this library behind it."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..nonideality.law import Float64
from .wires import FIELDS, Wires

_CURRENTS, _VOLTAGES = FIELDS[1:4], FIELDS[4:]


class Currents(NamedTuple):
    """A; all but `output` [m, n], or [m, n, p] for p > 1 sets of voltages, or None."""

    output: Float64
    """[p, n]."""
    device: Float64 | None
    word_line: Float64 | None
    bit_line: Float64 | None


class Voltages(NamedTuple):
    """V, of the nodes, as `Currents`; None where wires of infinite resistance leave them to themselves."""

    word_line: Float64 | None
    bit_line: Float64 | None


class Computed(NamedTuple):
    """What `compute` found."""

    currents: Currents
    voltages: Voltages | None


def compute(
    applied_voltages: npt.ArrayLike,
    resistances: npt.ArrayLike,
    r_i: float | None = None,
    r_i_word_line: float | None = None,
    r_i_bit_line: float | None = None,
    node_voltages: bool = True,
    all_currents: bool = True,
) -> Computed:
    """Stands in for ``badcrossbar.compute`` of version 1.1.0 (D. Joksas): the same arguments, results and error types.

    Currents of word lines keep all digits however small `r_i` is, infinite segments of one kind of lines give currents
    of 0, and values that are no numbers are refused instead of handed through.

    Parameters
    ----------
    applied_voltages
        [m, p] V, of p sets of voltages.
    resistances
        Of the devices [m, n], ohm, > 0; numpy.inf: open.
    r_i, r_i_word_line, r_i_bit_line
        Ohm of a segment, >= 0, of all lines or of word and bit lines; an int or a float.
    node_voltages, all_currents
        Whether to give voltages, and currents other than the output's.

    Returns
    -------
    Computed
        currents.output [p, n], currents.device, .word_line and .bit_line, voltages.word_line and .bit_line [m, n], or
        [m, n, p] for p > 1.

    Raises
    ------
    TypeError
        For arrays that are not of two dimensions or not numbers, and resistances of segments that are no int or float.
    ValueError
        For arrays that are empty or do not fit, negative resistances, and devices of 0 ohm; memsim.Error is one.
    """
    ohms, volts = _matrix("resistances", resistances), _matrix("applied_voltages", applied_voltages)
    if (ohms < 0).any():
        raise ValueError("resistances must not be negative")
    if ohms.shape[0] != volts.shape[0]:
        raise ValueError(f"resistances and applied_voltages must have as many rows, got {ohms.shape}, {volts.shape}")
    words = _segment("r_i_word_line" if r_i is None else "r_i", r_i_word_line if r_i is None else r_i)
    bits = _segment("r_i_bit_line" if r_i is None else "r_i", r_i_bit_line if r_i is None else r_i)
    if (ohms == 0).any():
        raise ValueError("resistances must not be 0, whether or not that makes a short circuit")
    insulated = words == bits == np.inf
    wanted = (_CURRENTS if all_currents else ()) + (_VOLTAGES if node_voltages is True and not insulated else ())
    solution = Wires(1 / ohms.astype(np.float64), words, bits)._solved(volts.T, None, wanted)
    currents, nodes = ([_turned(getattr(solution, name)) for name in names] for names in (_CURRENTS, _VOLTAGES))
    given = node_voltages is True or insulated
    return Computed(Currents(solution.output, *currents), Voltages(*nodes) if given else None)


def _matrix(name: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
    array = np.array(values)
    if array.ndim != 2:
        raise TypeError(f"{name} must be an array of 2 dimensions, got {array.ndim}")
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be real numbers, got {array.dtype}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    return array


def _segment(name: str, ohms: object) -> float:
    if not isinstance(ohms, (int, float)):
        raise TypeError(f"{name} must be an int or a float, got {type(ohms).__name__}")
    if not ohms >= 0:
        raise ValueError(f"{name} must be >= 0 ohm, got {ohms}")
    return float(ohms)


def _turned(field: Float64 | None) -> Float64 | None:
    """From [p, m, n] to [m, n, p], or [m, n] for p = 1."""
    if field is None:
        return None
    return field[0] if len(field) == 1 else np.moveaxis(field, 0, -1)
