"""What an array does, as its users see it."""

import weakref

import numpy as np
import pytest

import memsim


def test_starts_in_the_high_resistance_state():
    array = memsim.Array("synaptogen", (64, 32), seed=1)
    assert array.shape == (64, 32)
    assert array.model == "synaptogen"
    assert array.context is None
    assert 13 * 64 * 32 <= array.nbytes <= 240 * 64 * 32
    assert np.all(array.state("in_HRS") == 1)
    assert np.median(0.2 / array.read(0.2, noise=False)) > 30e3  # ohm


def test_set_and_reset_switch_every_cell():
    array = memsim.Array("synaptogen", (64, 32), seed=1)
    array.apply(-3)
    assert np.all(array.state("in_LRS") == 1)
    np.testing.assert_allclose(0.2 / array.read(0.2, noise=False), array.state("LRS"), rtol=1e-4)
    array.apply(1.5)
    assert np.all(array.state("in_HRS") + array.state("in_LRS") == 1)
    assert np.mean(array.state("in_HRS")) > 0.999
    assert set(np.unique(array.state("cycle"))) <= {0, 1}


def test_where_leaves_the_other_cells_alone(cells):
    mask = np.zeros(cells.shape, bool)
    mask[3, 2:5] = True
    before = {name: cells.state(name) for name in cells.state_names}
    cells.apply(-3.0, where=mask)
    for name, values in before.items():
        np.testing.assert_array_equal(cells.state(name)[~mask], values[~mask], err_msg=name)
    assert np.all(cells.state("in_LRS")[mask] == 1)


def test_reads_differ_by_noise_alone(cells):
    clean = cells.read(0.2, noise=False)
    first, second = cells.read(0.2), cells.read(0.2)
    np.testing.assert_array_equal(clean, cells.read(0.2, noise=False))
    assert not np.array_equal(first, second)
    assert np.max(np.abs(first - clean)) < 1e-6
    assert np.max(np.abs(cells.read(0.2, bandwidth=1e2) - clean)) < 1e-9


def test_reading_leaves_the_cells(cells):
    before = {name: cells.state(name) for name in cells.state_names}
    cells.read(0.2)
    cells.vmm(np.full(cells.shape[0], 0.1))
    cells.conductance(0.2)
    for name, values in before.items():
        np.testing.assert_array_equal(cells.state(name), values, err_msg=name)


def test_conductance_is_current_over_voltage(cells):
    volts = np.linspace(-0.5, 0.5, 84).reshape(cells.shape)
    np.testing.assert_allclose(cells.conductance(volts) * volts, cells.read(volts, noise=False), rtol=1e-5)
    at_zero = cells.conductance(0.0)
    np.testing.assert_allclose(at_zero, cells.conductance(1e-4), rtol=1e-3, atol=1e-8)


def test_vmm_sums_the_columns(cells):
    v = np.linspace(-0.3, 0.3, cells.shape[0])
    expected = cells.read(np.broadcast_to(v[:, None], cells.shape), noise=False).sum(axis=0)
    np.testing.assert_allclose(cells.vmm(v, noise=False), expected, rtol=1e-5, atol=1e-11)


def test_vmm_takes_any_leading_axes(cells):
    v = np.linspace(-0.3, 0.3, 2 * 3 * cells.shape[0], dtype=np.float32).reshape(2, 3, -1)
    y = cells.vmm(v, noise=False)
    assert y.shape == (2, 3, cells.shape[1])
    for index in np.ndindex(2, 3):
        np.testing.assert_allclose(y[index], cells.vmm(v[index], noise=False), rtol=1e-5, atol=1e-11)
    assert cells.vmm(np.zeros((0, cells.shape[0]), np.float32)).shape == (0, cells.shape[1])


@pytest.mark.parametrize("noise", [True, "auto", "cell", "sum"])
def test_a_noisy_batch_may_be_split(noise):
    whole, parts = (memsim.Array(shape=(16, 8), seed=2) for _ in range(2))
    v = memsim.random.uniform((6, 16), -0.3, 0.3, seed=1)
    y = whole.vmm(v, noise=noise)
    np.testing.assert_array_equal(y, np.concatenate([parts.vmm(part, noise=noise) for part in (v[:1], v[1:4], v[4:])]))
    assert whole.hash() == parts.hash()


def test_vmm_noise_has_the_variance_of_the_cells():
    array = memsim.Array(shape=(8, 4), seed=3)
    array.apply(-3)
    v = np.full((20000, 8), 0.2, np.float32)
    spread = {noise: array.vmm(v, noise=noise).std(axis=0) for noise in ("cell", "sum")}
    current = array.read(0.2, noise=False).astype(float)
    variance = 1e8 * (4 * 1.380649e-23 * 300 * current / 0.2 + 2 * 1.602176634e-19 * current)
    for deviation in spread.values():
        np.testing.assert_allclose(deviation, np.sqrt(variance.sum(axis=0)), rtol=0.03)


def test_matmul_is_vmm(cells):
    twin = cells.from_bytes(cells.to_bytes())
    v = np.full((3, cells.shape[0]), 0.1)
    np.testing.assert_array_equal(v @ cells, twin.vmm(v))
    np.testing.assert_array_equal(list(v[0]) @ cells, twin.vmm(list(v[0])))


def test_states_are_set_and_read(cells):
    values = np.linspace(0.1, 0.8, 84).reshape(cells.shape)
    cells.set_state("r", values)
    np.testing.assert_allclose(cells.state("r"), values, rtol=1e-6)
    cells.set_state("r", 0.5, where=np.arange(7) < 2)
    np.testing.assert_allclose(cells.state("r")[:, :2], 0.5)
    np.testing.assert_allclose(cells.state("r")[:, 2:], values[:, 2:], rtol=1e-6)


def test_state_names_are_those_of_the_card(cells):
    card = memsim.models()["synaptogen"]
    assert cells.state_names == tuple(card.states)
    assert {"HRS", "US", "LRS", "UR", "r", "cycle"} <= set(cells.state_names)
    for name in cells.state_names:
        assert np.all(np.isfinite(cells.state(name)))


def test_seed_and_options_select_the_array():
    def hash_of(**keywords):
        return memsim.Array("synaptogen", (8, 8), **keywords).hash()

    hashes = [hash_of(seed=seed) for seed in (0, 1, 2**64 - 1)] + [hash_of(start="stationary")]
    assert len(set(hashes)) == 4
    assert hash_of() == hash_of(seed=0, start="fresh", params={}, context=memsim.Context(2))


def test_order_of_operations_on_other_cells_does_not_matter():
    even = np.indices((8, 8)).sum(axis=0) % 2 == 0
    first, second = memsim.Array(shape=(8, 8), seed=4), memsim.Array(shape=(8, 8), seed=4)
    for array, masks in ((first, (even, ~even)), (second, (~even, even))):
        for mask in masks:
            for volts in (-2.0, 1.2, -2.0, 1.5):
                array.apply(volts, where=mask)
    assert first.hash() == second.hash()


def test_repr_and_weak_references(cells):
    assert "synaptogen" in repr(cells)
    assert "12 x 7" in repr(cells)
    assert weakref.ref(cells)() is cells
