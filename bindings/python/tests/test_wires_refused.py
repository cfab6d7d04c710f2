"""Crossbars with wires: what is refused, by the package and by its extension."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import memsim
from memsim import _core, crossbar
from test_bad_input import anything
from test_wires import conductances

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("keywords", "error", "match"),
    [
        ({"G": np.ones(7)}, memsim.Error, r"G must have shape \(rows, columns\)"),
        ({"G": np.ones((0, 5))}, memsim.Error, r"G must have shape \(rows, columns\)"),
        ({"G": [["a"]]}, TypeError, "G must be real numbers"),
        ({"G": -conductances()}, memsim.Error, "."),
        ({"G": np.full((7, 5), NAN)}, memsim.Error, "."),
        ({"G": np.full((7, 5), INF)}, memsim.Error, "."),
        ({"r_word": np.ones(6)}, memsim.Error, r"r_word has shape \(6,\)"),
        ({"r_bit": np.ones((5, 1))}, memsim.Error, r"r_bit has shape \(5, 1\)"),
        ({"r_source": []}, memsim.Error, r"r_source has shape \(0,\)"),
        ({"r_word": -1}, memsim.Error, "r_word"),
        ({"r_bit": NAN}, memsim.Error, "r_bit"),
        ({"r_sense": "x"}, TypeError, "r_sense must be real numbers"),
        ({"tolerance": 0}, memsim.Error, "tolerance"),
        ({"tolerance": NAN}, memsim.Error, "tolerance"),
        ({"tolerance": "x"}, TypeError, "tolerance must be a real number"),
        ({"max_iterations": 0}, memsim.Error, "max_iterations must be 1"),
        ({"max_steps": 2**31}, memsim.Error, "max_steps must be 1"),
        ({"max_steps": 1.5}, TypeError, "max_steps must be an integer"),
        ({"law": 3}, TypeError, "law must be a law of memsim.nonideality"),
        ({"normals": np.zeros((7, 5, 2))}, memsim.Error, "law is None"),
        ({"selector": 3}, TypeError, "selector must be"),
        ({"selector": "nonsense"}, memsim.Error, "nonsense"),
        ({"context": 3}, TypeError, "context must be a memsim.Context"),
    ],
    ids=str,
)
def test_construction_is_checked(keywords, error, match):
    with pytest.raises(error, match=match):
        crossbar.Wires(**{"G": conductances(), **keywords})


@pytest.mark.parametrize(
    ("V", "E", "error", "match"),
    [
        (0.5, None, memsim.Error, r"V has shape \(\)"),
        (np.zeros(5), None, memsim.Error, r"V has shape \(5,\), it must be \(\.\.\., 7\)"),
        (np.zeros(7), np.zeros(7), memsim.Error, r"E has shape \(7,\), it must be \(\.\.\., 5\)"),
        ([NAN] * 7, None, memsim.Error, "."),
        ([INF] * 7, None, memsim.Error, "."),
        ([2e6] * 7, None, memsim.Error, "."),
        ([0.1] * 7, [NAN] * 5, memsim.Error, "."),
        ("x", None, TypeError, "V must be real numbers"),
    ],
    ids=str,
)
def test_voltages_are_checked(V, E, error, match):
    wires = crossbar.Wires(conductances())
    with pytest.raises(error, match=match):
        wires.solve(V, E)
    np.testing.assert_allclose(wires.solve(np.zeros(7)).output, 0)


def test_other_calls_are_checked():
    wires, law = crossbar.Wires(conductances()), memsim.nonideality.PooleFrenkel.siox_low()
    with pytest.raises(memsim.Error, match="method must be"):
        wires.transfer("fast")
    with pytest.raises(memsim.Error):
        crossbar.Wires(conductances(), law=law).transfer()
    with pytest.raises(memsim.Error):
        wires.write(np.zeros(7), duration=1e-6)
    with pytest.raises(TypeError, match="solution must be what solve gave"):
        wires.vjp(np.zeros((7, 5)), np.zeros(5))
    with pytest.raises(memsim.Error, match="fields=True"):
        wires.vjp(wires.solve(np.zeros(7), fields=False), np.zeros(5))
    with pytest.raises(memsim.Error, match="fields"):
        wires.vjp(crossbar.solve(np.ones((5, 7)), np.zeros(5)), np.zeros(5))
    with pytest.raises(memsim.Error, match="grad_output"):
        wires.vjp(wires.solve(np.zeros(7)), np.zeros(7))
    with pytest.raises(TypeError, match="array must be a memsim.Array"):
        crossbar.Wires.of(conductances())


CALLS = {
    "G": lambda x, y: crossbar.Wires(x, y).shape,
    "ohms": lambda x, y: crossbar.Wires(conductances(), r_source=x, r_sense=y).solve(np.zeros(7)),
    "solve": lambda x, y: crossbar.Wires(conductances()).solve(x, y),
    "limits": lambda x, y: crossbar.Wires(conductances(), tolerance=x, max_steps=y).solve(np.ones(7)),
    "law": lambda x, y: crossbar.Wires(conductances(), law=x, normals=y),
    "selector": lambda x, y: crossbar.Wires(conductances(), selector=x, double_sided=y),
    "vjp": lambda x, y: crossbar.Wires(conductances()).vjp(crossbar.solve(conductances(), np.ones(7)), x),
    "transfer": lambda x, y: crossbar.Wires(conductances()).transfer(x),
}


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=300, deadline=None)
@given(call=st.sampled_from(sorted(CALLS)), x=anything, y=anything)
def test_wires_survive_anything(call, x, y):
    try:
        CALLS[call](x, y)
    except (memsim.Error, TypeError, ValueError) as error:
        assert str(error)


# -- The extension: extents and types of buffers, which the library cannot know


def handle(**changed):
    one = np.ones(1)
    given = {"context": None, "g": np.ones((3, 2)), "array": None, "rows": 3, "columns": 2, "r_word": one, "r_bit": one}
    given |= {"r_source": one, "r_sense": one, "double_sided": 0, "law": None, "normals": None, "selector": None}
    return _core.Wires(*(given | changed).values(), 1e-12, 100, 10)


def test_the_extension_counts_what_wires_are_made_from():
    assert handle().shape == (3, 2)
    for changed in (
        {"g": np.ones((3, 3))},
        {"g": np.ones((3, 2), np.float32)},
        {"g": None},
        {"rows": 0},
        {"columns": 0},
        {"rows": 2**63, "columns": 2},
        {"rows": 2},
        {"r_word": np.ones(2)},
        {"r_bit": np.ones(2, np.float32)},
        {"normals": np.ones((3, 2))},
        {"normals": np.ones((3, 2, 2), np.float32)},
    ):
        with pytest.raises(memsim.Error):
            handle(**changed)
    for changed in ({"array": np.ones(3)}, {"law": "x"}, {"law": ("x",)}, {"selector": 3}, {"context": 3}):
        with pytest.raises(TypeError):
            handle(**changed)
    with pytest.raises(TypeError, match="parameter n must be a buffer of float64"):
        handle(law=("n-parameter", (("n", np.ones(1, np.float32)),)))
    with pytest.raises(TypeError):
        _core.Wires()


def test_the_extension_counts_what_calls_are_given():
    wires, v, out, field = handle(), np.ones((4, 3)), np.ones((4, 2)), np.ones((4, 3, 2))
    assert len(wires.solve(v, None, 4, out, *[field] * 6)) == 4
    wrong = [(v[:3], None, 4, out), (v, out[:1], 4, out), (v, None, 4, out[:3]), (v, None, 3, out)]
    wrong += [(v, None, 2**63, out), (v.astype(np.float32), None, 4, out), (v, None, 4, out.astype(np.float32))]
    for arguments in wrong:
        with pytest.raises(memsim.Error, match="must be float64 of"):
            wires.solve(*arguments, *[None] * 6)
    for k in range(6):
        fields = [None] * 6
        fields[k] = field[:3]
        with pytest.raises(memsim.Error, match="fields must be float64"):
            wires.solve(v, None, 4, out, *fields)
    with pytest.raises((TypeError, ValueError, BufferError)):
        wires.solve(v, None, 4, bytes(64), *[None] * 6)
    with pytest.raises(memsim.Error, match="out must be float64"):
        wires.transfer(0, np.ones((2, 2)))
    places = [np.ones((4, 3)), np.ones((4, 2)), np.ones((3, 2)), np.ones(3), np.ones(2)]
    assert wires.vjp(field, 4, out, *places) is None
    assert wires.vjp(field, 4, out, *[None] * 5) is None
    for k in range(5):
        with pytest.raises(memsim.Error, match="grad_.* must be float64 of"):
            wires.vjp(field, 4, out, *places[:k], np.ones(7), *places[k + 1 :])
    for arguments in ((field[:3], 4, out), (field, 4, out[:3]), (field.astype(np.float32), 4, out)):
        with pytest.raises(memsim.Error, match="must be float64 of"):
            wires.vjp(*arguments, *[None] * 5)
    for arguments in ((np.ones(2), None), (np.ones(3), np.ones(3))):
        with pytest.raises(memsim.Error, match="must be float64 of"):
            wires.write(*arguments, 1e-6, 0.02)
