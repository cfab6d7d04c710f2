"""Crossbars of ohmic devices with wires: golden vectors, nodal analysis, Kirchhoff's laws."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import memsim
from memsim import crossbar
from nodal import nodal, ohmic

GOLDEN = np.load(Path(__file__).parents[3] / "Tests" / "Golden" / "crossbar.npz")
CASES = sorted({key.split("/")[0] for key in GOLDEN.files})
INF = float("inf")
FIELDS = ("device_volts", "device_current", "word_current", "bit_current", "word_volts", "bit_volts")


def conductances(shape=(7, 5), seed=1, low=1e-6, high=1e-3) -> np.ndarray:
    return np.exp(np.random.default_rng(seed).uniform(np.log(low), np.log(high), shape))


def inputs(*shape, seed=2) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, shape)


def largest(values) -> float:
    return float(np.max(np.abs(values), initial=0.0))


# -- Golden vectors


@pytest.mark.parametrize("case", CASES)
def test_currents_and_voltages_are_the_golden_ones(case):
    golden = {key: GOLDEN[f"{case}/{key}"] for key in ("R", "V", "rw", "rb")}
    found = crossbar.solve(1 / golden["R"], golden["V"].T, golden["rw"], golden["rb"])
    # Gates of the reference: 1e-12 of the largest current, 1e-13 V; it is right to 1e-16.
    pairs = {"device_current": "device", "word_current": "word_line", "bit_current": "bit_line"}
    for name, key in pairs.items():
        expected = GOLDEN[f"{case}/dense_{key}"]
        np.testing.assert_allclose(
            np.moveaxis(getattr(found, name), 0, -1), expected, rtol=0, atol=1e-12 * largest(expected), err_msg=name
        )
    for name, key in {"word_volts": "v_wl", "bit_volts": "v_bl"}.items():
        volts = np.moveaxis(getattr(found, name), 0, -1)
        np.testing.assert_allclose(volts, GOLDEN[f"{case}/dense_{key}"], rtol=0, atol=1e-13, err_msg=name)
    output = GOLDEN[f"{case}/dense_output"]
    np.testing.assert_allclose(found.output, output, rtol=0, atol=1e-12 * largest(output))
    if f"{case}/ngspice_output" in GOLDEN.files:
        ngspice = GOLDEN[f"{case}/ngspice_output"]  # within 4e-15 of the reference
        np.testing.assert_allclose(found.output, ngspice, rtol=0, atol=1e-12 * largest(ngspice))
    assert found.residual <= 1e-12
    assert found.kirchhoff_volts <= 1e-12 * largest(golden["V"])


def test_there_are_golden_cases():
    assert len(CASES) >= 9
    assert {"readme_3x5", "f_10x6_open_p2", "n_6x4_rw_inf"} <= set(CASES)


# -- Nodal analysis

ends = np.linspace(0.5, 4, 5)
WIRES = {
    "uniform": {},
    "per line": {"r_word": np.linspace(0.1, 9, 7), "r_bit": ends},
    "driver and sense": {"r_word": 2.0, "r_bit": 3.0, "r_source": 50.0, "r_sense": 20.0},
    "drivers and senses": {"r_source": np.arange(7.0), "r_sense": 10 * ends},
    "double-sided": {"r_word": 5.0, "r_bit": 2.0, "r_source": 10.0, "double_sided": True},
    "double-sided, ideal drivers": {"r_word": 5.0, "double_sided": True},
    "no resistance": {"r_word": 0.0, "r_bit": 0.0},
    "no resistance but of drivers": {"r_word": 0.0, "r_bit": 0.0, "r_source": 100.0, "r_sense": 30.0},
    "some lines without": {"r_word": [0, 1, 0, 2, 3, 0, 1], "r_bit": [0, 2, 0, 1, 1]},
    "cut word lines": {"r_word": [1, INF, 2, 1, INF, 1, 1]},
    "cut bit lines": {"r_bit": [1, 1, INF, 2, INF]},
    "floating word lines": {"r_source": [0, INF, 5, INF, 0, 0, INF], "r_word": 3.0},
    "floating bit lines": {"r_sense": [0, INF, 5, INF, 0], "r_bit": 4.0},
    "all but one line each float": {"r_source": [INF] * 3 + [0] + [INF] * 3, "r_sense": [INF, 2, INF, INF, INF]},
    "large": {"r_word": 1e4, "r_bit": 3e3},
    "small": {"r_word": 1e-6, "r_bit": 1e-6},
}


@pytest.mark.parametrize("terminals", [0.0, np.linspace(-0.4, 0.6, 5)], ids=["grounded", "E"])
@pytest.mark.parametrize("wires", WIRES.values(), ids=WIRES)
def test_solutions_are_those_of_nodal_analysis(wires, terminals):
    g, v = conductances(), inputs(7)
    g[2, 3] = g[4, :] = g[:, 4] = 0  # open
    expected = nodal(v, g.shape, ohmic(g), **({"r_word": 1.0, "r_bit": 1.0} | wires), E=terminals)
    found = crossbar.solve(g, v, E=np.broadcast_to(terminals, 5), **wires)
    compare(found, expected, np.isinf(wires.get("r_word", 1.0)), np.isinf(wires.get("r_bit", 1.0)))


def compare(found, expected, cut_words, cut_bits, rtol=1e-11) -> None:
    """Voltages only where the circuit decides on them: not of what hangs on a line that nothing holds."""
    scale = largest(expected.device_current) + 1e-30
    for name in ("output", "device_current", "word_current", "bit_current"):
        np.testing.assert_allclose(
            getattr(found, name), getattr(expected, name), rtol=0, atol=rtol * scale, err_msg=name
        )
    decided = expected.device_current != 0
    decided &= ~(np.reshape(cut_words, (-1, 1)) | np.reshape(cut_bits, (1, -1)))
    for name in ("device_volts", "word_volts", "bit_volts"):
        np.testing.assert_allclose(
            getattr(found, name)[decided], getattr(expected, name)[decided], rtol=0, atol=rtol, err_msg=name
        )


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 17), (33, 3), (16, 16)])
def test_every_shape(shape):
    g, v = conductances(shape, high=1e-2), inputs(shape[0])
    expected = nodal(v, shape, ohmic(g), r_word=3.0, r_bit=2.0)
    compare(crossbar.solve(g, v, 3.0, 2.0), expected, False, False)


def test_both_lines_cut():
    found = crossbar.solve(conductances(), inputs(7), INF, INF)
    for name in ("output", "device_current", "word_current", "bit_current"):
        assert not getattr(found, name).any()
    assert np.isnan(found.word_volts).all()
    assert np.isnan(found.bit_volts).all()


def test_without_resistance_it_is_the_product():
    g, v = conductances(), inputs(4, 7)
    np.testing.assert_allclose(crossbar.solve(g, v, 0, 0).output, v @ g, rtol=1e-12, atol=1e-18)


# -- Kirchhoff's and Ohm's laws, from the fields alone

resistance = st.one_of(st.just(0.0), st.floats(1e-3, 1e3), st.just(INF))


@st.composite
def circuits(draw):
    m, n = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    g = np.where(numbers.random((m, n)) < 0.2, 0.0, 10 ** numbers.uniform(-7, -2, (m, n)))
    wires = {}
    for name, lines in (("r_word", m), ("r_source", m), ("r_bit", n), ("r_sense", n)):
        wires[name] = np.array(draw(st.one_of(resistance, st.lists(resistance, min_size=lines, max_size=lines))))
    wires["double_sided"] = draw(st.booleans())
    return g, numbers.uniform(-1, 1, m), numbers.uniform(-1, 1, n), wires


@settings(max_examples=200, deadline=None)
@given(circuits())
def test_the_laws_hold(circuit):
    g, v, e, wires = circuit
    found = crossbar.solve(g, v, E=e, **wires)
    m, n = g.shape
    r_word, r_source = (np.broadcast_to(wires[name], m)[:, None] for name in ("r_word", "r_source"))
    r_bit, r_sense = (np.broadcast_to(wires[name], n) for name in ("r_bit", "r_sense"))
    current, word, bit = found.device_current, found.word_current, found.bit_current
    # The solver's own criterion is 1e-12 of the largest voltage or current; 1e-9 is the least that it calls a solution.
    volts = 1e-9 * largest([*v, *e])
    amperes = 1e-9 * largest(current) + 1e-15 * g.max() * largest([*v, *e])  # where none flow, of rounded voltages
    np.testing.assert_allclose(bit[-1], found.output, rtol=0, atol=amperes)
    np.testing.assert_allclose(np.diff(bit, axis=0, prepend=0), current, rtol=0, atol=amperes)
    np.testing.assert_allclose(word[:, :-1] - word[:, 1:], current[:, :-1], rtol=0, atol=amperes)
    if not wires["double_sided"]:
        np.testing.assert_allclose(word[:, -1], current[:, -1], rtol=0, atol=amperes)
    seen = ~np.isnan(found.word_volts)
    assert (seen | (np.isinf(r_word) & np.isinf(r_bit))).all()
    across = found.word_volts - found.bit_volts
    np.testing.assert_allclose(found.device_volts[seen], across[seen], rtol=0, atol=volts)
    np.testing.assert_allclose((g * found.device_volts)[seen], current[seen], rtol=0, atol=g.max() * volts)
    check_drops(v[:, None] - found.word_volts[:, :1], r_source + r_word, word[:, :1], volts, amperes)
    check_drops(-np.diff(found.word_volts, axis=1), r_word + np.zeros((1, n - 1)), word[:, 1:], volts, amperes)
    check_drops(-np.diff(found.bit_volts, axis=0), r_bit + np.zeros((m - 1, 1)), bit[:-1], volts, amperes)
    check_drops(found.bit_volts[-1] - e, r_bit + r_sense, found.output, volts, amperes)


def check_drops(drop, ohms, current, volts, amperes) -> None:
    """Ohm's law of segments; none of infinite resistance carries a current."""
    assert largest(current[np.isinf(ohms)]) <= amperes
    finite = np.isfinite(ohms) & ~np.isnan(drop)
    np.testing.assert_allclose(drop[finite], (np.where(finite, ohms, 0) * current)[finite], rtol=0, atol=3 * volts)


@pytest.mark.parametrize("wires", [WIRES["per line"], WIRES["driver and sense"], WIRES["drivers and senses"]])
def test_terminals_give_what_devices_and_wires_take(wires):
    g, v, e = conductances(), inputs(7), inputs(5, seed=3)
    found = crossbar.solve(g, v, E=e, **wires)
    given = v @ found.word_current[:, 0] - e @ found.output
    every = {"r_word": 1.0, "r_bit": 1.0, "r_source": 0.0, "r_sense": 0.0} | wires
    taken = np.sum(found.device_current * found.device_volts)
    taken += np.sum(np.broadcast_to(every["r_word"], 7)[:, None] * found.word_current**2)
    taken += np.sum(every["r_bit"] * found.bit_current**2)
    taken += np.sum(every["r_source"] * found.word_current[:, 0] ** 2) + np.sum(every["r_sense"] * found.output**2)
    assert taken == pytest.approx(given, rel=1e-11)


# -- Transfer matrices


@pytest.mark.parametrize("shape", [(1, 1), (1, 8), (8, 1), (7, 5), (5, 7), (20, 24)])
def test_transfer_matrices(shape):
    g = conductances(shape)
    wires = crossbar.Wires(g, 2.0, 3.0, r_source=5.0, r_sense=7.0)
    iterative, dense = wires.transfer(), wires.transfer("dense")
    columns = wires.solve(np.eye(shape[0]), fields=False).output
    # The bound of a solution, 1e-12, on sums of at most 24 of them.
    for matrix in (iterative, dense):
        np.testing.assert_allclose(matrix, columns, rtol=0, atol=1e-11 * largest(columns))


@pytest.mark.parametrize("wires", WIRES.values(), ids=WIRES)
def test_both_transfer_matrices_agree(wires):
    made = crossbar.Wires(conductances(), **wires)
    iterative, dense = made.transfer("iterative"), made.transfer("dense")
    np.testing.assert_allclose(iterative, dense, rtol=0, atol=1e-11 * largest(dense) + 1e-30)


# -- Batches, threads, types


def test_a_batch_may_be_split_and_spread_over_threads():
    g, v, e = conductances((24, 17)), inputs(3, 5, 24), inputs(5, 17)
    whole = crossbar.Wires(g, 5.0, 3.0, context=memsim.Context(1)).solve(v, e)
    shared = crossbar.Wires(g, 5.0, 3.0, context=memsim.Context(3)).solve(v, e)
    wires = crossbar.Wires(g, 5.0, 3.0)
    for name in ("output", *FIELDS):
        expected = getattr(whole, name)
        np.testing.assert_array_equal(getattr(shared, name), expected)
        for index in np.ndindex(3, 5):
            np.testing.assert_array_equal(getattr(wires.solve(v[index], e[index[1]]), name), expected[index])
    assert whole.output.shape == (3, 5, 17)
    assert whole.word_volts.shape == (3, 5, 24, 17)


def test_leading_axes_broadcast():
    g = conductances()
    wires = crossbar.Wires(g)
    assert wires.solve(inputs(7), inputs(4, 2, 5)).output.shape == (4, 2, 5)
    assert wires.solve(inputs(2, 7), inputs(4, 1, 5)).output.shape == (4, 2, 5)
    assert wires.solve(np.zeros((0, 7))).bit_volts.shape == (0, 7, 5)
    with pytest.raises(memsim.Error, match="do not broadcast"):
        wires.solve(inputs(2, 7), inputs(3, 5))


def test_fields_are_given_if_asked_for():
    found = crossbar.solve(conductances(), inputs(2, 7), fields=False)
    assert [getattr(found, name) for name in FIELDS] == [None] * 6
    np.testing.assert_array_equal(found.output, crossbar.solve(conductances(), inputs(2, 7)).output)
    assert found.iterations >= 1
    assert found.steps >= 1
    assert "residual" in repr(found)


def test_everything_is_float64_and_copied():
    g, r = conductances().astype(np.float32), np.ones(7)
    wires = crossbar.Wires(g, r)
    before = wires.solve(inputs(7).astype(np.float32)).output
    assert before.dtype == np.float64
    g[:], r[:] = 0, 100
    np.testing.assert_array_equal(wires.solve(inputs(7).astype(np.float32)).output, before)
    assert wires.shape == (7, 5)
    assert wires.nbytes > 7 * 5 * 8
    assert "7 x 5" in repr(wires)


def test_solve_is_wires_solve():
    g, v, e = conductances(), inputs(7), inputs(5)
    np.testing.assert_array_equal(
        crossbar.solve(g, v, 2, 3, E=e, r_source=1).output, crossbar.Wires(g, 2, 3, r_source=1).solve(v, e).output
    )
