"""Measured I-V curves: reading them, judging them, and the Poole-Frenkel coefficients of each."""

import math
import os
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._operands import as_float64
from .law import Float64

Curve = tuple[Float64, Float64]
"""V, I: V and A, [points] each."""
Curves = npt.NDArray[Any] | str | os.PathLike[str] | Iterable[tuple[npt.ArrayLike, npt.ArrayLike]]

_CHARGE, _BOLTZMANN = 1.602176634e-19, 1.380649e-23
_NEAR = 0.05
"""A point counts as measured at a voltage that it misses by at most this part."""
_CONVERGED = range(1, 5)
_AT_ROUNDING = range(6, 9)
"""MINPACK: no better point can be told apart in double precision."""


def read_curves(source: Curves, v_max: float) -> list[Curve]:
    """Curves from their first point up to `v_max`. Arrays and files have the layout of `fit_poole_frenkel`."""
    if isinstance(source, (str, os.PathLike)):
        source = _loaded(source)
    pairs: Iterable[tuple[Any, Any]] = source if not isinstance(source, np.ndarray) else _columns(source)
    curves = [_checked(index, pair, v_max) for index, pair in enumerate(pairs)]
    if not curves:
        raise Error("curves must hold at least one curve")
    return curves


def roughness(current: Float64) -> float:
    """The largest second difference (unit spacing) in parts of the mean: large where the current jumps."""
    return float(np.gradient(np.gradient(current)).max() / current.mean())


def resistance_at(index: int, curve: Curve, volts: float) -> float:
    """V/I, ohm, of the point nearest to a voltage."""
    v, i = curve
    nearest = int(np.abs(v - volts).argmin())
    if not (abs(v[nearest] - volts) <= _NEAR * volts and v[nearest] * i[nearest] > 0):
        raise Error(f"curves must have a current at {volts:g} V; curve {index} has {i[nearest]} A at {v[nearest]} V")
    return float(v[nearest] / i[nearest])


def nonlinearity(curve: Curve) -> float:
    """The mean of G(2V)/G(V) over the points up to half of the largest voltage; NaN without such points."""
    v, i = curve
    rows = (v > 0) & (i > 0) & (2 * v <= v.max() * (1 + 1e-6))
    doubled = np.interp(2 * v[rows], v, i)
    return float((doubled / (2 * i[rows])).mean()) if rows.any() else math.nan


def fitted_current(volts: Float64, c: float, d_eps: float, temperature: float) -> Float64:
    """I = c V exp(kappa sqrt|V|), A, of one curve's coefficients."""
    current: Float64 = c * volts * np.exp(_kappa(d_eps, temperature) * np.sqrt(np.abs(volts)))
    return current


def coefficients(index: int, curve: Curve, start: tuple[float, float], temperature: float, tolerance: float) -> Float64:
    """c [S] and d_eps [F] of `fitted_current`, [2], by least squares without weights (Levenberg-Marquardt)."""
    v, i = curve

    def residuals(x: Float64) -> Float64:
        return fitted_current(v, x[0], x[1], temperature) - i

    def slopes(x: Float64) -> Float64:
        by_c = fitted_current(v, 1.0, x[1], temperature)
        return np.stack([by_c, -0.5 * _kappa(x[1], temperature) / x[1] * np.sqrt(np.abs(v)) * x[0] * by_c], 1)

    with np.errstate(all="ignore"):  # a trial step may leave the range; it is not taken
        found, _, _, text, status = _optimize().leastsq(
            residuals, start, Dfun=slopes, full_output=True, ftol=tolerance, xtol=tolerance
        )
    if status not in (*_CONVERGED, *_AT_ROUNDING) or not (np.isfinite(found).all() and (found > 0).all()):
        raise Error(f"curves: no fit of curve {index}; try another start. MINPACK says: {' '.join(text.split())}")
    return np.asarray(found, np.float64)


def _kappa(d_eps: float, temperature: float) -> float:
    """q/(kT) sqrt(q/(pi d_eps)), V^-1/2; NaN below 0, where a trial step may lead."""
    return float(_CHARGE / (_BOLTZMANN * temperature) * np.sqrt(_CHARGE / (math.pi * d_eps)))


def _checked(index: int, pair: Any, v_max: float) -> Curve:
    try:
        first, second = pair
    except (TypeError, ValueError):
        raise Error(f"curves must be pairs (V, I), an array or a file; curve {index} is not") from None
    v, i = (np.asarray(as_float64(f"curve {index}", values), np.float64) for values in (first, second))
    if v.ndim != 1 or v.shape != i.shape:
        raise Error(f"curves must have V and I of one shape (points,), curve {index} has {v.shape} and {i.shape}")
    above = np.flatnonzero(~(v <= v_max * (1 + 1e-6)))  # voltages are stored in single precision
    end = int(above[0]) if above.size else v.size
    v, i = v[:end], i[:end]
    if end < 5 or not np.isfinite(i).all() or not i.mean() > 0:
        raise Error(
            f"curves must have 5 points up to {v_max:g} V, finite and positive in the mean; curve {index} has not"
        )
    return v, i


def _columns(data: npt.NDArray[Any]) -> list[tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
    if data.ndim != 3 or data.shape[1] < 2:
        raise Error(f"curves must be an array [points, 3, curves] of I, V, V/I, got shape {data.shape}")
    return [(data[:, 1, k], data[:, 0, k]) for k in range(data.shape[2])]


def _loaded(path: str | os.PathLike[str]) -> npt.NDArray[Any]:
    _optimize()
    from scipy.io import loadmat

    content = loadmat(path)
    if "data" not in content:
        raise Error(f"{os.fspath(path)} must hold the variable data")
    return np.asarray(content["data"])


def _optimize() -> Any:
    try:
        from scipy import optimize
    except ImportError:
        raise ImportError("fits need SciPy: pip install 'memsim[fit]'") from None
    return optimize
