"""Weights as programmed, and what a network made of them."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ._axes import axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def programmed(target: npt.ArrayLike, reached: npt.ArrayLike, *, ax: "Axes | None" = None) -> "Axes":
    """Conductances reached against those wanted, both S."""
    axes = axes_of(ax)
    wanted = np.ravel(np.asarray(target, np.float64)) * 1e6
    got = np.ravel(np.asarray(reached, np.float64)) * 1e6
    image = axes.hexbin(wanted, got, gridsize=60, bins="log", mincnt=1, cmap="viridis")
    limits = (0, float(max(wanted.max(), got.max())) * 1.05)
    axes.plot(limits, limits, color="0.5", lw=0.8)
    axes.set(xlabel="target (µS)", ylabel="programmed (µS)", xlim=limits, ylim=limits, title="weights as programmed")
    axes.figure.colorbar(image, ax=axes, label="cells")
    return axes


def confusion(labels: npt.ArrayLike, predictions: npt.ArrayLike, *, ax: "Axes | None" = None) -> "Axes":
    """Confusion matrix, rows normalised, in percent."""
    axes = axes_of(ax)
    true, guess = np.asarray(labels), np.asarray(predictions)
    size = int(max(true.max(), guess.max())) + 1
    counts = np.zeros((size, size))
    np.add.at(counts, (true, guess), 1)
    percent = 100 * counts / np.maximum(counts.sum(1, keepdims=True), 1)
    axes.imshow(percent, cmap="Blues", vmin=0, vmax=100)
    for row, column in np.argwhere(percent >= 0.5):
        colour = "white" if percent[row, column] > 60 else "black"
        axes.text(column, row, f"{percent[row, column]:.0f}", ha="center", va="center", fontsize=7, color=colour)
    axes.set(xlabel="predicted", ylabel="true", xticks=range(size), yticks=range(size), title="confusion (%)")
    return axes
