"""Plain products and converters."""

import numpy as np
import pytest

import memsim

KT = 1.380649e-23 * 300
E = 1.602176634e-19


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("rows", "columns", "lead"), [(1, 1, ()), (5, 3, (2,)), (64, 65, (3, 4)), (300, 17, (33,))])
def test_vmm_is_the_matrix_product(dtype, rows, columns, lead):
    v = memsim.random.uniform((*lead, rows), -1, 1, seed=1).astype(dtype)
    G = memsim.random.uniform((rows, columns), 0, 1, seed=2).astype(dtype)
    y = memsim.vmm(v, G)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, v.astype(float) @ G.astype(float), atol=rows * np.finfo(dtype).eps)


def test_vmm_widens_to_float64():
    v, G = np.full(3, 0.1), np.full((3, 2), 0.1, np.float32)
    assert memsim.vmm(v, G).dtype == np.float64
    assert memsim.vmm(v.astype(np.float32), G).dtype == np.float32
    assert memsim.vmm([0.1] * 3, G).dtype == np.float32
    np.testing.assert_array_equal(memsim.vmm([0.1] * 3, G.astype(float)), memsim.vmm(v, G.astype(float)))


@pytest.mark.parametrize("noise", ["cell", "sum", True])
def test_vmm_noise(noise):
    G = np.array([[1e-4, 2e-5], [3e-5, 0.0], [5e-5, 1e-6]])
    v = np.broadcast_to([0.2, -0.1, 0.3], (20000, 3))
    y = memsim.vmm(v, G, noise=noise, seed=4, bandwidth=1e7)
    variance = (1e7 * (4 * KT * G + 2 * E * np.abs(v[0][:, None] * G))).sum(axis=0)
    np.testing.assert_allclose(y.mean(axis=0), v[0] @ G, atol=5 * np.sqrt(variance.max() / 20000))
    np.testing.assert_allclose(y.var(axis=0), variance, rtol=0.05)


@pytest.mark.parametrize("noise", ["cell", "sum"])
def test_vmm_noise_is_addressed(noise):
    v, G = np.full((6, 8), 0.1, np.float32), np.full((8, 5), 1e-4, np.float32)
    whole = memsim.vmm(v, G, noise=noise, seed=1, stream=2, offset=10)
    parts = [memsim.vmm(v[i : i + 2], G, noise=noise, seed=1, stream=2, offset=10 + i) for i in (0, 2, 4)]
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    assert not np.array_equal(whole, memsim.vmm(v, G, noise=noise, seed=1, stream=3, offset=10))
    np.testing.assert_array_equal(
        whole, memsim.vmm(v, G, noise=noise, seed=1, stream=2, offset=10, context=memsim.Context(3))
    )


def test_vmm_out_and_overlap():
    v, G = np.linspace(0, 1, 16).reshape(2, 8), np.linspace(0, 1, 64).reshape(8, 8)
    out = np.empty((2, 8))
    assert memsim.vmm(v, G, out=out) is out
    np.testing.assert_allclose(out, v @ G, rtol=1e-12)
    expected, shared = v @ G, G.copy()
    np.testing.assert_allclose(memsim.vmm(v, shared, out=shared[:2]), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("v", "G", "match"),
    [
        (np.zeros(3), np.zeros((4, 2)), r"v has shape \(3,\)"),
        (0.0, np.zeros((4, 2)), r"v has shape \(\)"),
        (np.zeros(4), np.zeros(4), r"G must have shape \(rows, columns\)"),
        (np.zeros(0), np.zeros((0, 2)), "rows"),
        (np.zeros(2), np.zeros((2, 0)), "columns"),
    ],
)
def test_vmm_shapes_are_checked(v, G, match):
    with pytest.raises(memsim.Error, match=match):
        memsim.vmm(v, G)


def test_vmm_settings_are_checked():
    v, G = np.zeros(2), np.zeros((2, 2))
    for keywords in ({"noise": "x"}, {"bandwidth": -1, "noise": True}, {"seed": -1}, {"stream": 2**64}, {"offset": -1}):
        with pytest.raises(memsim.Error):
            memsim.vmm(v, G, **keywords)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("clamp_low", [True, False])
def test_adc(dtype, clamp_low):
    values = np.linspace(-2e-5, 8e-5, 1001).astype(dtype).reshape(7, 11, 13)
    levels = memsim.adc(values, 4, 1e-6, 5e-5, clamp_low=clamp_low)
    step = 4.9e-5 / 15
    position = (values.astype(float) - 1e-6) / step
    index = np.floor(np.minimum(position, 15) + 0.5)
    expected = 1e-6 + step * (np.maximum(index, 0) if clamp_low else index)
    clear = np.abs(position - np.floor(position) - 0.5) > 1e-4  # ties hang on rounding
    assert levels.dtype == dtype
    assert clear.sum() > 900
    np.testing.assert_allclose(levels[clear], expected[clear], rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("bits", [1, 3, 8])
def test_dac(bits):
    x = np.linspace(-1.2, 1.2, 4001)
    half = 2.0 ** (bits - 1)
    expected = np.clip(np.round(x * half), -half, half) / half * 0.6
    np.testing.assert_allclose(memsim.dac(x, bits, 0.6), expected, rtol=1e-12)
    assert len(np.unique(memsim.dac(x, bits, 0.6))) == 2**bits + 1


def test_converters_work_in_place():
    values = np.linspace(0, 6e-5, 100)
    expected = memsim.adc(values)
    assert memsim.adc(values, out=values) is values
    np.testing.assert_array_equal(values, expected)
    shifted = np.linspace(-1, 1, 101)
    expected = memsim.dac(shifted[1:], 4, 1.0)
    np.testing.assert_array_equal(memsim.dac(shifted[1:], 4, 1.0, out=shifted[:-1]), expected)


def test_converters_keep_nan_and_shape():
    assert np.isnan(memsim.adc(np.nan))
    assert memsim.adc(3e-5).shape == ()
    assert memsim.adc(np.zeros((0, 4))).shape == (0, 4)


@pytest.mark.parametrize("bits", [0, 25, -1, 2**40])
def test_converters_check_bits(bits):
    with pytest.raises(memsim.Error, match="bits"):
        memsim.adc([0.0], bits)
    with pytest.raises(memsim.Error, match="bits"):
        memsim.dac([0.0], bits, 1.0)


def test_converters_check_levels():
    for low, high in ((1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf"))):
        with pytest.raises(memsim.Error):
            memsim.adc([0.0], 4, low, high)
    for v_max in (0, -1, float("nan"), float("inf")):
        with pytest.raises(memsim.Error, match="v_max"):
            memsim.dac([0.0], 4, v_max)
