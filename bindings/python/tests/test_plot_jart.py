"""Plots of cells with a time: what they show is what the model does."""

import numpy as np
import pytest

import memsim
from memsim.plot import kinetics, pulse_train, sweep, switching_times, train

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
MODEL = "jart-vcm-v1b"


@pytest.fixture(autouse=True)
def close():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def test_sweep_follows_the_rate():
    switched = {}
    for rate in (1.0, 1e6):
        volts, currents = sweep(memsim.Array(MODEL, (2, 1)), rate=rate)
        assert currents.shape == (480, 2, 1)
        np.testing.assert_array_equal(currents[:, 0], currents[:, 1])
        conductance = np.abs(currents[12:120, 0, 0] / volts[12:120])
        switched[rate] = volts[12 + np.diff(np.log(conductance)).argmax()]
    # Of the reference solution: -0.590 V at 1 V/s, -0.983 V at 1e6 V/s; half of the 12.5 mV between points and a bit.
    assert switched == pytest.approx({1.0: -0.590, 1e6: -0.983}, abs=0.015)


def test_iv_of_cells_with_a_time():
    cells = memsim.Array(MODEL, (1, 5), seed=1, variability="d2d")
    axes = memsim.plot.iv(cells, cells=4)
    assert axes.get_yscale() == "log" and len(axes.lines) == 2 * 4 + 1
    median = axes.lines[-1]
    assert "4 cells" in median.get_label()
    # From below 10 uA before SET to some 0.9 mA at -1.5 V.
    assert np.nanmax(median.get_ydata()) > 5e-4
    assert axes.yaxis.get_major_formatter()(1e-6) == "1 µA"


def test_switching_times_are_those_of_the_reference():
    cells = memsim.Array(MODEL, (1, 3), params={"limiter": 0}, constants="det")
    before = cells.hash()
    times = switching_times(cells, [-0.5, -0.75, -1.0], 0.4)
    # SET from N = 0.008 to 0.4, reference data; the bisection ends at 5e-5, the model's map at 1e-3.
    np.testing.assert_allclose(times, [[0.96849, 58.342e-6, 21.351e-9]], rtol=1.1e-3)
    assert cells.hash() == before


def test_a_threshold_never_reached_is_infinity():
    cells = memsim.Array(MODEL, (1, 2))
    assert np.isinf(switching_times(cells, [0.0, 1.0], 0.4)).all()


def test_kinetics_draws_median_and_band():
    cells = memsim.Array(MODEL, (1, 6), seed=2, variability="d2d")
    axes = kinetics(cells, set_volts=[-0.5, -1.0, -1.4], reset_volts=[0.8, 1.2])
    reset_times, set_times = axes.lines[1].get_ydata(), axes.lines[0].get_ydata()
    assert len(axes.collections) == 2
    assert np.all(np.diff(set_times) < 0) and np.all(np.diff(reset_times) < 0)
    assert set_times[0] / set_times[-1] > 1e10
    alone = kinetics(MODEL, set_volts=[-0.75], reset_volts=[1.2], constants="det", params={"limiter": 0})
    assert not alone.collections
    # Reference data for this variant, as above.
    assert alone.lines[0].get_ydata()[0] == pytest.approx(58.342e-6, rel=1.1e-3)
    assert alone.lines[1].get_ydata()[0] == pytest.approx(106.93e-6, rel=1.1e-3)


def test_kinetics_needs_a_start():
    with pytest.raises(memsim.Error, match="starts must be given"):
        kinetics(memsim.Array(MODEL, (1, 1)), state="T")
    with pytest.raises(memsim.Error, match="starts must be given"):
        kinetics("vteam")


def test_train_of_training_pulses_and_of_given_ones():
    cells = memsim.Array(MODEL, (1, 2), seed=1)
    cells.set_state("N", 0.15)
    conductances = train(cells, 50)
    assert conductances.shape == (101, 1, 2)
    steps = np.diff(conductances[:, 0, 0])
    assert np.all(steps[:50] > 0) and np.all(steps[50:] < 0)
    cells.set_state("N", 0.15)
    given = train(cells, [(-0.342, 1e-6)] * 50 + [(0.7065, 1e-6)] * 50)
    # Training pulses are tabulated, to 1e-3 in ln N over 400 of them; the conductance goes with N at most.
    np.testing.assert_allclose(given, conductances, rtol=1e-3)


def test_pulse_train_draws_cells_and_median():
    cells = memsim.Array(MODEL, (1, 4), seed=1, variability="d2d")
    cells.set_state("N", 0.15)
    axes = pulse_train(cells, 20)
    assert len(axes.lines) == 2 * 4 + 1 and axes.get_xlim() == (0, 40)
    cell = pulse_train(memsim.Array(MODEL, (1, 1)), [(-0.75, 1e-4)], label="one", read_volts=0.1)
    assert [line.get_label() for line in cell.lines] == ["one"]
    assert "0.1 V" in cell.get_ylabel()


def test_other_models_with_a_time():
    """VTEAM: x moves at the speed k_on (V/v_on - 1)^3, from 3 nm to 0; the middle is 1.5 nm away."""
    params = {"k_on": -1e-3, "v_on": -0.2, "alpha_on": 3, "k_off": 1e-3, "v_off": 0.2, "alpha_off": 3}
    held = {"set_volts": [-0.4, -0.6], "reset_volts": [0.4, 0.6], "starts": (3e-9, 0.0)}
    axes = kinetics("vteam", params, **held)
    for line in axes.lines:
        # The bisection ends at 5e-5, the state is read in double precision.
        np.testing.assert_allclose(line.get_ydata(), [1.5e-6, 1.5e-6 / 8], rtol=1e-4)
    assert axes.lines[0].get_label() == "SET, V < 0"
    loop = memsim.plot.iv(memsim.Array("vteam", (1, 1), params=params), peaks=(-0.6, 0.6), rate=1e3)
    assert np.nanmax(loop.lines[-1].get_ydata()) == pytest.approx(0.6 / 50, rel=1e-6)
