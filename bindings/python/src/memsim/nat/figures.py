"""Figures of a reproduction: errors against power, training curves; all against all is in heatmap.py."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..plot._files import write
from .checkpoint import Curves
from .experiments import AGNOSTICISM, Case
from .heatmap import heat_map, titled
from .setups import Training
from .summary import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANELS = {"nonlinear I–V, SiOx": (1, 2, 3, 4, 5), "stuck devices": (6, 7, 8), "spread between devices": (9, 10)}
COLOURS = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
"""Of Okabe and Ito, which colour-blind readers tell apart."""
PAPER_OPERATIONS = 2 * (785 * 25 + 26 * 10) / 50e-9 / 1e12
"""Tera-operations per second: two for each pair of devices, in 50 ns."""


def draw(rows: list[Row], curves: Mapping[Training, list[Curves]], folder: Path) -> dict[str, str]:
    """Writes what there are results for, each as PNG and SVG; names of the PNGs by caption."""
    crossed = [row for row in rows if row.experiment == AGNOSTICISM]
    single = [row for row in rows if row.experiment != AGNOSTICISM]
    against, trained = partial(error_against_power, single), partial(training_curves, curves)
    all_against_all = partial(heat_map, crossed) if crossed else None
    figures = (
        ("error against power", "error-power", against if single else None),
        ("training curves", "curves", trained if curves else None),
        ("median error of every training on every device", "agnosticism", all_against_all),
    )
    return write(figures, folder)


def error_against_power(rows: list[Row]) -> Any:
    """A point for each inference; large: median error at the mean power; stars: the paper."""
    import matplotlib.pyplot as plt

    panels = {title: [row for row in rows if row.experiment in numbers] for title, numbers in PANELS.items()}
    panels = {title: inside for title, inside in panels.items() if inside}
    drawing, axes = plt.subplots(
        1, len(panels), figsize=(max(5.0, 4.6 * len(panels)), 5.6), layout="constrained", squeeze=False
    )
    for ax, (title, inside) in zip(axes[0], panels.items(), strict=True):
        _errors(ax, inside)
        ax.set_title(title, loc="left")
    axes[0, 0].set_ylabel("error (%)")
    return drawing


def _errors(ax: "Axes", rows: list[Row]) -> None:
    devices = list(dict.fromkeys(row.case.inference.name for row in rows))
    for row in rows:
        colour = COLOURS[devices.index(row.case.inference.name) % len(COLOURS)]
        marker, errors, power = _marker(row.case.training), 100 * row.errors, row.power
        ax.plot(np.repeat(power, errors.shape[1]), errors.ravel(), marker, color=colour, alpha=0.25, ms=3, mew=0)
        ax.plot(power.mean(), np.median(errors), marker, color=colour, mec="k", mew=0.7, ms=8, label=_label(row.case))
        _paper(ax, row.case, colour)
    _scales(ax)
    ax.legend(frameon=False, fontsize=7.5, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=1 + (len(rows) > 8))


def _marker(training: Training) -> str:
    """A disc without awareness; a square for pairs of weights, with L1 a triangle; signed weights: others."""
    if not training.aware:
        return "o"
    if training.weights == "standard":
        return "v" if training.mapping == "average" else "D"
    return "^" if training.regularize else "s"


def _label(case: Case) -> str:
    training, devices = titled(case.training.title), titled(case.inference.title)
    return training if training.startswith(devices) else f"{training} → {devices}"


def _paper(ax: "Axes", case: Case, colour: str) -> None:
    if case.error is not None and case.tops_per_watt is not None:
        power, fill = PAPER_OPERATIONS / case.tops_per_watt, colour if case.training.regularize else "w"
        ax.plot(power, 100 * case.error, "*", color=colour, mfc=fill, ms=12, label=f"paper: {case.training.title}")


def _scales(ax: "Axes") -> None:
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    ax.set(xscale="log", xlabel="power")
    least, most = ax.get_xlim()
    ax.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5) if most < 30 * least else (1,)))
    ax.xaxis.set_major_formatter(EngFormatter("W"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    _percent(ax, (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80))


def _percent(ax: "Axes", ticks: tuple[float, ...]) -> None:
    """A logarithmic axis with plain numbers."""
    from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator, StrMethodFormatter

    ax.set_yscale("log")
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.grid(color="0.9", lw=0.6)


def training_curves(curves: Mapping[Training, list[Curves]]) -> Any:
    """Wrong answers in training and median error in validation; bands: all networks."""
    import matplotlib.pyplot as plt

    columns = min(4, len(curves))
    lines = -(-len(curves) // columns)
    drawing, axes = plt.subplots(
        lines, columns, figsize=(max(4.5, 3 * columns), 0.6 + 2.1 * lines), sharex=True, sharey=True,
        layout="constrained", squeeze=False,
    )  # fmt: skip
    for ax, (training, found) in zip(axes.flat, curves.items(), strict=False):
        _curves(ax, found)
        ax.set_title(titled(training.title), loc="left", fontsize=8.5)
    for ax in axes.flat[len(curves) :]:
        ax.set_axis_off()
    axes[0, 0].legend(frameon=False, fontsize=8)
    drawing.supxlabel("epoch", fontsize=9)
    drawing.supylabel("error (%)", fontsize=9)
    return drawing


def _curves(ax: "Axes", found: list[Curves]) -> None:
    from matplotlib.ticker import MaxNLocator

    epochs = np.arange(1, 1 + len(found[0].loss))
    _band(ax, epochs, np.array([c.train_error for c in found]), "0.55", "-", "training")
    validated, style = found[0].validation_epochs, ".-" if len(found[0].validation_epochs) <= 60 else "-"
    _band(ax, validated, np.array([c.validation_error for c in found]), COLOURS[0], style, "validation")
    _percent(ax, (1, 2, 3, 5, 10, 20, 30, 50, 90))
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))


def _band(ax: "Axes", epochs: Any, errors: Any, colour: str, style: str, label: str) -> None:
    ax.fill_between(epochs, 100 * errors.min(0), 100 * errors.max(0), color=colour, alpha=0.3, lw=0)
    ax.plot(epochs, 100 * np.median(errors, 0), style, color=colour, lw=1, ms=3, label=label)
