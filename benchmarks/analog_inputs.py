"""What both sides of analog.py and inference.py compute on: NumPy alone, as the peer's environment has no memsim."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

SIDE = 512
DW_MIN = 0.001
LEARNING_RATE = 31 * DW_MIN
"""With operands up to 1: all 31 slots of a pulse train are used."""
LATER = 86400.0
"""Seconds after programming: a day."""
MLP = (784, 256, 128, 10)
MLP_BATCH, MLP_SAMPLES, MLP_RATE = 10, 6000, 0.05
CALLS = 10
"""In a row."""


def operands(batch: int) -> tuple[np.ndarray, np.ndarray]:
    """Dense x and d, uniform in -1...1, the first of each vector 1."""
    rng = np.random.default_rng(3)
    x, d = (rng.uniform(-1, 1, (batch, SIDE)).astype(np.float32) for _ in range(2))
    x[:, 0] = d[:, 0] = 1
    return x, d


def pulses(batch: int) -> float:
    """Expected coincidences of an update."""
    x, d = (np.abs(values).sum(1) for values in operands(batch))
    return float(31 * (x * d).sum())


def weights(limit: float) -> np.ndarray:
    """Uniform within +-limit."""
    return np.random.default_rng(0).uniform(-limit, limit, (SIDE, SIDE)).astype(np.float32)


def images() -> tuple[np.ndarray, np.ndarray]:
    """Sparse noise: a fifth of the pixels is bright, as of MNIST's."""
    rng = np.random.default_rng(1)
    pixels = rng.random((MLP_SAMPLES, MLP[0]), np.float32)
    pixels[pixels <= 0.8] = 0
    return pixels, rng.integers(0, MLP[-1], MLP_SAMPLES)


class Clock:
    """A tile whose products and updates are timed; all else of it is as it was."""

    def __init__(self, tile: Any) -> None:
        self._tile = tile
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._tile, name)
        return self._timed(found) if name in ("forward", "backward", "update") else found

    def _timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            result = call(*given, **named)
            self.seconds += time.perf_counter() - start
            return result

        return timed


def in_a_row(call: Callable[[], object]) -> float:
    """Seconds of one of some calls in a row: the first finds its operands in memory, the others in caches."""
    start = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - start) / CALLS


def in_tiles(clocks: list[Clock], epoch: Callable[[], object]) -> float:
    """Seconds of an epoch that tiles took."""
    for clock in clocks:
        clock.seconds = 0.0
    epoch()
    return sum(clock.seconds for clock in clocks)
