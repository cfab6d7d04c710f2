"""Compounds by their equations, without spread and noise: what test_compounds.py compares tiles with.

Devices take constant steps; a pulse train is as "deterministic-implicit" counts it, or one sure pulse. Weights are
[outputs, inputs], vectors single. Nothing of the library is used.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray


@dataclass
class Train:
    """Settings of an update."""

    desired: int = 31
    managed: bool = True
    """Both managements."""
    sure: bool = False
    """A probability of 1 or more is a pulse, one of 0 is none; there are no others."""

    def counts(self, rate: float, step: float, x: Array, d: Array) -> Array:
        """Signed coincidences [outputs, inputs]: > 0 up."""
        most_x, most_d = np.abs(x).max(), np.abs(d).max()
        if rate == 0 or most_x == 0 or most_d == 0:
            return np.zeros((len(d), len(x)))
        slots, by_x, by_d = self.desired, 1.0, 1.0
        if self.managed:
            needed = abs(rate) * most_x * most_d / step
            slots = max(1, min(int(np.ceil(needed)), self.desired))
            clipped = most_d * self.desired / needed if needed > self.desired else most_d
            by_d, by_x = np.sqrt(most_x / clipped), np.sqrt(clipped / most_x)
        root = np.sqrt(abs(rate) / (step * slots))
        p_x, p_d = np.minimum(np.abs(x) * root * by_x, 1), np.minimum(np.abs(d) * root * by_d, 1)
        if self.sure:
            assert all(np.isclose(p, 0) or np.isclose(p, 1) for p in [*p_x, *p_d])
        return -np.sign(rate) * np.outer(np.sign(d), np.sign(x)) * np.rint(slots * np.outer(p_d, p_x))


@dataclass
class Cell:
    """Devices of one step between bounds."""

    shape: tuple[int, int]
    step: float
    bound: float = 1.0
    weights: Array = field(init=False)

    def __post_init__(self) -> None:
        self.weights = np.zeros(self.shape)

    def move(self, counts: Array) -> None:
        self.weights = np.clip(self.weights + self.step * counts, -self.bound, self.bound)

    def pulse(self, train: Train, rate: float, x: Array, d: Array, step: float | None = None) -> None:
        self.move(train.counts(rate, self.step if step is None else step, x, d))


def one_hot(count: int, k: int) -> Array:
    return np.eye(count)[k]


@dataclass
class Lines:
    """Columns or rows of cells."""

    columns: bool

    def count(self, cell: Cell) -> int:
        return cell.shape[1] if self.columns else cell.shape[0]

    def read(self, cell: Cell, k: int) -> Array:
        return cell.weights[:, k].copy() if self.columns else cell.weights[k].copy()

    def write(self, cell: Cell, k: int, values: Array, rate: float, train: Train) -> None:
        """W changes by rate times values."""
        chosen = one_hot(self.count(cell), k)
        x, d = (chosen, values) if self.columns else (values, chosen)
        cell.pulse(train, -rate, x, d)


@dataclass
class Transfer:
    """Tiki-Taka, version 1, or 2 with `buffer`."""

    cells: list[Cell]
    update: Train
    write: Train
    settings: dict[str, Any]
    buffered: bool = False

    def __post_init__(self) -> None:
        self.vectors, self.next = 0, [0] * len(self.cells)
        self.buffers = [np.zeros(cell.shape) for cell in self.cells]
        self.lines = Lines(self.settings.get("transfer_columns", True))

    def get(self, name: str, default: Any) -> Any:
        return self.settings.get(name, default)

    @property
    def parts(self) -> list[float]:
        n = len(self.cells)
        return list(self.get("gamma_vec", [float(self.get("gamma", 0.0)) ** (n - 1 - k) for k in range(n)]))

    @property
    def weights(self) -> Array:
        return sum(part * cell.weights for part, cell in zip(self.parts, self.cells, strict=True))

    def vector(self, x: Array, d: Array, rate: float, batch: int) -> None:
        fast = self.get("fast_lr", 1.0)
        own = fast * (rate if self.get("scale_fast_lr", True) else np.sign(rate))
        self.cells[0].pulse(self.update, own if fast > 0 else rate, x, d)
        self.vectors += 1
        reads = self.get("n_reads_per_transfer", 1)
        for j in range(len(self.cells) - 1):
            sweep = self.lines.count(self.cells[0]) / reads
            every = self.get("transfer_every", 1.0) * sweep**j
            period = int(np.ceil(every * batch)) if self.get("units_in_mbatch", True) else round(every)
            if self.vectors % period == 0:
                for _ in range(reads):
                    scale = abs(rate) if self.get("scale_transfer_lr", True) else 1
                    self.transfer(j, self.get("transfer_lr", 1.0) * scale)

    def transfer(self, j: int, rate: float) -> None:
        k, to = self.next[j], self.cells[j + 1]
        values = self.lines.read(self.cells[j], k)
        if self.buffered:
            values, rate = self.steps(j, k, values, rate)
        self.lines.write(to, k, values, rate, self.write)
        self.next[j] = (k + 1) % self.lines.count(to)

    def steps(self, j: int, k: int, values: Array, rate: float) -> tuple[Array, float]:
        here = (slice(None), k) if self.lines.columns else (k, slice(None))
        buffer, to = self.buffers[j], self.cells[j + 1]
        ratio = self.parts[j] / self.parts[j + 1] if self.parts[j] > 0 and self.parts[j + 1] > 0 else 1
        buffer[here] += abs(rate) * ratio * values
        threshold = self.get("thres_scale", 1.0) * to.step
        n = np.clip(np.trunc(buffer[here] / threshold), -self.write.desired, self.write.desired)
        momentum = self.get("momentum", 0.1)
        kept = momentum * buffer[here]
        if not self.get("forget_buffer", True):
            kept = buffer[here] - (1 - momentum) * n * threshold
        buffer[here] = np.where(n != 0, kept, buffer[here])
        return n, self.get("step", 1.0) * to.step


@dataclass
class Chopped:
    """Tiki-Taka with choppers; AGAD with `dynamic`."""

    cells: list[Cell]
    update: Train
    write: Train
    settings: dict[str, Any]
    dynamic: bool = False

    def __post_init__(self) -> None:
        self.lines = Lines(self.settings.get("transfer_columns", True))
        self.vectors, self.next, self.sweeps = 0, 0, 0
        outputs, inputs = self.cells[0].shape
        self.chop = {"d": np.ones(outputs), "x": np.ones(inputs)}
        self.buffer, self.mean, self.past = (np.zeros((outputs, inputs)) for _ in range(3))
        self.turned = np.zeros(self.lines.count(self.cells[0]), bool)
        self.most: dict[str, float] = {}
        self.fast = 0.0

    def get(self, name: str, default: Any) -> Any:
        return self.settings.get(name, default)

    @property
    def weights(self) -> Array:
        signs = np.outer(self.chop["d"], self.chop["x"])
        return self.get("gamma", 0.0) * signs * self.cells[0].weights + self.cells[1].weights

    @property
    def period(self) -> int:
        every = self.get("transfer_every", 1.0)
        if every < 0:
            states = 2 * self.cells[0].bound / self.cells[0].step
            every = max(round(states / self.lines.count(self.cells[0]) * -every), 1)
        return int(every)

    def vector(self, x: Array, d: Array, rate: float, batch: int) -> None:
        self.fast = self.fast_rate(x, d, rate, batch)
        self.cells[0].pulse(self.update, self.fast * np.sign(rate), x * self.chop["x"], d * self.chop["d"])
        self.vectors += 1
        if self.vectors % self.period == 0:
            self.transfer(rate)

    def fast_rate(self, x: Array, d: Array, rate: float, batch: int) -> float:
        base = self.get("fast_lr", 1.0) * (abs(rate) if self.get("scale_fast_lr", False) else 1)
        if not self.get("auto_scale", False):
            return base
        part = (1 - self.get("auto_momentum", 0.99)) / batch
        for name, values in (("x", x), ("d", d)):
            most = np.abs(values).max()
            if most > 0:
                self.most[name] = (1 - part) * self.most[name] + part * most if name in self.most else most
        return base * self.update.desired * self.cells[0].step / (self.most["x"] * self.most["d"])

    def factor(self, rate: float) -> float:
        steps = self.cells[0].step, self.cells[1].step
        own = self.get("buffer_granularity", 1.0) * steps[0]
        if self.get("auto_granularity", 0.0) > 0:
            own *= self.get("auto_granularity", 0.0) / (self.lines.count(self.cells[0]) * self.period)
        transfer = abs(self.get("transfer_lr", 1.0) * (rate if self.get("scale_transfer_lr", True) else 1))
        if self.get("correct_gradient_magnitudes", False):
            return transfer / self.fast / (own * steps[1] / steps[0])
        return transfer / own

    def transfer(self, rate: float) -> None:
        k = self.next
        here = (slice(None), k) if self.lines.columns else (k, slice(None))
        signs = np.outer(self.chop["d"], self.chop["x"])[here]
        values = self.changes(here, k, self.lines.read(self.cells[0], k)) * signs * self.factor(rate)
        if self.get("no_buffer", False):
            self.buffer[here] = 0
        self.buffer[here] += values
        n = np.clip(np.trunc(self.buffer[here]), -self.write.desired, self.write.desired)
        momentum = self.get("momentum", 0.0)
        kept = momentum * self.buffer[here]
        if not self.get("forget_buffer", True):
            kept = self.buffer[here] - (1 - momentum) * n
        self.buffer[here] = np.where(n != 0, kept, self.buffer[here])
        if not self.dynamic or self.sweeps > self.chop_period:
            self.lines.write(self.cells[1], k, n, self.get("step", 1.0) * self.cells[1].step, self.write)
        self.turn(k)

    def changes(self, here: Any, k: int, values: Array) -> Array:
        if not self.dynamic:
            return values
        if self.turned[k]:
            self.past[here] = self.mean[here]
        part = min(self.get("tail_weightening", 5.0) / self.chop_period, 1)
        changes = values - self.past[here]
        self.mean[here] = (1 - part) * self.mean[here] + part * values
        return changes

    @property
    def chop_period(self) -> int:
        return max(int(np.ceil(1 / self.get("in_chop_prob", 0.1))), 2)

    def turn(self, k: int) -> None:
        """Choppers that turn for sure: regular ones, or of probability 0 or 1."""
        p = self.get("in_chop_prob", 0.1)
        regular = p > 0 and self.sweeps % self.chop_period == self.chop_period - 1
        random = self.get("in_chop_random", not self.dynamic)
        turns = (random and p == 1) or (regular and (self.dynamic or not random))
        line, other = ("x", "d") if self.lines.columns else ("d", "x")
        self.chop[line][k] *= -1 if turns else 1
        self.turned[k] = turns
        self.next = (k + 1) % len(self.chop[line])
        if self.next == 0:
            self.sweeps += 1
            self.chop[other] *= -1 if self.get("out_chop_prob", 0.0) == 1 else 1


@dataclass
class Mixed:
    """Mixed precision."""

    cell: Cell
    update: Train
    settings: dict[str, Any]

    def __post_init__(self) -> None:
        self.gradient, self.vectors, self.next = np.zeros(self.cell.shape), 0, 0

    @property
    def weights(self) -> Array:
        return self.cell.weights

    def vector(self, x: Array, d: Array, rate: float, batch: int) -> None:
        q = [rounded(v, self.settings.get(name, 0)) for v, name in ((d, "n_d_bins"), (x, "n_x_bins"))]
        self.gradient += rate * np.outer(*q)
        period = self.settings.get("transfer_every", 1) * batch
        if self.vectors > 0 and self.vectors % period == 0:
            self.transfer()
        self.vectors += 1

    def transfer(self) -> None:
        outputs = self.cell.shape[0]
        step = self.settings.get("granularity", 0.0) or self.cell.step
        rows = self.settings.get("n_rows_per_transfer", -1)
        for _ in range(outputs if rows < 1 else rows):
            i = self.next
            n = np.trunc(self.gradient[i] / step)
            self.gradient[i] -= n * step
            self.cell.pulse(self.update, step * self.settings.get("transfer_lr", 1.0), n, one_hot(outputs, i))
            self.next = (i + 1) % outputs


def rounded(values: Array, bins: int) -> Array:
    if not bins:
        return values
    width = np.abs(values).max() / (bins // 2)
    return np.clip(np.rint(values / width), -(bins // 2), bins // 2) * width
