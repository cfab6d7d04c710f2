"""Results of the rungs, over seeds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import sweep
from .checkpoint import Curves
from .rungs import NOISE_FREE, Rung
from .runner import Job

Values = npt.NDArray[np.float64]
Estimate = tuple[float, float]
"""A mean and its standard error, which one seed does not give: NaN."""


@dataclass(frozen=True)
class Row:
    """A rung as found."""

    rung: Rung
    accuracy: dict[int, float]
    """After the last epoch, by seed."""
    curves: tuple[Curves, ...]
    matching: tuple[dict[str, Any], ...]
    """Of each seed's cells; empty without cells."""

    @property
    def mean(self) -> Estimate:
        return estimate(self.accuracy.values())

    @property
    def mismatch(self) -> float | None:
        return _mean(found["mismatch"] for found in self.matching)

    @property
    def spread(self) -> float | None:
        return _mean(found["spread"] for found in self.matching)

    def over(self, other: "Row") -> Estimate:
        """Difference to another rung, from the seeds that both have."""
        shared = self.accuracy.keys() & other.accuracy.keys()
        return estimate(self.accuracy[number] - other.accuracy[number] for number in shared)


def estimate(values: Iterable[float]) -> Estimate:
    """Mean and standard error; NaN where there are too few values."""
    found = np.array(list(values), np.float64)
    if not len(found):
        return float("nan"), float("nan")
    error = found.std(ddof=1) / len(found) ** 0.5 if len(found) > 1 else float("nan")
    return float(found.mean()), float(error)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return float(np.mean(found)) if found else None


def rows(job: Job, results: Mapping[str, sweep.Result]) -> list[Row]:
    """Of every rung with at least one result."""
    tasks = job.tasks().values()
    found = []
    for rung in job.rungs:
        values = {task.number: results[task.name].value for task in tasks if task.rung == rung and task.name in results}
        if values:
            found.append(_row(rung, values))
    return found


def _row(rung: Rung, values: Mapping[int, dict[str, Any]]) -> Row:
    matching = tuple(value["matching"] for value in values.values() if value["matching"] is not None)
    curves = tuple(Curves(**value["curves"]) for value in values.values())
    return Row(rung, {number: value["accuracy"] for number, value in values.items()}, curves, matching)


def reference(found: Iterable[Row]) -> Row | None:
    """The noise-free rung."""
    return next((row for row in found if row.rung.name == NOISE_FREE), None)


def losses(found: Iterable[Row]) -> list[tuple[Row, Estimate]]:
    """Rungs with cells and the usual converters, and what they lose against the noise-free one."""
    listed = list(found)
    base = reference(listed)
    if base is None:
        return []
    return [(row, (-over[0], over[1])) for row in listed if _compares(row) for over in [row.over(base)]]


def _compares(row: Row) -> bool:
    rung = row.rung
    return bool(row.matching) and not rung.io and rung.dw_min is None and rung.start is None


def correlation(x: Iterable[float], y: Iterable[float]) -> float | None:
    """Pearson's; None where it has no meaning."""
    first, second = (np.array(list(values), np.float64) for values in (x, y))
    if len(first) < 3 or not first.std() * second.std() > 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])
