"""Compounds of devices beside their equations; their runs, states, refusals."""

import copy
import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compound_equations import Cell, Chopped, Mixed, Train, Transfer

import memsim
from memsim import IO, Tile, Update, devices, presets

GOLDEN = json.loads((Path(__file__).parents[3] / "Tests" / "Golden" / "analog_training.json").read_text())
PERFECT = IO(is_perfect=True)
COUNTED = Update(pulse_type="deterministic-implicit")
SURE = Update(desired_bl=1, update_bl_management=False, update_management=False)
SHAPE = (4, 5)


def alike(step: float = 1 / 1024, bound: float = 1.0, **more: Any) -> devices.ConstantStep:
    """Devices without spread and noise."""
    return devices.ConstantStep(
        dw_min=step, dw_min_dtod=0, dw_min_std=0, up_down_dtod=0, w_max=bound, w_min=-bound, w_max_dtod=0, w_min_dtod=0,
        reset_std=0, **more,
    )  # fmt: skip


def tile(compound: devices.Compound, shape: tuple[int, int] = SHAPE, seed: int = 3, **more: Any) -> Tile:
    return Tile(*shape, compound, PERFECT, PERFECT, **{"update": COUNTED, **more}, seed=seed)


def vectors(count: int, shape: tuple[int, int] = SHAPE, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    outputs, inputs = shape
    x, d = random.uniform(-1, 1, (count, inputs)), random.uniform(-1, 1, (count, outputs))
    return x.astype(np.float32), (d + 0.2).astype(np.float32)


def follow(made: Tile, equations: Any, rate: float, calls: int = 12, batch: int = 3) -> None:
    """Weights of tile and equations after every call."""
    x, d = vectors(calls * batch, made.shape)
    for start in range(0, calls * batch, batch):
        made.update(x[start : start + batch], d[start : start + batch], rate)
        for v in range(start, start + batch):
            equations.vector(x[v].astype(float), d[v].astype(float), rate, batch)
        np.testing.assert_allclose(made.weights, equations.weights, atol=1e-5, err_msg=f"after {start + batch} vectors")
        for k, cell in enumerate(getattr(equations, "cells", [])):
            np.testing.assert_allclose(made.hidden(f"{k}/weights"), cell.weights, atol=1e-5)


# -- Transfers


@pytest.mark.parametrize("rate", [0.23, -0.23])
@pytest.mark.parametrize("settings", [
    {},
    {"transfer_columns": False},
    {"units_in_mbatch": False, "transfer_every": 2.0, "n_reads_per_transfer": 2},
    {"gamma": 0.5, "transfer_every": 2.0},
    {"gamma_vec": [0.25, 2.0], "fast_lr": 0.5, "transfer_lr": 3.0},
    {"scale_transfer_lr": False, "transfer_lr": 0.1, "scale_fast_lr": False, "fast_lr": 0.05},
    {"fast_lr": 0.0},
])  # fmt: skip
def test_tiki_taka_follows_its_equations(settings: dict[str, Any], rate: float) -> None:
    steps = (1 / 1024, 1 / 256)  # trains of the first are reckoned by its own step, not by the mean of both
    cells = [alike(step) for step in steps]
    made = tile(devices.Transfer(unit_cell_devices=cells, transfer_forward=PERFECT, transfer_update=COUNTED, **settings))
    equations = Transfer([Cell(SHAPE, step) for step in steps], Train(), Train(), settings)
    follow(made, equations, rate)
    assert np.abs(made.weights).max() > 0.005


@pytest.mark.parametrize("shape", [(4, 5), (2, 3), (19, 18)])
def test_three_devices_pass_gradients_on(shape: tuple[int, int]) -> None:
    settings = {"gamma": 0.3, "units_in_mbatch": False, "n_reads_per_transfer": 1}
    made = tile(
        devices.Transfer(
            unit_cell_devices=[alike()] * 3, transfer_forward=PERFECT, transfer_update=COUNTED, transfer_lr=20.0, **settings
        ),
        shape,
    )
    equations = Transfer([Cell(shape, 1 / 1024) for _ in range(3)], Train(), Train(), {"transfer_lr": 20.0, **settings})
    follow(made, equations, 0.21, 40, 2)
    assert np.abs(made.hidden("2/weights")).max() > 0


@pytest.mark.parametrize("settings", [
    {},
    {"gamma": 0.5, "transfer_lr": 2.0},
    {"forget_buffer": False, "momentum": 0.25, "thres_scale": 0.5},
    {"transfer_columns": False, "units_in_mbatch": False, "n_reads_per_transfer": 3},
])  # fmt: skip
def test_buffers_gather_until_they_make_a_step(settings: dict[str, Any]) -> None:
    cells = [alike(), alike(1 / 512)]
    made = tile(devices.BufferedTransfer(unit_cell_devices=cells, transfer_forward=PERFECT, **settings))
    equations = Transfer([Cell(SHAPE, 1 / 1024), Cell(SHAPE, 1 / 512)], Train(), Train(1, False, True), settings, True)
    follow(made, equations, 0.05, 20)
    np.testing.assert_allclose(made.hidden("buffer"), equations.buffers[0], atol=1e-5)
    assert np.abs(made.hidden("1/weights")).max() > 0


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("settings", [
    {"in_chop_random": False, "in_chop_prob": 0.4},
    {"in_chop_random": True, "in_chop_prob": 1.0, "out_chop_prob": 1.0, "gamma": 0.5},
    {"in_chop_random": False, "in_chop_prob": 0.5, "transfer_columns": False, "out_chop_prob": 1.0, "gamma": 0.25},
    {"in_chop_random": False, "in_chop_prob": 0.3, "auto_scale": True, "auto_momentum": 0.9, "fast_lr": 0.5,
     "auto_granularity": 10.0},
    {"in_chop_random": False, "in_chop_prob": 0.3, "correct_gradient_magnitudes": True, "scale_fast_lr": True},
    {"in_chop_random": False, "in_chop_prob": 0.3, "forget_buffer": False, "momentum": 0.3, "buffer_granularity": 2.0},
    {"in_chop_random": False, "in_chop_prob": 0.5, "no_buffer": True, "scale_transfer_lr": False, "transfer_lr": 0.2},
    {"in_chop_random": False, "in_chop_prob": 0.5, "transfer_every": -0.01},
])  # fmt: skip
def test_choppers_follow_their_equations(settings: dict[str, Any], dynamic: bool) -> None:
    given = {"fast_lr": 0.1, **settings}
    kind: Any = devices.DynamicTransfer if dynamic else devices.ChoppedTransfer
    cells = [alike(), alike(1 / 512)]
    made = tile(kind(unit_cell_devices=cells, transfer_forward=PERFECT, **given))
    own = [Cell(SHAPE, 1 / 1024), Cell(SHAPE, 1 / 512)]
    equations = Chopped(own, Train(), Train(1, False, True), given, dynamic)
    follow(made, equations, 0.05173, 40)  # no buffer is a whole number but for rounding
    np.testing.assert_allclose(made.hidden("buffer"), equations.buffer, atol=2e-4)
    if dynamic:
        np.testing.assert_allclose(made.hidden("mean"), equations.mean, atol=1e-5)
        np.testing.assert_allclose(made.hidden("past_mean"), equations.past, atol=1e-5)
    assert np.abs(made.hidden("1/weights")).max() > 0


def test_choppers_turn_as_often_as_they_shall() -> None:
    inputs, rounds, p = 40, 50, 0.1
    made = tile(
        devices.ChoppedTransfer(
            unit_cell_devices=[alike(), alike()], fast_lr=0.0, transfer_lr=0.0, gamma=1.0, in_chop_prob=p, out_chop_prob=p
        ),
        (30, inputs),
    )
    made.set_hidden("0/weights", np.ones((30, inputs)))
    signs = [np.sign(made.weights)]
    for _ in range(rounds):
        x, d = vectors(inputs, made.shape)
        made.update(x, d, 0.1)
        signs.append(np.sign(made.weights))
    ratio = np.array([b / a for a, b in zip(signs, signs[1:], strict=False)])  # each an outer product of turns
    columns, rows = ratio * ratio[:, :1, :1], ratio * ratio[:, :1, :1]
    for turns in (columns[:, 0, 1:], rows[:, 1:, 0]):  # whether a line differs from the first one
        share, count = (turns < 0).mean(), turns.shape[0]
        want = 2 * p * (1 - p)
        assert abs(share - want) < 4 * np.sqrt(want * (1 - want) / count) + 0.02 and share > 0


def test_transfers_move_by_the_gradient_in_the_mean() -> None:
    """Stochastic trains: the mean of many seeds within four standard errors."""
    x, d = np.array([1.0, 0.5, -0.25]), np.array([1.0, -0.6])
    compound = devices.Transfer(
        unit_cell_devices=[alike(bound=10.0)] * 2, transfer_forward=PERFECT, units_in_mbatch=False, transfer_every=1.0
    )
    fast, slow = np.empty((600, 2, 3)), np.empty((600, 2, 3))
    for seed in range(600):
        made = tile(compound, (2, 3), seed, update=Update())
        made.update(np.tile(x, (6, 1)), np.tile(d, (6, 1)), 0.02)
        fast[seed], slow[seed] = made.hidden("0/weights"), made.weights
    gradient = -0.02 * np.outer(d, x)
    for seen, want in ((fast, 6 * gradient), (slow, 0.02 * gradient * [1 + 4, 2 + 5, 3 + 6])):
        error = seen.std(0) / np.sqrt(len(seen))
        assert (np.abs(seen.mean(0) - want) < 4 * error + 1e-6).all()


def test_lines_are_chosen_and_reset_at_random() -> None:
    inputs = 8
    compound = devices.Transfer(
        unit_cell_devices=[alike(), alike()], transfer_forward=PERFECT, random_selection=True, with_reset_prob=1.0,
        units_in_mbatch=False, fast_lr=1e-9,
    )  # fmt: skip
    counts = np.zeros(inputs)
    for seed in range(200):
        made = tile(compound, (3, inputs), seed)
        made.set_hidden("0/weights", np.full((3, inputs), 0.5))
        made.update(np.ones((2, inputs)), np.ones((2, 3)), 0.1)
        reset = (made.hidden("0/weights") == 0).all(0)
        assert 1 <= reset.sum() <= 2 and (made.hidden("0/weights")[:, ~reset] != 0).all()
        counts += reset
    want = 1 - (1 - 1 / inputs) ** 2
    assert (np.abs(counts / 200 - want) < 4 * np.sqrt(want * (1 - want) / 200)).all()


# -- Sums


def test_vectors_share_pulses() -> None:
    made = tile(devices.Vector(unit_cell_devices=[alike(), alike(1 / 512)], gamma_vec=[0.25, 0.5]), update=Update())
    made.weights = np.full(SHAPE, 0.1)
    np.testing.assert_allclose(made.weights, 0.75 * 0.1, rtol=1e-6)
    x, d = vectors(5)
    made.update(x, d, 0.01)
    moved = [made.hidden(f"{k}/weights") - np.float32(0.1) for k in (0, 1)]
    np.testing.assert_allclose(2 * moved[0], moved[1], atol=1e-6)  # the same stochastic trains
    np.testing.assert_allclose(made.weights, 0.25 * made.hidden("0/weights") + 0.5 * made.hidden("1/weights"), atol=1e-7)
    assert np.abs(moved[0]).max() > 0.005


def test_trains_of_vectors_are_reckoned_by_the_mean_step() -> None:
    made = tile(devices.Vector(unit_cell_devices=[alike(), alike(3 / 1024)]))
    cells = [Cell(SHAPE, 1 / 1024), Cell(SHAPE, 3 / 1024)]
    x, d = vectors(4)
    made.update(x, d, 0.05)
    for v in range(4):
        for cell in cells:
            cell.pulse(Train(), 0.05, x[v].astype(float), d[v].astype(float), step=2 / 1024)
    for k in (0, 1):
        np.testing.assert_allclose(made.hidden(f"{k}/weights"), cells[k].weights, atol=1e-5)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("policy", ["single-fixed", "single-sequential"])
def test_one_device_takes_a_vector(policy: str, first: int) -> None:
    cells = [Cell(SHAPE, 1 / 1024) for _ in range(3)]
    made = tile(devices.Vector(unit_cell_devices=[alike()] * 3, update_policy=policy, first_update_idx=first))
    x, d = vectors(7)
    made.update(x[:3], d[:3], 0.02)
    made.update(x[3:], d[3:], 0.02)
    for v in range(7):
        k = first if policy == "single-fixed" else (first + v) % 3
        cells[k].pulse(Train(), 0.02, x[v].astype(float), d[v].astype(float))
    for k in range(3):
        np.testing.assert_allclose(made.hidden(f"{k}/weights"), cells[k].weights, atol=1e-5)


def test_devices_are_chosen_evenly() -> None:
    count, tries = 4, 4000
    made = tile(devices.Vector(unit_cell_devices=[alike(2**-14, 8.0)] * count, update_policy="single-random"), (1, 1))
    made.update(np.ones((tries, 1)), -np.ones((tries, 1)), 2.0**-14)
    chosen = np.array([made.hidden(f"{k}/weights").item() for k in range(count)]) * 2**14
    assert chosen.sum() == pytest.approx(tries, abs=0.01)
    assert (np.abs(chosen - tries / 4) < 4 * np.sqrt(tries * 3 / 16)).all()


def test_references_are_not_pulsed() -> None:
    made = tile(devices.Reference(unit_cell_devices=[alike(), alike()]))
    made.weights = np.full(SHAPE, 0.25)
    made.set_hidden("1/weights", np.full(SHAPE, 0.125))
    np.testing.assert_array_equal(made.weights, 0.125)
    x, d = vectors(3)
    made.update(x, d, 0.02)
    np.testing.assert_array_equal(made.hidden("1/weights"), 0.125)
    assert (made.hidden("0/weights") != 0.25).any()


# -- One-sided


def test_one_sided_pairs_respond_as_the_golden_one() -> None:
    case = GOLDEN["pulse_response_exact"]["OneSided_ConstantStep"]
    train = replace(COUNTED, desired_bl=1, update_bl_management=False, update_management=False)
    made = tile(devices.OneSided(unit_cell_devices=[alike(0.02, 0.6)] * 2), (1, 1), update=train)
    seen = []
    for sign in (-1, 1):
        for n in range(1, 51):
            made.update(np.ones(1), sign * np.ones(1), 10.0)
            if n % 10 == 0:
                seen.append(made.weights.item())
    np.testing.assert_allclose(seen, [*case["up"], *case["down"]], rtol=0, atol=1e-6)
    for name, value in case["hidden"].items():
        quantity, _, k = name.rpartition("_")
        if quantity != "hidden_weights":
            assert made.hidden(f"{k}/{quantity}").item() == pytest.approx(value, rel=1e-6), name


@pytest.mark.parametrize("inverted", [False, True])
def test_one_sided_devices_only_rise(inverted: bool) -> None:
    made = tile(
        devices.OneSided(unit_cell_devices=[replace(alike(), up_down=0.5)] * 2, copy_inverted=inverted), update=Update()
    )
    weights = np.linspace(-0.2, 0.2, 20).reshape(SHAPE)
    made.weights = weights
    np.testing.assert_allclose(made.weights, weights, atol=1e-7)
    x, d = vectors(20)
    rise, fall = made.hidden("0/weights"), made.hidden("1/weights")
    made.update(x, d, 0.01)
    moved = made.hidden("0/weights") - rise, (made.hidden("1/weights") - fall) * (-1 if inverted else 1)
    assert all((m >= 0).all() and m.max() > 0 for m in moved)
    step = 1 / 2048 if inverted else 1 / 1024  # what the first device does when it falls
    np.testing.assert_allclose(moved[1] / step, np.rint(moved[1] / step), atol=1e-3)
    assert (np.rint(moved[1] * 1024) % 1 == 0).all() and (np.rint(moved[1] / step) % 2 != 0).any()


def test_inverted_copies_have_the_devices_of_the_first() -> None:
    spread = devices.ConstantStep()
    made = tile(devices.OneSided(unit_cell_devices=[spread] * 2, copy_inverted=True))
    plain = tile(devices.OneSided(unit_cell_devices=[spread] * 2))
    for name in ("max_bound", "min_bound", "dwmin_up", "dwmin_down"):
        np.testing.assert_array_equal(made.hidden(f"0/{name}"), made.hidden(f"1/{name}"))
        assert (plain.hidden(f"0/{name}") != plain.hidden(f"1/{name}")).any()


@pytest.mark.parametrize("inverted", [False, True])
def test_high_pairs_are_refreshed(inverted: bool) -> None:
    sign = -1 if inverted else 1
    compound = devices.OneSided(
        unit_cell_devices=[alike()] * 2, refresh_every=2, copy_inverted=inverted, refresh_forward=PERFECT,
        refresh_update=replace(COUNTED, desired_bl=2000),
    )  # fmt: skip
    made = tile(compound, (3, 100))
    rise, fall = np.full((3, 100), 0.25), np.full((3, 100), 0.125)
    rise[1, ::2], fall[1, ::2] = 0.875, 0.5  # both thresholds are passed
    rise[2], fall[2] = 0.9375, 0.125  # one is
    made.set_hidden("0/weights", rise)
    made.set_hidden("1/weights", sign * fall)
    nothing = np.zeros((4, 100)), np.zeros((4, 3))
    made.update(*nothing, 0.1)
    np.testing.assert_array_equal(made.hidden("0/weights"), rise.astype(np.float32))
    made.update(*nothing, 0.1)
    rise[1, ::2], fall[1, ::2] = 0.375, 0
    np.testing.assert_allclose(made.hidden("0/weights"), rise, atol=1e-6)
    np.testing.assert_allclose(made.hidden("1/weights"), sign * fall, atol=1e-6)


# -- Mixed precision


@pytest.mark.parametrize("settings", [
    {},
    {"transfer_every": 2, "n_rows_per_transfer": 3},
    {"granularity": 1 / 256, "transfer_lr": 0.5},
    {"n_x_bins": 8, "n_d_bins": 5},
    {"n_x_bins": 6},  # the other one is not rounded
    {"n_d_bins": 6},
])  # fmt: skip
def test_mixed_precision_follows_its_equations(settings: dict[str, Any]) -> None:
    exact = {"stoc_round_x": False, "stoc_round_d": False}
    made = tile(devices.MixedPrecision(device=alike(), **settings, **exact))
    equations = Mixed(Cell(SHAPE, 1 / 1024), Train(), settings)
    follow(made, equations, 0.01)
    np.testing.assert_allclose(made.hidden("gradient"), equations.gradient, atol=1e-5)
    assert np.abs(made.weights).max() > 0.005


def test_bins_are_right_in_the_mean() -> None:
    x, d = np.array([1.0, 0.3, -0.7, 0.05]), np.array([1.0, -0.35])
    made = tile(devices.MixedPrecision(device=alike(), n_x_bins=4, n_d_bins=4, transfer_every=10**6), (2, 4))
    count = 4000
    made.update(np.tile(x, (count, 1)), np.tile(d, (count, 1)), 1.0)
    mean = made.hidden("gradient") / count
    np.testing.assert_allclose(mean, np.outer(d, x), atol=4 * 0.35 / np.sqrt(count))


# -- Runs and states

KINDS: dict[str, devices.Compound] = {
    "vector": devices.Vector(unit_cell_devices=[devices.SoftBounds()] * 2, update_policy="single-random"),
    "all": devices.Vector(unit_cell_devices=[devices.SoftBounds(), devices.ConstantStep()]),
    "reference": devices.Reference(unit_cell_devices=[devices.SoftBounds()] * 2),
    "one-sided": devices.OneSided(unit_cell_devices=[presets.PCM()] * 2, refresh_every=5, units_in_mbatch=False),
    "transfer": devices.Transfer(
        unit_cell_devices=[devices.SoftBounds()] * 3, units_in_mbatch=False, transfer_every=3, gamma=0.1,
        random_selection=True, with_reset_prob=0.2),
    "buffered": devices.BufferedTransfer(unit_cell_devices=[devices.SoftBounds()] * 2, units_in_mbatch=False, transfer_every=2),
    "chopped": devices.ChoppedTransfer(
        unit_cell_devices=[devices.SoftBounds()] * 2, out_chop_prob=0.3, gamma=0.2, transfer_every=2, fast_lr=0.1),
    "dynamic": devices.DynamicTransfer(unit_cell_devices=[devices.SoftBounds()] * 2, in_chop_prob=0.5, fast_lr=0.1),
    "mixed": devices.MixedPrecision(device=devices.SoftBounds(), n_x_bins=6, n_rows_per_transfer=2),
}  # fmt: skip
WIDE = (20, 33)


def noisy(name: str, seed: int = 5, **more: Any) -> Tile:
    made = Tile(*WIDE, KINDS[name], presets.PresetIO(), presets.PresetIO(), seed=seed, **more)
    made.weights = np.random.default_rng(1).uniform(-0.2, 0.2, WIDE)
    return made


@pytest.mark.parametrize("name", KINDS)
def test_results_depend_neither_on_threads_nor_on_batches(name: str) -> None:
    x, d = vectors(24, WIDE)
    tiles = [noisy(name, context=memsim.Context(threads)) for threads in (1, 3, 2)]
    parts = [[24], [24], [24]] if name == "mixed" else [[24], [1] * 24, [5, 12, 7]]  # its transfers count batches
    for made, sizes in zip(tiles, parts, strict=True):
        start = 0
        for size in sizes:
            made.update(x[start : start + size], d[start : start + size], 0.05)
            start += size
        made.step()
        made.drift(10.0)
        made.reset(3, 4, 0.5)
    assert tiles[0].state() == tiles[1].state() == tiles[2].state()
    np.testing.assert_array_equal(tiles[0].forward(x), tiles[1].forward(x))
    np.testing.assert_array_equal(tiles[0].backward(d), tiles[2].backward(d))
    assert (tiles[0].weights != noisy(name).weights).any()
    assert (noisy(name, seed=6).hidden("0/max_bound") != noisy(name).hidden("0/max_bound")).any()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("clone", ["load", "copy", "pickle"])
def test_states_go_on_with_the_same_bits(name: str, clone: str) -> None:
    x, d = vectors(7, WIDE)
    made = noisy(name)
    made.update(x, d, 0.05)  # in the middle of a period
    made.forward(x)
    if clone == "load":
        twin = noisy(name, seed=99)
        twin.load(made.state())
    else:
        twin = copy.deepcopy(made) if clone == "copy" else pickle.loads(pickle.dumps(made))
    for each in (made, twin):
        for _ in range(3):
            each.update(x, d, -0.03)
        each.step()
    assert made.state() == twin.state()
    np.testing.assert_array_equal(made.weights, twin.weights)
    np.testing.assert_array_equal(made.forward(x), twin.forward(x))
    assert made.device == twin.device and twin.memory > 0


@pytest.mark.parametrize("name", KINDS)
def test_states_of_others_are_refused(name: str) -> None:
    made = noisy(name)
    state = made.state()
    others = [noisy(other).state() for other in KINDS if KINDS[other].name != KINDS[name].name]
    for bad in [*others, state[:-8], state + bytes(8), bytes(len(state)), Tile(*WIDE).state(), b""]:
        with pytest.raises(memsim.StateFileError):
            made.load(bad)
    with pytest.raises(memsim.StateFileError):
        Tile(*WIDE).load(state)
    assert made.state() == state


# -- Refusals

TWO = [alike(), alike()]


@pytest.mark.parametrize("make, sentence", [
    (lambda: tile(devices.Transfer(unit_cell_devices=[alike()])), r'compound "transfer" must have 2...16 cells, got 1'),
    (lambda: tile(devices.ChoppedTransfer(unit_cell_devices=[alike()] * 3)), "must have 2 cells, got 3"),
    (lambda: tile(devices.Vector(unit_cell_devices=[])), "must have 1...64 cells, got 0"),
    (lambda: tile(devices.Vector(unit_cell_devices=TWO, gamma_vec=[1.0])), '"gamma_vec" must have a value for each of 2 cells, got 1'),
    (lambda: tile(devices.Vector(unit_cell_devices=TWO, first_update_idx=2)), "first_update_idx must be 0...1, got 2"),
    (lambda: devices.Vector(unit_cell_devices=TWO, update_policy="some"), "update_policy must be one of all, .*, got 'some'"),
    (lambda: devices.ChoppedTransfer(unit_cell_devices=TWO, in_chop_prob=1.5), "in_chop_prob must be 0...1, got 1.5"),
    (lambda: tile(devices.DynamicTransfer(unit_cell_devices=TWO, in_chop_prob=0.0)), "in_chop_prob must be above 0"),
    (lambda: tile(devices.Transfer(unit_cell_devices=TWO, with_reset_prob=0.5, transfer_columns=False)), "with_reset_prob must be 0"),
    (lambda: tile(devices.Transfer(unit_cell_devices=TWO, gamma_vec=[1.0, 0.0])), "gamma_vec must end with a value > 0"),
    (lambda: tile(devices.OneSided(unit_cell_devices=[alike(), devices.SoftBounds()])), "one device, got constant-step and soft-bounds"),
    (lambda: tile(devices.OneSided(unit_cell_devices=[alike(), alike(0.5)], copy_inverted=True)), "same parameters with copy_inverted"),
    (lambda: tile(devices.OneSided(unit_cell_devices=TWO), update=Update(pulse_type="none-with-device")), "pulse_type"),
    (lambda: tile(devices.MixedPrecision(device=devices.Ideal())), 'cell 0 of compound "mixed-precision" must be a device with steps'),
    (lambda: tile(devices.MixedPrecision(device=alike(), n_x_bins=1)), "n_x_bins must be 0 or at least 2, got 1"),
    (lambda: tile(devices.Vector(unit_cell_devices=TWO), update=Update(fixed_bl=False, update_bl_management=False)), "fixed_bl"),
    (lambda: tile(devices.Transfer(unit_cell_devices=TWO, transfer_update=Update(fixed_bl=False, update_bl_management=False))), "transfer_update"),
    (lambda: tile(devices.Vector(unit_cell_devices=TWO)).hidden("weights"), 'no quantity "weights"; it has those of cells'),
    (lambda: tile(devices.Vector(unit_cell_devices=TWO)).hidden("2/weights"), "0...1 and a slash, got \"2/weights\""),
    (lambda: tile(devices.Vector(unit_cell_devices=TWO)).hidden("1/slope_up"), "slope_up"),
    (lambda: tile(devices.MixedPrecision(device=alike())).set_hidden("gradient", np.full(SHAPE, np.nan)), "values must be finite"),
    (lambda: tile(devices.Vector(unit_cell_devices=TWO)).update(np.full(5, np.inf), np.ones(4), 0.1), "x must be finite"),
    (lambda: tile(devices.Vector(unit_cell_devices=TWO)).drift(-1.0), "seconds must be finite and >= 0"),
    (lambda: tile(devices.Vector(unit_cell_devices=TWO)).reset(9), "start must be 0...4, got 9"),
])  # fmt: skip
def test_refusals_name_the_argument(make: Any, sentence: str) -> None:
    with pytest.raises(memsim.Error, match=sentence):
        make()


@pytest.mark.parametrize("make, sentence", [
    (lambda: devices.Vector(unit_cell_devices=alike()), "unit_cell_devices must be a list of devices"),
    (lambda: devices.Vector(unit_cell_devices=[IO()]), "unit_cell_devices must be of objects of memsim.devices, got IO"),
    (lambda: devices.Vector(unit_cell_devices=[devices.Vector(unit_cell_devices=TWO)]), "unit_cell_devices must be of"),
    (lambda: devices.Transfer(unit_cell_devices=TWO, transfer_forward=Update()), "transfer_forward must be a memsim.IO"),
    (lambda: devices.Transfer(unit_cell_devices=TWO, transfer_update=IO()), "transfer_update must be a memsim.Update"),
    (lambda: devices.OneSided(unit_cell_devices=TWO, refresh_update=None), "refresh_update must be a memsim.Update"),
    (lambda: devices.MixedPrecision(device="constant-step"), "device must be of objects"),
    (lambda: devices.Transfer(), "unit_cell_devices"),
    (lambda: Tile(2, 2, config=IO()), "config must be a memsim.TileConfig or None"),
])  # fmt: skip
def test_types_are_checked(make: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        make()
