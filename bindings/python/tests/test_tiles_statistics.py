"""Trains of pulses, computed at once, beside a loop of single pulses by the equations of each device."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from memsim import Tile, Update, devices

SIDE, SAMPLES = 64, 32768
COUNTS = (1, 7, 31, 100)
STEP, HIGH, LOW = 0.01, 0.6, -0.6
REFERENCE = 0.1
PIECES_UP, PIECES_DOWN = np.array([1.5, 1.0, 0.5, 0.1]), np.array([0.1, 0.7, 1.0, 1.3])

Pulse = Callable[[np.ndarray, int, np.ndarray], np.ndarray]
"""A weight after one pulse in a direction, of a normal each times dw_min_std; before it is clipped."""


def constant(w: np.ndarray, sign: int, noise: np.ndarray) -> np.ndarray:
    return w + sign * STEP * (1 + noise)


def soft(w: np.ndarray, sign: int, noise: np.ndarray) -> np.ndarray:
    return w + sign * STEP * (1 - w / (HIGH if sign > 0 else LOW)) * (1 + noise)


def slope(sign: int) -> float:
    return -0.5 * STEP / HIGH if sign > 0 else -0.3 * STEP / LOW


def linear_mult(w: np.ndarray, sign: int, noise: np.ndarray) -> np.ndarray:
    return w + sign * (slope(sign) * w + STEP) * (1 + noise)


def linear_add(w: np.ndarray, sign: int, noise: np.ndarray) -> np.ndarray:
    return w + sign * (slope(sign) * w + STEP * (1 + noise))


def reference_mult(w: np.ndarray, sign: int, noise: np.ndarray) -> np.ndarray:
    v = w + REFERENCE
    return v + sign * STEP * (1 - v / (HIGH if sign > 0 else LOW)) * (1 + noise) - REFERENCE


def reference_add(w: np.ndarray, sign: int, noise: np.ndarray) -> np.ndarray:
    v = w + REFERENCE
    return v + sign * STEP * (1 - v / (HIGH if sign > 0 else LOW) + noise) - REFERENCE


def exponential(w: np.ndarray, sign: int, noise: np.ndarray) -> np.ndarray:
    z = 2 * w / (HIGH - LOW) * 0.244 + 0.2425
    y = 1 - 0.00081 * np.exp(12.44625 * z) if sign > 0 else 1 - 0.36833 * np.exp(-12.78785 * z)
    return w + sign * np.maximum(y, 0) * STEP * (1 + noise)


def power(w: np.ndarray, sign: int, noise: np.ndarray) -> np.ndarray:
    left = HIGH - w if sign > 0 else w - LOW
    return w + sign * STEP * (np.maximum(left, 0) / (HIGH - LOW)) ** 1.5 * (1 + noise)


def piecewise(w: np.ndarray, sign: int, noise: np.ndarray) -> np.ndarray:
    nodes = PIECES_UP if sign > 0 else PIECES_DOWN
    factor = np.interp(w, np.linspace(LOW, HIGH, len(nodes)), nodes)
    return w + sign * factor * STEP * (1 + noise)


def without_spread(device: Any) -> Any:
    zeros = {f.name: 0.0 for f in fields(device) if f.name.endswith("_dtod")}
    return replace(device, **zeros)


LINEAR = {"dw_min": STEP, "gamma_up": 0.5, "gamma_down": 0.3}
MOVED = {"dw_min": STEP, "w_max": HIGH, "w_min": LOW, "reference_mean": REFERENCE}
KINDS: dict[str, tuple[Any, Pulse, float]] = {
    "constant-step": (devices.ConstantStep(dw_min=STEP), constant, 0.0),
    "soft-bounds": (devices.SoftBounds(dw_min=STEP), soft, 0.0),
    "linear-step, mult": (devices.LinearStep(**LINEAR, mult_noise=True), linear_mult, 0.0),
    "linear-step, add": (devices.LinearStep(**LINEAR, mult_noise=False), linear_add, 0.0),
    "soft-bounds-reference, mult": (devices.SoftBoundsReference(**MOVED, mult_noise=True), reference_mult, REFERENCE),
    "soft-bounds-reference, add": (devices.SoftBoundsReference(**MOVED, mult_noise=False), reference_add, REFERENCE),
    "exp-step": (devices.ExpStep(dw_min=STEP), exponential, 0.0),
    "pow-step": (devices.PowStep(dw_min=STEP, pow_gamma=1.5), power, 0.0),
    "piecewise-step": (
        devices.PiecewiseStep(dw_min=STEP, piecewise_up=PIECES_UP.tolist(), piecewise_down=PIECES_DOWN.tolist()),
        piecewise, 0.0),
}  # fmt: skip
"""The device, its pulse, and how far its bounds are below +-0.6."""


def trained(device: Any, start: float, sign: int, count: int) -> np.ndarray:
    """Weights of a tile after a train of so many sure pulses."""
    train = Update(pulse_type="deterministic-implicit", desired_bl=count, update_management=False,
                   update_bl_management=False)  # fmt: skip
    tile = Tile(SIDE, SIDE, device=device, update=train, seed=count)
    tile.weights = np.full((SIDE, SIDE), start, np.float32)
    tile.update(np.ones(SIDE, np.float32), np.full(SIDE, -sign, np.float32), 1000.0)
    return tile.weights.astype(np.float64).ravel()


def placed(device: Any, weight: float) -> float:
    """The weight as a device takes it."""
    tile = Tile(1, 1, device=device)
    tile.weights = np.full((1, 1), weight, np.float32)
    assert abs(tile.weights.item() - weight) <= REFERENCE + 1e-6
    return float(tile.weights.item())


def agree(ours: np.ndarray, loop: np.ndarray, low: float, high: float) -> None:
    """Mean, deviation and shares below the loop's quantiles within five standard errors."""
    rate = np.sqrt(1 / len(ours) + 1 / len(loop))
    mean, std = loop.mean(), loop.std()
    fourth = ((loop - mean) ** 4).mean()
    spread = np.sqrt(max(fourth - std**4, 0)) / (2 * std) if std > 1e-9 else 0
    assert abs(ours.mean() - mean) <= 5 * std * rate + 2e-6
    assert abs(ours.std() - std) <= 5 * spread * rate + 2e-6
    assert ours.min() >= low - 1e-6 and ours.max() <= high + 1e-6
    for q in (0.1, 0.5, 0.9):
        at = np.clip(np.quantile(loop, q), low + 1e-5, high - 1e-5)  # weights at a bound are on one side of it
        a, b = (ours <= at).mean(), (loop <= at).mean()
        if std <= 1e-6:
            continue
        share = np.clip((a * len(ours) + b * len(loop)) / (len(ours) + len(loop)), 1e-3, 1 - 1e-3)
        assert abs(a - b) <= 5 * np.sqrt(share * (1 - share)) * rate, f"{q:.0%}: {a} and {b} below {at}"


@pytest.mark.parametrize("sign", [1, -1], ids=["up", "down"])
@pytest.mark.parametrize("std", [0.3, 3.0])
@pytest.mark.parametrize("start", ["middle", "high", "low"])
@pytest.mark.parametrize("kind", KINDS)
def test_trains_are_loops_of_pulses(kind: str, start: str, std: float, sign: int) -> None:
    device, pulse, shift = KINDS[kind]
    low, high = LOW - shift, HIGH - shift
    device = replace(without_spread(device), dw_min_std=std)
    first = placed(device, {"middle": 0.0, "high": high - STEP, "low": low}[start])
    rng = np.random.default_rng(7)
    w = np.full(SAMPLES, first)
    for n in range(1, max(COUNTS) + 1):
        w = np.clip(pulse(w, sign, std * rng.standard_normal(SAMPLES)), low, high)
        if n in COUNTS:
            agree(trained(device, first, sign, n), w, low, high)


@pytest.mark.parametrize("kind", KINDS)
def test_trains_move_devices_apart(kind: str) -> None:
    """Every device has noise of its own, and of every train."""
    device = replace(without_spread(KINDS[kind][0]), dw_min_std=0.3)
    moved = trained(device, 0.0, 1, 31).reshape(SIDE, SIDE)
    assert len(np.unique(moved)) > 0.9 * SIDE * SIDE
    spread = moved - moved.mean()
    for a, b in ((spread[1:], spread[:-1]), (spread[:, 1:], spread[:, :-1])):
        assert abs((a * b).mean() / spread.var()) < 5 / SIDE
