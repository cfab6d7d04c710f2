"""Closed-loop programming and plots."""

import numpy as np
import pytest

import memsim


def test_cells_reach_their_targets() -> None:
    array = memsim.Array("synaptogen", (40, 50), seed=3)
    target = np.linspace(25e-6, 170e-6, array.shape[1])
    steps: list[tuple[int, int]] = []
    result = memsim.program(array, target, progress=lambda done, total: steps.append((done, total)))
    assert result.within > 0.99
    assert np.abs(result.conductance - target).mean() < 2e-6
    assert result.pulses > array.shape[0] * array.shape[1]
    assert steps == sorted(steps) and all(done <= total for done, total in steps)
    np.testing.assert_array_equal(result.conductance, array.conductance(0.2))


def test_more_rounds_repair_what_one_missed() -> None:
    shares = [memsim.program(memsim.Array("synaptogen", (64, 64), seed=4), 16e-6, rounds=n).within for n in (1, 4)]
    assert shares[0] < 0.95 < shares[1]


@pytest.mark.parametrize(
    "arguments",
    [
        {"target": -1e-6},
        {"target": np.nan},
        {"target": 1e-5, "tolerance": 0},
        {"target": 1e-5, "rounds": 0},
        {"target": 1e-5, "reset_volts": (1.0, 0.5, 0.1)},
        {"target": 1e-5, "reset_volts": (0.5, 1.0, 0.0)},
        {"target": 1e-5, "reset_volts": (0.5, 2000.0, 500.0)},
        {"target": 1e-5, "reset_volts": (0.5, float("inf"), 0.1)},
        {"target": 1e-5, "read_volts": float("nan")},
        {"target": 1e-5, "set_volts": -2000.0},
    ],
)
def test_refusals_change_nothing(arguments: dict[str, object]) -> None:
    array = memsim.Array("synaptogen", (4, 4))
    before = array.hash()
    with pytest.raises(memsim.Error):
        memsim.program(array, **arguments)  # type: ignore[arg-type]
    assert array.hash() == before


def test_sweep_switches_both_ways() -> None:
    plot = pytest.importorskip("memsim.plot")
    array = memsim.Array("synaptogen", (1, 5), seed=1)
    volts, currents = plot.sweep(array, points=50)
    assert volts.shape == (200,) and currents.shape == (200, 1, 5)
    assert volts.min() == -1.5 and volts.max() == 1.5
    assert (array.state("cycle") == 1).all()
    at = int(np.argmin(np.abs(volts[100:150] - 0.2))) + 100
    assert (currents[at] > 2 * currents[-8]).all(), "LRS on the way up, HRS on the way down"
    assert (array.state("in_HRS") == 1).all()


def test_plots_draw() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from memsim import plot

    array = memsim.Array("synaptogen", (4, 4))
    assert len(plot.iv(array, cells=3, cycles=2).lines) == 6
    assert len(plot.cycle_to_cycle(array, cells=2, cycles=5).lines) == 4
    assert len(plot.device_to_device(array, cycles=5).lines) == 4
    assert plot.programmed([1e-5, 2e-5], [1e-5, 2e-5]).get_xlabel() == "target (µS)"
    assert len(plot.confusion([0, 1, 1], [0, 1, 0]).texts) == 3
