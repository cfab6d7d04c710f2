"""What the plots share: axes, colours and units."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Values = npt.NDArray[np.floating[Any]]

SET, RESET, NOMINAL = "#0072B2", "#D55E00", "#111111"
"""Blue and vermilion of Okabe and Ito, which colour-blind readers tell apart."""


def axes_of(ax: "Axes | None") -> "Axes":
    """`ax`, or the axes of a new figure."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots()[1]


def logarithmic(axes: "Axes", unit: str, decades: int = 1) -> None:
    """A logarithmic y axis: ticks as 1 µs, 10 µs, every `decades`, and small ones between."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(10.0**decades, numticks=30))
    axes.yaxis.set_major_formatter(EngFormatter(unit))
    axes.yaxis.set_minor_locator(LogLocator(10.0, subs="all" if decades == 1 else (1.0,), numticks=400))
    axes.yaxis.set_minor_formatter(NullFormatter())


def median_label(count: int) -> str:
    """Of the line in the middle of `count` cells."""
    return f"median of {count} cells" if count > 1 else "the cell"
