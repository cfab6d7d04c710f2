"""Wires that a memsim.Array keeps: its products go through them."""

from typing import TYPE_CHECKING

import numpy as np

from .. import random
from .._core import Error
from .._operands import FloatArray
from .settings import WireSettings
from .solution import Solution
from .wires import Wires

if TYPE_CHECKING:
    from ..array import Array

_BOLTZMANN_TIMES_300K, _CHARGE = 1.380649e-23 * 300, 1.602176634e-19
_AT_ONCE = 2**22
"""Cells of inputs that are solved at once where their currents are needed, 64 MiB."""

Saved = tuple[WireSettings, int, int]


class Wired:
    """An array's wires, and where the noise of its products comes from.

    Input number n with noise draws under (seed, 0, n columns); the seed is the array's hash when the wires came.
    """

    def __init__(self, array: "Array", settings: WireSettings, seed: int, reads: int = 0) -> None:
        self.settings = settings
        self.wires = Wires._between(array, settings)
        self._seed = seed
        self._reads = reads
        self._context = array.context

    def saved(self) -> Saved:
        """What makes the same wires for a copy of the array."""
        return self.settings, self._seed, self._reads

    def product(self, volts: FloatArray, noisy: bool, bandwidth: float, out: FloatArray) -> None:
        """Currents [batch, columns], A, for voltages [batch, rows], V."""
        if not noisy:
            out[:] = self.wires._solved(volts, None, ()).output
            return
        if not 0 < bandwidth <= 1e15:
            raise Error(f"bandwidth must be > 0 and <= 1e15 Hz, got {bandwidth}")
        rows, columns = self.settings.shape
        step = max(1, _AT_ONCE // (rows * columns))
        currents = np.empty((len(volts), columns))
        for first in range(0, len(volts), step):
            part = self.wires._solved(volts[first : first + step], None, ("device_volts", "device_current"))
            deviation = np.sqrt(_variances(part, bandwidth))
            currents[first : first + step] = part.output + deviation * self._normals(first, len(deviation), columns)
        out[:] = currents
        self._reads += len(volts)

    def _normals(self, first: int, count: int, columns: int) -> FloatArray:
        offset = (self._reads + first) * columns
        return random.normal((count, columns), seed=self._seed, offset=offset, dtype=np.float64, context=self._context)


def _variances(solution: Solution, bandwidth: float) -> FloatArray:
    """Of column currents, A^2: bandwidth (4 k T |I/V| + 2 e |I|), summed over the cells."""
    assert solution.device_volts is not None and solution.device_current is not None
    current, volts = np.abs(solution.device_current), np.abs(solution.device_volts)
    conductance = np.divide(current, volts, out=np.zeros_like(current), where=volts > 0)
    density = 4 * _BOLTZMANN_TIMES_300K * conductance + 2 * _CHARGE * current
    variances: FloatArray = bandwidth * density.sum(-2)
    return variances
