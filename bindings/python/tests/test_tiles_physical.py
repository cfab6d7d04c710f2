"""Cells of device models as weights of tiles."""

import copy
import dataclasses
import pickle

import memsim
import numpy as np
import pytest
from memsim.devices import JART, Physical

MODELS = sorted(memsim.models())
TIMED = [name for name in MODELS if memsim.models()[name].timed]
VARIABILITIES = ["off", "d2d", "c2c", "d2d+c2c"]
EXACT = memsim.IO(is_perfect=True)
LENGTH = 31


def counting(device, shape=(20, 30), **settings):
    """A tile whose update with x = 1 and d = n / LENGTH gives exactly n pulses, SET where n < 0."""
    update = memsim.Update(
        pulse_type="deterministic-implicit", update_management=False, update_bl_management=False, desired_bl=LENGTH
    )
    return memsim.Tile(*shape, device=device, forward=EXACT, backward=EXACT, update=update, **settings)


def pulses(tile, n, dw_min=0.01):
    """n SET pulses [outputs] to every cell of an output, RESET where n < 0."""
    outputs, inputs = tile.shape
    d = -np.broadcast_to(np.asarray(n, np.float32), (outputs,)) / LENGTH
    tile.update(np.ones(inputs, np.float32), d, dw_min * LENGTH)


def spread(shape, limit=0.55):
    return np.linspace(-limit, limit, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def weight_of(device, current):
    """What a current [A] weighs by nominal currents at the ends of the range."""
    ends = memsim.evaluate(device.model, device.read_voltage, {"N": np.array([0.06, 1.9897452127440086])}).current
    return device.w_min + (current - ends[0]) * (device.w_max - device.w_min) / (ends[1] - ends[0])


@pytest.mark.parametrize("model", MODELS)
def test_weights_are_what_they_are_set_to(model):
    tile = memsim.Tile(20, 30, device=Physical(model=model))
    assert np.abs(tile.weights).max() < 1e-6
    tile.weights = spread(tile.shape, 0.6)
    np.testing.assert_allclose(tile.weights, spread(tile.shape, 0.6), atol=2e-6)
    tile.weights = np.full(tile.shape, 7.0)
    np.testing.assert_allclose(tile.weights, 0.6, atol=2e-6)


@pytest.mark.parametrize("model", TIMED)
def test_set_pulses_raise_weights_and_reset_pulses_lower_them(model):
    tile = counting(Physical(model=model, dw_min=0.01))
    pulses(tile, 2)
    up = tile.weights
    assert (up > 0).all()
    pulses(tile, -1)
    assert (tile.weights < up).all()


def test_synaptogen_switches_at_its_thresholds():
    tile = counting(Physical(model="synaptogen", dw_min=0.01), (64, 64))
    pulses(tile, 1)
    low = tile.weights
    assert (low > 0.1).all() and low.std() > 0.01
    pulses(tile, -1)
    assert (tile.weights < 0).all()


@pytest.mark.parametrize("variability", VARIABILITIES)
def test_jart_weighs_what_its_own_current_says(variability):
    device = JART(variability=variability, w_min=-1.5, w_max=1.5)
    tile = memsim.Tile(40, 50, device=device, seed=3)
    tile.weights = spread(tile.shape, 1.2)
    rng = np.random.default_rng(0)
    for sign in (1, -1, 1):
        tile.update(rng.uniform(0, 1, 50), sign * rng.uniform(0, 1, 40), 0.5)
    states = {name: tile.hidden(name).astype(np.float64) for name in ("N", "r", "l", "N_min", "N_max")}
    current = memsim.evaluate("jart-vcm-v1b", 0.2, states).current
    # 1e-5 of the current by the table, some more by the polynomials of radius and length.
    np.testing.assert_allclose(tile.weights, weight_of(device, current), atol=1e-4 if variability == "off" else 5e-4)


def test_jart_takes_the_pulses_of_an_array():
    tile, array = counting(JART(dw_min=0.01), (31, 17)), memsim.Array("jart-vcm-v1b", (31, 17))
    tile.weights = spread(tile.shape)
    array.set_state("N", tile.hidden("N"))
    counts = np.arange(-15, 16, dtype=np.int32)
    pulses(tile, counts)
    array.pulse(np.broadcast_to(counts[:, None], array.shape))
    np.testing.assert_allclose(np.log(tile.hidden("N")), np.log(array.state("N")), atol=1e-6)


@pytest.mark.parametrize("n", [1, 8, 31, -1, -8, -31])
@pytest.mark.parametrize("variability", VARIABILITIES)
def test_many_pulses_at_once_move_cells_as_the_equation_says(n, variability):
    settings = {"seed": 2, "variability": variability}
    many, exact = (memsim.Array("jart-vcm-v1b", (16, 16), **settings, method=method) for method in ("map", "reference"))
    start = np.random.default_rng(0).uniform(np.log(0.06), np.log(2), (16, 16))
    for array in (many, exact):
        # The pulses turn the polarity: radius and length begin to walk.
        array.apply(-0.342 if n < 0 else 0.5, duration=1e-9)
        array.set_state("N", np.exp(start))
        array.pulse(n)
    moved = np.log(exact.state("N")) - start
    error = np.abs(np.log(many.state("N")) - start - moved)
    relative = error / np.maximum(np.abs(moved), 0.01)
    # By the table, where cells differ by polynomials of radius and length, which fit single pulses least well.
    most, typical = {"off": (1e-3, 3e-4), "c2c": (1e-2, 3e-3 if abs(n) == 1 else 1e-3)}.get(variability, (3e-2, 5e-3))
    assert relative.max() < most and np.sqrt((relative**2).mean()) < typical


@pytest.mark.parametrize("limiter", [0, 10])
def test_cells_beyond_a_bound_that_moved_stay(limiter):
    array = memsim.Array("jart-vcm-v1b", (1, 2), params={"limiter": limiter})
    array.set_state("N", 0.06)
    array.set_state("N_min", 0.5)
    array.apply(1.2, duration=1e-6)
    array.pulse(-5)
    np.testing.assert_allclose(array.state("N"), 0.06, rtol=1e-12)


@pytest.mark.parametrize("device", [JART(variability="d2d"), JART(), Physical(model="vteam")])
def test_updates_without_pulses_move_what_they_hit_alone(device):
    tiles = [
        memsim.Tile(20, 30, device=device, update=memsim.Update(pulse_type="none-with-device"), seed=1) for _ in range(2)
    ]
    rng = np.random.default_rng(0)
    x, d = rng.uniform(-1, 1, (3, 30)), rng.uniform(-1, 1, (3, 20))
    x[:, ::3] = 0
    d[:, 4] = 0
    tiles[0].update(x, d, 0.1)
    for k in range(3):
        tiles[1].update(x[k], d[k], 0.1)
    assert tiles[0].weights.tobytes() == tiles[1].weights.tobytes()
    before = tiles[0].state()
    tiles[0].update(np.zeros(30), d[0], 0.1)
    tiles[0].update(x[0], np.zeros(20), 0.1)
    assert np.abs(tiles[0].weights[4]).max() < 1e-5
    tiles[1].load(before)
    assert tiles[0].weights.tobytes() == tiles[1].weights.tobytes()


def test_states_of_cells_told_otherwise_are_refused():
    state = memsim.Tile(2, 3, device=JART()).state()
    for other in (JART(w_max=1.0), JART(state_range=(0.1, 1.0)), JART(params={"Rth0": 1.5e7}), JART(variability="d2d")):
        with pytest.raises(memsim.StateFileError, match="other parameters"):
            memsim.Tile(2, 3, device=other).load(state)


def test_weights_stay_within_the_bounds_of_a_nominal_cell():
    tile = memsim.Tile(2, 3, device=JART(preset="sweep"))
    tile.weights = np.full((2, 3), 0.6)
    assert tile.hidden("N").max() <= 0.15 * (1 + 1e-6)
    tile.weights = np.zeros((2, 3))
    before = tile.weights
    tile.update(np.ones(3), -np.ones(2), 0.05)
    assert (tile.weights > before).all()


@pytest.mark.parametrize("variability", ["off", "d2d"])
def test_pulses_do_not_lead_beyond_the_states_of_weights(variability):
    tile = counting(JART(dw_min=0.01, variability=variability, state_range=(0.2, 0.5)))
    for _ in range(20):
        pulses(tile, 31)
    np.testing.assert_allclose(tile.hidden("N"), 0.5, rtol=1e-6)
    for _ in range(20):
        pulses(tile, -31)
    np.testing.assert_allclose(tile.hidden("N"), 0.2, rtol=1e-6)


def test_without_dw_min_trains_are_of_the_measured_step():
    tile = counting(JART(dw_min=0.01), (1, 2))
    pulses(tile, 1)
    up = tile.weights[0, 0]
    tile.weights = np.zeros((1, 2))
    pulses(tile, -1)
    step = (up - tile.weights[0, 0]) / 2
    measured = counting(JART(), (1, 2))
    pulses(measured, 1, dw_min=step)
    np.testing.assert_allclose(measured.weights[0, 0], up, rtol=1e-5)


@pytest.mark.parametrize("device", [JART(variability="d2d+c2c"), Physical(model="vteam"), Physical(model="synaptogen")])
def test_same_bits_for_any_threads_and_batches(device):
    rng = np.random.default_rng(1)
    x, d = rng.uniform(-1, 1, (12, 70)), rng.uniform(-1, 1, (12, 50))

    def run(threads, sizes):
        tile = memsim.Tile(50, 70, device=device, seed=5, context=memsim.Context(threads=threads))
        for rows in np.split(np.arange(12), sizes):
            tile.update(x[rows], d[rows], 0.1)
        return tile.weights.tobytes(), tile.forward(x).tobytes()

    assert run(1, []) == run(3, [5]) == run(2, range(1, 12))


@pytest.mark.parametrize("device", [JART(variability="d2d+c2c"), JART(options={"read_variability": "rtn"}), Physical(model="vteam")])
def test_states_resume_with_their_seed(device):
    rng = np.random.default_rng(1)
    x, d = rng.uniform(-1, 1, 20), rng.uniform(-1, 1, 10)
    tile, other = (memsim.Tile(10, 20, device=device, seed=seed) for seed in (1, 2))
    tile.update(x, d, 0.1)
    other.load(tile.state())
    for twin in (other, copy.deepcopy(tile), pickle.loads(pickle.dumps(tile))):
        goes_on = copy.deepcopy(tile)
        for each in (goes_on, twin):
            each.update(x, -d, 0.1)
            each.update(x, d, 0.1)
        assert twin.weights.tobytes() == goes_on.weights.tobytes()
        assert twin.state() == goes_on.state()


def test_states_of_other_devices_are_refused_and_change_nothing():
    tile = memsim.Tile(10, 20, device=JART(), seed=1)
    before = tile.state()
    for device in (JART(variability="c2c"), Physical(model="vteam"), memsim.devices.ConstantStep()):
        with pytest.raises(memsim.StateFileError):
            tile.load(memsim.Tile(10, 20, device=device, seed=4).state())
        assert tile.state() == before
    cut = bytearray(memsim.Tile(10, 20, device=JART(), seed=4).state())
    cut[100] ^= 1
    with pytest.raises(memsim.StateFileError):
        tile.load(cut)
    assert tile.state() == before


def test_hidden_states_can_be_set():
    device = JART(variability="d2d")
    tile = memsim.Tile(10, 20, device=device, seed=1)
    tile.set_hidden("N", np.full((10, 20), 0.5))
    np.testing.assert_allclose(tile.hidden("N"), 0.5, rtol=1e-6)
    tile.set_hidden("r", np.full((10, 20), 44e-9))
    tile.set_hidden("l", np.full((10, 20), 0.41e-9))
    assert np.ptp(tile.weights) < 1e-6
    # Far outside the ranges of variability: the table does not have such cells.
    tile.set_hidden("r", np.full((10, 20), 20e-9))
    current = memsim.evaluate("jart-vcm-v1b", 0.2, {"N": 0.5, "r": 20e-9, "l": 0.41e-9}).current
    np.testing.assert_allclose(tile.weights, weight_of(device, current), atol=1e-4)
    with pytest.raises(memsim.Error, match="T.*cannot be set"):
        tile.set_hidden("T", np.full((10, 20), 300.0))
    with pytest.raises(memsim.Error, match=r"state \"N\" must be in"):
        tile.set_hidden("N", np.full((10, 20), -1.0))
    with pytest.raises(memsim.Error, match="no quantity"):
        tile.hidden("dwmin_up")


def test_devices_differ_only_where_they_are_told_to():
    fixed = {"Ndiscmin_dtod": [0.008, 1e-4, 0.008], "Ndiscmax_dtod": [20, 1, 20], "ldet_dtod": [4e-10, 1e-11, 4e-10]}
    tile = memsim.Tile(40, 50, device=JART(variability="d2d", params=fixed))
    assert tile.hidden("r").std() > 1e-9
    for name, value in (("l", 0.4e-9), ("N_min", 0.008), ("N_max", 20)):
        np.testing.assert_allclose(tile.hidden(name), value, rtol=1e-6)


def test_reset_leads_to_weight_zero():
    tile = memsim.Tile(30, 40, device=JART(variability="d2d"), seed=2)
    tile.weights = np.full((30, 40), 0.3)
    tile.reset(start=5, count=10, probability=0.5)
    inside = tile.weights[:, 5:15]
    hit = np.abs(inside) < 1e-5
    assert 0.3 < hit.mean() < 0.7
    np.testing.assert_allclose(inside[~hit], 0.3, atol=1e-5)
    np.testing.assert_allclose(np.delete(tile.weights, np.s_[5:15], axis=1), 0.3, atol=1e-5)


def test_memory_is_that_of_the_cells():
    small, large = (memsim.Tile(n, n, device=JART()).memory for n in (256, 512))
    assert (large - small) / (512**2 - 256**2) == pytest.approx(16, abs=0.5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"model": "nope"}, "nope"),
        ({"model": "vteam", "preset": "nope"}, "preset"),
        ({"model": "vteam", "params": {"nope": 1}}, "nope"),
        ({"model": "vteam", "options": {"window": 1}}, "window"),
        ({"model": "vteam", "w_max": -1}, "w_max"),
        ({"model": "vteam", "read_voltage": 99}, "read_voltage"),
        ({"model": "vteam", "state_range": (0, 1, 2)}, "state_range"),
        ({"model": "vteam", "dw_min": float("nan")}, "dw_min"),
    ],
)
def test_wrong_settings_are_named(given, said):
    with pytest.raises((memsim.Error, TypeError), match=said):
        Physical(**given)


@pytest.mark.parametrize(
    ("device", "said"),
    [
        (JART(state_range=(0.5, 0.1)), "state_range must rise"),
        (JART(state_range=(-5, 0.1)), "state_range must rise"),
        (JART(read_voltage=0.0), "read_voltage must"),
        (JART(pulse=(0.0, 0.0, 1e-6)), "dw_min"),
        (JART(w_max=0.0, w_min=0.0), "w_min < w_max"),
        (Physical(model="vteam", options={"window": "nope"}), "nope"),
    ],
)
def test_settings_that_make_no_weights_are_refused(device, said):
    with pytest.raises(memsim.Error, match=said):
        memsim.Tile(4, 4, device=device)


def test_wrong_pulses_and_variability_are_named():
    with pytest.raises(memsim.Error, match="pulse must be"):
        JART(pulse=(1, 2))
    with pytest.raises(memsim.Error, match="pulse must be"):
        JART(pulse=3)
    with pytest.raises(TypeError, match="pulse must be a real number"):
        JART(pulse=("a", 1, 1))
    assert JART(options={"variability": "d2d"}).variability == "d2d"
    with pytest.raises(memsim.Error, match="variability must be one of off"):
        JART(variability="all")
    assert dict(JART(pulse=(-0.4, 0.8, 1e-7))._given()[0])["pulse_length"] == 1e-7
    with pytest.raises(memsim.Error, match="pulse_length"):
        memsim.Tile(2, 3, device=JART(pulse=(-0.4, 0.8, -1.0)))
    with pytest.raises(memsim.Error, match="variability must be given once, got 'd2d' and in options 'c2c'"):
        JART(variability="d2d", options={"variability": "c2c"})
    with pytest.raises(TypeError, match="options must be a mapping"):
        Physical(model="vteam", options=["window"])
    assert JART() == JART() and hash(JART()) == hash(JART()) and JART() != JART(variability="d2d")
    assert "read_voltage" in JART().card().params


def test_replaced_devices_are_as_if_made_anew():
    made = JART(variability="d2d", pulse=(-0.4, 0.8, 1e-7), preset="sweep", params={"T0": 300})
    assert dataclasses.replace(made, variability="off", pulse=None, preset=None, params={}) == JART()
    assert dataclasses.replace(JART(), variability="d2d", pulse=(-0.4, 0.8, 1e-7), preset="sweep", params={"T0": 300}) == made
    assert dataclasses.replace(made, variability="c2c")._given()[1] == (("variability", "c2c"),)


def test_cells_that_were_made_different_leave_the_nominal_table():
    device = JART(dw_min=0.01)
    tile, nominal = counting(device, (4, 3)), counting(device, (4, 3))
    radius = np.full((4, 3), 45e-9)
    radius[1] = 42e-9
    tile.set_hidden("r", radius)
    for each in (tile, nominal):
        pulses(each, 5)
    np.testing.assert_allclose(tile.weights[0], nominal.weights[0], atol=1e-5)
    np.testing.assert_allclose(tile.hidden("N")[0], nominal.hidden("N")[0], rtol=1e-5)
    assert (tile.hidden("N")[1] > 1.1 * nominal.hidden("N")[1]).all()
    states = {"N": tile.hidden("N").astype(float), "r": radius}
    np.testing.assert_allclose(tile.weights, weight_of(device, memsim.evaluate(device.model, 0.2, states).current), atol=1e-4)
