"""Drift of weights, and power steps with a reference, by their equations."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

import memsim
from memsim import Tile, Update, devices, presets

SIDE = 64


def plain(device: Any) -> Any:
    silent = {"dw_min_std", "write_noise_std", "reset_std"}
    return replace(device, **{f.name: 0.0 for f in fields(device) if f.name.endswith("_dtod") or f.name in silent})


def drifting(seed: int = 2, kind: Any = devices.ConstantStep, **more: Any) -> tuple[Tile, np.ndarray]:
    """A tile whose weights drift, and its weights, at the first call."""
    given = {"w_max": 2.0, "w_min": -2.0, "w_max_dtod": 0, "w_min_dtod": 0, "dw_min_dtod": 0, "up_down_dtod": 0}
    made = Tile(SIDE, SIDE, kind(**{**given, **more}), seed=seed)
    weights = np.random.default_rng(0).uniform(0.1, 0.5, (SIDE, SIDE)).astype(np.float32)
    made.weights = weights
    made.drift(1.0)
    return made, weights


@pytest.mark.parametrize("kind", [
    devices.ConstantStep, devices.SoftBounds, devices.PowStep, devices.ExpStep, devices.PiecewiseStep,
    devices.SoftBoundsReference, devices.LinearStep, devices.PowStepReference])  # fmt: skip
def test_weights_fall_by_a_power_of_time(kind: Any) -> None:
    made, weights = drifting(kind=kind, drift_nu=0.1, drift_t_0=2.0)
    np.testing.assert_array_equal(made.weights, weights)  # they were just written
    for seconds, age in ((1.0, 1.0), (3.0, 2.0), (96.0, 50.0), (1e6, 500050.0)):
        made.drift(seconds)
        np.testing.assert_allclose(made.weights, weights * age**-0.1, rtol=2e-6)
    assert (made.hidden("drift_nu") == np.float32(0.1)).all()


def test_written_weights_begin_anew() -> None:
    made, weights = drifting(drift_nu=0.2, drift_reset_tol=1e-3)
    made.drift(100.0)
    now = made.weights
    now[0] += 0.25
    now[1] += 5e-4  # within the tolerance
    made.weights = now
    made.drift(100.0)
    np.testing.assert_array_equal(made.weights[0], now[0])
    np.testing.assert_allclose(made.weights[1:], weights[1:] * 200.0**-0.2, rtol=2e-6)
    made.drift(50.0)
    np.testing.assert_allclose(made.weights[0], now[0] * 50.0**-0.2, rtol=2e-6)


def test_exponents_depend_on_conductance() -> None:
    given = {"drift_nu": 0.1, "drift_nu_k": 0.05, "drift_log_g0": -1.0, "drift_wg_ratio": 0.5}
    made, weights = drifting(**given, drift_g_offset=0.25, drift_w_offset=-0.1)
    made.drift(40.0)
    nu = 0.1 - 0.05 * (np.log((weights + 0.1) / 0.5 + 0.25) + 1.0)
    q, offset = 40.0**-nu, 0.25 * 0.5 - 0.1
    np.testing.assert_allclose(made.weights, weights * q + offset * (q - 1), rtol=1e-5)
    made.weights = np.full((SIDE, SIDE), -1.5)  # no conductance: the exponent is drift_nu
    made.drift(1.0)
    made.drift(40.0)
    q = 40.0**-0.1
    np.testing.assert_allclose(made.weights, -1.5 * q + offset * (q - 1), rtol=1e-5)


def test_spreads_have_their_size() -> None:
    count = SIDE * SIDE

    def check(values: np.ndarray, mean: float, std: float) -> None:
        assert abs(values.mean() - mean) < 4 * std / np.sqrt(count)
        assert abs(values.std() - std) < 4 * std / np.sqrt(2 * count)

    made, weights = drifting(drift_nu=0.1, drift_nu_dtod=0.3, drift_nu_std=0.0)
    check(made.hidden("drift_nu"), 0.1, 0.03)
    made.drift(100.0)
    np.testing.assert_allclose(made.weights, weights * 100.0 ** -made.hidden("drift_nu"), rtol=1e-5)
    made, weights = drifting(drift_nu=0.1, drift_nu_std=0.2)
    for _ in range(2):  # anew with every call
        made.drift(50.0)
    check(-np.log(made.weights / weights) / np.log(100.0), 0.1, 0.02)
    made, weights = drifting(drift_w_noise_std=0.01)
    check(made.weights - weights, 0.0, 0.01)


def test_bounds_hold_and_nothing_drifts_without_parameters() -> None:
    made, _ = drifting(drift_nu=-1.0)
    made.drift(1e6)
    assert (made.weights == 2.0).all()
    still, weights = drifting()
    state = still.state()
    still.drift(1e6)
    assert still.state() == state and (still.weights == weights).all()
    with pytest.raises(memsim.Error, match="drift_nu is not kept"):
        still.set_hidden("drift_nu", weights)
    assert not still.hidden("drift_nu").any()
    for bad in (-1.0, np.nan, np.inf):
        with pytest.raises(memsim.Error, match="seconds must be finite and >= 0"):
            made.drift(bad)


def test_drift_is_saved_and_the_same_on_any_threads() -> None:
    spread = {"drift_nu": 0.1, "drift_nu_dtod": 0.3, "drift_nu_std": 0.2, "drift_w_noise_std": 0.01}
    made, _ = drifting(**spread)
    made.drift(7.0)
    for other in (drifting(seed=9, **spread)[0], Tile(SIDE, SIDE, made.device, context=memsim.Context(3))):
        other.load(made.state())
        twin = drifting(**spread)[0]
        twin.load(made.state())
        for each in (other, twin):
            each.drift(30.0)
        assert other.state() == twin.state()


def test_devices_with_write_noise_drift_below_it() -> None:
    made = Tile(SIDE, SIDE, replace(presets.ReRamES(), drift_nu=0.1, w_max_dtod=0.0, w_min_dtod=0.0), seed=1)
    made.weights = np.full((SIDE, SIDE), 0.5)
    made.drift(1.0)
    made.drift(100.0)
    np.testing.assert_allclose(made.hidden("persistent_weights"), 0.5 * 100.0**-0.1, rtol=1e-5)
    assert made.weights.std() == pytest.approx(75 * 0.00135, rel=0.05)


# -- Power steps with a reference

STEP, HIGH, LOW = 0.01, 0.6, -0.6


def pulses(device: Any, signs: list[int]) -> tuple[Tile, list[float]]:
    train = Update(pulse_type="deterministic-implicit", desired_bl=1, update_management=False, update_bl_management=False)
    made = Tile(1, 1, plain(device), update=train)
    seen = []
    for sign in signs:
        made.update(np.ones(1), -sign * np.ones(1), 10.0)
        seen.append(made.weights.item())
    return made, seen


def after(v: float, sign: int, gamma: tuple[float, float], steps: tuple[float, float]) -> float:
    if sign > 0:
        return min(v + steps[0] * ((HIGH - v) / (HIGH - LOW)) ** gamma[0], HIGH)
    return max(v - steps[1] * ((v - LOW) / (HIGH - LOW)) ** gamma[1], LOW)


@pytest.mark.parametrize("given", [
    {}, {"reference_mean": 0.1}, {"reference_mean": -0.2, "pow_gamma": 2.5, "pow_up_down": 0.3, "up_down": 0.2}])  # fmt: skip
def test_power_steps_have_a_reference(given: dict[str, float]) -> None:
    signs = [1] * 30 + [-1] * 60 + [1] * 200
    made, seen = pulses(devices.PowStepReference(dw_min=STEP, **given), signs)
    gamma, reference = given.get("pow_gamma", 1.0), given.get("reference_mean", 0.0)
    gammas = gamma, gamma * (1 - given.get("pow_up_down", 0.0))
    steps = STEP, STEP * (1 - given.get("up_down", 0.0))
    v, want = reference, []
    for sign in signs:
        v = after(v, sign, gammas, steps)
        want.append(v - reference)
    np.testing.assert_allclose(seen, want, atol=2e-6)
    for name, value in (("reference", reference), ("gamma_up", gammas[0]), ("gamma_down", gammas[1]), ("max_bound", HIGH)):
        assert made.hidden(name).item() == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("steps", [-1, 3, 5000])
def test_references_are_at_the_symmetry_point(steps: int) -> None:
    device = devices.PowStepReference(
        dw_min=STEP, up_down=0.3, pow_gamma=1.4, pow_up_down=-0.2, subtract_symmetry_point=True, n_estimation_steps=steps,
        reference_mean=0.01,
    )
    made, _ = pulses(device, [])
    v = 0.0
    for _ in range(5000 if steps < 1 else steps):
        v += STEP * ((HIGH - v) / (HIGH - LOW)) ** (1.4 * 0.8) - 0.7 * STEP * ((v - LOW) / (HIGH - LOW)) ** 1.4
    assert made.hidden("reference").item() == pytest.approx(v + 0.01, abs=2e-6)
    assert made.hidden("reset_bias").item() == pytest.approx(v, abs=2e-6)
    if steps != 3:  # alternating pulses then lead nowhere
        _, seen = pulses(replace(device, reference_mean=0.0), [1, -1] * 200)
        assert abs(seen[-1]) < STEP


def test_references_have_their_spread() -> None:
    made = Tile(100, 100, devices.PowStepReference(reference_mean=0.1, reference_std=0.05), seed=4)
    values = made.hidden("reference")
    assert abs(values.mean() - 0.1) < 4 * 0.05 / 100 and abs(values.std() - 0.05) < 4 * 0.05 / np.sqrt(20000)
    spread = Tile(50, 50, devices.PowStepReference(subtract_symmetry_point=True, corrupt_devices_prob=0.1), seed=4)
    assert np.isfinite(spread.hidden("reference")).all() and spread.hidden("reference").std() > 0.001
