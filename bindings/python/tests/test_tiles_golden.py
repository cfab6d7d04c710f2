"""Tiles beside values of aihwkit: exact ones, and statistics within four standard errors of both samples.

The peer takes normals from a table of 32768 a tile, so that its means and deviations have an error of the size of a
sample of that many, however often it draws.
"""

import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from memsim import IO, Tile, Update, devices, presets

GOLDEN = json.loads((Path(__file__).parents[3] / "Tests" / "Golden" / "analog_training.json").read_text())
TABLE = 32768
WORDS = {"PCMRead": "pcm-read"}


def word(value: object) -> Any:
    """Our word for a choice of the peer's."""
    if not isinstance(value, str):
        return value
    return WORDS.get(value, re.sub(r"(?<=[a-z])(?=[A-Z])", "-", value).lower())


def io(settings: dict[str, object]) -> IO:
    return IO(**{name: word(value) for name, value in settings.items()})


def update(settings: dict[str, object]) -> Update:
    return Update(**{name: word(value) for name, value in settings.items() if name != "d_sparsity"})


def plain(device: Any, **changes: object) -> Any:
    """The device with no spread between devices and no noise of a pulse or a write."""
    silent = {"dw_min_std", "write_noise_std", "reference_std"}
    zeros = {f.name: 0.0 for f in fields(device) if f.name.endswith("_dtod") or f.name in silent}
    return replace(device, **{**zeros, **changes})


def matrix(outputs: int, inputs: int, scale: float) -> np.ndarray:
    i, j = np.arange(outputs)[:, None], np.arange(inputs)
    return (scale * np.sin(1 + 0.37 * i + 0.73 * j)).astype(np.float32)


def vector(count: int, scale: float) -> np.ndarray:
    return (scale * np.cos(0.5 + 0.91 * np.arange(count))).astype(np.float32)


def tile_of(weights: np.ndarray, settings: IO, seed: int = 0) -> Tile:
    wide = plain(devices.ConstantStep(w_max=10.0, w_min=-10.0))
    tile = Tile(*weights.shape, device=wide, forward=settings, backward=settings, seed=seed)
    tile.weights = weights
    return tile


def moments(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, deviation, and the standard error of a deviation times the root of the number of samples."""
    mean, std = samples.mean(0), samples.std(0)
    fourth = ((samples - mean) ** 4).mean(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(std > 0, np.sqrt(np.maximum(fourth - std**4, 0)) / (2 * std), 0)
    return mean, std, spread


def compare(
    samples: np.ndarray, mean: Any, std: Any, count: int, table: int | None = None, exact: float = 1e-6
) -> None:
    """Samples [n, ...] beside the peer's mean and deviation of `count` samples."""
    ours, deviation, spread = moments(np.asarray(samples, np.float64))
    rate = np.sqrt(1 / len(samples) + 1 / count + (1 / table if table else 0))
    off, allowed = np.abs(ours - mean), 4 * deviation * rate + exact
    assert (off <= allowed).all(), f"means {ours} and {mean}: off by {off / allowed * 4} standard errors"
    off, allowed = np.abs(deviation - std), 4 * spread * rate + exact
    assert (off <= allowed).all(), f"deviations {deviation} and {std}: off by {off / allowed * 4} standard errors"


# -- Products


@pytest.mark.parametrize("name", GOLDEN["forward_exact"])
def test_products_are_exact(name: str) -> None:
    case = GOLDEN["forward_exact"][name]
    tile = tile_of(matrix(case["o"], case["i"], case["w_scale"]), io(case["io"]))
    y, want = tile.forward(vector(case["i"], case["x_scale"])), np.array(case["y"])
    assert np.abs(y - want).max() <= 1e-6 * np.abs(want).max()
    back = tile.backward(vector(case["o"], case["x_scale"]))
    want = np.array(case["backward_of_x_of_len_o"])
    assert back.shape == (case["i"],)
    assert np.abs(back[: len(want)] - want).max() <= 1e-6 * np.abs(want).max()


@pytest.mark.parametrize("name", GOLDEN["forward_stats"])
def test_products_have_their_statistics(name: str) -> None:
    case = GOLDEN["forward_stats"][name]
    count = 20000
    tile = tile_of(matrix(5, 16, 0.6), io(case["io"]), seed=1)
    y = tile.forward(np.tile(vector(16, 1.0), (count, 1)))
    compare(y, case["mean"], case["std"], case["n"], table=TABLE)
    error = np.abs(y.mean(0, dtype=np.float64) - case["exact"]) / (y.std(0) / np.sqrt(count))
    assert (error < 4).all()


# -- Pulses

PIECES = {"piecewise_up": [1.5, 1.0, 0.5, 0.1], "piecewise_down": [0.1, 0.7, 1.0, 1.3]}
"""The response does not depend on the first node up: no pulse comes near it."""
RESPONSES = {
    "ConstantStep": devices.ConstantStep(dw_min=0.02),
    "ConstantStep_updown-0.3": devices.ConstantStep(dw_min=0.02, up_down=-0.3),
    "LinearStep_reverse": devices.LinearStep(
        dw_min=0.02, gamma_up=0.5, gamma_down=0.3, reverse_up=True, reverse_down=True, reverse_offset=0.01),
    "SoftBounds_asym": devices.SoftBounds(dw_min=0.02, up_down=0.2, w_max=1.25, w_min=-0.75),
    "ReRamES_noisefree": replace(presets.ReRamES(), dw_min=0.01),
    "PowStep_g1.5_ud": devices.PowStep(dw_min=0.04, pow_gamma=1.5, pow_up_down=0.2),
    "PiecewiseStep": devices.PiecewiseStep(dw_min=0.02, **PIECES),
}  # fmt: skip
PMAX = devices.SoftBoundsPmax(p_max=25, alpha=0.04, range_min=-1.0, range_max=1.0)


def pulsed(device: Any, start: float, pulses: int) -> tuple[Tile, np.ndarray, np.ndarray]:
    """The weight after every ten of 50 pulses up, then of as many down; `pulses` a train."""
    train = Update(pulse_type="deterministic-implicit", desired_bl=pulses, update_management=False,
                   update_bl_management=False)  # fmt: skip
    tile = Tile(1, 1, device=plain(device), update=train)
    tile.weights = np.full((1, 1), start, np.float32)
    one = np.ones(1, np.float32)
    seen = []
    for sign in (-1, 1):
        for _ in range(5):
            for _ in range(10 // pulses):
                tile.update(one, sign * one, 10.0)  # of a rate so high that every pulse is sure
            seen.append(tile.weights.item())
    return tile, np.array(seen[:5]), np.array(seen[5:])


@pytest.mark.parametrize("pulses", [1, 2, 10])
@pytest.mark.parametrize("name", RESPONSES)
def test_pulse_responses_are_exact(name: str, pulses: int) -> None:
    case = GOLDEN["pulse_response_exact"][name]
    assert (case["n"], case["every"]) == (50, 10)
    tile, up, down = pulsed(RESPONSES[name], case["start"], pulses)
    np.testing.assert_allclose(up, case["up"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(down, case["down"], rtol=0, atol=1e-6)
    for quantity, value in case["hidden"].items():
        assert tile.hidden(quantity).item() == pytest.approx(value, rel=1e-6, abs=1e-9), quantity


def test_all_responses_are_covered() -> None:
    elsewhere = {"SoftBoundsPmax", "OneSided_ConstantStep"}  # the latter with compounds
    assert set(GOLDEN["pulse_response_exact"]) == {*RESPONSES, *elsewhere}


def test_pmax_reaches_its_range() -> None:
    """What the parameters mean: the peer's step up is that down, so that its response overshoots range_max."""
    low, high, alpha = -1.0, 1.0, 0.04
    most = low + (high - low) / (1 - np.exp(-25 * alpha))
    case = GOLDEN["pulse_response_exact"]["SoftBoundsPmax"]
    tile, up, down = pulsed(PMAX, low, 1)
    w, want = low, []
    for sign in (1, -1):
        for n in range(1, 51):
            w += alpha * most * (1 - w / most) if sign > 0 else -alpha * -low * (1 - w / low)
            want += [w] if n % 10 == 0 else []
    np.testing.assert_allclose([*up, *down], want, rtol=0, atol=1e-6)
    assert tile.hidden("max_bound").item() == pytest.approx(case["hidden"]["max_bound"], rel=1e-6)
    assert tile.hidden("dwmin_up").item() == pytest.approx(alpha * most, rel=1e-6)
    assert tile.hidden("dwmin_down").item() == pytest.approx(case["hidden"]["dwmin_down"], rel=1e-6)
    many = devices.SoftBoundsPmax()  # 1000 pulses from the bottom of the range to its top
    train = Update(pulse_type="deterministic-implicit", desired_bl=1000, update_management=False,
                   update_bl_management=False)  # fmt: skip
    tile = Tile(1, 1, device=plain(many), update=train)
    tile.weights = np.full((1, 1), -1, np.float32)
    tile.update(np.ones(1, np.float32), -np.ones(1, np.float32), 100.0)
    assert tile.weights.item() == pytest.approx(1.0, abs=1e-3)  # the peer: 1.356


# -- Updates


@pytest.mark.parametrize("name", GOLDEN["update_stats"])
def test_updates_have_their_statistics(name: str) -> None:
    case = GOLDEN["update_stats"][name]
    device = plain(devices.ConstantStep(dw_min=case["dw_min"], dw_min_std=case["dw_min_std"]))
    assert device.dw_min_std == case["dw_min_std"] == 0
    tile = Tile(3, 5, device=device, update=update(case["up"]), seed=2)
    x, d = np.array(case["x"], np.float32), np.array(case["d"], np.float32)
    start, seen = np.zeros((3, 5), np.float32), np.empty((4000, 3, 5))
    for result in seen[: case["n"]]:
        tile.weights = start
        tile.update(x, d, case["lr"])
        result[:] = tile.weights
    mean = np.array(case["mean"])
    if name == "det_implicit":  # 0.5, 1.5 and 2.5 pulses: which way float32 rounds a product of three numbers decides
        tie = np.abs(np.abs(case["ideal"]) / case["dw_min"] % 1 - 0.5) < 1e-4
        off = np.abs(seen[0] - mean)[tie] / case["dw_min"]
        assert tie.sum() == 3 and (np.abs(off - np.rint(off)) < 1e-3).all() and (off < 1.001).all()
        mean[tie] = seen[0][tie]
    compare(seen[: case["n"]], mean, np.array(case["std"]), case["n"])
    if case["n"] < 10:  # no randomness is in it
        assert (seen[: case["n"]] == seen[0]).all()


# -- Spread between devices

LIFETIME = {"lifetime": 100.0, "lifetime_dtod": 0.3, "diffusion": 0.01, "diffusion_dtod": 0.2,
            "reset": 0.1, "reset_dtod": 0.05}  # fmt: skip
SPREADS = {
    "ConstantStep": devices.ConstantStep(),
    "SoftBounds": devices.SoftBounds(),
    "ExpStep": devices.ExpStep(),
    "ReRamES": presets.ReRamES(),
    "Capacitor": presets.Capacitor(),
    "EcRamMO": presets.EcRamMO(),
    "GokmenVlasov": presets.GokmenVlasov(),
    "ReRamArrayOM": presets.ReRamArrayOM(),
    "ConstantStep_noconsistency": devices.ConstantStep(enforce_consistency=False),
    "ConstantStep_lifetime": devices.ConstantStep(**LIFETIME),
}
HEAVY = {("SoftBounds", "slope_up"), ("SoftBounds", "slope_down")}
"""Steps over bounds that may be next to 0: their moments do not exist, those of a sample say nothing."""


@pytest.mark.parametrize("name", GOLDEN["d2d_stats_90000_devices"])
def test_devices_have_their_spread(name: str) -> None:
    tile = Tile(300, 300, device=SPREADS[name], seed=3)
    for quantity, want in GOLDEN["d2d_stats_90000_devices"][name].items():
        if (name, quantity) in HEAVY:
            continue
        values = tile.hidden(quantity).astype(np.float64).ravel()
        assert values.shape == (90000,)
        scale = max(abs(want["mean"]), want["std"])
        compare(values, want["mean"], want["std"], 90000, exact=1e-6 * scale)


def test_slopes_follow_from_steps_and_bounds() -> None:
    tile = Tile(300, 300, device=SPREADS["SoftBounds"], seed=3)
    hidden = {name: tile.hidden(name).astype(np.float64) for name in
              ("slope_up", "slope_down", "dwmin_up", "dwmin_down", "max_bound", "min_bound")}  # fmt: skip
    np.testing.assert_allclose(hidden["slope_up"], -hidden["dwmin_up"] / hidden["max_bound"], rtol=1e-5)
    np.testing.assert_allclose(hidden["slope_down"], -hidden["dwmin_down"] / hidden["min_bound"], rtol=1e-5)


def test_devices_are_independent() -> None:
    """Neither neighbours nor the quantities of a device go together."""
    tile = Tile(300, 300, device=devices.ConstantStep(), seed=4)
    upper, lower, step = (tile.hidden(name) for name in ("max_bound", "min_bound", "dwmin_up"))
    pairs = [(upper, lower), (upper, step), (lower, step), (upper[1:], upper[:-1]), (upper[:, 1:], upper[:, :-1])]
    for a, b in pairs:
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 4 / 300
    assert not np.array_equal(upper, Tile(300, 300, device=devices.ConstantStep(), seed=5).hidden("max_bound"))
