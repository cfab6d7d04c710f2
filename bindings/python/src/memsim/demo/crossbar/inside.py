"""What wires leave of the voltages and currents of an array."""

from dataclasses import dataclass

import numpy as np

from ...crossbar import solve
from ...plot._axes import Values
from ..digits.network import HIGH, LOW, READ_VOLTS

OHMS = (1.0, 5.0)
"""Of a segment."""


@dataclass(frozen=True)
class Inside:
    """An array of random conductances with all word lines at the read voltage."""

    title: str
    ohms: float
    word_volts: Values
    """V, [rows, columns]."""
    device_current: Values
    """A, [rows, columns]."""
    lost: float
    """Part of the current that would flow without wires."""

    @classmethod
    def measure(cls, size: int, ohms: float, seed: int) -> "Inside":
        conductances = np.random.default_rng(seed).uniform(LOW, HIGH, (size, size))
        found = solve(conductances, np.full(size, READ_VOLTS), ohms, ohms)
        assert found.word_volts is not None and found.device_current is not None
        title = f"{size} x {size}, {1e6 * LOW:g}...{1e6 * HIGH:g} µS, inputs at {READ_VOLTS:g} V"
        lost = 1 - float(found.output.sum()) / (READ_VOLTS * float(conductances.sum()))
        return cls(title, ohms, found.word_volts, found.device_current, lost)
