"""Durations, training pulses and waveforms, of every model whose cells follow an equation in time."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import memsim
from conftest import refused
from test_bad_input import anything

SHAPE = (4, 5)
TIMED = [name for name, card in memsim.models().items() if card.timed]
NAN, INF = float("nan"), float("inf")

every_timed_model = pytest.mark.parametrize("model", TIMED)


def make(model: str = "jart-vcm-v1b", **keywords) -> memsim.Array:
    return memsim.Array(model, SHAPE, seed=1, **keywords)


@pytest.fixture
def timed() -> memsim.Array:
    return make()


def test_there_are_timed_models():
    assert "jart-vcm-v1b" in TIMED
    assert "synaptogen" not in TIMED


@every_timed_model
def test_bare_numbers_are_float64(model):
    array = make(model)
    assert array.read(0.05).dtype == array.conductance([0.05] * 5).dtype == np.float64
    assert array.state(array.state_names[0]).dtype == np.float64
    assert array.read(np.float32(0.05)).dtype == np.float32
    assert array.read(0.05, out=np.empty(SHAPE, np.float32)).dtype == np.float32
    assert pickle.loads(pickle.dumps(array)).read(0.05).dtype == np.float64


def test_voltages_are_not_rounded():
    hashes = []
    for volts in (-0.6, np.float64(-0.6), np.float32(-0.6)):
        array = make(params={"Ninit": 1.0})
        array.apply(volts)
        hashes.append(array.hash())
    assert hashes[0] == hashes[1] != hashes[2]


@every_timed_model
def test_the_default_duration_is_a_parameter(model):
    length = memsim.models()[model].params["pulse_length"].default.item()
    first, second, third = make(model), make(model), make(model, params={"pulse_length": 2 * length})
    first.apply(-0.5)
    second.apply(-0.5, duration=length)
    assert first.hash() == second.hash()
    second = make(model)
    second.apply(-0.5, duration=2 * length)
    third.apply(-0.5)
    for name in third.state_names:
        np.testing.assert_array_equal(second.state(name), third.state(name))


@every_timed_model
@pytest.mark.parametrize("shape", [(), (1,), (5,), (4, 1), (4, 5)])
def test_durations_broadcast(model, shape):
    durations = np.geomspace(1e-9, 1e-6, int(np.prod(shape))).reshape(shape)
    first, second = make(model), make(model)
    first.apply(-0.4, duration=durations)
    second.apply(np.full(SHAPE, -0.4), duration=np.broadcast_to(durations, SHAPE).astype(object).astype(float))
    assert first.hash() == second.hash()


@every_timed_model
def test_where_leaves_the_other_cells_alone(model):
    array, mask = make(model), np.arange(20).reshape(SHAPE) % 3 == 0
    before = {name: array.state(name) for name in array.state_names}
    array.apply(-0.5, where=mask, duration=1e-6)
    array.pulse(7, where=mask)
    array.sweep([0, 1e-6], [0, 0.3], where=mask)
    for name, values in before.items():
        np.testing.assert_array_equal(array.state(name)[~mask], values[~mask], err_msg=name)


@every_timed_model
def test_pulses_set_and_reset(model):
    array = make(model)
    conductances = [array.conductance(0.05)]
    for counts in (1000, -1000):
        array.pulse(counts)
        conductances.append(array.conductance(0.05))
    assert np.all(conductances[1] > conductances[0])
    assert np.all(conductances[2] < conductances[1])


@settings(max_examples=40, deadline=None)
@given(
    counts=hnp.arrays(
        st.sampled_from([np.int8, np.int32, np.int64, np.uint16]),
        hnp.broadcastable_shapes(SHAPE, max_dims=2),
        elements=st.integers(0, 100),
    ),
    sign=st.sampled_from([1, -1]),
    data=st.data(),
)
def test_counts_may_be_any_integers_that_broadcast(counts, sign, data):
    counts = counts if counts.dtype.kind == "u" else counts * counts.dtype.type(sign)
    mask = data.draw(hnp.arrays(bool, SHAPE))
    try:
        full = np.broadcast_to(counts, SHAPE)
    except ValueError:
        with refused(make(), memsim.Error, "does not broadcast"):
            make().pulse(counts)
        return
    first, second, third = make(), make(), make()
    first.pulse(counts, where=mask)
    second.pulse(np.where(mask, full, 0).astype(np.int64))
    third.pulse(counts.tolist() if counts.size else counts, where=mask)
    assert first.hash() == second.hash() == third.hash()


@every_timed_model
def test_traces_have_points_and_cells(model):
    t, v = np.linspace(0, 1e-6, 9), 0.3 * np.sin(np.linspace(0, 2 * np.pi, 9))
    mask = np.arange(20).reshape(SHAPE) % 3 == 0
    v[0] = 0.05
    array, twin, third = make(model), make(model), make(model)
    start = array.read(0.05, noise=False)
    trace = array.sweep(t, v)
    assert trace.shape == (9, *SHAPE)
    assert trace.dtype == np.float64
    np.testing.assert_allclose(trace[0], start, rtol=1e-9)  # two runs of a solver, each right to less
    np.testing.assert_array_equal(twin.sweep(list(t), list(v), where=mask), trace[:, mask])
    np.testing.assert_array_equal(third.sweep(t.astype(np.float64), v, dtype="f4"), trace.astype(np.float32))
    assert array.hash() == third.hash()
    # Cells left out stay where they were: which shows if the wave moves any, as it does not below a threshold.
    assert (array.hash() == twin.hash()) == (array.hash() == make(model).hash())
    assert make(model).sweep(t, v, where=np.zeros(5, bool)).shape == (9, 0)
    assert make(model).sweep([0.5], [0.1]).shape == (1, *SHAPE)


def test_traces_go_where_they_are_asked_to(timed):
    t, v = np.linspace(0, 1e-6, 3), np.array([0.1, 0.2, 0.1])
    expected = make().sweep(t, v)
    out = np.empty((3, *SHAPE), np.float32)
    assert timed.sweep(t, v, out=out) is out
    np.testing.assert_array_equal(out, expected.astype(np.float32))
    for wrong in (np.empty((3, 20)), np.empty((2, *SHAPE)), np.empty((3, *SHAPE), int)):
        with refused(timed, memsim.Error, "out"):
            timed.sweep(t, v, out=wrong)
    with refused(timed, memsim.Error, "the result is float64"):
        timed.sweep(t, v, out=out, dtype=np.float64)
    with refused(timed, memsim.Error, "dtype must be float32 or float64"):
        timed.sweep(t, v, dtype=np.int32)
    shared = np.empty((3, 1, 1))
    shared[:, 0, 0] = v
    one = memsim.Array("jart-vcm-v1b", (1, 1), seed=1)
    np.testing.assert_array_equal(one.sweep(t, shared[:, 0, 0], out=shared)[:, 0, 0], expected[:, 0, 0])


def test_a_constant_waveform_is_a_hold(timed):
    twin = make()
    timed.apply(-0.6, duration=1e-2)
    twin.sweep(np.linspace(0, 1e-2, 11), np.full(11, -0.6))
    assert np.all(timed.state("N") > 0.0089)
    np.testing.assert_allclose(np.log(timed.state("N")), np.log(twin.state("N")), atol=1e-3)  # the error asked of maps


def test_models_without_time_say_so(cells):
    for call in (
        lambda: cells.apply(0.1, duration=1.0),
        lambda: cells.pulse(1),
        lambda: cells.sweep([0, 1], [0, 0.1]),
    ):
        with refused(cells, memsim.Error, '"synaptogen" has no time'):
            call()


@every_timed_model
def test_voltages_beyond_the_limit_are_refused(model):
    array, limit = make(model), memsim.models()[model].voltage_limit
    array.read(limit)
    for volts in (limit * 1.001, -limit * 1.001, NAN, INF):
        for call in (
            lambda volts=volts: array.apply(volts),
            lambda volts=volts: array.apply(volts, duration=1e-9),
            lambda volts=volts: array.read(volts),
            lambda volts=volts: array.sweep([0, 1e-9], [0, volts]),
        ):
            with refused(array, memsim.Error, f"within ±{limit}"):
                call()


@pytest.mark.parametrize("duration", [-1e-9, NAN, INF, 1e13, [1e-6] * 4 + [-1.0]])
def test_durations_are_checked(timed, duration):
    with refused(timed, memsim.Error, "durations must be 0"):
        timed.apply(-0.1, duration=duration)


def test_types_and_shapes_are_checked(timed):
    for duration in ("x", 1j, {}, object()):
        with refused(timed, TypeError, "duration must be real numbers"):
            timed.apply(-0.1, duration=duration)
    with refused(timed, memsim.Error, "duration has shape"):
        timed.apply(-0.1, duration=[1e-6] * 3)
    for counts in (1.0, [1.5] * 5, True, "x", None, np.ones(SHAPE, bool), [], 10**30):
        with refused(timed, TypeError, "counts must be integers"):
            timed.pulse(counts)
    for counts in (2**31, -(2**31) - 1, [0, 0, 0, 0, 10**12]):
        with refused(timed, memsim.Error, "counts must be -2147483648...2147483647"):
            timed.pulse(counts)
    with refused(timed, memsim.Error, "counts has shape"):
        timed.pulse([1, 2, 3])
    with refused(timed, TypeError, "where must be booleans"):
        timed.pulse(1, where=1)


@pytest.mark.parametrize(
    ("t", "v", "match"),
    [
        ([0, 1e-6, 1e-6], [0, 0, 0], "times must increase strictly.*index 2"),
        ([0, 1e-6, 5e-7], [0, 0, 0], "times must increase strictly.*index 2"),
        ([0, NAN, 1], [0, 0, 0], "times must increase strictly.*index 1"),
        ([0, INF], [0, 0], "times must increase strictly"),
        ([], [], "at least one point"),
        ([0, 1], [0], "one shape"),
        (0.0, 0.1, "one shape"),
        ([[0, 1]], [[0, 1]], "one shape"),
    ],
    ids=str,
)
def test_time_axes_are_checked(timed, t, v, match):
    with refused(timed, memsim.Error, match):
        timed.sweep(t, v)


@every_timed_model
def test_presets_are_their_parameters(model):
    for name, preset in memsim.models()[model].presets.items():
        assert make(model, preset=name).hash() == make(model, params=preset.params).hash()
    with pytest.raises(memsim.Error, match="has no preset \"nope\""):
        make(model, preset="nope")
    with pytest.raises(TypeError, match="preset must be a name or None"):
        make(model, preset=3)


def test_parameters_win_over_the_preset():
    given = {"Rth0": 12e6}
    preset = memsim.models()["jart-vcm-v1b"].presets["user-guide"].params
    assert make(preset="user-guide", params=given).hash() == make(params={**preset, **given}).hash()


@every_timed_model
def test_copies_go_on_as_the_original(model):
    array = make(model)
    array.apply(-0.5, duration=1e-7)
    twin = pickle.loads(pickle.dumps(array))
    for one in (array, twin):
        one.pulse([3, -2, 0, 1, -1])
    assert array.hash() == twin.hash()


@every_timed_model
def test_threads_do_not_matter(model):
    hashes = set()
    for threads in (1, 3):
        array = memsim.Array(model, (100, 90), seed=2, context=memsim.Context(threads))
        array.apply(np.linspace(-0.7, 0.7, 90), duration=np.geomspace(1e-9, 1e-6, 100)[:, None])
        array.pulse(np.arange(90) - 45)
        hashes.add(array.hash())
    assert len(hashes) == 1


CALLS = {
    "duration": lambda array, x, y: array.apply(x, duration=y),
    "apply": lambda array, x, y: array.apply(x, where=y, duration=1e-9),
    "pulse": lambda array, x, y: array.pulse(x, where=y),
    "sweep": lambda array, x, y: array.sweep(x, y),
    "sweep_v": lambda array, x, y: array.sweep([0.0, 1e-9], x, where=y),
    "sweep_out": lambda array, x, y: array.sweep([0.0, 1e-9], [0.0, 0.1], out=x, dtype=y),
}


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=200, deadline=None)
@given(call=st.sampled_from(sorted(CALLS)), x=anything, y=anything)
def test_arrays_survive_anything(call, x, y):
    array = make()
    before = array.hash()
    try:
        CALLS[call](array, x, y)
    except (memsim.Error, TypeError, ValueError) as error:
        assert str(error)
        assert array.hash() == before
