"""Arrays between wires: products, their noise, copies."""

import copy
import pickle

import numpy as np
import pytest

import memsim
from conftest import refused
from memsim import crossbar
from nodal import nodal
from test_wires import compare, inputs, largest

SHAPE = (6, 5)
MODELS = ["synaptogen", "jart-vcm-v1b", "vteam", "stanford-pku"]
every_model = pytest.mark.parametrize("model", MODELS)


def make(model: str = "jart-vcm-v1b", shape=SHAPE, **keywords) -> memsim.Array:
    """Some cells set."""
    array = memsim.Array(model, shape, seed=3, **keywords)
    volts = -1.5 if model == "synaptogen" else -1.0 if model.startswith("jart") else 1.5
    array.apply(volts, where=np.arange(shape[0] * shape[1]).reshape(shape) % 3 == 0)
    return array


def cells_of(array: memsim.Array):
    """Currents and slopes at voltages, by differences of reads."""

    def values(volts):
        step = 1e-3
        up, down = (array.read(volts + change, noise=False) for change in (step, -step))
        return array.read(volts, noise=False), (up - down) / (2 * step)

    return values


@every_model
@pytest.mark.parametrize("ohms", [0.0, 50.0])
def test_products_are_those_of_nodal_analysis(model, ohms):
    array, v = make(model), 0.2 * inputs(6)
    wires = {"r_word": ohms, "r_bit": 2 * ohms, "r_source": 10.0, "r_sense": 5.0}
    array.wires(**wires)
    found = crossbar.Wires.of(array, **wires).solve(v)
    np.testing.assert_array_equal(array.vmm(v, noise=False), found.output)
    # Synaptogen's currents are single, others right to 1e-9; the slopes by differences matter for speed alone.
    expected = nodal(v, SHAPE, cells_of(array), **wires)
    compare(found, expected, False, False, rtol=1e-6 if model == "synaptogen" else 1e-7)


@every_model
def test_without_resistance_products_are_what_they_were(model):
    array, v = make(model), 0.2 * inputs(3, 6)
    before = array.vmm(v, noise=False)
    array.wires(0.0, 0.0)
    np.testing.assert_allclose(array.vmm(v, noise=False), before, rtol=1e-5, atol=1e-6 * largest(before))
    array.wires(5e4, 5e4)
    assert largest(array.vmm(v, noise=False)) < 0.9 * largest(before)
    array.wires(None)
    np.testing.assert_array_equal(array.vmm(v, noise=False), before)


def test_wires_see_the_cells_as_they_are():
    array, v = make(), np.full(6, 0.2)
    array.wires(20.0, 20.0)
    before = array.vmm(v, noise=False)
    array.apply(-1.2)
    after = array.vmm(v, noise=False)
    assert (after > 1.1 * before).all()
    np.testing.assert_array_equal(after, crossbar.Wires.of(array, 20.0, 20.0).solve(v).output)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_have_the_type_of_the_voltages(dtype):
    array, v = make(), (0.2 * inputs(2, 3, 6)).astype(dtype)
    array.wires(5.0, 5.0)
    found = array.vmm(v, noise=False)
    assert found.dtype == dtype
    assert found.shape == (2, 3, 5)
    out = np.empty((2, 3, 5), dtype)
    assert array.vmm(v, noise=False, out=out) is out
    np.testing.assert_array_equal(out, found)
    np.testing.assert_array_equal(found, array.vmm(v.astype(float), noise=False).astype(dtype))
    assert array.vmm(np.zeros((0, 6), dtype)).shape == (0, 5)
    assert (v @ array).shape == (2, 3, 5)


def test_noise_has_the_variance_of_the_solved_cells():
    array, v = make(shape=(4, 3)), np.array([0.3, -0.2, 0.0, 0.25])
    wires = {"r_word": 100.0, "r_bit": 200.0}
    array.wires(**wires)
    cells = crossbar.Wires.of(array, **wires).solve(v)
    current, volts = np.abs(cells.device_current), np.abs(cells.device_volts)
    variance = 1e9 * (4 * 1.380649e-23 * 300 * current / volts + 2 * 1.602176634e-19 * current).sum(0)
    noisy = array.vmm(np.broadcast_to(v, (4000, 4)), bandwidth=1e9)
    # Five standard errors of a mean, and of a variance, sqrt(2 / 4000), of 4000.
    np.testing.assert_allclose(noisy.mean(0), cells.output, rtol=0, atol=5 * np.sqrt(variance.max() / 4000))
    np.testing.assert_allclose(noisy.var(0), variance, rtol=5 * np.sqrt(2 / 4000))
    assert np.abs(np.corrcoef(noisy.T)[np.triu_indices(3, 1)]).max() < 5 / np.sqrt(4000)


@pytest.mark.parametrize("noise", [True, "auto", "cell", "sum"])
def test_a_noisy_batch_may_be_split(noise):
    whole, parts = make(), make(context=memsim.Context(3))
    v = 0.2 * inputs(6, 6)
    for array in (whole, parts):
        array.wires(20.0, 20.0)
    y = whole.vmm(v, noise=noise)
    np.testing.assert_array_equal(y, np.concatenate([parts.vmm(part, noise=noise) for part in (v[:1], v[1:4], v[4:])]))
    assert not np.array_equal(whole.vmm(v, noise=noise), y)
    assert not np.array_equal(whole.vmm(v, noise=False), y)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda array: pickle.loads(pickle.dumps(array))])
def test_copies_have_the_wires(copied):
    array, v = make(), 0.2 * inputs(2, 6)
    array.wires(np.arange(6.0), 20.0, r_sense=3.0, double_sided=True, r_source=2.0)
    array.vmm(v)
    twin = copied(array)
    np.testing.assert_array_equal(twin.vmm(v), array.vmm(v))
    np.testing.assert_array_equal(twin.vmm(v, noise=False), array.vmm(v, noise=False))
    array.apply(-1.2)
    assert not np.array_equal(twin.vmm(v, noise=False), array.vmm(v, noise=False))


def test_files_hold_the_cells_alone(tmp_path):
    array, v = make(), 0.2 * inputs(6)
    before = array.vmm(v, noise=False)
    array.wires(200.0, 200.0)
    array.save(tmp_path / "cells")
    for twin in (array.from_bytes(array.to_bytes()), memsim.Array.load(tmp_path / "cells")):
        np.testing.assert_array_equal(twin.vmm(v, noise=False), before)


def test_wires_outlive_their_array():
    wires = crossbar.Wires.of(make(), 5.0, 5.0)
    assert largest(wires.solve(np.full(6, 0.1)).output) > 0


def test_what_does_not_fit_leaves_the_old_wires():
    array, v = make(), 0.2 * inputs(6)
    array.wires(20.0, 20.0)
    before = array.vmm(v, noise=False)
    with refused(array, memsim.Error, "r_word has shape"):
        array.wires(np.ones(4))
    with refused(array, memsim.Error):
        array.wires(-1.0)
    with refused(array, TypeError, "selector"):
        array.wires(selector=3)
    with refused(array, memsim.Error, "v has shape"):
        array.vmm(np.zeros(5))
    with refused(array, memsim.Error):
        array.vmm(np.full(6, 100.0))
    with refused(array, memsim.Error, "bandwidth must be > 0"):
        array.vmm(v, bandwidth=0)
    with refused(array, memsim.Error, "noise must be"):
        array.vmm(v, noise="x")
    np.testing.assert_array_equal(array.vmm(v, noise=False), before)
