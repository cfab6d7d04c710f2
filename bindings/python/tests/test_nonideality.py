"""memsim.nonideality: own numbers against the golden ones, densities, records, and what is refused."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import memsim
import memsim.nonideality as ni

GOLDEN = Path(__file__).parents[3] / "Tests" / "Golden" / "nonideality_aware_training.json"
golden = json.loads(GOLDEN.read_text())
LAWS = {"low": ni.PooleFrenkel.siox_low(), "high": ni.PooleFrenkel.siox_high()}
EVERY = [
    ni.StuckAt(1e-6, 0.05),
    ni.StuckAtGOff(0.05),
    ni.StuckAtGOn(0.05),
    ni.StuckDistribution([1e-6, 3e-6, 4e-6], 0.1),
    ni.StuckDistribution.ta_hfo2_synthetic(),
    ni.Lognormal(0.05, 0.5),
    ni.DiscreteStates(16, "resistance"),
    ni.Quantization(0.01),
    ni.Drift(3600.0, nu_std=0.01),
    *LAWS.values(),
    ni.PooleFrenkel(-1, 0, -1, -30),
    ni.NParameter.siox_low(),
    ni.NParameter.siox_high(),
    ni.ReadNoise(0.01),
    ni.Sinh(0.2),
    ni.WireResistance(2.0, 3.0, 0.5, 0.1),
]
means_of = st.lists(st.floats(0, 1e-3), min_size=1, max_size=12)
bandwidth_of = st.floats(1e-5, 1e-3)


# -- Currents


@pytest.mark.parametrize("device", LAWS)
def test_poole_frenkel_is_the_golden_one(device):
    rows = [row for row in golden["pf"] if row["dev"] == device]
    found = LAWS[device].evaluate(*(np.array([row[key] for row in rows]) for key in ("V", "G", "z")))
    for values, key in zip(found, ("I", "dI_dG", "dI_dV"), strict=True):
        # Exponents up to 37 of rounded logarithms: 37 ulp, 8e-15, twice.
        np.testing.assert_allclose(values, [row[key] for row in rows], rtol=1e-12, err_msg=key)


def test_n_parameter_is_the_golden_one():
    for row in golden["n_model"]:
        found = ni.NParameter(row["n"], 0, row["V_ref"]).evaluate(row["V"], row["G"])
        assert found.current == pytest.approx(row["I"], rel=1e-12, abs=0)


@pytest.mark.parametrize("law", [*LAWS.values(), ni.NParameter.siox_high(), ni.Sinh(0.2)], ids=repr)
def test_derivatives_are_those_of_the_current(law):
    volts = np.array([-0.5, -0.1, 0.03, 0.25, 0.45])
    g, z = np.array(getattr(law, "window", (1e-6, 1e-3)))[:, None], np.full((2, 5, 2), (0.7, -0.4))
    z = z if isinstance(law, ni.PooleFrenkel) else z[..., 0]
    found, step = law.evaluate(volts, g, z), 1e-5
    by_v = (law.evaluate(volts * (1 + step), g, z).current - law.evaluate(volts * (1 - step), g, z).current) / (
        2 * volts
    )
    by_g = (law.evaluate(volts, g * (1 + step), z).current - law.evaluate(volts, g * (1 - step), z).current) / (2 * g)
    # Central differences: step^2, 1e-10, and rounding, 1e-16 / step.
    np.testing.assert_allclose(found.d_voltage, by_v / step, rtol=1e-8)
    np.testing.assert_allclose(found.d_conductance, by_g / step, rtol=1e-8)


def test_n_is_shifted_by_its_deviate_and_stays_at_2():
    law = ni.NParameter(2.5, 0.25)
    found = law.evaluate(0.5, 1e-6, [0.0, 2.0, -4.0])
    # I(2 v_ref) = n v_ref G; a few roundings.
    np.testing.assert_allclose(found.current, np.array([2.5, 3.0, 2.0]) * 0.25e-6, rtol=1e-14)


def test_arguments_of_laws_broadcast():
    law = LAWS["low"]
    found = law.evaluate(np.zeros((4, 1)), [1e-3, 2e-3], np.zeros((3, 1, 1, 2)))
    assert {values.shape for values in found} == {(3, 4, 2)}
    assert law.evaluate(0.1, 1e-3).current.shape == ()
    assert law.evaluate(np.zeros((0, 3)), 1e-3).d_voltage.shape == (0, 3)
    assert law.mean().evaluate(0.1, 1e-3, [1, 1]).current == law.evaluate(0.1, 1e-3).current
    assert law.mean().window == law.window


# -- Parameters and windows


def test_siox_is_the_golden_one():
    for device, law in LAWS.items():
        expected = golden["siox"][device]
        assert [law.slope_c, law.slope_d] == expected["slopes"]
        assert [law.intercept_c, law.intercept_d] == expected["intercepts"]
        assert [list(row) for row in law.covariance] == expected["res_cov"]
        assert law.window == (expected["G_off"], expected["G_on"]) == ni.WINDOWS[f"siox-{device}"]


def test_parameters_have_the_names_of_the_core():
    names = {made.name: list(made.parameters()) for made in EVERY}
    assert names["stuck-at"] == ["value", "probability"]
    assert set(names["stuck-distribution"]) == {"means", "bandwidth", "probability"}
    assert set(names["drift"]) == {"time", "t0", "nu", "nu_std"}
    line = {"slope_c", "intercept_c", "slope_d", "intercept_d"}
    assert set(names["poole-frenkel"]) == line | {"cov_cc", "cov_cd", "cov_dd", "temperature"}
    assert ni.DiscreteStates(4, "resistance").parameters()["spacing"] == 1
    assert ni.DiscreteStates(4).parameters()["spacing"] == 0
    assert ni.Lognormal(0.25) == ni.Lognormal(0.25, 0.25)


@pytest.mark.parametrize("made", EVERY, ids=lambda made: made.name)
def test_records_come_back(made):
    again = ni.from_dict(json.loads(json.dumps(made.to_dict())))
    assert again == made == pickle.loads(pickle.dumps(made))
    assert hash(again) == hash(made)
    assert len(repr(made)) < 400
    for name, values in made._pairs():
        assert values.dtype == np.float64 and values.flags.c_contiguous and values.ndim == 1, name
    with pytest.raises(AttributeError):
        made.name = "other"


# -- Stuck devices


@pytest.mark.parametrize("case", golden["stuck_distribution"], ids=lambda case: case["rule"])
def test_stuck_distribution_is_the_golden_one(case):
    made = ni.StuckDistribution(case["means"], 0.1, case["bandwidth"])
    # The golden weight below 0 is 1 less the other one, so it is right to 1e-16 of the sum.
    np.testing.assert_allclose(made.components(), case["components"], rtol=1e-12, atol=1e-16)
    g, density = np.transpose(case["pdf"])
    # 1e-12, but for the mass below 0 that components leave out: less than 1e-8 of a kernel, here none.
    np.testing.assert_allclose(made.pdf(g), density, rtol=1e-12)
    if case["rule"] == "scott_min_std_iqr":
        assert ni.StuckDistribution(case["means"], 0.1).bandwidth == pytest.approx(case["bandwidth"], rel=1e-14)


@settings(max_examples=50, deadline=None)
@given(means=means_of, bandwidth=bandwidth_of)
def test_density_integrates_to_one(means, bandwidth):
    made = ni.StuckDistribution(means, 0.1, bandwidth)
    step = bandwidth / 4  # the trapezoidal rule errs by 2 exp(-2 (4 pi)^2), of which nothing is left
    density = made.pdf(np.arange(0, max(means) + 10 * bandwidth, step))
    assert (density.sum() - density[0] / 2) * step == pytest.approx(1, abs=1e-12)
    assert (made.pdf([-1e-9, -1.0]) == 0).all()
    assert made.components()[:, 1].sum() == pytest.approx(1, abs=1e-14)


@settings(max_examples=50, deadline=None)
@given(counts=st.lists(st.integers(0, 10**4), min_size=2, max_size=12, unique=True), factor=st.floats(0.1, 10))
def test_bandwidth_scales_with_the_means(counts, factor):
    means = np.array(counts) * 1e-7
    width = ni.StuckDistribution(means, 0.1).bandwidth
    assert 0 < width <= np.std(means, ddof=1) * len(means) ** -0.2 * (1 + 1e-12)
    # Differences of numbers up to 1e4 times as large, each right to 1e-16.
    assert ni.StuckDistribution(means * factor, 0.1).bandwidth == pytest.approx(factor * width, rel=1e-11)


def test_distribution_from_reads():
    reads = np.ones((3, 4, 2, 5)) * 1e-5
    reads[:, ::2] = 9e-5  # all switch from 10 to 90 uS, but for two
    reads[:, :, 0, 1], reads[:, :, 1, 4] = 2e-5, 6e-5
    reads[0, 0, 1, 4] = 5e-5
    made, window = ni.StuckDistribution.from_reads(reads)
    assert window == (1e-5, 9e-5)
    assert made.probability == 0.2
    assert made.means == pytest.approx((2e-5, 6e-5 - 1e-5 / 12), rel=1e-14)
    with pytest.raises(memsim.Error, match="must hold a stuck device"):
        ni.StuckDistribution.from_reads(reads[..., :1])


def test_synthetic_ta_hfo2_has_the_published_numbers():
    made = ni.StuckDistribution.ta_hfo2_synthetic()
    assert (len(made.means), made.probability, made.bandwidth, made.label) == (827, 0.101, 1.77e-5, "synthetic")
    assert "synthetic" in repr(made)
    assert ni.StuckDistribution(made.means, 0.1).bandwidth == pytest.approx(1.77e-5, rel=1e-12)
    assert max(made.means) < 1e-3


# -- What is refused


PF, COV = (-1, 0, -1, -30), [[0.1, 0.0], [0.0, 0.1]]


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ni.StuckAt(-1e-6, 0.1), memsim.Error, r"value must be 0\.\.\.1000 S, got -1e-06"),
        (lambda: ni.StuckAt(1e-6, 1.5), memsim.Error, r"probability must be 0\.\.\.1, got 1.5"),
        (lambda: ni.StuckAtGOn(float("nan")), memsim.Error, "probability must be 0...1, got nan"),
        (lambda: ni.StuckAtGOff("often"), TypeError, "probability must be a real number, got 'often'"),
        (lambda: ni.Lognormal(-0.1), memsim.Error, "sigma_on must be"),
        (lambda: ni.Lognormal(0.1, 4), memsim.Error, "sigma_off must be"),
        (lambda: ni.DiscreteStates(1), memsim.Error, "levels must be 2...1000000, got 1"),
        (lambda: ni.DiscreteStates(2.0), TypeError, "levels must be an integer"),
        (lambda: ni.DiscreteStates(2, "log"), memsim.Error, 'spacing must be "conductance" or "resi'),
        (lambda: ni.Quantization(0), memsim.Error, "step must be 1e-06...1, got 0"),
        (lambda: ni.Drift(0), memsim.Error, "time must be .* s, got 0"),
        (lambda: ni.Drift(1, nu=2), memsim.Error, "nu must be"),
        (lambda: ni.ReadNoise(-1), memsim.Error, "sigma must be"),
        (lambda: ni.NParameter(1.9), memsim.Error, "n must be 2...100, got 1.9"),
        (lambda: ni.NParameter(3, 0, 0), memsim.Error, "v_ref must be"),
        (lambda: ni.NParameter(3, window=(2, 1)), memsim.Error, "window must be .* G_off < G_on .* got 2.0 and 1.0"),
        (lambda: ni.NParameter(3, window=5), memsim.Error, r"window must be \(G_off, G_on\)"),
        (lambda: ni.PooleFrenkel(*PF, temperature=0), memsim.Error, "temperature must be 1...2000 K"),
        (lambda: ni.PooleFrenkel(*PF, [0.1, 0.1]), memsim.Error, r"covariance must have shape \(2, 2\)"),
        (lambda: ni.PooleFrenkel(*PF, [[-1, 0], [0, 1]]), memsim.Error, "variances of 0...10, got -1.0 and 1.0"),
        (lambda: ni.PooleFrenkel(*PF, [[1, 2], [2, 1]]), memsim.Error, "cov_cd.2 at most cov_cc cov_dd"),
        (lambda: ni.PooleFrenkel(*PF, [[1, 0.1], [0.2, 1]]), memsim.Error, "must be symmetric"),
        (lambda: ni.PooleFrenkel(*PF, COV).evaluate(0.1, 1e-3, 0.5), memsim.Error, r"z must have shape \(\.\.\., 2\)"),
        (lambda: LAWS["low"].evaluate(float("inf"), 1e-3), memsim.Error, "V must be finite, got inf"),
        (lambda: LAWS["low"].evaluate([0.1, 0.2], [0.0, 1e-3]), memsim.Error, "G must be > 0 S, got 0.0"),
        (lambda: LAWS["low"].evaluate([0.1] * 2, [1e-3] * 3), memsim.Error, r"do not broadcast: V \(2,\), G \(3,\)"),
        (lambda: LAWS["low"].evaluate("x", 1e-3), TypeError, "V must be real numbers"),
        (lambda: ni.StuckDistribution([], 0.1), memsim.Error, "means must be one or more conductances"),
        (lambda: ni.StuckDistribution([1e-6, -1e-6], 0.1), memsim.Error, "means must be 0...1000 S, got -1e-06"),
        (lambda: ni.StuckDistribution([1e-6], 0.1), memsim.Error, "bandwidth must be given"),
        (lambda: ni.StuckDistribution([1e-6], 0.1, -1), memsim.Error, "bandwidth must be"),
        (lambda: ni.StuckDistribution([1e-6], 0.1, 0).pdf(0), memsim.Error, "bandwidth must be > 0 S for a density"),
        (lambda: ni.StuckDistribution.from_reads([[1.0]]), memsim.Error, r"reads must have shape .* got \(1, 1\)"),
        (lambda: ni.from_dict({"name": "rust"}), memsim.Error, "name must be one of .*stuck-at, .* got 'rust'"),
        (lambda: ni.from_dict({"name": "stuck-at", "value": 1}), memsim.Error, "missing a required argument"),
        (lambda: ni.from_dict({"name": "read-noise", "sigma": 1, "x": 1}), memsim.Error, "'x'; it takes sigma"),
        (lambda: ni.from_dict([1]), TypeError, "data must be a mapping"),
    ],
)
def test_bad_arguments_are_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_classes_and_cards_agree():
    """What Python checks is what the library's card says."""
    cards = ni.cards()
    assert set(cards) == set(ni.Nonideality._classes)
    for name, card in cards.items():
        made = ni.Nonideality._classes[name]
        for key, (low, high, _) in made._bounds.items():
            assert (card.parameters[key].minimum, card.parameters[key].maximum) == (low, high), (name, key)
    assert cards["stuck-distribution"].parameters["means"].is_list
    assert "any number" in str(cards["stuck-distribution"])
