"""memsim.Tile: shapes, products, updates, states, refusals."""

import copy
import pickle

import numpy as np
import pytest

import memsim
from memsim import devices, presets

PERFECT = memsim.IO(is_perfect=True)


def tile(outputs=3, inputs=5, device=None, seed=4, **options):
    made = memsim.Tile(outputs, inputs, device, seed=seed, **{"forward": PERFECT, "backward": PERFECT, **options})
    made.weights = np.random.default_rng(0).uniform(-0.1, 0.1, (outputs, inputs))
    return made


@pytest.mark.parametrize("lead", [(), (4,), (2, 3), (0,)])
def test_shapes_are_kept(lead):
    x, d = np.ones((*lead, 5)), np.ones((*lead, 3), np.float32)
    made = tile()
    assert made.forward(x).shape == (*lead, 3) and made.backward(d).shape == (*lead, 5)
    assert made.forward(x).dtype == np.float32
    made.update(x, d, 0.1)


def test_perfect_products():
    made, random = tile(), np.random.default_rng(1)
    x, d = random.normal(size=(7, 5)).astype(np.float32), random.normal(size=(7, 3)).astype(np.float32)
    np.testing.assert_allclose(made.forward(x), x @ made.weights.T, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(made.backward(d), d @ made.weights, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(made.forward(np.asfortranarray(x)), made.forward(x))
    np.testing.assert_array_equal(made.forward(x.astype(np.float64)), made.forward(x))


def test_ideal_updates_are_exact():
    made, random = tile(device=devices.Ideal()), np.random.default_rng(1)
    x, d, before = random.normal(size=(7, 5)), random.normal(size=(7, 3)), made.weights
    made.update(x, d, 0.01)
    np.testing.assert_allclose(made.weights, before - 0.01 * d.T @ x, rtol=1e-4, atol=1e-6)


def test_weights_are_clipped_and_hidden_quantities_can_be_set():
    made = tile()
    made.weights = np.full((3, 5), 100.0)
    bounds = made.hidden("max_bound")
    np.testing.assert_array_equal(made.weights, bounds)
    made.set_hidden("max_bound", np.full((3, 5), 0.25))
    np.testing.assert_array_equal(made.weights, np.minimum(bounds, 0.25))
    assert set(made.device.card().states) >= {"max_bound", "min_bound", "dwmin_up", "dwmin_down"}
    for name in made.device.card().states:
        assert np.isfinite(made.hidden(name)).all()


def test_reset_and_decay():
    made = tile(device=devices.ConstantStep(lifetime=2.0, reset_std=0.0))
    before = made.weights
    made.step()
    np.testing.assert_allclose(made.weights, before / 2, rtol=1e-6)
    made.reset(4, 2)
    assert not made.weights[:, [4, 0]].any() and made.weights[:, 1:4].all()
    made.reset()
    assert not made.weights.any()


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))], ids=["copy", "pickle"])
def test_copies_go_on_with_the_same_bits(clone):
    made = tile(device=presets.ReRamES(), forward=presets.PresetIO(), update=memsim.Update(desired_bl=10))
    x, d = np.ones((2, 5)), np.full((2, 3), 0.5)
    made.update(x, d, 0.1)
    twin = clone(made)
    assert twin.shape == made.shape and twin.device == made.device and twin.seed == made.seed
    for each in (made, twin):
        each.update(x, d, 0.1)
    assert made.state() == twin.state()
    np.testing.assert_array_equal(made.forward(x), twin.forward(x))


def test_states_are_of_one_device_and_extents():
    made = tile()
    state = made.state()
    made.update(np.ones(5), np.ones(3), 0.1)
    assert made.state() != state
    made.load(bytearray(state))
    assert made.state() == state
    for other in (tile(5, 3), tile(device=devices.SoftBounds())):
        with pytest.raises(memsim.Error):
            other.load(state)
    for bad in (b"", state[:-1], state + b"x", bytes(len(state))):
        with pytest.raises(memsim.StateFileError):
            made.load(bad)
    assert made.state() == state


def test_results_do_not_depend_on_threads():
    x, d = np.random.default_rng(2).normal(size=(2, 20, 40)).astype(np.float32)
    made = [tile(40, 40, context=memsim.Context(n), forward=memsim.IO()) for n in (1, 3)]
    for each in made:
        each.update(x, d, 0.1)
    assert made[0].state() == made[1].state()
    np.testing.assert_array_equal(made[0].forward(x), made[1].forward(x))


@pytest.mark.parametrize("kind", ["stochastic-compressed", "deterministic-implicit", "mean-count"])
@pytest.mark.parametrize("managed", [False, True])
def test_any_learning_rate_comes_to_an_end(kind, managed):
    train = memsim.Update(pulse_type=kind, update_management=managed, update_bl_management=managed)
    made = tile(update=train)
    for rate in (1e300, -1.7e308, 5e-324):
        made.update([1, 0, 0.5, 0, 2.0], [0, 1, 0.5], rate)
        assert np.isfinite(made.weights).all()
        assert (np.abs(made.weights[0] - tile().weights[0]) < 1e-6).all()  # it has no error


@pytest.mark.parametrize("call, sentence", [
    (lambda t: t.forward(np.ones(4)), r"x must be of shape \(..., 5\), got \(4,\)"),
    (lambda t: t.forward(1.0), r"x must be of shape \(..., 5\), got \(\)"),
    (lambda t: t.backward(np.ones((2, 5))), r"d must be of shape \(..., 3\), got \(2, 5\)"),
    (lambda t: t.update(np.ones((2, 5)), np.ones((1, 3)), 0.1), r"d must be of shape \(2, 3\), as x has it, got \(1, 3\)"),
    (lambda t: t.update(np.ones(5), np.ones(3), float("nan")), "learning_rate"),
    (lambda t: t.forward([1, 2, np.inf, 4, 5]), "x must be finite"),
    (lambda t: t.set_hidden("max_bound", np.ones((5, 3))), r"values must be of shape \(3, 5\), got \(5, 3\)"),
    (lambda t: t.hidden("slope_up"), "slope_up"),
    (lambda t: t.reset(5), "start must be 0...4, got 5"),
    (lambda t: t.reset(0, 6), "count must be 0...5, got 6"),
    (lambda t: t.reset(0, 1, 2.0), "probability"),
    (lambda t: setattr(t, "weights", np.ones((3, 4))), r"weights must be of shape \(3, 5\), got \(3, 4\)"),
    (lambda t: setattr(t, "weights", np.full((3, 5), np.nan)), "weights"),
])
def test_refusals_leave_the_tile_as_it_was(call, sentence):
    made = tile()
    before = made.state()
    with pytest.raises(memsim.Error, match=sentence):
        call(made)
    assert made.state() == before


def test_words_are_no_numbers():
    with pytest.raises(TypeError, match="x must be real numbers"):
        tile().forward(["a"] * 5)
    with pytest.raises(TypeError):
        tile().load("state")
    assert "constant-step" in repr(tile()) and tile().memory > 0


NO_MANAGEMENT = {"update_management": False, "update_bl_management": False}


@pytest.mark.parametrize("length", [1, 3, 20, 32])
@pytest.mark.parametrize(
    "device",
    [
        devices.ConstantStep(dw_min_std=0.0),
        devices.SoftBounds(dw_min=0.01, dw_min_std=0.0),
        devices.SoftBoundsReference(dw_min=0.01, dw_min_std=0.0, reference_std=0.05),
        devices.LinearStep(gamma_up=0.2, dw_min_std=0.0),
    ],
)
def test_devices_hit_alone_move_like_those_hit_among_many(device, length):
    update = memsim.Update(**NO_MANAGEMENT, desired_bl=length)
    random = np.random.default_rng(0)
    x, d = random.uniform(0.3, 1, 200).astype(np.float32), random.uniform(-1, 1, 150).astype(np.float32)
    rows, columns = random.choice(150, 20, replace=False), random.choice(200, 30, replace=False)
    few_x, few_d = np.zeros_like(x), np.zeros_like(d)
    few_x[columns], few_d[rows] = x[columns], d[rows]
    many, few = (memsim.Tile(150, 200, device, update=update, seed=3) for _ in range(2))
    start = few.weights
    for sign in (1, -1, 1):
        # The rate makes probabilities of |x| and |d|.
        many.update(x, sign * d, device.dw_min * length)
        few.update(few_x, sign * few_d, device.dw_min * length)
    block = np.ix_(rows, columns)
    assert (many.weights[block] == few.weights[block]).all()
    assert (few.weights[block] != start[block]).mean() > 0.1
    rest = np.ones((150, 200), bool)
    rest[block] = False
    assert (few.weights[rest] == start[rest]).all()


def _single_pulses(tile, lines, updates):
    """Noise of every pulse, in standard deviations: certain hits of some lines, [updates, outputs, inputs]."""
    (rows, columns), found = lines, []
    d, x = (np.zeros(count, np.float32) for count in tile.shape)
    x[columns], d[rows] = 1, -1
    block = np.ix_(rows, columns)
    up = tile.hidden("dwmin_up")[block]
    for _ in range(updates):
        tile.weights = np.zeros(tile.shape, np.float32)
        tile.update(x, d, 0.001)
        found.append((tile.weights[block] / up - 1) / 0.3)
    return np.array(found)


@pytest.mark.parametrize("share", [0.3, 1.0], ids=["few lines", "all lines"])
def test_every_pulse_draws_its_own_normal(share):
    update = memsim.Update(**NO_MANAGEMENT, desired_bl=1)
    tile = memsim.Tile(150, 600, devices.ConstantStep(), update=update, seed=3)
    random = np.random.default_rng(0)
    lines = [random.choice(count, int(count * share), replace=False) for count in (150, 600)]
    z = _single_pulses(tile, lines, 6)
    error = 1 / np.sqrt(z.size)
    assert abs(z.mean()) < 5 * error
    assert abs(z.var() - 1) < 5 * np.sqrt(2) * error
    assert abs((z**3).mean()) < 5 * np.sqrt(15) * error
    for a, b in ((z[1:], z[:-1]), (z[:, 1:], z[:, :-1]), (z[:, :, 1:], z[:, :, :-1])):
        assert abs((a * b).mean()) < 5 / np.sqrt(a.size)
    # Single precision has about as many values near 1 as there are pulses: few may meet by chance, none twice.
    assert len(np.unique(z.round(6))) > 0.95 * z.size * (1 - np.exp(-2e6 / z.size))


@pytest.mark.parametrize("device", [devices.ConstantStep(), devices.ConstantStep(dw_min_std=3.0, w_max=0.02, w_min=-0.02)])
def test_few_hits_do_not_depend_on_threads_and_batches(device):
    update = memsim.Update(desired_bl=31)
    random = np.random.default_rng(1)
    x = np.where(random.random((12, 700)) < 0.2, random.random((12, 700)), 0).astype(np.float32)
    d = (random.normal(size=(12, 90)) * 0.01).astype(np.float32)
    found = []
    for threads, parts in ((1, 1), (3, 1), (2, 4), (1, 12)):
        tile = memsim.Tile(90, 700, device, update=update, seed=3, context=memsim.Context(threads=threads))
        start = tile.weights
        for xs, ds in zip(np.split(x, parts), np.split(d, parts), strict=True):
            tile.update(xs, ds, 0.1)
        found.append(tile.weights)
        assert 0 < (found[-1] != start).mean() < 0.7
    assert all((weights == found[0]).all() for weights in found)
