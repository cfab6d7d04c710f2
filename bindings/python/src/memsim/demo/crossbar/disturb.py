"""What writing a pattern row by row does to the cells that are to stay as they are."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...array import Array
from ...plot._axes import Values

MODEL, VARIABILITY = "jart-vcm-v1b", "d2d+c2c"
SCHEMES = ("V/2", "V/3")
WRITE_VOLTS, WRITE_SECONDS = -1.2, 1e-6
"""Of the selected word line; SET takes some 10 ns at -1.0 V, a second at -0.5 V."""
READ_VOLTS = 0.2
OHMS = 0.25
"""Of a segment: the cells of a row are written at once, and their currents add up along its word line."""
TOLERANCE = 0.1
"""Largest change of a cell's voltage in a step of time, over WRITE_VOLTS; what is found differs by 5e-3 from 0.02's."""
SWITCHED = 0.4
"""N that counts as switched, as in the model's publications [1e26 m^-3]."""


@dataclass(frozen=True)
class Disturb:
    """Of one scheme."""

    scheme: str
    pattern: npt.NDArray[np.bool_]
    """Cells to be set."""
    switched: npt.NDArray[np.bool_]
    """Cells that are, afterwards."""
    change: Values
    """Relative, of the conductance, [rows, columns]."""
    energy: float
    """J."""
    steps: int
    seconds: float

    @property
    def disturbed(self) -> Values:
        """Relative changes of the cells that were not to be set, [cells]."""
        return self.change[~self.pattern]

    @classmethod
    def measure(cls, scheme: str, pattern: npt.NDArray[np.bool_], seed: int, step: Callable[[], object]) -> "Disturb":
        """Varied cells, all in the high-resistance state; `step` is called after each row."""
        start = time.perf_counter()
        cells = Array(MODEL, pattern.shape, seed=seed, variability=VARIABILITY)
        before = cells.conductance(READ_VOLTS)
        cells.wires(OHMS, OHMS)
        energy, steps = 0.0, 0
        for row, wanted in enumerate(pattern):
            if wanted.any():
                written = cells.write(
                    row, np.flatnonzero(wanted), WRITE_VOLTS, WRITE_SECONDS, scheme=scheme, tolerance=TOLERANCE
                )
                energy, steps = energy + written.energy, steps + written.steps
            step()
        change = cells.conductance(READ_VOLTS) / before - 1
        switched = cells.state("N", dtype=np.float64) > SWITCHED
        return cls(scheme, pattern, switched, change, energy, steps, time.perf_counter() - start)
