"""Closed-loop programming: write pulses until the read conductance is where it should be."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ._core import Error
from ._operands import FloatArray
from .array import Array
from .models import model as model_card


@dataclass(frozen=True)
class Programming:
    """What `program` did."""

    pulses: int
    """Write pulses given, a pulse to each of n cells counted n times."""
    within: float
    """Share of the cells whose conductance ended within the tolerance, 1."""
    conductance: FloatArray
    """Conductances reached, S, [rows, columns]."""


def program(
    array: Array,
    target: npt.ArrayLike,
    *,
    tolerance: float = 4e-6,
    rounds: int = 4,
    set_volts: float = -3.0,
    reset_volts: tuple[float, float, float] = (0.55, 1.45, 0.01),
    read_volts: float = 0.2,
    progress: Callable[[int, int], object] | None = None,
) -> Programming:
    """Bring every cell to a target conductance by SET, then RESET pulses of rising voltage, each verified without noise.

    A cell is left alone once its conductance is at or below the target. One that ends outside the tolerance, too low
    in the cycle it was given, is SET again and gets another try with the features of its next cycle.

    Parameters
    ----------
    array
        Cells with SET at negative and gradual RESET at positive voltages.
    target
        S, > 0; broadcasts to the array's shape.
    tolerance
        S, > 0.
    rounds
        Tries for each cell, >= 1.
    set_volts
        V; strong enough to SET every cell.
    reset_volts
        V: first, last and step of the RESET ramp.
    read_volts
        V, at which conductances are defined.
    progress
        Called as progress(done, all) after every ramp step.

    Returns
    -------
    Programming

    Raises
    ------
    memsim.Error
        If a target is not finite and > 0, or another argument is out of range; the array is unchanged.
    """
    wanted = np.broadcast_to(np.asarray(target, dtype=np.float32), array.shape)
    if not (np.isfinite(wanted).all() and (wanted > 0).all()):
        raise Error("target must be finite and > 0 S")
    if not tolerance > 0 or rounds < 1:
        raise Error(f"tolerance must be > 0 and rounds >= 1, got {tolerance} and {rounds}")
    limit = model_card(array.model).voltage_limit
    first, last, step = reset_volts
    if not (0 < first <= last <= limit and step > 0 and (last - first) / step < 1e6):
        raise Error(f"reset_volts must be (first, last, step) with 0 < first <= last <= {limit}, step > 0, got {reset_volts}")
    for name, volts in (("set_volts", set_volts), ("read_volts", read_volts)):
        if not -limit <= volts <= limit:
            raise Error(f"{name} must be within ±{limit} V, got {volts}")
    ramp = np.arange(first, last + step / 2, step)
    pulses = 0
    missed = np.ones(array.shape, bool)
    for attempt in range(rounds):
        array.apply(set_volts, where=missed)
        pulses += int(missed.sum())
        for index, volts in enumerate(ramp):
            above = missed & (array.conductance(read_volts) > wanted)
            array.apply(float(volts), where=above)
            pulses += int(above.sum())
            if progress is not None:
                progress(attempt * len(ramp) + index + 1, rounds * len(ramp))
        reached = array.conductance(read_volts)
        missed = np.abs(reached - wanted) > tolerance
        if not missed.any():
            break
    return Programming(pulses, float(1 - missed.mean()), reached)
