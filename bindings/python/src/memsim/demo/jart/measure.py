"""What is measured on the cells."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ...array import Array
from ...plot._axes import Values
from ...plot.loops import sweep
from ...plot.switching import branch
from ...plot.trains import train

MODEL = "jart-vcm-v1b"
VARIABILITY = "d2d+c2c"
SET_VOLTS = -np.linspace(0.4, 1.5, 23)
RESET_VOLTS = np.linspace(0.6, 1.5, 19)
PULSES = 200
"""Training pulses of each polarity."""
MIDDLE = 0.15
"""N before the train [1e26 m^-3]: about the middle of its conductances."""
SWITCHED = 0.4
"""N that counts as switched, as in the model's publications [1e26 m^-3]."""

Step = Callable[[], object]
Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Loops:
    """Currents [A], [points, cells], along volts [V], [points]: four legs of the same length."""

    volts: Values
    currents: Values
    seconds: float

    @classmethod
    def measure(cls, cells: Array) -> "Loops":
        start = time.perf_counter()
        cells.set_state("N", cells.state("N_min", dtype=np.float64))
        volts, currents = sweep(cells, points=600)
        return cls(volts, currents.reshape(len(volts), -1), time.perf_counter() - start)

    def switching(self, leg: int) -> Values:
        """V where log |I| of each cell changes fastest on a leg, apart from what Ohm's law changes it."""
        quarter = len(self.volts) // 4
        part = slice(leg * quarter + quarter // 10, (leg + 1) * quarter)
        conductance = np.abs(self.currents[part] / self.volts[part, None])
        steps = np.abs(np.diff(np.log(conductance), axis=0)).argmax(0)
        middles = (self.volts[part][1:] + self.volts[part][:-1]) / 2
        return np.asarray(middles[steps])

    def ratio(self, volts: float = 0.2) -> Values:
        """|I| after SET over |I| before it, of each cell at -volts."""
        quarter = len(self.volts) // 4
        index = int(np.abs(self.volts[:quarter] + volts).argmin())
        return np.asarray(self.currents[2 * quarter - index] / self.currents[index])


@dataclass(frozen=True)
class Kinetics:
    """Switching times [s], [volts, cells], of SET and RESET."""

    set_times: Values
    reset_times: Values
    seconds: float

    @classmethod
    def measure(cls, cells: Array, step: Step) -> "Kinetics":
        start = time.perf_counter()
        low, high = (cells.state(name, dtype=np.float64) for name in ("N_min", "N_max"))
        return cls(
            branch(cells, "N", low, SET_VOLTS, SWITCHED, step=step),
            branch(cells, "N", high, RESET_VOLTS, SWITCHED, step=step),
            time.perf_counter() - start,
        )


@dataclass(frozen=True)
class Train:
    """Conductances [S], [pulses + 1, cells]."""

    conductances: Values
    seconds: float

    @classmethod
    def measure(cls, cells: Array) -> "Train":
        start = time.perf_counter()
        cells.set_state("N", MIDDLE)
        conductances = train(cells, PULSES)
        return cls(conductances.reshape(len(conductances), -1), time.perf_counter() - start)


@dataclass(frozen=True)
class Measurements:
    """Of varied cells, and of one without variability."""

    loops: Loops
    nominal_loop: Loops
    kinetics: Kinetics
    nominal_kinetics: Kinetics
    train: Train
    nominal_train: Train

    @classmethod
    def measure(cls, count: int, seed: int, step: Step) -> "Measurements":
        """`step` is called `steps` times."""

        def varied() -> Array:
            return Array(MODEL, (1, count), seed=seed, variability=VARIABILITY)

        def nominal() -> Array:
            return Array(MODEL, (1, 1))

        def stepped(value: Measured) -> Measured:
            step()
            return value

        return cls(
            stepped(Loops.measure(varied())),
            stepped(Loops.measure(nominal())),
            Kinetics.measure(varied(), step),
            Kinetics.measure(nominal(), step),
            stepped(Train.measure(varied())),
            stepped(Train.measure(nominal())),
        )


STEPS = 4 + 2 * (len(SET_VOLTS) + len(RESET_VOLTS))
"""Of `Measurements.measure`."""
