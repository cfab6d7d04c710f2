"""What weights on cells of device models do as on all pulsed devices: own ends, write noise, diffusion, decay, resets."""

import copy
import os
import pickle
import threading

import memsim
import numpy as np
import pytest
from memsim.devices import JART, ConstantStep, MixedPrecision, OneSided, Physical, Transfer

EXACT = memsim.IO(is_perfect=True)
SHAPE = (40, 50)
ALL = {
    "w_max_dtod": 0.2,
    "w_min_dtod": 0.1,
    "write_noise_std": 2.0,
    "lifetime": 50.0,
    "lifetime_dtod": 0.1,
    "diffusion": 0.01,
    "diffusion_dtod": 0.1,
    "reset": 0.1,
    "reset_dtod": 0.05,
    "reset_std": 0.02,
}


def tile(device, shape=SHAPE, **settings):
    return memsim.Tile(*shape, device=device, forward=EXACT, backward=EXACT, **settings)


def spread(shape=SHAPE, limit=0.4):
    return np.linspace(-limit, limit, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def operands(shape=SHAPE, vectors=6):
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, (vectors, shape[1])), rng.uniform(-1, 1, (vectors, shape[0]))


@pytest.mark.parametrize("model", sorted(memsim.models()))
def test_weights_are_set_within_the_ends_of_each_cell(model):
    made = tile(Physical(model=model, w_max_dtod=0.2, w_min_dtod=0.1), seed=3)
    least, most = made.hidden("min_bound"), made.hidden("max_bound")
    assert (least < 0).all() and (most > 0).all()
    made.weights = np.full(SHAPE, 9.0)
    np.testing.assert_allclose(made.weights, most, atol=5e-6)
    made.weights = np.full(SHAPE, -9.0)
    np.testing.assert_allclose(made.weights, least, atol=5e-6)
    made.weights = spread(limit=0.3)
    np.testing.assert_allclose(made.weights, np.clip(spread(limit=0.3), least, most), atol=5e-6)


def test_ends_are_spread_as_told():
    made = tile(JART(w_max=1.0, w_min=-0.5, w_max_dtod=0.2, w_min_dtod=0.1), (200, 250), seed=1)
    for name, mean, deviation in (("max_bound", 1.0, 0.2), ("min_bound", -0.5, 0.05)):
        values, count = made.hidden(name).astype(float), 50_000
        # Five standard errors of the mean and of the deviation.
        assert abs(values.mean() - mean) < 5 * deviation / np.sqrt(count)
        assert abs(values.std() / deviation - 1) < 5 / np.sqrt(2 * count)
    corner = np.corrcoef(made.hidden("max_bound").ravel(), made.hidden("min_bound").ravel())[0, 1]
    assert abs(corner) < 5 / np.sqrt(count)


@pytest.mark.parametrize("variability", ["off", "d2d+c2c"])
def test_own_ends_scale_what_the_same_cell_weighs(variability):
    """Cells are pulsed alike with and without own ends, which only weigh them otherwise."""
    plain = JART(variability=variability, dw_min=0.01)
    own = JART(variability=variability, dw_min=0.01, w_max_dtod=0.2, w_min_dtod=0.1)
    tiles = [tile(device, seed=4) for device in (plain, own)]
    for each in tiles:
        each.set_hidden("N", np.full(SHAPE, 0.7))
        each.update(*operands(), 0.1)
    np.testing.assert_array_equal(tiles[0].hidden("N"), tiles[1].hidden("N"))
    least, most = tiles[1].hidden("min_bound").astype(float), tiles[1].hidden("max_bound").astype(float)
    expected = least + (tiles[0].weights + 0.6) / 1.2 * (most - least)
    np.testing.assert_allclose(tiles[1].weights, expected, atol=2e-6)


def test_ends_can_be_set_and_the_cell_stays():
    made = tile(JART(w_max_dtod=0.2), (3, 4), seed=1)
    made.set_hidden("max_bound", np.full((3, 4), 0.6))
    made.set_hidden("min_bound", np.full((3, 4), -0.6))
    made.weights = spread((3, 4))
    before = made.hidden("N")
    made.set_hidden("max_bound", np.full((3, 4), 1.8))
    np.testing.assert_allclose(made.weights, -0.6 + (spread((3, 4)) + 0.6) * 2, atol=5e-6)
    np.testing.assert_array_equal(made.hidden("N"), before)
    # A cell whose ends are one weighs nothing else, and does not break.
    made.set_hidden("max_bound", np.full((3, 4), -0.6))
    np.testing.assert_allclose(made.weights, -0.6, atol=1e-6)
    made.weights = spread((3, 4))
    made.update(np.ones(4), -np.ones(3), 0.1)
    np.testing.assert_allclose(made.weights, -0.6, atol=1e-6)


@pytest.mark.parametrize("device", [JART(dw_min=0.01, write_noise_std=3.0), Physical(model="vteam", dw_min=0.01, write_noise_std=3.0)])
def test_write_noise_is_seen_and_not_kept(device):
    shape = (200, 250)
    made, plain = tile(device, shape, seed=2), tile(Physical(model=device.model, dw_min=0.01), shape, seed=2)
    for each in (made, plain):
        each.weights = spread(shape)
    np.testing.assert_array_equal(made.hidden("persistent_weights"), plain.weights)
    error = (made.weights - plain.weights).astype(float)
    # 3 dw_min, within five standard errors.
    assert abs(error.std() / 0.03 - 1) < 5 / np.sqrt(2 * error.size) and abs(error.mean()) < 5 * 0.03 / np.sqrt(error.size)
    seen = made.weights
    x, d = operands(shape, 1)
    x[:, ::2] = 0
    for each in (made, plain):
        each.update(x, d, 0.05)
    np.testing.assert_array_equal(made.hidden("persistent_weights"), plain.weights)
    moved = plain.weights != tile_set(device, shape)
    assert 0.05 < moved.mean() < 0.5
    # Pulses draw anew what is seen of the cells they hit, and of no other.
    np.testing.assert_array_equal((made.weights != seen)[:, ::2], False)
    assert (made.weights != seen)[moved].all()
    np.testing.assert_allclose((made.weights - plain.weights)[moved].std(), 0.03, rtol=0.1)


def tile_set(device, shape):
    """Weights as cells have them that were set to `spread`."""
    made = tile(Physical(model=device.model, dw_min=0.01), shape)
    made.weights = spread(shape)
    return made.weights


@pytest.mark.parametrize("device", [JART(lifetime=20.0), JART(variability="d2d", lifetime=20.0), Physical(model="vteam", lifetime=20.0)])
def test_weights_decay(device):
    made = tile(device)
    made.weights = spread(limit=0.3)
    start = made.weights
    for _ in range(30):
        made.step()
    np.testing.assert_allclose(made.weights, start * (1 - 1 / 20) ** 30, atol=2e-6)
    state, fresh = next(iter(device.card().states)), tile(device)
    fresh.weights = made.weights
    np.testing.assert_allclose(made.hidden(state), fresh.hidden(state), rtol=1e-4)


def test_slow_decay_adds_up_and_a_pulse_does_not_undo_it():
    made = tile(JART(variability="d2d", lifetime=1e5, dw_min=0.01), (20, 30))
    made.weights = spread((20, 30), 0.3)
    start = made.weights
    for _ in range(2000):
        made.step()
    np.testing.assert_allclose(made.weights - start, start * ((1 - 1e-5) ** 2000 - 1), atol=2e-5)
    decayed = made.weights
    made.set_hidden("N", made.hidden("N"))
    # What the cell's current says, of which the table's rows differ by less than 5e-5 where they meet.
    np.testing.assert_allclose(made.weights, decayed, atol=5e-5)


def test_decay_leads_to_the_reset_bias():
    made = tile(JART(lifetime=3.0, reset=0.2, reset_dtod=0.05), seed=1)
    bias = made.hidden("reset_bias")
    assert abs(bias.mean() - 0.2) < 0.01 and 0.045 < bias.std() < 0.055
    for _ in range(60):
        made.step()
    np.testing.assert_allclose(made.weights, bias, atol=2e-6)


def test_lifetimes_differ():
    made = tile(JART(lifetime=20.0, lifetime_dtod=0.2), seed=1)
    scale = made.hidden("decay_scales").astype(float)
    assert (scale > 0.8).all() and 0.18 < (1 / (1 - scale)).std() / 20 < 0.22
    made.weights = np.full(SHAPE, 0.3)
    made.step()
    np.testing.assert_allclose(made.weights, 0.3 * scale, atol=2e-6)


@pytest.mark.parametrize("device", [JART(diffusion=0.01), Physical(model="stanford-pku", diffusion=0.01)])
def test_weights_diffuse(device):
    made = tile(device, (200, 250), seed=1)
    for n in (1, 2, 3):
        made.step()
        w = made.weights.astype(float)
        assert abs(w.std() / (0.01 * np.sqrt(n)) - 1) < 5 / np.sqrt(2 * w.size)
        assert abs(w.mean()) < 5 * w.std() / np.sqrt(w.size)


def test_resets_lead_to_bias_and_spread():
    made = tile(JART(reset=0.1, reset_std=0.02), (200, 250), seed=1)
    made.weights = np.full((200, 250), 0.4)
    made.reset(start=0, count=250, probability=0.5)
    hit = made.weights < 0.3
    assert abs(hit.mean() - 0.5) < 5 * 0.5 / np.sqrt(hit.size)
    values = made.weights[hit].astype(float)
    assert abs(values.mean() - 0.1) < 5 * 0.02 / np.sqrt(hit.sum()) and abs(values.std() / 0.02 - 1) < 5 / np.sqrt(2 * hit.sum())
    np.testing.assert_allclose(made.weights[~hit], 0.4, atol=1e-5)


def test_what_is_not_kept_is_told_and_cannot_be_set():
    made = tile(JART(w_max=0.7), (2, 3))
    for name, value in (("max_bound", 0.7), ("min_bound", -0.6), ("decay_scales", 1), ("diffusion_rates", 0), ("reset_bias", 0)):
        np.testing.assert_allclose(made.hidden(name), value)
        with pytest.raises(memsim.Error, match=f"{name} is not kept"):
            made.set_hidden(name, np.ones((2, 3)))
    made.set_hidden("persistent_weights", spread((2, 3)))
    np.testing.assert_allclose(made.hidden("persistent_weights"), spread((2, 3)), atol=2e-6)
    np.testing.assert_array_equal(made.weights, made.hidden("persistent_weights"))


@pytest.mark.parametrize("device", [JART(variability="d2d+c2c", **ALL), Physical(model="yakopcic", **ALL)])
def test_same_bits_for_any_threads_and_states_resume(device):
    x, d = operands()

    def run(threads, split):
        made = tile(device, seed=5, context=memsim.Context(threads=threads))
        made.weights = spread()
        for rows in np.split(np.arange(6), split):
            made.update(x[rows], d[rows], 0.1)
        made.step()
        made.reset(start=3, count=9, probability=0.4)
        return made

    first = run(1, [])
    assert first.state() == run(3, [2]).state() == run(2, range(1, 6)).state()
    other = tile(device, seed=6)
    other.load(first.state())
    for twin in (other, copy.deepcopy(first), pickle.loads(pickle.dumps(first))):
        goes_on = copy.deepcopy(first)
        for each in (twin, goes_on):
            each.update(x, -d, 0.1)
            each.step()
            each.reset(start=0, count=50, probability=0.1)
        assert twin.state() == goes_on.state() and twin.weights.tobytes() == goes_on.weights.tobytes()


def test_states_of_cells_that_age_otherwise_are_refused():
    state = tile(JART(lifetime=10.0), (2, 3)).state()
    for other in (JART(), JART(lifetime=11.0), JART(diffusion=0.1), JART(lifetime=10.0, write_noise_std=1.0)):
        made = tile(other, (2, 3))
        before = made.state()
        with pytest.raises(memsim.StateFileError, match="other parameters"):
            made.load(state)
        assert made.state() == before


@pytest.mark.parametrize(
    "compound",
    [
        lambda device: Transfer(unit_cell_devices=[device, device]),
        lambda device: OneSided(unit_cell_devices=[device, device], refresh_every=2),
        lambda device: MixedPrecision(device=device),
    ],
)
def test_compounds_of_cells_that_age_resume(compound):
    device = compound(JART(variability="d2d", **ALL))
    made, other = tile(device, (10, 20), seed=1), tile(device, (10, 20), seed=2)
    x, d = operands((10, 20))
    made.update(x, d, 0.1)
    made.step()
    assert made.hidden("0/max_bound").std() > 0.05
    other.load(made.state())
    for each in (made, other):
        each.update(x, d, 0.1)
        each.step()
        each.reset(start=0, count=20, probability=0.3)
    assert made.state() == other.state() and np.isfinite(made.weights).all()


def test_inverted_copies_are_of_the_same_cells():
    cell = JART(variability="d2d", w_max_dtod=0.2)
    made = tile(OneSided(unit_cell_devices=[cell] * 2, copy_inverted=True), seed=1)
    for name in ("r", "l", "N_min", "max_bound"):
        np.testing.assert_array_equal(made.hidden(f"1/{name}"), made.hidden(f"0/{name}"))
    assert made.hidden("0/r").std() > 1e-9


def test_memory_counts_what_is_kept():
    size = 64 * 64 * 4
    plain = memsim.Tile(64, 64, device=JART()).memory
    for given, planes in (({"w_max_dtod": 0.1}, 2), ({"lifetime": 5.0}, 1), ({"write_noise_std": 1.0, "reset": 0.1}, 2)):
        assert memsim.Tile(64, 64, device=JART(**given)).memory - plain == planes * size


def test_ageing_fields_are_checked():
    for given in ({"lifetime": -1.0}, {"w_max_dtod": -0.1}, {"write_noise_std": float("nan")}, {"reset_std": 1e9}):
        with pytest.raises(memsim.Error, match=next(iter(given))):
            JART(**given)
    assert JART().reset_std == 0 and JART() != JART(diffusion=0.1)
    assert {"w_max_dtod", "lifetime", "write_noise_std"} <= set(JART().card().params)


# -- Tables that tiles share


def test_shared_tables_count_in_every_tile_and_change_no_bits():
    device = JART(variability="d2d", params={"Rth0": 1.55e7})
    x, d = operands()
    alone = tile(device, seed=7)
    alone.update(x, d, 0.1)
    expected, memory = alone.state(), alone.memory
    del alone
    tiles = [tile(device, seed=7) for _ in range(3)]
    assert {each.memory for each in tiles} == {memory}
    # Pages of two polarities, 16 numbers each, for 1/64 of ln N: more than what a hundred cells take.
    assert memory - memsim.Tile(40, 50, device=ConstantStep()).memory > 100_000
    for each in tiles:
        each.update(x, d, 0.1)
        assert each.state() == expected


def test_threads_make_tiles_of_one_device_at_once():
    device = JART(variability="d2d", params={"Rth0": 1.56e7})
    states: list[bytes] = []

    def make():
        for _ in range(5):
            made = tile(device, (5, 6), seed=1)
            made.update(np.ones(6), -np.ones(5), 0.1)
            states.append(made.state())

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(states) == 20 and len(set(states)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_makes_tiles_too():
    device = JART(params={"Rth0": 1.57e7})
    made = tile(device, (5, 6), seed=1, context=memsim.Context(threads=1))
    made.update(np.ones(6), -np.ones(5), 0.1)
    child = os.fork()
    if not child:
        again = tile(device, (5, 6), seed=1, context=memsim.Context(threads=1))
        again.update(np.ones(6), -np.ones(5), 0.1)
        os._exit(0 if again.state() == made.state() else 1)
    assert os.waitpid(child, 0)[1] == 0
