"""Tiles written and verified by pulses."""

import numpy as np
import pytest

import memsim
from memsim import devices, presets

TARGET = np.random.default_rng(1).uniform(-0.25, 0.25, (13, 21)).astype(np.float32)


@pytest.mark.parametrize(
    "device",
    [devices.ConstantStep(), devices.SoftBounds(), presets.EcRam(), devices.Ideal(), devices.ConstantStep(dw_min=0.02)],
    ids=["constant", "soft", "ecram", "ideal", "coarse"],
)
def test_devices_come_within_the_tolerance(device):
    tile = memsim.Tile(13, 21, device=device, seed=2)
    tolerance = 0.02 if device == devices.ConstantStep(dw_min=0.02) else 0.01
    target = np.clip(TARGET, 0.8 * tile.hidden("min_bound"), 0.8 * tile.hidden("max_bound"))
    for wanted in (target, -0.5 * target):  # the second call works too
        wanted = np.clip(wanted, 0.8 * tile.hidden("min_bound"), 0.8 * tile.hidden("max_bound"))
        report = tile.program(wanted, tolerance)
        assert report.within == 1 and report.error <= tolerance and 0 < report.iterations < 1000
        np.testing.assert_array_equal(report.weights, tile.weights)
        assert np.abs(tile.weights - wanted).max() <= tolerance
        assert tile.program(wanted, tolerance).iterations == 0


def test_devices_within_are_left_alone():
    tile = memsim.Tile(13, 21, device=devices.ConstantStep(w_max_dtod=0.0, w_min_dtod=0.0), seed=2)
    start = TARGET.copy()
    tile.weights = start
    wanted = start.copy()
    wanted[3, 4] += 0.1
    tile.program(wanted, 0.005)
    moved = tile.weights != start
    assert moved[3, 4] and moved.sum() == 1


def test_it_stops_at_the_count_and_reports():
    tile = memsim.Tile(2, 2, device=devices.ConstantStep(w_max_dtod=0.0), seed=2)
    report = tile.program([[5.0, 0.1], [0.1, 0.1]], max_iterations=20)
    assert report.iterations == 20 and report.within == 0.75 and report.error == pytest.approx(4.4, abs=1e-5)


def test_reading_by_products():
    quiet = memsim.IO(out_noise=0.01, inp_res=0.0, out_res=0.0)
    tile = memsim.Tile(13, 21, device=devices.ConstantStep(w_max=2.0, w_min=-2.0), forward=quiet, seed=2)
    report = tile.program(TARGET, 0.02, max_iterations=200, read="forward", samples=16)
    assert report.within == 1 and np.abs(tile.weights - TARGET).max() < 0.02 + 5 * 0.01 / 4


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"tolerance": 0}, "tolerance"), ({"tolerance": float("nan")}, "tolerance"), ({"max_iterations": 0}, "max_iterations"),
        ({"read": "loud"}, "read"), ({"samples": 0}, "samples"), ({"weights": [[1.0]]}, "weights"),
        ({"weights": np.full((13, 21), np.nan)}, "weights"),
    ],
)  # fmt: skip
def test_bad_arguments(options, text):
    tile = memsim.Tile(13, 21, seed=2)
    state = tile.state()
    with pytest.raises(memsim.Error, match=text):
        tile.program(**{"weights": TARGET, **options})
    assert tile.state() == state
