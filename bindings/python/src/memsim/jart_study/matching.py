"""How well SET and RESET steps of a rung's cells match, at weight 0."""

from typing import Any

import numpy as np

from ..devices import JART
from ..sweep import seed_of
from ..tiles import Tile
from .cells import device, scatter
from .pulses import steps
from .rungs import Rung
from .settings import Settings

SIDE, CYCLES = 64, 8
"""Cells measured, each way; SET and RESET of each."""


def matching(rung: Rung, settings: Settings, number: int) -> dict[str, Any] | None:
    """Of cells of a rung: median and tenths of the mismatch, median steps, spread of steps; None without cells.

    The mismatch is |up + down| over the mean of |up| and |down|: 0 if SET undoes RESET, 2 if one of them does nothing.
    The spread is the ninth tenth of steps over the first.
    """
    cells = device(rung, settings)
    if not isinstance(cells, JART):
        return None
    address = (settings.seed, "matching", number)

    def prepare(tile: Tile) -> None:
        if rung.clamped:
            scatter(tile, rung, *address)

    up, down = (values.astype(np.float64) for values in steps(cells, SIDE, CYCLES, seed_of(*address), prepare))
    sizes = (np.abs(up) + np.abs(down)) / 2
    mismatch = np.abs(up + down) / sizes
    low, high = np.quantile(mismatch, (0.1, 0.9))
    least, most = np.quantile(sizes, (0.1, 0.9))
    return {
        "mismatch": float(np.median(mismatch)),
        "mismatch_tenths": [float(low), float(high)],
        "up": float(np.median(up)),
        "down": float(np.median(down)),
        "spread": float(most / least),
    }
