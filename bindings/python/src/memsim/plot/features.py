"""Features of Synaptogen cells over cycles and over devices."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..array import Array
from ._axes import axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Values = npt.NDArray[np.float32]


def cycle_to_cycle(array: Array, *, cells: int = 4, cycles: int = 200, ax: "Axes | None" = None) -> "Axes":
    """Cumulative distributions of a few cells' LRS and HRS over many cycles; the array is cycled."""
    axes = axes_of(ax)
    high, low = features(array, cycles)
    for cell in range(min(cells, low.shape[1])):
        axes.ecdf(low[:, cell], color=f"C{cell}", lw=1, label=f"cell {cell}")
        axes.ecdf(high[:, cell], color=f"C{cell}", lw=1)
    return _distributions(axes, f"cycle to cycle, {cycles} cycles")


def device_to_device(array: Array, *, cycles: int = 50, ax: "Axes | None" = None) -> "Axes":
    """Cumulative distributions over cells of each cell's median LRS and HRS, and of all cycles; the array is cycled."""
    axes = axes_of(ax)
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
