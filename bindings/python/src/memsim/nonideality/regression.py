"""Regression of Poole-Frenkel coefficients on resistance, in a group of devices."""

from dataclasses import dataclass

import numpy as np

from .law import Float64
from .poole_frenkel import PooleFrenkel
from .windows import Window


@dataclass(frozen=True)
class Group:
    """The law of a group of devices and how well it holds."""

    law: PooleFrenkel
    curves: int
    """Curves in the group."""
    r2: tuple[float, float]
    """Part of the variance of ln c and of ln d_eps that the regressions explain."""
    correlation: float
    """Of the residuals of ln c and ln d_eps."""
    edge: int
    """Curves within the window."""
    nonlinearity: float
    """Mean of G(2V)/G(V) over them."""


def regress(log_r: Float64, log_coefficients: Float64, window: Window, edge: Float64, temperature: float) -> Group:
    """Ordinary least squares of ln c and ln d_eps [2, curves] on ln R [curves].

    The covariance of the residuals has the divisor N, as the authors' has. `edge`: nonlinearities within the window.
    """
    x, y = log_r - log_r.mean(), log_coefficients - log_coefficients.mean(1, keepdims=True)
    slopes = y @ x / (x @ x)
    intercepts = log_coefficients.mean(1) - slopes * log_r.mean()
    residuals = y - slopes[:, None] * x
    cc, cd, dd = _products(residuals) / x.size
    law = PooleFrenkel(*(slopes[0], intercepts[0], slopes[1], intercepts[1]), ((cc, cd), (cd, dd)), temperature, window)
    total = (y**2).sum(1)
    explained = 1 - (residuals**2).sum(1) / np.where(total > 0, total, 1)
    correlation = cd / np.sqrt(cc * dd) if cc * dd > 0 else 0.0
    return Group(
        law, x.size, (float(explained[0]), float(explained[1])), float(correlation), edge.size, float(edge.mean())
    )


def _products(residuals: Float64) -> Float64:
    """Sums of e_c^2, e_c e_d and e_d^2, of a correlation that rounding does not bring beyond 1."""
    e, f = residuals
    limit = np.sqrt((e @ e) * (f @ f)) * (1 - 1e-12)
    return np.array([e @ e, np.clip(e @ f, -limit, limit), f @ f])
