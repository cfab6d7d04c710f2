"""Closed forms of wires' resistance: their definitions cell by cell, their limits, and how near they come."""

import numpy as np
import pytest

import memsim
from memsim import crossbar
from test_wires import conductances, largest

METHODS = ("alpha-beta", "dmr", "jeong")
every_method = pytest.mark.parametrize("method", METHODS)


def by_cells(g, r_word, r_bit, method) -> np.ndarray:
    """The published sums, one by one."""
    m, n = g.shape
    r_word, r_bit = np.broadcast_to(r_word, m), np.broadcast_to(r_bit, n)
    result = np.empty((m, n))
    for i in range(m):
        for j in range(n):
            if method == "jeong":
                before = r_word[i] * sum(n - k for k in range(j + 1))
                after = r_bit[j] * sum(k + 1 for k in range(i, m))
                result[i, j] = 1 / (1 / g[i, j] + before + after)
                continue
            column, row = (g[:, j], g[i]) if method == "alpha-beta" else (g.mean(1), g.mean(0))
            alpha = 1 + r_bit[j] * sum((i - k) * column[k] for k in range(i))
            alpha /= 1 + r_bit[j] * sum((m - k) * column[k] for k in range(m))
            beta = 1 + r_word[i] * sum((k - j) * row[k] for k in range(j, n))
            beta /= 1 + r_word[i] * sum((k + 1) * row[k] for k in range(n))
            result[i, j] = alpha * g[i, j] * beta
    return result


@every_method
@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (6, 1), (7, 5), (5, 7)])
@pytest.mark.parametrize("ohms", [(2.0, 30.0), "lines"], ids=str)
def test_sums_are_the_published_ones(method, shape, ohms):
    g = conductances(shape)
    r_word, r_bit = (np.linspace(1, 50, lines) for lines in shape) if ohms == "lines" else ohms
    found = crossbar.approximate(g, r_word, r_bit, method)
    np.testing.assert_allclose(found, by_cells(g, r_word, r_bit, method), rtol=1e-13)  # sums of a dozen terms
    assert found.dtype == np.float64


@every_method
def test_without_resistance_it_is_the_matrix(method):
    g = conductances()
    g[2, 3] = 0
    np.testing.assert_array_equal(crossbar.approximate(g, 0, 0, method), g)
    assert crossbar.approximate(g, 3, 4, method)[2, 3] == 0
    assert (crossbar.approximate(g, 3, 4, method) <= g).all()


def test_alpha_beta_is_right_to_first_order_for_equal_inputs():
    g = conductances((12, 9), low=1e-4)
    errors = []
    for ohms in (1e-2, 1e-3):
        exact = crossbar.Wires(g, ohms, ohms).transfer()
        ideal = largest(exact.sum(0) - g.sum(0))
        errors.append(largest(crossbar.approximate(g, ohms, ohms).sum(0) - exact.sum(0)) / ideal)
    assert errors[0] < 0.05
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.2)  # what remains is of second order


def test_one_line_alone():
    """A cell between two segments, and cells of one line of equal potentials, are exact in closed form."""
    assert crossbar.approximate([[1e-3]], 100, 200, "jeong") == pytest.approx(1 / 1300, rel=1e-14)
    assert crossbar.approximate([[1e-3]], 100, 0, "alpha-beta") == pytest.approx(1e-3 / 1.1, rel=1e-14)
    exact = crossbar.Wires([[1e-3]], 100, 200).transfer()
    assert crossbar.approximate([[1e-3]], 100, 200, "jeong") == pytest.approx(exact, rel=1e-12)


def test_they_come_as_near_as_published():
    """Mean error over the exact mean, half 1 and half 40 kohm, even inputs, 32 x 32, 1 ohm: 0.17, 0.021 and 0.011."""
    numbers = np.random.default_rng(7)
    errors = {"ideal": [], **{method: [] for method in METHODS}}
    for _ in range(5):
        g = np.where(numbers.random((32, 32)) < 0.5, 1e-3, 1 / 40e3)
        v = numbers.random((20, 32))
        exact = crossbar.solve(g, v, fields=False).output
        for name, error in errors.items():
            matrix = g if name == "ideal" else crossbar.approximate(g, method=name)
            error.append(np.abs(v @ matrix - exact).mean() / exact.mean())
    means = {name: np.mean(error) for name, error in errors.items()}
    assert means["alpha-beta"] < means["dmr"] < means["jeong"] < means["ideal"]
    # Other draws of the same kind: half as much again.
    for name, published in {"ideal": 0.40, "jeong": 0.17, "dmr": 0.021, "alpha-beta": 0.011}.items():
        assert published / 1.5 < means[name] < 1.5 * published, name


@pytest.mark.parametrize(
    ("keywords", "error", "match"),
    [
        ({"G": np.ones(3)}, memsim.Error, "G must have shape"),
        ({"G": np.ones((0, 3))}, memsim.Error, "G must have shape"),
        ({"G": [[-1.0]]}, memsim.Error, "G must be finite and >= 0"),
        ({"G": [[np.nan]]}, memsim.Error, "G must be finite and >= 0"),
        ({"G": "x"}, TypeError, "G must be real numbers"),
        ({"r_word": np.inf}, memsim.Error, "r_word must be finite and >= 0"),
        ({"r_bit": [-1, 1, 1, 1, 1]}, memsim.Error, "r_bit must be finite and >= 0"),
        ({"r_bit": np.ones(7)}, memsim.Error, r"r_bit has shape \(7,\)"),
        ({"method": "best"}, memsim.Error, "method must be alpha-beta, dmr, jeong"),
        ({"method": None}, memsim.Error, "method must be"),
    ],
    ids=str,
)
def test_arguments_are_checked(keywords, error, match):
    with pytest.raises(error, match=match):
        crossbar.approximate(**{"G": conductances(), **keywords})
