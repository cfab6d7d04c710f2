"""memsim.evaluate: quantities of single cells, of every model."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import memsim
from test_bad_input import anything

JART = "jart-vcm-v1b"
every_model = pytest.mark.parametrize("model", memsim.models())


@every_model
def test_currents_are_those_of_an_array(model):
    volts = np.linspace(-0.4, 0.4, 40)
    found = memsim.evaluate(model, volts)
    expected = memsim.Array(model, (1, 40)).read(volts, noise=False)[0]
    np.testing.assert_allclose(found.current, expected, rtol=1e-9)  # two runs of a solver, each right to less


@every_model
def test_all_quantities_of_the_card_are_given(model):
    found = memsim.evaluate(model, [0.1, -0.1])
    for name, card in memsim.models()[model].quantities.items():
        values = getattr(found, name)
        assert values.shape == (2,)
        assert np.isfinite(values).all()
        assert name in dir(found)
        assert f"{name} [{card.unit}]" in repr(found)


@every_model
def test_states_of_a_new_cell_are_the_default(model):
    array = memsim.Array(model, (1, 3))
    volts = [0.1, 0.2, -0.3]
    expected = memsim.evaluate(model, volts)
    states = {
        name: array.state(name, dtype=float)[0] for name, card in memsim.models()[model].states.items() if card.settable
    }
    found = memsim.evaluate(model, volts, states)
    for name in memsim.models()[model].quantities:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


@settings(max_examples=40, deadline=None)
@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=4, min_side=0))
def test_voltages_and_states_broadcast(shapes):
    v_shape, n_shape, l_shape = shapes.input_shapes
    v = np.linspace(-0.5, 0.5, int(np.prod(v_shape))).reshape(v_shape)
    n = np.geomspace(0.01, 10, int(np.prod(n_shape))).reshape(n_shape)
    length = np.linspace(0.3e-9, 0.5e-9, int(np.prod(l_shape))).reshape(l_shape)
    found = memsim.evaluate(JART, v, {"N": n, "l": length})
    full = [np.ascontiguousarray(np.broadcast_to(x, shapes.result_shape)) for x in (v, n, length)]
    expected = memsim.evaluate(JART, full[0], {"N": full[1], "l": full[2]})
    assert found.current.shape == shapes.result_shape
    np.testing.assert_array_equal(found.current, expected.current)
    np.testing.assert_array_equal(found.temperature, expected.temperature)


@pytest.mark.parametrize(
    ("volts", "states", "dtype", "expected"),
    [
        (0.2, {}, None, np.float64),
        (np.float32(0.2), {}, None, np.float32),
        (np.full(2, 0.2, np.float32), {"N": 1}, None, np.float32),
        (np.full(2, 0.2, np.float32), {"N": np.ones(2)}, None, np.float64),
        (0.2, {"N": np.ones(2, np.float32)}, None, np.float32),
        (np.full(2, 0.2, np.float16), {}, None, np.float32),
        (np.zeros(2, int), {}, None, np.float64),
        (np.full(2, 0.2), {}, np.float32, np.float32),
        (np.full(2, 0.2, np.float32), {}, "f8", np.float64),
    ],
    ids=str,
)
def test_types_follow_the_arrays_given(volts, states, dtype, expected):
    found = memsim.evaluate(JART, volts, states, dtype=dtype)
    assert found.current.dtype == found.rate.dtype == expected


def test_precisions_agree():
    volts = np.linspace(-0.6, 0.6, 25, dtype=np.float32)
    narrow, wide = memsim.evaluate(JART, volts), memsim.evaluate(JART, volts, dtype=float)
    np.testing.assert_allclose(narrow.current, wide.current, rtol=1e-5)  # the error asked of single precision
    np.testing.assert_allclose(narrow.rate, wide.rate, rtol=5e-4, atol=1e-30)


def test_the_rate_is_that_of_the_state():
    array = memsim.Array(JART, (1, 4))
    volts, n = np.array([-0.45, -0.5, 0.5, 0.6]), 1.0
    array.set_state("N", n)
    rate = memsim.evaluate(JART, volts, {"N": n}).rate
    duration = 1e-5 / np.abs(rate)  # a change of N by 1e-5: its own square, 1e-10, and rounding are what is left
    array.apply(volts, duration=duration)
    np.testing.assert_allclose(array.state("N")[0] - n, rate * duration, rtol=2e-3)
    assert np.all(np.sign(rate) == -np.sign(volts))


def test_params_presets_and_options_count():
    base = memsim.evaluate(JART, -0.5)
    preset = memsim.models()[JART].presets["user-guide"]
    by_name = memsim.evaluate(JART, -0.5, preset="user-guide")
    by_value = memsim.evaluate(JART, -0.5, params=preset.params)
    assert by_name.temperature == by_value.temperature != base.temperature
    assert memsim.evaluate(JART, -0.5, {}, {"Rth0": 5e6}).temperature < base.temperature
    assert memsim.evaluate(JART, -0.5, constants="det").current != base.current
    assert memsim.evaluate(JART, -0.5, context=memsim.Context(2)).current == base.current


def test_the_result_reads_well():
    found = memsim.evaluate(JART, 0.2)
    assert found.current.shape == ()
    assert repr(found).startswith("<memsim.Evaluation of jart-vcm-v1b, shape ()>\ncurrent [A]: ")
    assert "..." in repr(memsim.evaluate(JART, np.full(1000, 0.2)))
    with pytest.raises(AttributeError, match="no quantity 'curent'; there are current, rate"):
        _ = found.curent
    again = pickle.loads(pickle.dumps(found))
    assert again.current == found.current
    assert repr(again) == repr(found)


def test_nothing_to_evaluate_is_checked_all_the_same():
    assert memsim.evaluate(JART, np.zeros((3, 0))).rate.shape == (3, 0)
    with pytest.raises(memsim.Error, match="nope"):
        memsim.evaluate(JART, [], variability="nope")


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({"model": "nope"}, memsim.Error, "nope"),
        ({"model": 3}, TypeError, "model must be a name"),
        ({"volts": 3.01}, memsim.Error, "within ±3.0 V"),
        ({"volts": float("nan")}, memsim.Error, "volts must be finite"),
        ({"volts": "x"}, TypeError, "volts must be real numbers"),
        ({"volts": None}, TypeError, "volts must be real numbers"),
        ({"states": {"nope": 1}}, memsim.Error, "nope"),
        ({"states": {"T": 300}}, memsim.Error, '"T" cannot be set'),
        ({"states": {"N": -1}}, memsim.Error, "N"),
        ({"states": {"N": float("inf")}}, memsim.Error, "finite"),
        ({"states": {"N": "x"}}, TypeError, "state N must be real numbers"),
        ({"states": [1]}, TypeError, "states must be a mapping"),
        ({"volts": [0.1, 0.2], "states": {"N": [1, 2, 3]}}, memsim.Error, r"state N \(3,\)"),
        ({"params": {"nope": 1}}, memsim.Error, "nope"),
        ({"params": {"Rth0": -1}}, memsim.Error, "Rth0"),
        ({"preset": "nope"}, memsim.Error, "nope"),
        ({"preset": 1}, TypeError, "preset must be a name"),
        ({"constants": "rough"}, memsim.Error, "constants"),
        ({"constants": 1}, TypeError, "option constants must be a word"),
        ({"dtype": np.int32}, memsim.Error, "dtype must be float32 or float64"),
        ({"context": 2}, TypeError, "context must be"),
    ],
    ids=str,
)
def test_arguments_are_checked(arguments, error, match):
    with pytest.raises(error, match=match):
        memsim.evaluate(**{"model": JART, "volts": 0.1, **arguments})


CALLS = {
    "volts": lambda x, y: memsim.evaluate(JART, x, dtype=y),
    "states": lambda x, y: memsim.evaluate(JART, x, {"N": y}),
    "mapping": lambda x, y: memsim.evaluate(JART, 0.1, x, y),
    "names": lambda x, y: memsim.evaluate(JART, 0.1, preset=x, variability=y),
}


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=200, deadline=None)
@given(call=st.sampled_from(sorted(CALLS)), x=anything, y=anything)
def test_it_survives_anything(call, x, y):
    try:
        CALLS[call](x, y)
    except (memsim.Error, TypeError, ValueError, OSError) as error:
        assert str(error)
