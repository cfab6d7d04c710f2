"""Bad input to every function: an error with a sentence, and nothing changed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import memsim
from conftest import SHAPE, refused

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("volts", [NAN, INF, -INF, 1e300, np.full(SHAPE, NAN), [0.1] * 6 + [INF]])
def test_voltages_must_be_finite(cells, volts):
    for call in (cells.apply, cells.read, cells.conductance):
        with refused(cells, memsim.Error, "volts"):
            call(volts)
    with refused(cells, memsim.Error, "volts"):
        cells.vmm([0.1] * 11 + [np.ravel(volts)[-1].item()])
    with refused(cells, memsim.Error, "values"):
        cells.set_state("r", volts)


@pytest.mark.parametrize("volts", [None, "x", b"x", 1j, object(), {1: 2}, [[1], [1, 2]], 10**400, np.array(["a"])])
def test_voltages_must_be_real_numbers(cells, volts):
    for call in (cells.apply, cells.read, cells.conductance, cells.vmm):
        with refused(cells, TypeError, "must be real numbers"):
            call(volts)


@pytest.mark.parametrize("where", [0, [1, 0, 1, 0, 1, 0, 1], np.ones(SHAPE), "x", np.ones(SHAPE, np.uint8)])
def test_masks_must_be_booleans(cells, where):
    with refused(cells, TypeError, "where must be booleans"):
        cells.apply(-2, where=where)
    with refused(cells, TypeError, "where must be booleans"):
        cells.set_state("r", 0.5, where=where)


def test_read_settings_are_checked(cells):
    v = np.zeros(12, np.float32)
    for bandwidth in (0, -1, NAN, INF):
        with refused(cells, memsim.Error, "bandwidth"):
            cells.read(0.2, bandwidth=bandwidth)
        with refused(cells, memsim.Error, "bandwidth"):
            cells.vmm(v, bandwidth=bandwidth)
    with refused(cells, TypeError, "bandwidth must be a real number"):
        cells.read(0.2, bandwidth="wide")
    for noise in ("x", 7, None, []):
        with refused(cells, memsim.Error, "noise must be"):
            cells.read(0.2, noise=noise)
        with refused(cells, memsim.Error, "noise must be"):
            cells.vmm(v, noise=noise)


@pytest.mark.parametrize("shape", [(), (11,), (12, 7), (13,), (12, 1)])
def test_vmm_needs_one_voltage_for_every_word_line(cells, shape):
    with refused(cells, memsim.Error, r"it must be \(\.\.\., 12\)"):
        cells.vmm(np.zeros(shape))


def test_states_are_checked(cells):
    with refused(cells, memsim.Error, "nonsense"):
        cells.state("nonsense")
    with refused(cells, memsim.Error, "nonsense"):
        cells.set_state("nonsense", 1)
    with refused(cells, memsim.Error, "cycle"):
        cells.set_state("cycle", 1)
    with refused(cells, memsim.Error, "dtype must be float32 or float64"):
        cells.state("r", dtype=np.int32)
    with refused(cells, TypeError):
        cells.state(3)
    with refused(cells, ValueError):
        cells.state("r\0")


@pytest.mark.parametrize(
    ("keywords", "error", "match"),
    [
        ({"model": "nonsense"}, memsim.Error, "nonsense"),
        ({"model": 3}, TypeError, "model must be a name"),
        ({"model": None}, TypeError, "model must be a name"),
        ({"shape": 3}, memsim.Error, r"shape must be \(rows, columns\)"),
        ({"shape": (1, 2, 3)}, memsim.Error, r"shape must be \(rows, columns\)"),
        ({"shape": (0, 2)}, memsim.Error, "0"),
        ({"shape": (-1, 2)}, memsim.Error, "-1"),
        ({"shape": (2.0, 2)}, TypeError, "shape must be an integer, got float"),
        ({"shape": "ab"}, TypeError, "shape"),
        ({"shape": (2**31, 2)}, memsim.Error, "2147483648"),
        ({"shape": (2**62, 2**62)}, memsim.Error, "4611686018427387904"),
        ({"shape": (2**70, 1)}, memsim.Error, "shape must be"),
        ({"seed": -1}, memsim.Error, "seed must be 0"),
        ({"seed": 2**64}, memsim.Error, "seed must be 0"),
        ({"seed": 1.5}, TypeError, "seed must be an integer"),
        ({"start": "sideways"}, memsim.Error, "start"),
        ({"start": 3}, TypeError, "option start must be a word"),
        ({"strat": "fresh"}, memsim.Error, "strat"),
        ({"context": 2}, TypeError, "context must be a memsim.Context"),
        ({"params": 3}, TypeError, "path"),
        ({"params": {"nonsense": 1}}, memsim.Error, "synaptogen has no parameter 'nonsense'; it has .*eta"),
        ({"params": {"eta": NAN}}, memsim.Error, "eta"),
        ({"params": {"eta": "big"}}, memsim.Error, "eta"),
        ({"params": {"eta": [1, 2]}}, memsim.Error, "eta has shape"),
        ({"params": {"gamma": np.zeros((5, 4))}}, memsim.Error, r"gamma has shape \(5, 4\), it must be \(4, 5\)"),
        ({"params": {"eta": 3, "η": 3}}, memsim.Error, "eta is given twice"),
        ({"params": {"order": 11}}, memsim.Error, "order"),
        ({"params": {"order": 2.5}}, memsim.Error, "order"),
    ],
    ids=str,
)
def test_construction_is_checked(keywords, error, match):
    with pytest.raises(error, match=match):
        memsim.Array(**{"model": "synaptogen", "shape": (2, 2), **keywords})


def test_memory_that_is_not_to_be_had_is_refused():
    for shape in ((2**15, 2**16), (2**31, 1)):
        with pytest.raises(memsim.OutOfMemoryError, match="MiB are needed") as caught:
            memsim.Array(shape=shape)
        assert isinstance(caught.value, MemoryError)
    with pytest.raises(memsim.OutOfMemoryError):
        memsim.random.normal(2**50)


def test_errors_have_the_builtin_kinds():
    assert issubclass(memsim.Error, ValueError)
    assert issubclass(memsim.OutOfMemoryError, (memsim.Error, MemoryError))
    assert issubclass(memsim.FileError, OSError)
    assert issubclass(memsim.BusyError, RuntimeError)
    for error in (memsim.OutOfMemoryError, memsim.FileError, memsim.BusyError, memsim.StateFileError):
        assert issubclass(error, memsim.Error)
        assert error.__module__ == "memsim"


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.lists(st.floats(width=32), max_size=8),
    st.just({}),
    hnp.arrays(
        st.one_of(hnp.scalar_dtypes(), hnp.array_dtypes()), hnp.array_shapes(min_dims=0, max_side=13), fill=st.nothing()
    ),
)
ARRAY_CALLS = {
    "apply": lambda array, x, y: array.apply(x, where=y),
    "read": lambda array, x, y: array.read(x, noise=False, out=y),
    "bandwidth": lambda array, x, y: array.read(0.2, noise=x, bandwidth=y, out=np.zeros(SHAPE)),
    "conductance": lambda array, x, y: array.conductance(x, out=y),
    "vmm": lambda array, x, y: array.vmm(x, noise=False, out=y),
    "state": lambda array, x, y: array.state(x, dtype=y),
    "set_state": lambda array, x, y: array.set_state("r", x, where=y),
    "set_state_name": lambda array, x, y: array.set_state(x, y),
    "from_bytes": lambda array, x, y: array.from_bytes(x, context=y),
}
FUNCTION_CALLS = {
    "vmm": lambda x, y: memsim.vmm(x, y),
    "vmm_key": lambda x, y: memsim.vmm([0.1], [[0.1]], noise=True, seed=x, offset=y),
    "adc": lambda x, y: memsim.adc(x, y),
    "adc_levels": lambda x, y: memsim.adc([0.1], 4, x, y),
    "dac": lambda x, y: memsim.dac([0.1], x, y),
    "normal": lambda x, y: memsim.random.normal((2, 2), x, y),
    "uniform": lambda x, y: memsim.random.uniform((2, 2), x, y),
    "poisson": lambda x, y: memsim.random.poisson(3, x, seed=y),
    "integers": lambda x, y: memsim.random.integers(3, x, y),
    "out": lambda x, y: memsim.random.normal(out=x, dtype=y),
    "Context": lambda x, y: memsim.Context(x),
}


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=400, deadline=None)
@given(call=st.sampled_from(sorted(ARRAY_CALLS)), x=anything, y=anything)
def test_arrays_survive_anything(call, x, y):
    array = memsim.Array(shape=SHAPE, seed=1)
    before = array.hash()
    try:
        ARRAY_CALLS[call](array, x, y)
    except (memsim.Error, TypeError, ValueError) as error:
        assert str(error)
        assert array.hash() == before


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=400, deadline=None)
@given(call=st.sampled_from(sorted(FUNCTION_CALLS)), x=anything, y=anything)
def test_functions_survive_anything(call, x, y):
    try:
        FUNCTION_CALLS[call](x, y)
    except (memsim.Error, TypeError, ValueError) as error:
        assert str(error)
