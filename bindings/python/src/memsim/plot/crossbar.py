"""Maps of what happens inside crossbars with wires."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core import Error
from ._axes import RESET, SET, Values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..crossbar import Solution

_CURRENTS = {"device_current": "device current", "word_current": "word-line current", "bit_current": "bit-line current"}
_VOLTAGES = {"word_volts": "word-line voltage", "bit_volts": "bit-line voltage"}
"""Fields of a solution and their titles."""


def crossbar_currents(solution: "Solution", *, axes: "Sequence[Axes] | None" = None) -> "tuple[Axes, ...]":
    """Currents of devices, of word lines (entering each node from the left) and of bit lines (leaving it downwards).

    Parameters
    ----------
    solution
        As `memsim.crossbar.solve` gives it, with its fields; of several inputs, the mean is drawn.
    axes
        Three to draw on; None: those of a new figure.

    Returns
    -------
    tuple of Axes
        ``axes[0].figure.savefig("currents.svg")`` writes them.

    Raises
    ------
    memsim.Error
        If the solution has no fields, or there are not as many axes.
    """
    return _maps(solution, _CURRENTS, "A", axes)


def crossbar_voltages(solution: "Solution", *, axes: "Sequence[Axes] | None" = None) -> "tuple[Axes, ...]":
    """Voltages of the nodes of word lines and of bit lines; grey: nodes that are cut off. The rest as of
    `crossbar_currents`, with two axes."""
    return _maps(solution, _VOLTAGES, "V", axes)


def _maps(
    solution: "Solution", fields: dict[str, str], unit: str, given: "Sequence[Axes] | None"
) -> "tuple[Axes, ...]":
    found = {title: getattr(solution, name) for name, title in fields.items()}
    if any(values is None for values in found.values()):
        raise Error("solution must have fields: solve with fields=True")
    axes = _new_axes(len(fields)) if given is None else tuple(given)
    if len(axes) != len(fields):
        raise Error(f"axes must be {len(fields)}, got {len(axes)}")
    for (title, values), ax in zip(found.items(), axes, strict=True):
        draw_map(ax, values, unit, title)
    return axes


def _new_axes(count: int) -> "tuple[Axes, ...]":
    import matplotlib.pyplot as plt

    return tuple(plt.subplots(1, count, figsize=(4.2 * count, 3.8), layout="constrained")[1])


def draw_map(axes: "Axes", values: Values, unit: str, title: str) -> None:
    """A value for each place of a crossbar [..., rows, columns], the mean of leading axes, with a scale in its unit.

    Values of both signs are coloured evenly about 0.
    """
    from matplotlib.ticker import EngFormatter, MaxNLocator

    rows, columns = values.shape[-2:]
    mean = values.reshape(-1, rows, columns).mean(0) if values.size else np.full((rows, columns), np.nan)
    slender = max(rows, columns) > 4 * min(rows, columns)
    image = axes.imshow(mean, aspect="auto" if slender else "equal", interpolation="nearest", **_colours(mean))
    axes.set(xlabel="bit line", ylabel="word line", title=title)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator("auto", integer=True))
    axes.figure.colorbar(image, ax=axes, format=EngFormatter(unit))


def _colours(values: Values) -> dict[str, Any]:
    """A map and its limits: from vermilion over grey to blue about 0, or viridis, darkest at the smallest magnitude."""
    from matplotlib import colormaps
    from matplotlib.colors import Colormap, LinearSegmentedColormap

    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    if low < 0 < high:
        colours: Colormap = LinearSegmentedColormap.from_list("memsim", [RESET, "#EBEBEB", SET])
        high = max(-low, high)
        low = -high
    else:
        colours = colormaps["viridis_r" if low < 0 else "viridis"]
    return {"cmap": colours.with_extremes(bad="0.75"), "vmin": low, "vmax": high}
