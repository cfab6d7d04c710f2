"""Netlists of crossbars: what they say, and that ngspice finds the currents that memsim does."""

import re
import shutil

import numpy as np
import pytest

import memsim
import memsim.nonideality as ni
from memsim import crossbar
from memsim.crossbar.ngspice import ngspice, parse

INF = np.inf
LAW = ni.PooleFrenkel.siox_low()
needs_ngspice = pytest.mark.skipif(
    shutil.which("ngspice") is None, reason="ngspice is not installed: currents are not compared with it"
)
ANSWER = """
Note: No compatibility mode selected!
No. of Data Rows : 1
memsim 1 2
w0_1 = nan
b0_0 = 1.25e-03
b0_1 = -2.5e-03
in0 = 3.0e-01
vin0#branch = -1.0e-05
vout0#branch = 1.00000000000000002e-05
vout1#branch = -2e-05
w0_0 = 2.99e-01
ngspice-39 done
"""


def random_array(shape=(7, 5), seed=1):
    """Conductances, and voltages of the word lines and of the terminals."""
    draw = np.random.default_rng(seed).uniform
    return 10 ** draw(-6, -3, shape), draw(-1, 1, shape[0]), draw(-0.2, 0.2, shape[1])


def with_open_cells(G):
    G = G.copy()
    G[2], G[:, 1], G[4, 3] = 0, 0, 0
    return G


LINEAR = {
    "plain": {},
    "anisotropic": {"r_word": 0.05, "r_bit": 200.0},
    "lines of their own": {"r_word": np.linspace(0.5, 8, 7), "r_bit": np.linspace(9, 0.1, 5)},
    "ideal word lines": {"r_word": 0.0, "r_bit": 3.0},
    "ideal bit lines": {"r_word": 4.0, "r_bit": 0.0},
    "ideal": {"r_word": 0.0, "r_bit": 0.0},
    "some ideal": {"r_word": [0, 1, 0, 2, 0, 0, 3], "r_bit": [0, 0, 1, 0, 0], "r_source": [1, 0, 0, 5, 0, 0, 0]},
    "drivers": {"r_source": np.linspace(0, 60, 7), "r_sense": np.linspace(50, 0, 5)},
    "double-sided": {"double_sided": True, "r_word": 20.0},
    "double-sided drivers": {"double_sided": True, "r_source": np.linspace(0, 60, 7)},
    "floating lines": {"r_source": [0, INF, 0, 0, INF, 0, 0], "r_sense": [0, 0, INF, 0, 0]},
    "floating word lines": {"r_source": INF, "r_sense": [0, INF, INF, INF, 0]},
}


@needs_ngspice
@pytest.mark.parametrize("options", LINEAR.values(), ids=LINEAR.keys())
@pytest.mark.parametrize("change", [np.copy, with_open_cells], ids=["all cells", "open cells"])
def test_ohmic_currents_are_those_of_ngspice(options, change):
    G, V, E = random_array()
    G = change(G)
    ours = crossbar.solve(G, V, E=E, **options)
    theirs = ngspice(crossbar.netlist(G, V, E=E, **options))
    # Both are exact but for rounding; beside the largest of an array, whose sums cancel.
    np.testing.assert_allclose(ours.output, theirs.output, rtol=0, atol=1e-9 * max(abs(theirs.output).max(), 1e-12))
    for own, other in ((ours.word_volts, theirs.word_volts), (ours.bit_volts, theirs.bit_volts)):
        known = np.isfinite(other)
        np.testing.assert_allclose(own[known], other[known], rtol=0, atol=1e-9)


@needs_ngspice
@pytest.mark.parametrize("r", [1e-9, 1e-4])
def test_small_resistances_are_no_smaller_to_ngspice(r):
    G, V, _ = random_array()
    theirs = ngspice(crossbar.netlist(G, V, r, r))
    np.testing.assert_allclose(crossbar.solve(G, V, r, r).output, theirs.output, rtol=1e-9)


LAWS = {
    "Poole-Frenkel, low": ni.PooleFrenkel.siox_low(),
    "Poole-Frenkel, high": ni.PooleFrenkel.siox_high(),
    "n, low": ni.NParameter.siox_low(),
    "n, high": ni.NParameter.siox_high(),
    "sinh": ni.Sinh(0.1),
}


@needs_ngspice
@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS.keys())
def test_currents_of_laws_are_those_of_ngspice(law):
    generator = np.random.default_rng(2)
    G = np.exp(generator.uniform(*np.log(getattr(law, "window", (1e-5, 1e-3))), (6, 5)))
    G[1, 2] = 0
    V, E, z = generator.uniform(-0.5, 0.5, 6), generator.uniform(-0.1, 0.1, 5), generator.standard_normal((6, 5, 2))
    V[3] = 0
    options = {"E": E, "law": law, "normals": z, "r_source": 3.0, "r_sense": 4.0}
    ours = crossbar.solve(G, V, 20.0, 35.0, **options)
    theirs = ngspice(crossbar.netlist(G, V, 20.0, 35.0, **options))
    # ngspice stops at 1e-9 of the last of Newton's steps.
    np.testing.assert_allclose(ours.output, theirs.output, rtol=0, atol=1e-8 * abs(theirs.output).max())
    np.testing.assert_allclose(ours.word_volts, theirs.word_volts, rtol=0, atol=1e-9)


@needs_ngspice
def test_what_ngspice_cannot_solve_is_an_error():
    G, V, _ = random_array((2, 2))
    with pytest.raises(memsim.Error, match="ngspice found no solution: .*nosuch"):
        ngspice(crossbar.netlist(G, V).replace("set numdgt=17\nop", "nosuch"))
    with pytest.raises(memsim.Error, match="ngspice did not run the netlist"):
        ngspice("* nothing\n.end\n")
    with pytest.raises(memsim.Error, match=r"within 1e-06 s"):
        ngspice(crossbar.netlist(G, V), timeout=1e-6)


def test_a_missing_program_is_named():
    with pytest.raises(memsim.FileError, match="no-such-spice"):
        ngspice("", program="no-such-spice")


def parts(text):
    """Nodes and values by name."""
    return {line.split()[0]: line.split()[1:] for line in text.splitlines() if re.match("[RVB]", line)}


def test_every_part_is_a_line():
    ends = {"E": [0, 0.2], "r_source": 7, "r_sense": 8}
    text = crossbar.netlist([[1e-3, 0], [2e-3, 5e-4]], [0.1, -0.3], 2, [1, 3], title="a\nb", **ends)
    assert text.startswith("* a b\n") and text.endswith(".end\n")
    assert parts(text) == {
        "Vin0": ["in0", "0", "DC", "0.1"], "Vin1": ["in1", "0", "DC", "-0.3"],
        "Vout0": ["out0", "0", "DC", "0.0"], "Vout1": ["out1", "0", "DC", "0.2"],
        "Rsource0": ["in0", "drive0", "7.0"], "Rsource1": ["in1", "drive1", "7.0"],
        "Rword0_0": ["drive0", "w0_0", "2.0"], "Rword0_1": ["w0_0", "w0_1", "2.0"],
        "Rword1_0": ["drive1", "w1_0", "2.0"], "Rword1_1": ["w1_0", "w1_1", "2.0"],
        "Rsense0": ["out0", "foot0", "8.0"], "Rsense1": ["out1", "foot1", "8.0"],
        "Rbit1_0": ["foot0", "b1_0", "1.0"], "Rbit0_0": ["b1_0", "b0_0", "1.0"],
        "Rbit1_1": ["foot1", "b1_1", "3.0"], "Rbit0_1": ["b1_1", "b0_1", "3.0"],
        "Rcell0_0": ["w0_0", "b0_0", "1000.0"],
        "Rcell1_0": ["w1_0", "b1_0", "500.0"], "Rcell1_1": ["w1_1", "b1_1", "2000.0"],
    }  # fmt: skip


def test_no_resistance_makes_nodes_one():
    text = crossbar.netlist([[1e-3, 1e-3]], [0.1], 0, 0)
    cells = {name: nodes[:2] for name, nodes in parts(text).items() if name.startswith("R")}
    assert cells == {"Rcell0_0": ["in0", "out0"], "Rcell0_1": ["in0", "out1"]}
    assert "let w0_1 = v(in0)" in text and "let b0_1 = v(out1)" in text


def test_what_no_source_reaches_is_left_out():
    text = crossbar.netlist([[1e-3, 1e-3], [1e-3, 1e-3]], [0.1, 0.2], INF, [1, INF])
    names = [name for name in parts(text) if name.startswith("R")]
    assert names == ["Rbit1_0", "Rbit0_0", "Rcell0_0", "Rcell1_0"]
    assert "echo b0_1 = nan" in text and "echo w0_1 = nan" in text and "echo w0_0 = nan" not in text


def test_poole_frenkel_as_published():
    """The equations in double precision, apart from those of the library."""
    law, g, z = ni.PooleFrenkel.siox_high(), 1e-6, np.array([0.7, -1.2])
    residuals = np.linalg.cholesky(law.covariance) @ z
    log_r = np.log(1 / g)
    c = np.exp(law.slope_c * log_r + law.intercept_c + residuals[0])
    d_eps = np.exp(law.slope_d * log_r + law.intercept_d + residuals[1])
    q = 1.602176634e-19
    kappa = q / (1.380649e-23 * law.temperature) * np.sqrt(q / (np.pi * d_eps))
    (current,) = parts(crossbar.netlist([[g]], [0.1], law=law, normals=[[z]]))["Bcell0_0"][2:]
    found = re.fullmatch(r"I=(\S+)\*V\(w0_0,b0_0\)\*exp\((\S+)\*sqrt\(abs\(V\(w0_0,b0_0\)\)\+1e-30\)\)", current)
    assert found and [float(value) for value in found.groups()] == pytest.approx([c, kappa], rel=1e-12)


def test_n_parameter_as_published():
    law = ni.NParameter(3.0, 0.25, v_ref=0.2)
    (current,) = parts(crossbar.netlist([[2e-6]], [0.1], law=law, normals=[[[2.0, 9.0]]]))["Bcell0_0"][2:]
    found = re.fullmatch(r"I=(\S+)\*pwr\(V\(w0_0,b0_0\)/0.2,(\S+)\)", current)
    assert found and [float(value) for value in found.groups()] == pytest.approx([0.2 * 2e-6, np.log2(3.5)], rel=1e-12)


def test_answers_are_read():
    answer = parse(ANSWER)
    np.testing.assert_array_equal(answer.output, [1e-5, -2e-5])
    np.testing.assert_array_equal(answer.word_volts, [[0.299, np.nan]])
    np.testing.assert_array_equal(answer.bit_volts, [[1.25e-3, -2.5e-3]])


@pytest.mark.parametrize("lost", ["vout1#branch = -2e-05\n", "w0_0 = 2.99e-01\n"])
def test_answers_that_lack_a_number_are_refused(lost):
    with pytest.raises(memsim.Error, match="ngspice found no solution: singular matrix"):
        parse(ANSWER.replace(lost, ""), "singular\n  matrix")


@pytest.mark.parametrize(("change", "error", "match"), [
    ({"G": [1.0]}, memsim.Error, r"G must have shape \(rows, columns\), each >= 1, got \(1,\)"),
    ({"G": [[1.0, -1.0]]}, memsim.Error, "G must be 0...1e15 S, got -1"),
    ({"G": [[1.0, np.nan]]}, memsim.Error, "G must be 0...1e15 S, got nan"),
    ({"V": [0.1, 0.2]}, memsim.Error, r"V has shape \(2,\), it must be \(1,\): one vector"),
    ({"V": [INF]}, memsim.Error, "V must be finite, got inf"),
    ({"E": [0.1]}, memsim.Error, r"E has shape \(1,\), it must be \(2,\)"),
    ({"r_word": -1}, memsim.Error, "r_word must be 0...1e15 ohm or infinite, got -1"),
    ({"r_sense": [0, np.nan]}, memsim.Error, "r_sense must be"),
    ({"r_bit": [1, 2, 3]}, memsim.Error, r"r_bit has shape \(3,\), it must be one resistance or \(2,\)"),
    ({"law": LAW, "normals": np.zeros((1, 3))}, memsim.Error, r"normals has shape \(1, 3\), which does not broadcast"),
    ({"normals": np.zeros(2)}, memsim.Error, "normals are those of a law's devices, but law is None"),
    ({"law": "poole-frenkel"}, TypeError, "law must be a law of memsim.nonideality or None, got str"),
])  # fmt: skip
def test_refusals_name_the_argument(change, error, match):
    with pytest.raises(error, match=match):
        crossbar.netlist(**{"G": [[1e-3, 1e-3]], "V": [0.1], **change})


def test_other_laws_are_refused():
    class Other(ni.Law):
        name = "other"

        def mean(self):
            return self

        def _normals(self, z):
            return np.zeros(2)

    try:
        with pytest.raises(memsim.Error, match="law must be one of poole-frenkel, .* in a netlist, got other"):
            crossbar.netlist([[1e-3]], [0.1], law=Other())
    finally:
        del ni.Nonideality._classes["other"]
