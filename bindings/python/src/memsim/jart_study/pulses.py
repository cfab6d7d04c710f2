"""What single pulses do to cells at weight 0."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..devices import JART
from ..tiles import IO, Tile, Update

Steps = npt.NDArray[np.float32]

_ONE_PULSE = Update(desired_bl=1, update_management=False, update_bl_management=False)
"""With a learning rate equal to dw_min and inputs and errors of 1, one pulse exactly: all probabilities are 1."""


def steps(
    cells: JART, side: int, cycles: int = 1, seed: int = 0, prepare: Callable[[Tile], None] = lambda tile: None
) -> tuple[Steps, Steps]:
    """Changes by one SET pulse and by one RESET pulse, each from weight 0: [cycles, side, side]."""
    tile = Tile(side, side, replace(cells, dw_min=1.0), IO(is_perfect=True), update=_ONE_PULSE, seed=seed)
    prepare(tile)
    ones = np.ones(side, np.float32)
    found = np.empty((2, cycles, side, side), np.float32)
    for cycle in range(cycles):
        for way, sign in enumerate((1, -1)):
            tile.weights = np.zeros(tile.shape, np.float32)
            before = tile.weights
            tile.update(ones, -sign * ones, 1.0)
            found[way, cycle] = tile.weights - before
    return found[0], found[1]
