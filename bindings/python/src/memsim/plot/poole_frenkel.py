"""Measured I-V curves and what `memsim.nonideality.fit_poole_frenkel` made of them."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from .._core import Error
from ..nonideality import Group, PooleFrenkelFit
from ..nonideality.curves import fitted_current
from ._axes import NOMINAL, RESET, SET, Values, axes_of, logarithmic

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROWS = {"c": (0, "S", "c"), "d_eps": (1, "F", "d ε")}
"""Quantities: their place in the covariance, unit and label."""


def poole_frenkel_fit(
    fit: PooleFrenkelFit, quantity: Literal["c", "d_eps"] = "c", *, ax: "Axes | None" = None
) -> "Axes":
    """A coefficient of every curve against its resistance; the regressions, and a band of one deviation about them.

    Parameters
    ----------
    quantity
        "c", S, or "d_eps", F.
    """
    if quantity not in _ROWS:
        raise Error(f'quantity must be "c" or "d_eps", got {quantity!r}')
    axes = axes_of(ax)
    row, unit, label = _ROWS[quantity]
    values = fit.c if quantity == "c" else fit.d_eps
    axes.plot(fit.resistance, values, ".", color=NOMINAL, ms=4, label=f"{values.size} curves")
    for name, group, colour in (("low", fit.low_group, SET), ("high", fit.high_group, RESET)):
        if group is not None:
            _draw_line(axes, name, group, _span(fit, group), row, colour)
    logarithmic(axes, unit)
    axes.set(xscale="log", xlabel="resistance (Ω)", ylabel=label, title=f"Poole–Frenkel: {label} over resistance")
    axes.legend(frameon=False)
    return axes


def poole_frenkel_curves(fit: PooleFrenkelFit, every: int = 6, *, ax: "Axes | None" = None) -> "Axes":
    """Conductance I/V against voltage of every so many curves: points measured, lines fitted."""
    axes = axes_of(ax)
    for number, row in enumerate(range(0, len(fit.curves), max(every, 1))):
        v, i = (values[fit.curves[row][0] > 0] for values in fit.curves[row])
        axes.plot(v, i / v, ".", color=f"C{number % 10}", ms=2.5, label=_ohms(fit.resistance[row]))
        axes.plot(v, _conductance(fit, row, v), color=f"C{number % 10}", lw=1)
    logarithmic(axes, "S")
    axes.set(xlabel="voltage (V)", ylabel="I / V", title="I–V curves (points) and Poole–Frenkel (lines)")
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return axes


def _span(fit: PooleFrenkelFit, group: Group) -> Values:
    low = group is fit.low_group
    ohms = fit.resistance[: group.curves] if low else fit.resistance[-group.curves :]
    return np.geomspace(ohms[0], ohms[-1], 50)


def _draw_line(axes: "Axes", name: str, group: Group, ohms: Values, row: int, colour: str) -> None:
    law = group.law
    slope, intercept = ((law.slope_c, law.intercept_c), (law.slope_d, law.intercept_d))[row]
    middle = np.exp(slope * np.log(ohms) + intercept)
    spread = np.exp(np.sqrt(law.covariance[row][row]))
    axes.fill_between(ohms, middle / spread, middle * spread, color=colour, alpha=0.2, lw=0)
    axes.plot(ohms, middle, color=colour, lw=1.4, label=f"{name}: slope {slope:.3f}, r² {group.r2[row]:.3f}")


def _conductance(fit: PooleFrenkelFit, row: int, volts: Values) -> Values:
    current = fitted_current(np.asarray(volts, np.float64), fit.c[row], fit.d_eps[row], fit.temperature)
    return current / volts


def _ohms(value: float) -> str:
    from matplotlib.ticker import EngFormatter

    return EngFormatter("Ω", places=1)(value)
