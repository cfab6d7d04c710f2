"""Current-voltage loops."""

from typing import TYPE_CHECKING

import numpy as np

from ..array import Array
from ..models import model as model_card
from ._axes import NOMINAL, RESET, SET, Values, axes_of, logarithmic, median_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def sweep(
    array: Array, peaks: tuple[float, float] = (-1.5, 1.5), points: int = 120, *, rate: float = 1.0
) -> tuple[Values, Values]:
    """Currents along 0, first peak, 0, second peak, 0.

    Cells with a time follow the waveform at `rate`. To others every voltage is applied, then read without noise.

    Parameters
    ----------
    array
        Changed by the sweep.
    peaks
        V.
    points
        Voltages on each of the four legs.
    rate
        V/s, of models with a time.

    Returns
    -------
    volts, currents
        V, [4 points]; A, [4 points, rows, columns].
    """
    corners = [0.0, peaks[0], 0.0, peaks[1], 0.0]
    legs = [np.linspace(a, b, points, endpoint=False) for a, b in zip(corners, corners[1:], strict=False)]
    volts = np.concatenate(legs)
    if model_card(array.model).timed:
        times = np.cumsum(np.abs(np.diff(volts, prepend=0.0))) / rate
        return volts, array.sweep(times, volts)
    currents = np.empty((len(volts), *array.shape), np.float32)
    for index, value in enumerate(volts.astype(np.float32)):
        array.apply(value)
        array.read(value, noise=False, out=currents[index])
    return volts.astype(np.float32), currents


def iv(
    array: Array,
    *,
    cells: int | None = None,
    cycles: int | None = None,
    peaks: tuple[float, float] = (-1.5, 1.5),
    rate: float = 1.0,
    ax: "Axes | None" = None,
) -> "Axes":
    """I-V loops; the array is changed by the sweeps.

    Cells with a time: every cell thin and their median at every point thick, over one triangular waveform. Synaptogen:
    the cells in colours, over three cycles, after one that is not drawn.

    Parameters
    ----------
    cells
        The first ones to draw; by default 6 of Synaptogen, else all.
    cycles
        Loops of each.
    peaks
        V.
    rate
        V/s, of models with a time.
    """
    axes = axes_of(ax)
    if model_card(array.model).timed:
        for _ in range(cycles or 1):
            draw_loops(axes, *sweep(array, peaks, 300, rate=rate), cells=cells)
        axes.legend(*(part[-1:] for part in axes.get_legend_handles_labels()), frameon=False, loc="lower right")
        return axes
    return _coloured(axes, array, cells or 6, cycles or 3, peaks)


def draw_loops(axes: "Axes", volts: Values, currents: Values, *, cells: int | None = None) -> None:
    """What `sweep` gave: single cells thin, their median thick."""
    amperes = np.abs(currents.reshape(len(volts), -1)[:, :cells])
    amperes = np.where(amperes > 0, amperes, np.nan)
    count = amperes.shape[1]
    for half, colour in ((volts <= 0, SET), (volts >= 0, RESET)):
        axes.plot(volts, np.where(half[:, None], amperes, np.nan), color=colour, lw=0.5, alpha=0.3)
    axes.plot(volts, np.median(amperes, 1), color=NOMINAL, lw=1.6, label=median_label(count))
    logarithmic(axes, "A")
    axes.set(xlabel="voltage (V)", ylabel="|current|", title="I–V loops")


def _coloured(axes: "Axes", array: Array, cells: int, cycles: int, peaks: tuple[float, float]) -> "Axes":
    array.apply(-3.0)
    array.apply(3.0)
    for cycle in range(cycles):
        volts, currents = sweep(array, peaks)
        flat = currents.reshape(len(volts), -1)
        for cell in range(min(cells, flat.shape[1])):
            axes.semilogy(volts, np.abs(flat[:, cell]) + 1e-12, color=f"C{cell}", lw=0.9, alpha=1 - 0.25 * cycle)
    axes.set(xlabel="voltage (V)", ylabel="|current| (A)", ylim=(1e-8, 1e-3), title="I–V loops")
    return axes
