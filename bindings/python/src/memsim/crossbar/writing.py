"""Writing cells of an array through its wires: which terminals are held at which voltage."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._numbers import real
from .._operands import as_array
from .settings import WireSettings
from .solution import WriteReport
from .wired import Wired
from .wires import Wires

if TYPE_CHECKING:
    from ..array import Array

Lines = SupportsIndex | Iterable[SupportsIndex]
Mask = npt.NDArray[np.bool_]


class Scheme(NamedTuple):
    """What the other lines get, in parts of the voltage of selected word lines; selected bit lines get 0."""

    word: float = 0.0
    bit: float = 0.0
    floats: bool = False
    """They are left to float."""
    gated: bool = False
    """Gates of word lines that are not selected are so far below their bit lines that either polarity is off."""


SCHEMES = {
    "V/2": Scheme(1 / 2, 1 / 2),
    "V/3": Scheme(1 / 3, 2 / 3),
    "floating": Scheme(floats=True),
    "ground": Scheme(),
    "1T1R": Scheme(bit=1.0, gated=True),
}


def write(
    array: "Array",
    wired: Wired | None,
    rows: Lines,
    cols: Lines,
    volts: SupportsFloat,
    duration: SupportsFloat,
    scheme: str,
    tolerance: SupportsFloat,
) -> WriteReport:
    """What `Array.write` does."""
    if wired is None:
        raise Error("array has no wires to write through: array.wires(r_word, r_bit) attaches them")
    if scheme not in tuple(SCHEMES):
        raise Error(f"scheme must be {', '.join(SCHEMES)}, got {scheme!r}")
    chosen = SCHEMES[scheme]
    words, bits = _mask("rows", rows, array.shape[0]), _mask("cols", cols, array.shape[1])
    level = real("volts", volts)
    wires = wired.wires
    if chosen.floats or chosen.gated:
        wires = Wires._between(array, _changed(wired.settings, chosen, words, bits, level))
    at_words, at_bits = np.where(words, level, chosen.word * level), np.where(bits, 0.0, chosen.bit * level)
    return wires.write(at_words, at_bits, duration=duration, tolerance=tolerance)


def _changed(settings: WireSettings, scheme: Scheme, words: Mask, bits: Mask, level: float) -> WireSettings:
    """Wires whose lines that are not selected float, or are turned off."""
    if scheme.floats:
        source = np.where(words, settings.r_source, np.inf)
        return replace(settings, r_source=source, r_sense=np.where(bits, settings.r_sense, np.inf))
    if settings.selector is None:
        raise Error("scheme 1T1R needs wires with a selector that has a gate, a transistor; these have none")
    return replace(settings, selector=settings.selector.gated(words, -abs(level)))


def _mask(name: str, lines: Lines, count: int) -> Mask:
    """Which lines are selected, [count]."""
    array = as_array(name, lines)
    if array.ndim > 1 or not array.size:
        raise Error(f"{name} must be a line or several, got shape {array.shape}")
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got {array.dtype}")
    wrong = array[(array < 0) | (array >= count)]
    if wrong.size:
        raise Error(f"{name} must be 0...{count - 1}, got {wrong[0]}")
    mask = np.zeros(count, np.bool_)
    mask[array] = True
    return mask
