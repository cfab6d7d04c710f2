"""Crossbars with wires: devices that are not ohmic, selectors, and derivatives."""

import dataclasses
import pickle

import numpy as np
import pytest

import memsim
import memsim.nonideality as ni
from memsim import crossbar
from nodal import nodal, ohmic
from test_wires import compare, conductances, inputs, largest

LAWS = {
    "poole-frenkel low": ni.PooleFrenkel.siox_low(),
    "poole-frenkel high": ni.PooleFrenkel.siox_high(),
    "n-parameter low": ni.NParameter.siox_low(),
    "n-parameter high": ni.NParameter.siox_high(),
}
every_law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)


def devices(law: ni.Law, shape=(6, 5), seed=4) -> tuple[np.ndarray, np.ndarray]:
    """Conductances in the law's window, and normals."""
    numbers = np.random.default_rng(seed)
    return numbers.uniform(*law.window, shape), numbers.normal(size=(*shape, 2))


def current_of(law: ni.Law, g: np.ndarray, z: np.ndarray):
    deviates = z if isinstance(law, ni.PooleFrenkel) else z[..., 0]

    def values(volts):
        found = law.evaluate(volts, g, deviates)
        return found.current, found.d_voltage

    return values


# -- Laws


@every_law
@pytest.mark.parametrize("ohms", [(0.0, 0.0), (20.0, 35.0)], ids=str)
def test_newtons_method_finds_what_nodal_analysis_does(law, ohms):
    g, z = devices(law)
    v, e = 0.5 * inputs(6), 0.1 * inputs(5)
    expected = nodal(v, g.shape, current_of(law, g, z), *ohms, E=e)
    found = crossbar.solve(g, v, *ohms, E=e, law=law, normals=z)
    compare(found, expected, False, False, rtol=1e-9)  # the gate of the reference for non-linear devices
    assert found.residual <= 1e-12


@every_law
def test_every_other_wire_works_with_laws_too(law):
    g, z = devices(law)
    wires = {"r_word": np.linspace(0, 9, 6), "r_source": [0, 3, np.inf, 3, 0, 0], "r_sense": 8.0, "double_sided": False}
    v = 0.5 * inputs(6)
    expected = nodal(v, g.shape, current_of(law, g, z), **wires)
    compare(crossbar.solve(g, v, law=law, normals=z, **wires), expected, False, False, rtol=1e-9)


@every_law
def test_without_wires_currents_are_the_laws(law):
    g, z = devices(law)
    v = 0.5 * inputs(3, 6)
    deviates = z if isinstance(law, ni.PooleFrenkel) else z[..., 0]
    expected = law.evaluate(v[:, :, None], g, deviates).current
    found = crossbar.solve(g, v, 0, 0, law=law, normals=z)
    np.testing.assert_allclose(found.device_current, expected, rtol=1e-9, atol=1e-12 * largest(expected))
    median = crossbar.solve(g, v, 0, 0, law=law)
    np.testing.assert_array_equal(median.output, crossbar.solve(g, v, 0, 0, law=law, normals=np.zeros(2)).output)
    np.testing.assert_allclose(median.output, law.evaluate(v[:, :, None], g).current.sum(1), rtol=1e-9)


def test_an_n_parameter_of_2_is_ohmic():
    g, v = conductances(), inputs(3, 7)
    law = crossbar.solve(g, v, 5, 7, law=ni.NParameter(2.0))
    np.testing.assert_allclose(law.output, crossbar.solve(g, v, 5, 7).output, rtol=1e-9)


def test_terminals_give_what_laws_and_wires_take():
    law = LAWS["poole-frenkel low"]
    g, z = devices(law)
    found = crossbar.solve(g, v := 0.5 * inputs(6), 20, 35, law=law, normals=z)
    taken = np.sum(found.device_current * found.device_volts)
    taken += 20 * np.sum(found.word_current**2) + 35 * np.sum(found.bit_current**2)
    assert taken == pytest.approx(v @ found.word_current[:, 0], rel=1e-10)


def test_laws_are_checked():
    law = LAWS["poole-frenkel low"]
    g, z = devices(law)
    with pytest.raises(memsim.Error, match="normals must be finite"):
        crossbar.Wires(g, law=law, normals=z * np.nan)
    with pytest.raises(memsim.Error, match="normals has shape"):
        crossbar.Wires(g, law=law, normals=z[:3])
    with pytest.raises(TypeError, match="law must be"):
        crossbar.Wires(g, law=ni.StuckAtGOff(0.1))
    assert crossbar.Wires(g, law=law, normals=z[:1]).solve(np.zeros(6)).output.shape == (5,)


# -- Selectors


def selectors() -> list[str]:
    return list(crossbar.selector_cards())


def conducting(name: str) -> crossbar.Selector:
    """With its defaults, and a gate that is open."""
    gate = crossbar.Selector(name).gate
    return crossbar.Selector(name, **({gate: 3.0} if gate else {}))


def test_there_are_selectors():
    names = selectors()
    assert "exponential" in names
    assert any(crossbar.Selector(name).gate for name in names)
    for name, card in crossbar.selector_cards().items():
        assert card.name == name
        assert all(key in str(card) for key in card.parameters)
        assert all(item.minimum <= item.maximum for item in card.parameters.values())


@pytest.mark.parametrize("name", selectors())
@pytest.mark.parametrize("law", [None, LAWS["poole-frenkel low"]], ids=["ohmic", "law"])
def test_selectors_take_part_of_the_voltage(name, law):
    g, v = devices(LAWS["poole-frenkel low"])[0], 0.5 * inputs(4, 6)
    bare = crossbar.solve(g, v, 0, 0, law=law)
    selector = conducting(name)
    found = crossbar.solve(g, v, 0, 0, law=law, selector=selector)
    np.testing.assert_allclose(found.device_volts, bare.device_volts, rtol=0, atol=1e-12)  # the selector included
    # Passive, in series: less current, of the same sign, but for what the solver leaves.
    slack = 1e-9 * largest(bare.device_current)
    assert (np.abs(found.device_current) <= np.abs(bare.device_current) + slack).all()
    assert (found.device_current * bare.device_current >= -(slack**2)).all()
    assert largest(found.device_current) > 0
    wired = crossbar.solve(g, v, 20, 35, law=law, selector=selector)
    given = np.sum(v * wired.word_current[..., 0], -1)
    taken = np.sum(wired.device_current * wired.device_volts, (-2, -1))
    taken += 20 * np.sum(wired.word_current**2, (-2, -1)) + 35 * np.sum(wired.bit_current**2, (-2, -1))
    np.testing.assert_allclose(taken, given, rtol=1e-9)


@pytest.mark.parametrize("name", [name for name in selectors() if crossbar.Selector(name).gate])
def test_gates_turn_word_lines_off(name):
    selector = conducting(name)
    rows = np.array([True, False, True, True, False, False])
    half = selector.gated(rows, 0.0)
    assert dict(half.parameters)[selector.gate] == tuple(np.where(rows, 3.0, 0.0))
    g, v = conductances((6, 5)), 0.5 + 0.1 * inputs(6)
    current = crossbar.solve(g, v, selector=half).device_current
    whole = crossbar.solve(g, v, selector=selector).device_current
    assert largest(current[~rows]) < 1e-3 * largest(whole[~rows])
    np.testing.assert_allclose(current[rows], whole[rows], rtol=0.05)  # bit lines rise less


def test_selectors_are_values():
    name = selectors()[0]
    key, card = next(iter(crossbar.selector_cards()[name].parameters.items()))
    middle = 0.5 * (card.minimum + card.maximum)
    selector = crossbar.Selector(name, **{key: middle})
    assert selector == crossbar.Selector(name, **{key: np.array(middle)})
    assert selector != crossbar.Selector(name)
    assert pickle.loads(pickle.dumps(selector)) == selector
    assert len({selector, crossbar.Selector(name, **{key: middle})}) == 1
    assert name in repr(selector) and key in repr(selector)
    with pytest.raises(dataclasses.FrozenInstanceError):
        selector.name = "other"


def test_selectors_are_checked():
    name = selectors()[0]
    key, card = next(iter(crossbar.selector_cards()[name].parameters.items()))
    with pytest.raises(memsim.Error, match="nonsense"):
        crossbar.Selector("nonsense")
    with pytest.raises(memsim.Error, match="has no parameter 'nonsense'; it has"):
        crossbar.Selector(name, nonsense=1)
    for wrong in (np.nan, card.maximum * 2 + 1, [], [[0.1]]):
        with pytest.raises(memsim.Error, match=f"{key} must be"):
            crossbar.Selector(name, **{key: wrong})
    with pytest.raises(TypeError, match="must be real numbers"):
        crossbar.Selector(name, **{key: "x"})
    with pytest.raises(TypeError, match="selector must be a name"):
        crossbar.Selector(3)
    gated = next(name for name in selectors() if crossbar.Selector(name).gate)
    gate = crossbar.Selector(gated).gate
    with pytest.raises(memsim.Error, match=gate):
        crossbar.Selector(gated).gated(np.ones(3, bool), 0.0)
    with pytest.raises(memsim.Error):
        crossbar.Wires(conductances(), selector=crossbar.Selector(gated, **{gate: [1.0, 0.5]}))  # of 7 word lines


# -- Derivatives


def differences(function, x: np.ndarray, step: float) -> np.ndarray:
    """Central ones, each step a part of the largest value."""
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        change = np.zeros_like(x)
        change[index] = step * largest(x)
        gradient[index] = (function(x + change) - function(x - change)) / (2 * change[index])
    return gradient


CIRCUITS = {
    "plain": {},
    "drivers": {"r_source": 30.0, "r_sense": [5.0, 0.0, 8.0, 1.0, 2.0]},
    "double-sided": {"r_source": 30.0, "double_sided": True},
    "floating": {"r_source": [0, np.inf, 0, 0, np.inf, 0], "r_sense": [0, 0, np.inf, 0, 0]},
}


@pytest.mark.parametrize("wires", CIRCUITS.values(), ids=CIRCUITS)
@pytest.mark.parametrize("law", [None, LAWS["poole-frenkel low"], LAWS["n-parameter low"]], ids=["ohmic", "pf", "n"])
def test_gradients_are_those_of_differences(law, wires):
    g, z = devices(LAWS["poole-frenkel low"] if law is None else law)
    v, e, weights = 0.5 * inputs(2, 6), 0.1 * inputs(2, 5, seed=3), inputs(2, 5, seed=5)
    ohms = np.linspace(2, 7, 6), np.linspace(4, 9, 5)

    def made(g, r_word, r_bit):
        return crossbar.Wires(g, r_word, r_bit, law=law, normals=None if law is None else z, **wires)

    def loss(v, e, g, r_word, r_bit):
        return float(np.sum(weights * made(g, r_word, r_bit).solve(v, e, fields=False).output))

    at = [v, e, g, *ohms]
    circuit = made(g, *ohms)
    found = circuit.vjp(circuit.solve(v, e), weights)
    for k, name in enumerate(("V", "E", "G", "r_word", "r_bit")):
        # Central differences of outputs right to 1e-12: step^2, and 1e-12 / step, of which wires get a hundredth.
        expected = differences(lambda x, k=k: loss(*at[:k], x, *at[k + 1 :]), at[k], 1e-4)
        scale = largest(expected)
        np.testing.assert_allclose(getattr(found, name), expected, rtol=1e-6, atol=1e-5 * scale, err_msg=name)


def test_gradients_of_a_batch_are_sums():
    g, v, weights = conductances(), inputs(2, 3, 7), inputs(2, 3, 5, seed=3)
    wires = crossbar.Wires(g, 3.0, 4.0)
    whole = wires.vjp(wires.solve(v), weights)
    parts = [wires.vjp(wires.solve(v[index]), weights[index]) for index in np.ndindex(2, 3)]
    assert whole.V.shape == (2, 3, 7)
    assert whole.E.shape == (2, 3, 5)
    for name in ("G", "r_word", "r_bit"):
        total = sum(getattr(part, name) for part in parts)
        np.testing.assert_allclose(getattr(whole, name), total, rtol=1e-12, atol=1e-12 * largest(total))
    np.testing.assert_array_equal(whole.V[1, 2], parts[5].V)
    same = wires.vjp(wires.solve(v), weights[1, 2])  # one for all
    np.testing.assert_array_equal(same.E[1, 2], parts[5].E)


def test_gradients_by_voltages_are_the_transfer_matrix():
    g = conductances()
    wires, weights = crossbar.Wires(g, 3.0, 4.0), inputs(5)
    found = wires.vjp(wires.solve(inputs(7)), weights)
    np.testing.assert_allclose(found.V, wires.transfer() @ weights, rtol=1e-10)
    expected = nodal(np.zeros(7), g.shape, ohmic(g), 3.0, 4.0, E=weights).output
    np.testing.assert_allclose(found.E, expected, rtol=1e-9)  # reciprocity: grounded word lines, driven bit lines


def test_gradients_of_an_array_have_no_conductances():
    array = memsim.Array("jart-vcm-v1b", (3, 4), seed=1)
    wires = crossbar.Wires.of(array, 2.0, 3.0)
    found = wires.vjp(wires.solve(0.1 * inputs(3)), np.ones(4))
    assert found.G is None
    assert found.V.shape == (3,)
