"""crossbar.compute: arguments, shapes, results and error types of badcrossbar 1.1.0."""

import inspect
from pathlib import Path

import numpy as np
import pytest

import memsim
from memsim import crossbar

GOLDEN = np.load(Path(__file__).parents[3] / "Tests" / "Golden" / "crossbar.npz")
CASES = sorted({key.split("/")[0] for key in GOLDEN.files})
V, R = np.array([[1.0], [2.0]]), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, np.inf]])


def test_arguments_have_their_names_and_order():
    names = ["applied_voltages", "resistances", "r_i", "r_i_word_line", "r_i_bit_line", "node_voltages", "all_currents"]
    assert list(inspect.signature(crossbar.compute).parameters) == names


@pytest.mark.parametrize("case", CASES)
def test_results_are_the_golden_ones(case):
    R, V, rw, rb = (GOLDEN[f"{case}/{key}"] for key in ("R", "V", "rw", "rb"))
    found = crossbar.compute(V, R, None, float(rw), float(rb))
    shape = R.shape if V.shape[1] == 1 else (*R.shape, V.shape[1])
    assert found.currents.output.shape == (V.shape[1], R.shape[1])
    fields = (*found.currents[1:], *found.voltages)
    for field, key in zip(fields, ("device", "word_line", "bit_line", "v_wl", "v_bl"), strict=True):
        assert field.shape == shape
        expected = GOLDEN[f"{case}/dense_{key}"].reshape(shape)
        # Gates of the reference: 1e-12 of the largest current, 1e-13 V.
        gate = 1e-13 if key.startswith("v_") else 1e-12 * np.abs(expected).max()
        np.testing.assert_allclose(field, expected, rtol=0, atol=gate, err_msg=key)
    output = GOLDEN[f"{case}/dense_output"]
    np.testing.assert_allclose(found.currents.output, output, rtol=0, atol=1e-12 * np.abs(output).max())


def test_results_are_nested_named_tuples():
    found = crossbar.compute(V, R, 0.5)
    assert found._fields == ("currents", "voltages")
    assert found.currents._fields == ("output", "device", "word_line", "bit_line")
    assert found.voltages._fields == ("word_line", "bit_line")
    currents, (word_line, bit_line) = found
    assert currents[0] is found.currents.output
    closed = np.isfinite(R)
    np.testing.assert_allclose((word_line - bit_line)[closed], currents.device[closed] * R[closed], rtol=1e-12)
    assert currents.device[1, 2] == 0


def test_several_sets_of_voltages_come_last():
    both = crossbar.compute(np.hstack([V, -2 * V]), R, 0.5)
    one = crossbar.compute(V, R, 0.5)
    assert both.currents.device.shape == both.voltages.bit_line.shape == (2, 3, 2)
    assert one.currents.device.shape == one.voltages.bit_line.shape == (2, 3)
    assert both.currents.output.shape == (2, 3)
    assert one.currents.output.shape == (1, 3)
    np.testing.assert_array_equal(both.currents.word_line[..., 0], one.currents.word_line)
    np.testing.assert_allclose(both.currents.bit_line[..., 1], -2 * one.currents.bit_line, rtol=1e-12)


def test_one_resistance_wins_over_two():
    expected = crossbar.compute(V, R, None, 0.5, 0.5).currents.output
    for arguments in ((0.5,), (0.5, 3, 4), (0.5, None, 9.0)):
        np.testing.assert_array_equal(crossbar.compute(V, R, *arguments).currents.output, expected)
    for ohms in (1, True, np.float64(1)):
        crossbar.compute(V.tolist(), R.tolist(), ohms)
    assert not np.array_equal(
        crossbar.compute(V, R, r_i_word_line=1, r_i_bit_line=2).currents.output,
        crossbar.compute(V, R, r_i_word_line=2, r_i_bit_line=1).currents.output,
    )


def test_what_is_not_asked_for_is_none():
    found = crossbar.compute(V, R, 1, node_voltages=False)
    assert found.voltages is None
    assert found.currents.device.shape == (2, 3)
    found = crossbar.compute(V, R, 1, all_currents=False)
    assert found.currents[1:] == (None, None, None)
    assert found.voltages.word_line.shape == (2, 3)
    found = crossbar.compute(V, R, 1, node_voltages=False, all_currents=False)
    assert found.voltages is None
    np.testing.assert_array_equal(found.currents.output, crossbar.compute(V, R, 1).currents.output)


def test_no_resistance_is_the_product():
    found = crossbar.compute(V, R, 0)
    np.testing.assert_allclose(found.currents.output, (V.T @ (1 / R)), rtol=1e-14)
    np.testing.assert_array_equal(found.voltages.word_line, np.broadcast_to(V, (2, 3)))
    np.testing.assert_array_equal(found.voltages.bit_line, np.zeros((2, 3)))
    np.testing.assert_allclose(found.currents.word_line[0], [11 / 6, 5 / 6, 1 / 3], rtol=1e-14)


def test_infinite_resistances():
    found = crossbar.compute(V, R, np.inf)
    assert found.voltages == (None, None)
    assert all(not field.any() for field in found.currents)
    assert crossbar.compute(V, R, np.inf, node_voltages=False).voltages == (None, None)
    assert crossbar.compute(V, R, np.inf, all_currents=False).currents[1:] == (None, None, None)
    closed = R[:, :2]
    word, bit = (crossbar.compute(V, closed, None, *ohms) for ohms in ((np.inf, 1.0), (1.0, np.inf)))
    for found in (word, bit):
        assert all(not field.any() for field in found.currents)
    np.testing.assert_array_equal(word.voltages.word_line, np.zeros((2, 2)))  # nodes follow those of the other lines
    np.testing.assert_array_equal(bit.voltages.bit_line, np.broadcast_to(V, (2, 2)))


def test_small_resistances_keep_their_digits():
    found = crossbar.compute(V, R, 1e-9)
    np.testing.assert_allclose(found.currents.word_line[0], [11 / 6, 5 / 6, 1 / 3], rtol=1e-8)
    np.testing.assert_allclose(np.diff(found.currents.word_line[0]), -found.currents.device[0, :2], rtol=1e-14)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((V, R), TypeError),
        ((V, R, None, 1), TypeError),
        ((V, R, None, None, 1), TypeError),
        ((V, R, "a"), TypeError),
        ((V, R, np.float32(1)), TypeError),
        ((V, R, np.int64(1)), TypeError),
        ((V, R, -1), ValueError),
        ((V, R, None, -1, 1), ValueError),
        ((V, R, None, 1, -np.inf), ValueError),
        ((V[:, 0], R, 1), TypeError),
        ((V, R[0], 1), TypeError),
        ((V, R[None], 1), TypeError),
        ((V, np.array([["a", "b", "c"]] * 2), 1), TypeError),
        ((V, np.array([[None, 1, 2]] * 2), 1), TypeError),
        ((V, np.ones((2, 3), bool), 1), TypeError),
        ((np.zeros((0, 1)), np.zeros((0, 3)), 1), ValueError),
        ((np.zeros((2, 0)), R, 1), ValueError),
        ((np.zeros((3, 1)), R, 1), ValueError),
        ((V, np.zeros((2, 3)), 1), ValueError),
        ((V, np.zeros((2, 3)), 0), ValueError),
        ((V, -R, 1), ValueError),
        ((V, [[1, 2], [3]], 1), ValueError),
    ],
)
def test_errors_have_the_peers_types(arguments, error):
    with pytest.raises(error) as caught:
        crossbar.compute(*arguments)
    assert caught.type is error
    assert str(caught.value)


@pytest.mark.parametrize("arguments", [(V, R * np.nan, 1), (V * np.nan, R, 1), (V * np.inf, R, 1), (V, R, np.nan)])
def test_what_is_no_number_is_refused(arguments):
    with pytest.raises(ValueError):
        crossbar.compute(*arguments)


def test_memsim_errors_are_value_errors():
    assert issubclass(memsim.Error, ValueError)
