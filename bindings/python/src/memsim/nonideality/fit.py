"""Poole-Frenkel parameters from measured curves."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._numbers import real
from .curves import Curve, Curves, coefficients, nonlinearity, read_curves, resistance_at, roughness
from .law import Float64
from .poole_frenkel import PooleFrenkel
from .regression import Group, regress
from .windows import Window

R_QUANTUM = 12906.40372
"""Inverse of the conductance quantum 2e^2/h, ohm: parts devices with a conducting filament from those without."""
_LEAST = 4
"""Curves a group needs: fewer leave the residuals no covariance."""


@dataclass(frozen=True, eq=False, repr=False)
class PooleFrenkelFit:
    """What `fit_poole_frenkel` found. Rows of the table are the kept curves, sorted by resistance."""

    low_group: Group | None
    """Devices below the split, None if there are fewer than 4."""
    high_group: Group | None
    """Devices above it."""
    resistance: Float64
    """At the read voltage, ohm, [kept]."""
    c: Float64
    """S, [kept]."""
    d_eps: Float64
    """F, [kept]."""
    nonlinearity: Float64
    """Mean of G(2V)/G(V), [kept]."""
    order: npt.NDArray[np.intp]
    """Which of the curves given each row is, [kept]."""
    kept: npt.NDArray[np.bool_]
    """Whether a curve is smooth enough, in the order given, [curves]."""
    curves: tuple[Curve, ...]
    """V and A of the rows."""
    temperature: float
    """K."""

    @property
    def low(self) -> PooleFrenkel:
        """The law of low resistances."""
        return _law(self.low_group, "below")

    @property
    def high(self) -> PooleFrenkel:
        """The law of high resistances."""
        return _law(self.high_group, "above")

    def __repr__(self) -> str:
        lines = [f"<PooleFrenkelFit: {self.kept.sum()} of {self.kept.size} curves>"]
        for name, group in (("low", self.low_group), ("high", self.high_group)):
            lines.append(f"{name:4}: {_described(group) if group else f'fewer than {_LEAST} curves'}")
        return "\n".join(lines)


def fit_poole_frenkel(
    curves: Curves,
    *,
    as_published: bool = True,
    v_max: float = 0.5,
    v_read: float = 0.1,
    max_roughness: float = 0.1,
    split: float = R_QUANTUM,
    ratio: float = 5.0,
    start: tuple[float, float] = (1e-5, 1e-16),
    temperature: float = 293.15,
) -> PooleFrenkelFit:
    """Fit c and d_eps of every curve, then regress their logarithms on ln R among low and among high resistances.

    Parameters
    ----------
    curves
        One upward sweep each: pairs (V, I) of V and A; or an array [points, 3, curves] of I, V, V/I, or the path of a
        .mat file with that array as `data`: SiOx of doi 10.5281/zenodo.5762184. Their order does not matter.
    as_published
        As the published numbers came about: ln R in single precision, curves fitted to MINPACK's usual 1.5e-8. False:
        double precision and converged; of SiOx that moves slopes by 4e-7, intercepts by 2e-6, covariances by 3e-6.
    v_max
        Points up to the first above it count, V.
    v_read
        Where R = V/I is taken, V.
    max_roughness
        Curves are dropped whose largest second difference reaches this part of their mean current.
    split
        ohm.
    ratio
        G_on / G_off of both windows. The low group's begins at its largest conductance, the high group's at its least.
    start
        c [S] and d_eps [F] before each fit.
    temperature
        K.

    Raises
    ------
    memsim.Error
        If a curve does not fit, or cannot be read.
    ImportError
        Without SciPy.
    """
    limits = {"v_max": v_max, "v_read": v_read, "ratio": ratio, "temperature": temperature, "split": split}
    v_max, v_read, ratio, temperature, split = (_positive(name, value) for name, value in limits.items())
    sweeps = read_curves(curves, v_max)
    kept = np.array([roughness(current) < max_roughness for _, current in sweeps])
    order, ohms = _sorted(sweeps, np.flatnonzero(kept), v_read)
    tolerance = 1.49012e-8 if as_published else 1e-13
    found = np.array([coefficients(int(k), sweeps[k], start, temperature, tolerance) for k in order]).reshape(-1, 2)
    bend = np.array([nonlinearity(sweeps[k]) for k in order])
    log_r = np.log(ohms.astype(np.float32 if as_published else np.float64)).astype(np.float64)

    def group(rows: slice, low: bool) -> Group | None:
        if len(ohms[rows]) < _LEAST:
            return None
        window = _window(ohms[rows], low, ratio)
        edge = bend[rows][_inside(ohms[rows], window)]
        return regress(log_r[rows], np.log(found[rows].T), window, edge, temperature)

    middle = int(np.searchsorted(ohms, split))
    groups = group(slice(middle), True), group(slice(middle, None), False)
    c, d_eps = found.T
    return PooleFrenkelFit(*groups, ohms, c, d_eps, bend, order, kept, tuple(sweeps[k] for k in order), temperature)


def _sorted(sweeps: list[Curve], rows: npt.NDArray[np.intp], v_read: float) -> tuple[npt.NDArray[np.intp], Float64]:
    """The curves `rows` in the order of their resistances, and these, ohm."""
    ohms = np.array([resistance_at(int(k), sweeps[k], v_read) for k in rows])
    order = np.argsort(ohms, kind="stable")
    return rows[order], ohms[order]


def _window(ohms: Float64, low: bool, ratio: float) -> Window:
    end = float(1 / (ohms[0] if low else ohms[-1]))
    return (end / ratio, end) if low else (end, end * ratio)


def _inside(ohms: Float64, window: Window) -> npt.NDArray[np.bool_]:
    off, on = window
    inside: npt.NDArray[Any] = (1 / ohms >= off * (1 - 1e-12)) & (1 / ohms <= on * (1 + 1e-12))
    return inside


def _positive(name: str, value: float) -> float:
    number = real(name, value)
    if not 0 < number < float("inf"):
        raise Error(f"{name} must be finite and > 0, got {number}")
    return number


def _law(group: Group | None, side: str) -> PooleFrenkel:
    if group is None:
        raise Error(f"curves must have {_LEAST} or more {side} the split for this law")
    return group.law


def _described(group: Group) -> str:
    off, on = group.law.window or (0.0, 0.0)
    return (
        f"{group.curves} curves, {off:.4g}...{on:.4g} S, r2 of ln c {group.r2[0]:.4f}, of ln d_eps {group.r2[1]:.4f}, "
        f"correlation {group.correlation:.3f}, G(2V)/G(V) {group.nonlinearity:.3f} in {group.edge} curves"
    )
