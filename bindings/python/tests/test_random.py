"""Random numbers by address."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import memsim
from memsim import random

FILLS = {
    "uniform": (random.uniform, (-2.0, 3.0)),
    "normal": (random.normal, (1.0, 2.0)),
    "lognormal": (random.lognormal, (0.5, 0.25)),
    "exponential": (random.exponential, (1.5,)),
    "poisson": (random.poisson, (3.5,)),
    "bernoulli": (random.bernoulli, (0.3,)),
    "integers": (random.integers, (-5, 6)),
}
TYPES = {
    "uniform": (np.float32, np.float64),
    "normal": (np.float32, np.float64),
    "lognormal": (np.float32, np.float64),
    "exponential": (np.float32, np.float64),
    "poisson": (np.int64, np.int32),
    "bernoulli": (np.bool_, np.uint8),
    "integers": (np.int64, np.int32),
}
MOMENTS = {
    "uniform": (0.5, 25 / 12),
    "normal": (1.0, 4.0),
    "lognormal": (np.exp(0.5 + 0.25**2 / 2), (np.exp(0.25**2) - 1) * np.exp(1 + 0.25**2)),
    "exponential": (1.5, 2.25),
    "poisson": (3.5, 3.5),
    "bernoulli": (0.3, 0.21),
    "integers": (0.0, 10.0),
}


@pytest.mark.parametrize("name", FILLS)
def test_moments(name):
    fill, parameters = FILLS[name]
    n = 400_000
    values = fill(n, *parameters, seed=11).astype(float)
    mean, variance = MOMENTS[name]
    kurtosis = np.mean((values - values.mean()) ** 4) / values.var() ** 2
    assert abs(values.mean() - mean) < 5 * np.sqrt(variance / n)
    assert abs(values.var() - variance) < 5 * variance * np.sqrt((kurtosis - 1) / n)


@pytest.mark.parametrize("name", FILLS)
@pytest.mark.parametrize("index", [0, 1])
def test_a_fill_may_be_split(name, index):
    fill, parameters = FILLS[name]
    dtype = TYPES[name][index]
    whole = fill(1000, *parameters, seed=3, stream=4, offset=5, dtype=dtype)
    assert whole.dtype == dtype
    for start, stop in ((0, 1), (1, 17), (17, 500), (500, 1000)):
        part = fill(stop - start, *parameters, seed=3, stream=4, offset=5 + start, dtype=dtype)
        np.testing.assert_array_equal(part, whole[start:stop])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**63 - 200), st.integers(0, 100), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_values_depend_on_the_address_alone(offset, shift, seed, stream):
    whole = random.normal(200, seed=seed, stream=stream, offset=offset)
    part = random.normal(200 - shift, seed=seed, stream=stream, offset=offset + shift)
    np.testing.assert_array_equal(whole[shift:], part)


@pytest.mark.parametrize("name", FILLS)
def test_seed_stream_and_threads(name):
    fill, parameters = FILLS[name]

    def values(**keywords):
        return fill((64, 50), *parameters, **keywords)

    reference = values(seed=1)
    assert reference.shape == (64, 50)
    np.testing.assert_array_equal(reference, values(seed=1, stream=0, offset=0, context=memsim.Context(3)))
    for other in ({"seed": 2}, {"seed": 1, "stream": 1}, {"seed": 1, "offset": 1}):
        assert not np.array_equal(reference, values(**other))


@pytest.mark.parametrize("name", FILLS)
def test_out(name):
    fill, parameters = FILLS[name]
    for dtype in TYPES[name]:
        out = np.zeros((5, 3), dtype)
        assert fill(None, *parameters, seed=1, out=out) is out
        np.testing.assert_array_equal(out, fill((5, 3), *parameters, seed=1, dtype=dtype))
        assert fill((5, 3), *parameters, seed=1, out=out) is out
    with pytest.raises(memsim.Error, match="out has shape"):
        fill((3, 5), *parameters, out=np.zeros((5, 3), TYPES[name][0]))
    with pytest.raises(memsim.Error, match="dtype must be"):
        fill(3, *parameters, dtype=np.complex64)
    with pytest.raises(memsim.Error, match="shape must be given"):
        fill(None, *parameters)


@pytest.mark.parametrize("shape", [0, (), (0, 3), 3, (2, 3, 4), [2, 2], np.int64(3), np.array([2, 3])])
def test_shapes(shape):
    assert random.normal(shape).shape == np.empty(shape).shape


def test_supports():
    uniform = random.uniform(100_000, 0.1, 0.2, seed=1)
    assert np.float32(0.1) <= uniform.min() < uniform.max() < np.float32(0.2)
    assert random.exponential(1000).min() >= 0
    assert random.lognormal(1000).min() > 0
    assert set(random.integers(1000, -2, 3, seed=1)) == {-2, -1, 0, 1, 2}
    assert set(random.integers(50, 2**63 - 2, 2**63 - 1)) == {2**63 - 2}
    assert not random.bernoulli(1000, 0).any()
    assert random.bernoulli(1000, 1).all()
    assert not random.poisson(10, 0).any()
    assert set(random.normal(10, 3, 0)) == {3}


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: random.uniform(3, 1, 1), "low"),
        (lambda: random.uniform(3, 0, float("inf")), "high"),
        (lambda: random.normal(3, 0, -1), "std"),
        (lambda: random.normal(3, float("nan"), 1), "mean"),
        (lambda: random.lognormal(3, 0, -1), "sigma"),
        (lambda: random.exponential(3, 0), "scale"),
        (lambda: random.poisson(3, -1), "rate"),
        (lambda: random.poisson(3, 2e6), "rate"),
        (lambda: random.bernoulli(3, 1.1), "p"),
        (lambda: random.integers(3, 5, 5), "low"),
        (lambda: random.integers(3, 0, 2**40, dtype=np.int32), "int32"),
        (lambda: random.normal(3, seed=-1), "seed"),
        (lambda: random.normal(3, stream=2**64), "stream"),
        (lambda: random.normal(3, offset=2**63), "offset"),
        (lambda: random.normal(3, offset=2**63 - 1), "offset"),
        (lambda: random.normal((-1,)), "shape"),
    ],
)
def test_parameters_are_checked(call, match):
    with pytest.raises(memsim.Error, match=match):
        call()


def test_refused_fills_leave_out_alone():
    out = np.full(100, 7, np.float32)
    for call in (lambda: random.normal(std=-1, out=out), lambda: random.exponential(scale=-1, out=out)):
        with pytest.raises(memsim.Error):
            call()
        assert np.all(out == 7)


def test_philox_known_answers():
    """Vectors of Random123 (Salmon et al., SC'11)."""
    ones = 0xFFFFFFFF
    assert random.philox((0, 0, 0, 0), (0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert random.philox((ones,) * 4, (ones,) * 2) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
    pi = random.philox((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0))
    assert pi == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)
    with pytest.raises(memsim.Error, match="counter"):
        random.philox((0, 0, 0, 2**32), (0, 0))
