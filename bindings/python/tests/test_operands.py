"""Broadcasting, element types, and where results go."""

import array as stdlib_array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import memsim
from conftest import SHAPE, refused

BROADCASTABLE = [(), (1,), (7,), (1, 7), (12, 1), (1, 1), (12, 7)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", BROADCASTABLE)
def test_volts_broadcast_as_in_numpy(cells, shape, dtype):
    volts = np.linspace(0.05, 0.3, int(np.prod(shape)), dtype=dtype).reshape(shape)
    full = np.ascontiguousarray(np.broadcast_to(volts, SHAPE))
    np.testing.assert_array_equal(cells.read(volts, noise=False), cells.read(full, noise=False))
    twin = cells.from_bytes(cells.to_bytes())
    cells.apply(volts * 4)
    twin.apply(full * 4)
    assert cells.hash() == twin.hash()


@settings(max_examples=60, deadline=None)
@given(shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=12))
def test_only_what_numpy_broadcasts_is_accepted(shape):
    array = memsim.Array(shape=SHAPE, seed=1)
    volts, mask = np.zeros(shape), np.zeros(shape, bool)
    try:
        np.broadcast_to(volts, SHAPE)
    except ValueError:
        for call in (array.apply, array.read, array.conductance):
            with refused(array, memsim.Error, r"volts has shape .* does not broadcast to the array's shape \(12, 7\)"):
                call(volts)
        with refused(array, memsim.Error, "where has shape"):
            array.apply(0.0, where=mask)
    else:
        array.apply(volts, where=mask)
        assert array.read(volts).shape == SHAPE


@pytest.mark.parametrize("shape", BROADCASTABLE)
def test_masks_broadcast(shape):
    mask = np.arange(int(np.prod(shape))).reshape(shape) % 2 == 0
    first, second = memsim.Array(shape=SHAPE, seed=1), memsim.Array(shape=SHAPE, seed=1)
    first.apply(-2, where=mask)
    second.apply(np.where(np.broadcast_to(mask, SHAPE), -2.0, 0.0))
    assert first.hash() == second.hash()


@pytest.mark.parametrize(
    ("volts", "expected"),
    [
        (0.2, np.float32),
        (1, np.float32),
        ([0.2], np.float32),
        (np.full(7, 0.2, np.float32), np.float32),
        (np.full(7, 0.2, np.float16), np.float32),
        (np.ones(7, np.int64), np.float32),
        (np.ones(7, np.uint8), np.float32),
        (np.float32(0.2), np.float32),
        (np.float64(0.2), np.float64),
        (np.full(7, 0.2), np.float64),
        (np.full(7, 0.2, ">f8"), np.float64),
        (stdlib_array.array("d", [0.2] * 7), np.float64),
        (stdlib_array.array("f", [0.2] * 7), np.float32),
        (memoryview(np.full(7, 0.2)), np.float64),
    ],
    ids=str,
)
def test_results_have_the_type_of_the_voltages(cells, volts, expected):
    assert cells.read(volts).dtype == expected
    assert cells.conductance(volts, out=None).dtype == expected


def test_both_types_agree(cells):
    volts = np.linspace(-0.5, 0.5, 84).reshape(SHAPE).astype(np.float32)
    np.testing.assert_allclose(
        cells.read(volts, noise=False), cells.read(volts.astype(float), noise=False), rtol=1e-5, atol=1e-12
    )


def test_layout_does_not_matter(cells):
    volts = np.linspace(0.1, 0.3, 84).reshape(SHAPE)
    misaligned = np.frombuffer(b"x" + volts.tobytes(), np.uint8)[1:].view(np.float64).reshape(SHAPE)
    read_only = volts.copy()
    read_only.flags.writeable = False
    expected = cells.read(volts, noise=False)
    for other in (np.asfortranarray(volts), volts[::-1][::-1], misaligned, read_only, volts.astype(">f8")):
        np.testing.assert_array_equal(cells.read(other, noise=False), expected)


def test_inputs_stay_as_they_are(cells):
    volts = np.zeros(SHAPE, np.float32)
    cells.read(volts)
    cells.apply(volts)
    cells.vmm(volts[:, 0])
    assert not volts.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_out_is_written_and_returned(cells, dtype):
    out = np.full(SHAPE, np.nan, dtype)
    assert cells.read(0.2, noise=False, out=out) is out
    np.testing.assert_array_equal(out, cells.read(dtype(0.2), noise=False))
    assert cells.conductance(0.2, out=out) is out
    assert cells.state("r", out=out) is out
    y = np.empty(7, dtype)
    assert cells.vmm([0.1] * 12, out=y) is y


@pytest.mark.parametrize("code", ["f", "d"])
def test_out_may_be_a_flat_buffer(cells, code):
    out = stdlib_array.array(code, bytes(84 * (4 if code == "f" else 8)))
    result = cells.read(0.2, noise=False, out=out)
    np.testing.assert_array_equal(np.asarray(out).reshape(SHAPE), cells.read(np.dtype(code).type(0.2), noise=False))
    assert np.shares_memory(result, np.asarray(out))


@pytest.mark.parametrize(
    ("out", "error", "match"),
    [
        (np.zeros((7, 12), np.float32), memsim.Error, r"out has shape \(7, 12\)"),
        (np.zeros(83, np.float32), memsim.Error, r"out has shape \(83,\)"),
        (np.zeros(SHAPE, np.int32), memsim.Error, "out is int32"),
        (np.zeros((7, 12), np.float32).T, memsim.Error, "C-contiguous"),
        (np.broadcast_to(np.float32(0), SHAPE), memsim.Error, "writable"),
        (np.zeros(84 * 4 + 1, np.uint8)[1:].view(np.float32), memsim.Error, "aligned"),
        (bytes(84 * 4), memsim.Error, "out is uint8"),
        (memoryview(bytes(84 * 4)).cast("f"), memsim.Error, "writable"),
        ([0.0] * 84, TypeError, "out must be an array, a buffer or a tensor, got list"),
        (3, TypeError, "got int"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_out_that_does_not_fit_is_refused(cells, out, error, match):
    with refused(cells, error, match):
        cells.read(0.2, out=out)
    with refused(cells, error, match):
        cells.state("r", out=out)


def test_out_of_another_type_than_the_voltages_is_refused(cells):
    with refused(cells, memsim.Error, "out is float32, the result is float64"):
        cells.read(np.full(SHAPE, 0.2), out=np.zeros(SHAPE, np.float32))


def test_out_may_be_the_input(cells):
    volts = np.full(SHAPE, 0.2)
    expected = cells.read(volts, noise=False)
    np.testing.assert_array_equal(cells.read(volts, noise=False, out=volts), expected)
    square = memsim.Array(shape=(8, 8), seed=1)
    v = np.linspace(0.1, 0.3, 16).reshape(2, 8)
    product = square.vmm(v, noise=False)
    np.testing.assert_array_equal(square.vmm(v, noise=False, out=v), product)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 3))
def test_any_shape_works(rows, columns, batch):
    array = memsim.Array(shape=(rows, columns), seed=1)
    array.apply(np.full(columns, -2.0))
    y = array.vmm(np.full((batch, rows), 0.1), noise=False)
    expected = np.broadcast_to(array.read(np.float64(0.1), noise=False).sum(axis=0), (batch, columns))
    np.testing.assert_allclose(y, expected, rtol=1e-5)
