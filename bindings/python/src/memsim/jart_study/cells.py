"""The cells of a rung: JART VCM v1b with what varies, and their spread."""

from functools import cache

import numpy as np

from .. import random
from ..devices import JART, Device, Ideal
from ..models import model
from ..sweep import seed_of
from ..tiles import Tile
from .pulses import steps
from .rungs import QUANTITIES, Rung
from .settings import Settings

RANGES = {
    "Ndiscmin": (0.004, 0.016),
    "Ndiscmax": (18.0, 22.0),
    "rdet": (40.5e-9, 49.5e-9),
    "ldet": (0.36e-9, 0.44e-9),
}
"""Least and largest of each quantity: the published study's, and the User Guide's for kinetics."""
DEVIATION = 1.0
"""Standard deviation before the range cuts, relative: the published study's."""
SET_VOLTAGE, PULSE_LENGTH = -0.342, 1e-6
_VOLTAGES = (0.6, 0.8)
"""RESET voltages between which those of all ratios are."""


def device(rung: Rung, settings: Settings) -> Device:
    """The devices of a rung."""
    if rung.digital:
        return Ideal()
    kinds = [kind for kind, varied in (("d2d", rung.d2d), ("c2c", rung.c2c)) if varied]
    return JART(
        variability="+".join(kinds) or "off",
        params=_spreads(rung),
        w_min=-settings.w_bound,
        w_max=settings.w_bound,
        dw_min=settings.dw_min if rung.dw_min is None else rung.dw_min,
        pulse=None if rung.ratio is None else (SET_VOLTAGE, reset_voltage(rung.ratio), PULSE_LENGTH),
    )


def _spreads(rung: Rung) -> dict[str, object]:
    """What does not vary has a range of one value: draws end on it, and nothing leaves it."""
    params: dict[str, object] = {}
    for name, (least, largest) in RANGES.items():
        mean = nominal(name)
        ends = (least, largest) if name in rung.d2d + rung.c2c else (mean, mean)
        params[f"{name}_dtod"] = (ends[0], DEVIATION * mean, ends[1])
        if name not in rung.c2c:
            params[f"{name}_ctoc"] = 0.0
    return params


def nominal(name: str) -> float:
    """The model's default of a quantity."""
    return float(np.ravel(model("jart-vcm-v1b").params[name].default)[0])


def scatter(tile: Tile, rung: Rung, *address: int | str) -> None:
    """The published spread, normals of 100 % moved to the ends of the range, in place of the model's; weights 0.

    Of N_max, r and l 92 % are then at one of the two ends.
    """
    for name, (least, largest) in RANGES.items():
        if name in rung.d2d:
            mean = nominal(name)
            drawn = random.normal(tile.shape, mean, DEVIATION * mean, seed=seed_of(*address, "scatter", name))
            low, high = _inside(least, largest)
            tile.set_hidden(QUANTITIES[name], np.clip(drawn, low, high))
    tile.weights = np.zeros(tile.shape, np.float32)


def _inside(least: float, largest: float) -> tuple[np.float32, np.float32]:
    """The range's ends in float32, not rounded to the outside."""
    low, high = np.float32(least), np.float32(largest)
    if low < least:
        low = np.nextafter(low, np.float32(np.inf))
    if high > largest:
        high = np.nextafter(high, np.float32(-np.inf))
    return low, high


@cache
def reset_voltage(ratio: float) -> float:
    """RESET voltage (V) at which a nominal cell's steps at weight 0 have this ratio, RESET over SET; to 1e-6 V."""
    low, high = _VOLTAGES
    while high - low > 1e-6:
        middle = (low + high) / 2
        up, down = steps(JART(pulse=(SET_VOLTAGE, middle, PULSE_LENGTH)), 1)
        low, high = (middle, high) if -down.item() < ratio * up.item() else (low, middle)
    return (low + high) / 2
