"""Maps of crossbars: what is drawn is what was solved."""

from dataclasses import replace

import numpy as np
import pytest

import memsim
from memsim import crossbar
from memsim.plot import crossbar_currents, crossbar_voltages

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def close():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def solved(V, **options):
    G = 10 ** np.random.default_rng(1).uniform(-5, -3, (6, 9))
    return crossbar.solve(G, V, 2.0, 3.0, **options)


def drawn(axes):
    """The values of a map, and its scale."""
    (image,) = axes.images
    return image.get_array().filled(np.nan), image.colorbar


def test_currents_are_means_over_inputs():
    solution = solved(np.random.default_rng(2).uniform(0.1, 0.3, (2, 4, 6)))
    axes = crossbar_currents(solution)
    fields = solution.device_current, solution.word_current, solution.bit_current
    assert [ax.get_title() for ax in axes] == ["device current", "word-line current", "bit-line current"]
    for ax, field in zip(axes, fields, strict=True):
        np.testing.assert_allclose(drawn(ax)[0], field.mean((0, 1)), rtol=1e-12)
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("bit line", "word line")
        assert ax.images[0].cmap.name == "viridis"
    assert drawn(axes[0])[1].formatter(20e-6) == "20 µA"


def test_voltages_of_both_signs_are_coloured_evenly_about_zero():
    solution = solved(np.linspace(-0.3, 0.2, 6))
    axes = crossbar_voltages(solution)
    assert [ax.get_title() for ax in axes] == ["word-line voltage", "bit-line voltage"]
    for ax, field in zip(axes, (solution.word_volts, solution.bit_volts), strict=True):
        image = ax.images[0]
        np.testing.assert_array_equal(drawn(ax)[0], field)
        assert image.cmap.name == "memsim"
        assert image.get_clim() == pytest.approx((-abs(field).max(), abs(field).max()))
        red, green, blue, _ = image.to_rgba(0.0)
        assert red == pytest.approx(green, abs=0.01) and red == pytest.approx(blue, abs=0.01)


def test_negative_values_are_darkest_at_the_least_magnitude():
    (device, *_) = crossbar_currents(solved(np.full(6, -0.1)))
    assert device.images[0].cmap.name == "viridis_r"


def test_nodes_that_are_cut_off_are_grey():
    solution = solved(np.full(6, 0.1))
    cut = np.where(np.arange(9) == 4, np.nan, solution.word_volts)
    axes = crossbar_voltages(replace(solution, word_volts=cut))
    assert np.isnan(drawn(axes[0])[0]).sum() == 6
    assert axes[0].images[0].cmap.get_bad() == pytest.approx((0.75, 0.75, 0.75, 1))


@pytest.mark.parametrize("kind, start", [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_maps_are_saved(tmp_path, kind, start):
    path = tmp_path / f"map.{kind}"
    crossbar_currents(solved(np.full(6, 0.1)))[0].figure.savefig(path)
    assert path.read_bytes().startswith(start)


def test_maps_go_on_given_axes():
    import matplotlib.pyplot as plt

    _, axes = plt.subplots(1, 2)
    assert crossbar_voltages(solved(np.full(6, 0.1)), axes=axes) == tuple(axes)
    with pytest.raises(memsim.Error, match="axes must be 3, got 2"):
        crossbar_currents(solved(np.full(6, 0.1)), axes=axes)


def test_no_inputs_are_a_grey_map():
    axes = crossbar_currents(solved(np.zeros((0, 6))))
    assert np.isnan(drawn(axes[0])[0]).all()


def test_a_solution_without_fields_is_refused():
    with pytest.raises(memsim.Error, match="solve with fields=True"):
        crossbar_currents(solved(np.full(6, 0.1), fields=False))
