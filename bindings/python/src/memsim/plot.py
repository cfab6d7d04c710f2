"""Plots of devices and programmed arrays. Each draws on a Matplotlib axes and returns it."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .array import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Values = npt.NDArray[np.float32]


def sweep(array: Array, peaks: tuple[float, float] = (-1.5, 1.5), points: int = 120) -> tuple[Values, Values]:
    """Currents along 0, first peak, 0, second peak, 0: every voltage is applied, then read without noise.

    Parameters
    ----------
    array
        Changed by the sweep.
    peaks
        V.
    points
        Voltages on each of the four legs.

    Returns
    -------
    volts, currents
        V, [4 points]; A, [4 points, rows, columns].
    """
    corners = [0.0, peaks[0], 0.0, peaks[1], 0.0]
    legs = [np.linspace(a, b, points, endpoint=False) for a, b in zip(corners, corners[1:], strict=False)]
    volts = np.concatenate(legs).astype(np.float32)
    currents = np.empty((len(volts), *array.shape), np.float32)
    for index, value in enumerate(volts):
        array.apply(float(value))
        array.read(float(value), noise=False, out=currents[index])
    return volts, currents


def iv(array: Array, *, cells: int = 6, cycles: int = 3, ax: "Axes | None" = None) -> "Axes":
    """I-V loops of the first `cells` cells over a few cycles; the array is changed by the sweeps."""
    axes = _axes(ax)
    array.apply(-3.0)
    array.apply(3.0)
    for cycle in range(cycles):
        volts, currents = sweep(array)
        flat = currents.reshape(len(volts), -1)
        for cell in range(min(cells, flat.shape[1])):
            axes.semilogy(volts, np.abs(flat[:, cell]) + 1e-12, color=f"C{cell}", lw=0.9, alpha=1 - 0.25 * cycle)
    axes.set(xlabel="voltage (V)", ylabel="|current| (A)", ylim=(1e-8, 1e-3), title="I–V loops")
    return axes


def cycle_to_cycle(array: Array, *, cells: int = 4, cycles: int = 200, ax: "Axes | None" = None) -> "Axes":
    """Cumulative distributions of a few cells' LRS and HRS over many cycles; the array is cycled."""
    axes = _axes(ax)
    high, low = features(array, cycles)
    for cell in range(min(cells, low.shape[1])):
        axes.ecdf(low[:, cell], color=f"C{cell}", lw=1, label=f"cell {cell}")
        axes.ecdf(high[:, cell], color=f"C{cell}", lw=1)
    return _distributions(axes, f"cycle to cycle, {cycles} cycles")


def device_to_device(array: Array, *, cycles: int = 50, ax: "Axes | None" = None) -> "Axes":
    """Cumulative distributions over cells of each cell's median LRS and HRS, and of all cycles; the array is cycled."""
    axes = _axes(ax)
    high, low = features(array, cycles)
    for values, name, colour in ((low, "LRS", "C0"), (high, "HRS", "C3")):
        axes.ecdf(np.median(values, 0), color=colour, lw=1.4, label=f"{name}, cell medians")
        axes.ecdf(values.ravel(), color=colour, lw=0.9, ls="--", label=f"{name}, all cycles")
    return _distributions(axes, f"device to device, {low.shape[1]} cells")


def _distributions(axes: "Axes", title: str) -> "Axes":
    axes.set(xscale="log", xlim=(3e3, 5e5), xlabel="resistance (Ω)", ylabel="cumulative share", title=title)
    axes.legend(frameon=False, loc=(0.12, 0.4), fontsize=8)
    return axes


def features(array: Array, cycles: int) -> tuple[Values, Values]:
    """HRS and LRS [ohm] of every cell over full cycles, each [cycles, cells]."""
    high = np.empty((cycles, array.shape[0] * array.shape[1]), np.float32)
    low = np.empty_like(high)
    for cycle in range(cycles):
        array.apply(-3.0)
        array.apply(3.0)
        high[cycle] = array.state("HRS").ravel()
        low[cycle] = array.state("LRS").ravel()
    return high, low


def programmed(target: npt.ArrayLike, reached: npt.ArrayLike, *, ax: "Axes | None" = None) -> "Axes":
    """Conductances reached against those wanted, both S."""
    axes = _axes(ax)
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
    axes = _axes(ax)
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


def _axes(ax: "Axes | None") -> "Axes":
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots()[1]
