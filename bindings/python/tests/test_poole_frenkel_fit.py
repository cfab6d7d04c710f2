"""Poole-Frenkel parameters from curves: the published table from the measured file, known laws from made-up curves."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

import memsim
import memsim.nonideality as ni
from memsim.nonideality.curves import fitted_current

pytest.importorskip("scipy", reason="SciPy is not installed: fits are not tested")
DATA = Path(os.environ.get("MEMSIM_DATA", Path(__file__).parents[3].parent / "shared" / "data")) / "siox"
CURVES = DATA / "SiO_x-multistate-data.mat"
V = np.linspace(0, 0.5, 101)


@pytest.fixture(scope="module")
def siox():
    if not CURVES.exists():
        pytest.skip(f"no measured curves at {CURVES}; MEMSIM_DATA names their folder's parent")
    return ni.fit_poole_frenkel(CURVES)


@pytest.fixture(scope="module")
def table(siox):
    return json.loads((DATA / "siox_pf_params.json").read_text())


def made_up(ohms: np.ndarray, d_eps: np.ndarray | float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Curves of given resistances at 0.1 V."""
    units = [fitted_current(V, 1.0, d, 293.15) for d in np.broadcast_to(d_eps, ohms.shape)]
    return [(V, unit * V[20] / (ohm * unit[20])) for ohm, unit in zip(ohms, units, strict=True)]


# MINPACK stops at 1.5e-8 of a sum of squares: c and d_eps come to some 1e-7, and the residuals' products to 1e-6.
@pytest.mark.parametrize("name", ["low", "high"])
def test_published_table(siox, table, name):
    law, expected = getattr(siox, name), table[name]
    np.testing.assert_allclose([law.slope_c, law.slope_d], expected["slopes"], rtol=1e-7)
    np.testing.assert_allclose([law.intercept_c, law.intercept_d], expected["intercepts"], rtol=1e-7)
    np.testing.assert_allclose(law.covariance, expected["res_cov"], rtol=1e-6)
    assert law.window == (expected["G_off"], expected["G_on"])
    group = getattr(siox, f"{name}_group")
    assert group.curves == expected["n"]
    assert group.r2 == pytest.approx(expected["r2"], abs=1e-7)
    assert group.correlation == pytest.approx({"low": 0.554, "high": 0.908}[name], abs=5e-4)  # three digits are given


def test_coefficients_of_the_curves(siox, table):
    assert siox.kept.sum() == table["n_curves"] == 49 and siox.kept.size == 53
    np.testing.assert_array_equal(siox.resistance, table["R_sorted"])
    np.testing.assert_allclose(siox.c, table["c"], rtol=1e-6)
    np.testing.assert_allclose(siox.d_eps, table["d_eps"], rtol=1e-6)
    assert repr(siox).startswith("<PooleFrenkelFit: 49 of 53 curves>\nlow : 20 curves, 0.0006901...0.003451 S")


def test_nonlinearity_at_the_edges(siox, table):
    """G(2V)/G(V). The table instead has G at points 4, 6, 8 ... over G at points 3, 4, 5 ..., and one curve less."""
    assert (siox.low_group.edge, siox.high_group.edge) == (12, 21)
    assert siox.low_group.nonlinearity == pytest.approx(1.0350679, rel=1e-7)
    assert siox.high_group.nonlinearity == pytest.approx(1.2967175, rel=1e-7)
    for rows, name in ((slice(12), "low edge"), (slice(-20, None), "high edge")):
        g = np.array([i[1:] / v[1:] for v, i in siox.curves[rows]])
        assert (g[:, 3::2] / g[:, 2:51]).mean() == pytest.approx(table[name]["nonlin_mean"], rel=1e-12)


def test_convergence_moves_the_published_numbers_by_what_is_said(siox):
    converged = ni.fit_poole_frenkel(CURVES, as_published=False)
    for law, other in ((siox.low, converged.low), (siox.high, converged.high)):
        assert law.slope_d == pytest.approx(other.slope_d, rel=4e-7)
        assert law.intercept_c == pytest.approx(other.intercept_c, rel=2e-6)
        np.testing.assert_allclose(law.covariance, other.covariance, rtol=4e-6)
        assert law != other


def test_n_parameter_of_the_same_curves(siox):
    """Preprint v1: R at 0.25 V, n = I(0.5 V)/I(0.25 V), no cleaning; the first 11 curves and the last 21."""
    from scipy.io import loadmat

    data = loadmat(CURVES)["data"][:101]
    i, v = data[:, 0, np.argsort(data[50, 1] / data[50, 0])], data[50, 1, 0]
    n, g = i[100] / i[50], i[50] / v
    for law, rows in ((ni.NParameter.siox_low(), slice(11)), (ni.NParameter.siox_high(), slice(-21, None))):
        assert law.n == pytest.approx(n[rows].mean(), rel=1e-14)
        assert law.n_std == pytest.approx(n[rows].std(ddof=1), rel=1e-13)
        assert law.window == pytest.approx((g[rows][-1], g[rows][0]), rel=1e-14)


def test_known_laws_come_back():
    """With one d_eps for all, ln c is exactly linear in ln R, of slope -1."""
    curves = made_up(np.geomspace(300, 1e4, 6), 1e-15) + made_up(np.geomspace(2e4, 2e6, 6), 2e-17)
    fit = ni.fit_poole_frenkel(curves[::-1], as_published=False)
    assert fit.kept.all() and fit.order.tolist() == list(range(11, -1, -1))
    for law, d_eps in ((fit.low, 1e-15), (fit.high, 2e-17)):
        growth = fitted_current(V, 1.0, d_eps, 293.15)[20] / V[20]
        # MINPACK's tolerance of 1e-13 is one of squares: 3e-7 at the worst, and in intercepts times ln R.
        assert (law.slope_c, law.slope_d) == pytest.approx((-1, 0), abs=1e-6)
        assert (law.intercept_c, law.intercept_d) == pytest.approx((-np.log(growth), np.log(d_eps)), abs=1e-5)
        assert np.abs(law.covariance).max() < 1e-12
    assert fit.low.window == pytest.approx((1 / 1500, 1 / 300), rel=1e-12)
    assert fit.high.window == pytest.approx((1 / 2e6, 1 / 4e5), rel=1e-12)


def test_regressions_are_least_squares():
    rng = np.random.default_rng(1)
    ohms = np.geomspace(2e4, 2e6, 12)
    fit = ni.fit_poole_frenkel(made_up(ohms, np.exp(rng.normal(-37, 0.5, 12))), as_published=False)
    x, y = np.log(fit.resistance), np.log([fit.c, fit.d_eps])
    lines = [np.polyfit(x, values, 1) for values in y]
    residuals = [values - np.polyval(line, x) for values, line in zip(y, lines, strict=True)]
    law = fit.high
    # Roundings of some 1e-15 of ln d_eps, 37, over differences of 1.
    assert (law.slope_c, law.intercept_c, law.slope_d, law.intercept_d) == pytest.approx(np.ravel(lines), rel=1e-11)
    np.testing.assert_allclose(law.covariance, np.cov(residuals, ddof=0), rtol=1e-11)
    assert fit.high_group.correlation == pytest.approx(np.corrcoef(residuals)[0, 1], rel=1e-11)


def test_spikes_are_dropped_and_sides_may_be_empty():
    curves = made_up(np.geomspace(2e4, 2e6, 6), 2e-17)
    spiked = curves[2][1].copy()
    spiked[50] *= 3
    fit = ni.fit_poole_frenkel([*curves[:2], (V, spiked), *curves[3:]])
    assert fit.kept.tolist() == [True, True, False, True, True, True]
    assert fit.low_group is None and "low : fewer than 4 curves" in repr(fit)
    with pytest.raises(memsim.Error, match="4 or more below the split"):
        _ = fit.low


@pytest.mark.parametrize(
    ("curves", "options", "error", "match"),
    [
        ([], {}, memsim.Error, "at least one curve"),
        (np.zeros((5, 3)), {}, memsim.Error, r"array \[points, 3, curves\] of I, V, V/I, got shape \(5, 3\)"),
        ([V], {}, memsim.Error, "curve 0 is not"),
        ([0.1], {}, memsim.Error, "curve 0 is not"),
        ([(V, V[1:])], {}, memsim.Error, "curve 0 has"),
        ([(V, V * np.nan)], {}, memsim.Error, "finite and positive in the mean; curve 0 has not"),
        ([(V[:3], V[:3])], {}, memsim.Error, "5 points up to 0.5 V"),
        ([(V, ["x"] * 101)], {}, TypeError, "curve 0 must be real numbers"),
        ([(V, V)], {"v_read": 0.7}, memsim.Error, "a current at 0.7 V; curve 0 has 0.5 A at 0.5 V"),
        ([(V, V)], {"ratio": 0}, memsim.Error, "ratio must be finite and > 0, got 0"),
        ([(V, V)], {"start": (float("nan"), 1)}, memsim.Error, "no fit of curve 0"),
        ("nowhere.mat", {}, FileNotFoundError, "nowhere.mat"),
    ],
)
def test_bad_curves_are_refused(curves, options, error, match):
    with pytest.raises(error, match=match):
        ni.fit_poole_frenkel(curves, **options)


def test_plots():
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.pyplot as plt

    from memsim.plot.poole_frenkel import poole_frenkel_curves, poole_frenkel_fit

    fit = ni.fit_poole_frenkel(made_up(np.geomspace(2e4, 2e6, 8), 2e-17))
    for quantity in ("c", "d_eps"):
        axes = poole_frenkel_fit(fit, quantity)
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), getattr(fit, quantity))
        # The points are on the line, to the tolerance of a published fit.
        np.testing.assert_allclose(axes.lines[1].get_ydata()[[0, -1]], getattr(fit, quantity)[[0, -1]], rtol=1e-5)
        assert axes.get_xlabel() == "resistance (Ω)" and len(axes.lines) == 2
    axes = poole_frenkel_curves(fit, every=4)
    for points, line in zip(axes.lines[::2], axes.lines[1::2], strict=True):
        np.testing.assert_allclose(line.get_ydata(), points.get_ydata(), rtol=1e-6)  # the tolerance of a published fit
    with pytest.raises(memsim.Error, match='quantity must be "c" or "d_eps"'):
        poole_frenkel_fit(fit, "kappa")
    plt.close("all")
