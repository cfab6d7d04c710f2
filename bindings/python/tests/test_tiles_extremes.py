"""Updates near both ends of single precision: weights stay numbers, within their bounds."""

import itertools

import memsim
import numpy as np
import pytest
from memsim import devices as dv

SIZES = (1e-38, 1.0, 1e30, 3e38)
RATES = (1.0, -1.0, 1e30, 1e300)
EXACT = memsim.IO(is_perfect=True)
STEP = dv.ConstantStep()
KINDS = {
    "constant": STEP,
    "ideal": dv.Ideal(),
    "jart": dv.JART(variability="d2d", w_max_dtod=0.2, write_noise_std=1.0),
    "vector": dv.Vector(unit_cell_devices=[dv.Ideal()] * 2),
    "one-sided": dv.OneSided(unit_cell_devices=[STEP] * 2, refresh_every=1),
    "transfer": dv.Transfer(unit_cell_devices=[dv.Ideal()] * 2),
    "buffered": dv.BufferedTransfer(unit_cell_devices=[dv.Ideal(), STEP]),
    "chopped": dv.ChoppedTransfer(unit_cell_devices=[STEP] * 2, auto_scale=True, correct_gradient_magnitudes=True),
    "dynamic": dv.DynamicTransfer(unit_cell_devices=[STEP] * 2, in_chop_prob=0.5),
    "mixed": dv.MixedPrecision(device=STEP),
    "mixed, in bins": dv.MixedPrecision(device=STEP, n_x_bins=3, n_d_bins=3),
}


def operands(x, d):
    return (
        np.array([[x, -x, 0, 1], [1, x, -1, 0]] * 3, np.float32),
        np.array([[d, -d, 1], [-d, d, 0]] * 3, np.float32),
    )


def tile(device, pulses="stochastic-compressed"):
    update = memsim.Update(pulse_type=pulses)
    return memsim.Tile(3, 4, device=device, forward=EXACT, backward=EXACT, update=update, seed=1)


@pytest.mark.parametrize("pulses", ["stochastic-compressed", "deterministic-implicit", "none-with-device"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_kept_stays_finite(kind, pulses):
    if (kind, pulses) == ("one-sided", "none-with-device"):
        pytest.skip("such tiles need pulses")
    for x, d, rate in itertools.product(SIZES, SIZES, RATES):
        made = tile(KINDS[kind], pulses)
        for _ in range(3):
            made.update(*operands(x, d), rate)
            made.step()
        kept = [made.weights, *(made.hidden(name) for name in made.device.card().states)]
        assert all(np.isfinite(values).all() for values in kept), (x, d, rate)


@pytest.mark.parametrize("rate", [1.0, 1e300])
def test_ideal_weights_stop_at_their_ends(rate):
    made = tile(dv.Ideal())
    made.update([1e30, -1e30, 0, 1], [1e30, -1e30, 0], rate)
    np.testing.assert_array_equal(made.weights[:2, :2], np.float32([[-1e30, 1e30], [1e30, -1e30]]))
    assert not made.weights[2].any() and not made.weights[:, 2].any()
    made.update([1e30, -1e30, 0, 1], [-1e30, 1e30, 0], rate)
    np.testing.assert_array_equal(made.weights[:2, :2], np.float32([[1e30, -1e30], [-1e30, 1e30]]))


def test_bounded_weights_stop_at_their_bounds():
    made = tile(STEP, "none-with-device")
    made.update([3e38, -3e38, 0, 3e38], [3e38, -3e38, 3e38], 1e300)
    sign = -np.sign(np.outer([1, -1, 1], [1, -1, 0, 1]))
    bounds = np.where(sign > 0, made.hidden("max_bound"), made.hidden("min_bound")) * (sign != 0)
    np.testing.assert_array_equal(made.weights, bounds)


def test_ordinary_vectors_beside_an_extreme_one_have_their_bits():
    rng = np.random.default_rng(0)
    x, d = (rng.uniform(-1, 1, (8, n)).astype(np.float32) for n in (4, 3))
    x[3] = [0, 0, 2e30, -3e30]
    one, many = tile(dv.Ideal()), tile(dv.Ideal())
    one.update(x, d, 0.1)
    for k in range(8):
        many.update(x[k], d[k], 0.1)
    assert one.weights.tobytes() == many.weights.tobytes()
