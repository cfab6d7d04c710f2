"""Corners of crossbars with wires that once went wrong."""

import numpy as np
import pytest

import memsim
import memsim.nonideality as ni
from memsim import crossbar


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["first", "last"])
def test_a_hopeless_vector_is_not_hidden_by_others(order):
    wires = crossbar.Wires(np.full((2, 2), 1e-6), 1.0, 1.0, law=ni.PooleFrenkel.siox_high())
    with pytest.raises(memsim.Error, match="Kirchhoff"):
        wires.solve(np.array([[1e6, 1e6], [0.1, 0.1]])[order])


def test_tiny_inputs_are_no_failures():
    output = crossbar.solve(np.full((2, 3), 1e-3), [[1e-305, 5e-324], [1e-200, 0.0]]).output
    assert (output[0] == 0).all()
    assert (output[1] > 0).all()


def test_cells_of_cut_lines_are_not_written():
    array = memsim.Array("jart-vcm-v1b", (3, 4), seed=1)
    before = array.state("N")
    wires = crossbar.Wires.of(array, [np.inf, 1.0, 1.0], 2000.0)
    report = wires.write([0.0, -1.2, -1.2], np.zeros(4), duration=1e-6)
    assert report.steps > 0
    assert (array.state("N")[0] == before[0]).all()
    assert (array.state("N")[1:] > before[1:]).all()


def test_writes_without_held_bit_lines_end():
    array = memsim.Array("jart-vcm-v1b", (2, 2), seed=1)
    wires = crossbar.Wires.of(array, 1.0, 1.0, r_sense=np.inf)
    report = wires.write([0.4, -0.4], np.zeros(2), duration=1e-6)
    assert report.steps + report.rejected < 1000
    assert crossbar.Wires.of(array, 1.0, 1.0).write([0.1, 0.1], np.zeros(2), duration=5e-324).steps < 10


def test_the_dense_matrix_keeps_its_digits_at_tiny_resistances():
    wires = crossbar.Wires([[1e-3, 1e-3]], 1e-12, 0.0, r_source=100.0)
    for method in ("dense", "iterative"):
        np.testing.assert_allclose(wires.transfer(method), 1e-3 / 1.2, rtol=1e-9)


def test_wires_without_resistance_share_the_current_of_both_ends():
    found = crossbar.solve([[1e-3, 2e-3]], [1.0], 0.0, 1.0, double_sided=True)
    near = crossbar.solve([[1e-3, 2e-3]], [1.0], 1e-9, 1.0, double_sided=True)
    np.testing.assert_allclose(found.word_current, near.word_current, rtol=1e-6)


def test_open_devices_behind_selectors_have_a_slope():
    g = np.array([[0.0, 1e-4], [2e-4, 3e-4]])
    wires = crossbar.Wires(g, 10.0, 20.0, selector=wires_selector())
    found = wires.vjp(wires.solve([0.3, 0.2]), np.ones(2)).G[0, 0]
    moved = crossbar.Wires(g + [[1e-11, 0], [0, 0]], 10.0, 20.0, selector=wires_selector())
    rise = moved.solve([0.3, 0.2]).output.sum() - wires.solve([0.3, 0.2]).output.sum()
    assert found == pytest.approx(rise / 1e-11, rel=1e-3)


def wires_selector() -> crossbar.Selector:
    return crossbar.Selector("threshold", v_th=0.1, g_on=1e-2)


def test_compute_inverts_in_double_precision():
    ohms = np.full((2, 2), 3e4, np.float32)
    output = crossbar.compute(np.ones((2, 1)), ohms, 0.0).currents.output
    np.testing.assert_allclose(output, 2 / 3e4, rtol=1e-14)


def test_lines_and_devices_decades_apart_are_solved():
    """Modes of their mean say little of them, and much of what is summed is rounding."""
    rng = np.random.default_rng(1)
    for _ in range(200):
        rows, columns = rng.integers(8, 40, 2)
        g = 10 ** rng.uniform(-9, 0, (rows, columns))
        g[rng.random(g.shape) < 0.2] = 0
        g[rng.random(g.shape) < 0.14] = 1
        wires = crossbar.Wires(g, lines_apart(rng, rows), lines_apart(rng, columns), r_sense=lines_apart(rng, columns))
        assert wires.solve(rng.uniform(-1, 1, rows), fields=False).residual <= 1e-9


def lines_apart(rng: np.random.Generator, count: int) -> np.ndarray:
    r = 10 ** rng.uniform(-4, 4, count)
    r[rng.random(count) < 0.1] = 0
    r[rng.random(count) < 0.05] = np.inf
    return r
