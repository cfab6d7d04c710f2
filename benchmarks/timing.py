"""Alternating, repeated timings and how a row of the table is written."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: seconds of a unit of work, or another quantity."""

    what: str
    ours: float
    peer: float | None = None
    unit: str = "s"
    asked: str = ""
    ratio: float | None = None

    @property
    def factor(self) -> float | None:
        """How many times faster we are, unless a ratio was given."""
        if self.ratio is not None:
            return self.ratio
        return self.peer / self.ours if self.peer else None

    def markdown(self) -> str:
        cells = [
            self.what,
            _scaled(self.ours, self.unit),
            "" if self.peer is None else _scaled(self.peer, self.unit),
            "" if self.factor is None else f"{self.factor:.2f}" if self.factor < 10 else f"{self.factor:.1f}",
            self.asked,
        ]
        return f"| {' | '.join(cells)} |"

    def record(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.factor}


def _scaled(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:.4g} {unit}"
    for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "µs"), (1e9, "ns")):
        if value * factor >= 1 or name == "ns":
            return f"{value * factor:.3g} {name}"
    raise AssertionError


def medians(repeats: int, *jobs: Callable[[], object]) -> list[float]:
    """Median seconds of each job; the jobs take turns, after one untimed turn."""
    seconds: list[list[float]] = [[] for _ in jobs]
    for turn in range(repeats + 1):
        for job, times in zip(jobs, seconds, strict=True):
            start = time.perf_counter()
            job()
            if turn:
                times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in seconds]
