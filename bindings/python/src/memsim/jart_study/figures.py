"""Figures of a study: accuracy of the rungs, over epochs, and its loss against mismatch."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..plot._files import write
from .rungs import GROUPS
from .summary import Row, losses, reference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = dict(
    zip(GROUPS, ("#999999", "#111111", "#0072B2", "#56B4E9", "#CC79A7", "#009E73", "#D55E00"), strict=True)
)
"""Of Okabe and Ito, which colour-blind readers tell apart."""
_POINT: Any = {"fmt": "o", "ms": 5, "capsize": 2, "lw": 1}


def draw(rows: list[Row], folder: Path) -> dict[str, str]:
    """Writes what there are results for, each as PNG and SVG; names of the PNGs by caption."""
    figures = (
        ("accuracy of the rungs", "accuracy", partial(accuracies, rows) if rows else None),
        ("accuracy over epochs", "curves", partial(curves, rows) if rows else None),
        ("loss of accuracy against mismatch", "mismatch", partial(mismatch, rows) if losses(rows) else None),
    )
    return write(figures, folder)


def accuracies(rows: list[Row]) -> Any:
    """Means and standard errors; points: seeds; stars: as reported; beside it what is near the noise-free one."""
    import matplotlib.pyplot as plt

    base = reference(rows)
    near = [] if base is None else [100 * a for row in rows for a in _values(row) if abs(a - base.mean[0]) < _NEAR]
    drawing, axes = plt.subplots(
        1, 2 if near else 1, figsize=(10 if near else 7.2, 1.2 + 0.24 * len(rows)), sharey=True, layout="constrained",
        squeeze=False,
    )  # fmt: skip
    for ax in axes.flat:
        for at, row in enumerate(rows):
            _ladder(ax, at, row)
        if base is not None:
            ax.axvline(100 * base.mean[0], color="0.6", lw=0.8, ls=":")
        ax.grid(axis="x", color="0.9", lw=0.6)
    axes[0, 0].set_yticks(range(len(rows)), [row.rung.title for row in rows])
    axes[0, 0].invert_yaxis()
    if near:
        axes[0, 1].set_xlim(min(near) - 0.3, max(near) + 0.3)
    drawing.supxlabel("accuracy after the last epoch (%)", fontsize=9)
    _legend(axes[0, 0])
    return drawing


_NEAR = 0.05
"""Accuracies no further from the noise-free one are drawn larger."""


def _values(row: Row) -> list[float]:
    return [*row.accuracy.values(), *([] if row.rung.reported is None else [row.rung.reported])]


def _ladder(ax: "Axes", at: int, row: Row) -> None:
    colour, (mean, error) = COLOURS[row.rung.group], row.mean
    ax.plot([100 * a for a in row.accuracy.values()], [at] * len(row.accuracy), ".", color=colour, alpha=0.35, ms=5)
    ax.errorbar(100 * mean, at, xerr=100 * np.nan_to_num(error), fmt="s", color=colour, ms=5, capsize=3, lw=1.2)
    if row.rung.reported is not None:
        ax.plot(100 * row.rung.reported, at, "*", color="w", mec="k", ms=11, zorder=4, label="reported")


def _legend(ax: "Axes") -> None:
    """Each label once."""
    handles, labels = ax.get_legend_handles_labels()
    if labels:
        unique = dict(zip(labels, handles, strict=True))
        ax.legend(unique.values(), unique.keys(), frameon=False, loc="best")


def curves(rows: list[Row]) -> Any:
    """Mean over seeds by group; band: all seeds."""
    import matplotlib.pyplot as plt

    groups = [group for group in GROUPS if any(row.rung.group == group for row in rows)]
    columns = min(4, len(groups))
    lines = -(-len(groups) // columns)
    drawing, axes = plt.subplots(
        lines, columns, figsize=(max(4.5, 3.1 * columns), 0.5 + 2.7 * lines), sharex=True, sharey=True,
        layout="constrained", squeeze=False,
    )  # fmt: skip
    for ax, group in zip(axes.flat, groups, strict=False):
        _panel(ax, [row for row in rows if row.rung.group == group], reference(rows))
        ax.set_title(group, loc="left")
    for ax in axes.flat[len(groups) :]:
        ax.set_axis_off()
    drawing.supxlabel("epoch", fontsize=9)
    drawing.supylabel("accuracy (%)", fontsize=9)
    return drawing


def _panel(ax: "Axes", rows: list[Row], base: Row | None) -> None:
    from matplotlib.ticker import MaxNLocator

    if base is not None and base not in rows:
        ax.plot(*_mean_curve(base), color="0.7", lw=2.5)
    for row in rows:
        epochs, mean = _mean_curve(row)
        percent = 100 * np.array([c.accuracy for c in row.curves])
        (line,) = ax.plot(epochs, mean, ".-", ms=3, lw=1, label=row.rung.name)
        ax.fill_between(epochs, percent.min(0), percent.max(0), color=line.get_color(), alpha=0.2, lw=0)
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.grid(color="0.9", lw=0.6)
    ax.legend(frameon=False, fontsize=7, loc="best")


def _mean_curve(row: Row) -> tuple[Any, Any]:
    percent = 100 * np.array([c.accuracy for c in row.curves])
    return np.arange(1, 1 + percent.shape[1]), percent.mean(0)


def mismatch(rows: list[Row]) -> Any:
    """What rungs lose against the noise-free one, by the mismatch of their steps and by the spread of these."""
    import matplotlib.pyplot as plt

    drawing, (left, right) = plt.subplots(1, 2, figsize=(9.2, 4.2), sharey=True, layout="constrained")
    for row, (loss, error) in losses(rows):
        group = row.rung.group
        for ax, value in ((left, row.mismatch), (right, row.spread)):
            bar = 100 * np.nan_to_num(error)
            ax.errorbar(value, 100 * loss, yerr=bar, color=COLOURS[group], label=group, **_POINT)
    left.set(xlabel="mismatch of SET and RESET steps at weight 0, median", ylabel="loss of accuracy (% points)")
    right.set(xlabel="spread of steps, ninth over first tenth", xscale="log")
    for ax in (left, right):
        ax.axhline(0, color="0.6", lw=0.8, ls=":")
        ax.grid(color="0.9", lw=0.6)
    _legend(right)
    return drawing
