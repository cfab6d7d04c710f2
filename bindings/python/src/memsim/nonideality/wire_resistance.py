"""Wires of a layer that have resistance."""

from dataclasses import dataclass
from typing import ClassVar

from .base import Nonideality
from .checks import Bounds

_OHM = (0.0, 1e9, "ohm")


@dataclass(frozen=True)
class WireResistance(Nonideality):
    """Inputs drive word lines from the left, currents leave bit lines at the bottom; the bias is the last word line.

    Every sample is solved exactly as a circuit with all its devices, and so are gradients: a forward and backward pass
    takes three solves a sample. The power of a layer is then that of its sources, wires included. Not together with
    `ReadNoise`. See memsim.crossbar for the circuit.
    """

    name: ClassVar[str] = "wire-resistance"
    _bounds: ClassVar[Bounds] = {"r_word": _OHM, "r_bit": _OHM, "r_source": _OHM, "r_sense": _OHM}
    r_word: float = 1.0
    """Ohm of a word line's segment between two devices, 0...1e9."""
    r_bit: float = 1.0
    """Ohm of a bit line's segment."""
    r_source: float = 0.0
    """Ohm of each driver."""
    r_sense: float = 0.0
    """Ohm at the end of each bit line."""
