"""Switching time against voltage."""

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .._core import Error
from ..array import Array
from ..models import model as model_card
from ..parameters import Params
from ._axes import RESET, SET, Values, axes_of, logarithmic

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHORTEST, LONGEST = 1e-15, 1e6
"""s: times are searched between these."""


def switching_times(
    array: Array, volts: npt.ArrayLike, threshold: npt.ArrayLike, *, state: str | None = None
) -> Values:
    """Values after which a state has crossed a threshold, when each cell is held at its voltage.

    Found by bisection of the duration, always from the state that the cells are in; the array does not change.

    Parameters
    ----------
    volts
        V; broadcasts to the array's shape.
    threshold
        In the state's unit; broadcasts likewise.
    state
        A state of the model, by default its first.

    Returns
    -------
    ndarray
        s, to 5e-5, [rows, columns]; infinity where 1e6 s are not enough.
    """
    name = state or array.state_names[0]
    held = np.broadcast_to(np.asarray(volts, np.float64), array.shape)
    level = np.asarray(threshold, np.float64)
    below = array.state(name, dtype=np.float64) < level

    def crossed(exponents: Values) -> npt.NDArray[np.bool_]:
        cells = copy.copy(array)
        cells.apply(held, duration=10**exponents)
        result: npt.NDArray[np.bool_] = (cells.state(name, dtype=np.float64) < level) != below
        return result

    least, most = (np.full(array.shape, np.log10(bound)) for bound in (SHORTEST, LONGEST))
    ever = crossed(most)
    for _ in range(20):  # 21 decades / 2^20 = 2e-5 of a decade
        middle = (least + most) / 2
        late = crossed(middle)
        least, most = np.where(late, least, middle), np.where(late, middle, most)
    return np.where(ever, 10 ** ((least + most) / 2), np.inf)


def kinetics(
    cells: "Array | str" = "jart-vcm-v1b",
    params: Params | None = None,
    *,
    preset: str | None = None,
    set_volts: npt.ArrayLike | None = None,
    reset_volts: npt.ArrayLike | None = None,
    state: str | None = None,
    starts: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    threshold: float | None = None,
    ax: "Axes | None" = None,
    **options: str,
) -> "Axes":
    """Time of SET and of RESET against voltage: the cells' median, and a band from the 5th to the 95th percentile.

    Parameters
    ----------
    cells
        An array of cells, which does not change; or the name of a model, of which one cell is made.
    params, preset, **options
        Of that cell.
    set_volts, reset_volts
        V; by default in steps of 50 mV, SET -0.4...-1.5 V and RESET 0.6...1.5 V.
    state
        What crosses the threshold, by default the model's first state.
    starts
        Its values before SET and before RESET; by default those of the states `state`_min and `state`_max.
    threshold
        In the state's unit; by default the middle of the starts' medians, on a logarithmic scale if both are above 0.
    """
    axes = axes_of(ax)
    if isinstance(cells, str):
        cells = Array(cells, (1, 1), 0, params, preset=preset, context=None, **options)
    name = state or cells.state_names[0]
    low, high = _bounds(cells, name) if starts is None else (np.asarray(start, np.float64) for start in starts)
    level = _middle(float(np.median(low)), float(np.median(high))) if threshold is None else threshold
    for kind, start, volts, colour in (
        ("SET", low, np.arange(-0.4, -1.525, -0.05) if set_volts is None else set_volts, SET),
        ("RESET", high, np.arange(0.6, 1.525, 0.05) if reset_volts is None else reset_volts, RESET),
    ):
        held = np.ravel(np.asarray(volts, np.float64))
        label = f"{kind}, V {'<' if held[0] < 0 else '>'} 0"
        draw_branch(axes, label, held, branch(cells, name, start, held, level), colour)
    return finish(axes)


def branch(
    array: Array,
    state: str,
    start: npt.ArrayLike,
    volts: npt.ArrayLike,
    threshold: float,
    step: Callable[[], object] = lambda: None,
) -> Values:
    """Switching times [volts, cells] of copies of the cells, from `start` on; `step` is called at each voltage."""
    cells = copy.copy(array)
    cells.set_state(state, start)
    times = []
    for value in np.ravel(np.asarray(volts, np.float64)):
        times.append(switching_times(cells, value, threshold, state=state).ravel())
        step()
    return np.array(times)


def draw_branch(axes: "Axes", name: str | None, volts: Values, times: Values, colour: str) -> None:
    """One branch: `times` [volts, cells] against |volts|; without a name only the band."""
    # No interpolation: some cells may never switch, and infinity is nowhere between.
    least, middle, most = np.percentile(times, [5, 50, 95], axis=1, method="nearest")
    size = np.abs(volts)
    if times.shape[1] > 1:
        axes.fill_between(size, least, most, where=np.isfinite(most), color=colour, alpha=0.25, lw=0)
    if name is not None:
        axes.plot(size, np.where(np.isfinite(middle), middle, np.nan), color=colour, lw=1.6, label=name)


def finish(axes: "Axes") -> "Axes":
    """Scales, labels and legend once the branches are drawn."""
    logarithmic(axes, "s", decades=3)
    axes.set(xlabel="|voltage| (V)", ylabel="switching time", title="SET and RESET kinetics")
    axes.legend(frameon=False)
    return axes


def _middle(low: float, high: float) -> float:
    return float(np.sqrt(low * high)) if min(low, high) > 0 else (low + high) / 2


def _bounds(array: Array, state: str) -> tuple[Values, Values]:
    names = f"{state}_min", f"{state}_max"
    if not set(names) <= set(model_card(array.model).states):
        raise Error(f"starts must be given: {array.model} has no states {' and '.join(names)}")
    low, high = (array.state(name, dtype=np.float64) for name in names)
    return low, high
