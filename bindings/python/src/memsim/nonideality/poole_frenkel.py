"""I-V nonlinearity of Poole-Frenkel emission."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self, SupportsFloat

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._operands import as_float64
from .base import Parameters
from .checks import Bounds, window_or_none
from .law import Float64, Law, normals_or_zero
from .windows import WINDOWS, Window

Covariance = tuple[tuple[float, float], tuple[float, float]]
_NONE: Covariance = ((0.0, 0.0), (0.0, 0.0))


@dataclass(frozen=True, init=False)
class PooleFrenkel(Law):
    """I = c V exp(kappa sqrt|V|), kappa = q/(kT) sqrt(q/(pi d_eps)), with coefficients that differ between devices.

    With R = 1/G, G being defined at 0.1 V: ln c = slope_c ln R + intercept_c + e_c and ln d_eps = slope_d ln R +
    intercept_d + e_d; (e_c, e_d) is normal, one draw for a device. The conductance at 0.1 V is not exactly G but within
    the regression's error. Source: Joksas et al., Advanced Science 9, 2105784 (2022).

    Parameters
    ----------
    slope_c, intercept_c, slope_d, intercept_d
        Of ln c [S] and of ln d_eps [F] over ln R [ohm].
    covariance
        Of (e_c, e_d), [2, 2].
    temperature
        K.
    window
        (G_off, G_on), S, for which the numbers hold.
    """

    name: ClassVar[str] = "poole-frenkel"
    _bounds: ClassVar[Bounds] = {
        "slope_c": (-10.0, 10.0, ""),
        "intercept_c": (-100.0, 100.0, ""),
        "slope_d": (-10.0, 10.0, ""),
        "intercept_d": (-100.0, 0.0, ""),
        "temperature": (1.0, 2000.0, "K"),
    }
    slope_c: float
    intercept_c: float
    slope_d: float
    intercept_d: float
    covariance: Covariance
    temperature: float
    window: Window | None

    def __init__(
        self,
        slope_c: SupportsFloat,
        intercept_c: SupportsFloat,
        slope_d: SupportsFloat,
        intercept_d: SupportsFloat,
        covariance: npt.ArrayLike = _NONE,
        temperature: SupportsFloat = 293.15,
        window: Iterable[SupportsFloat] | None = None,
    ) -> None:
        self._set(slope_c=slope_c, intercept_c=intercept_c, slope_d=slope_d, intercept_d=intercept_d)
        self._set(covariance=_covariance(covariance), temperature=temperature, window=window_or_none(window))
        self.__post_init__()

    def parameters(self) -> Parameters:
        (cc, cd), (_, dd) = self.covariance
        residuals = {"cov_cc": cc, "cov_cd": cd, "cov_dd": dd}
        return {**super().parameters(), **{key: np.array([value]) for key, value in residuals.items()}}

    def mean(self) -> Self:
        return dataclasses.replace(self, covariance=_NONE)

    def _normals(self, z: npt.ArrayLike | None) -> Float64:
        normals = normals_or_zero(z, (2,))
        if normals.shape[-1:] != (2,):
            raise Error(f"z must have shape (..., 2), got {normals.shape}")
        return normals

    @classmethod
    def siox_low(cls) -> Self:
        """SiOx, low resistance: 20 curves of 290 ohm...12 kohm up to 0.5 V, doi 10.5281/zenodo.5762184."""
        return cls(
            *(-1.1196533175901369, 0.6283496520155492, -1.3368918792959243, -25.91558654968477),
            ((0.0012293334963914993, 0.009651234051603064), (0.009651234051603064, 0.24708223327390708)),
            window=WINDOWS["siox-low"],
        )

    @classmethod
    def siox_high(cls) -> Self:
        """SiOx, high resistance: 29 curves of 14 kohm...1.9 Mohm up to 0.5 V, doi 10.5281/zenodo.5762184."""
        return cls(
            *(-1.0302302706254205, -0.2505956863510743, -0.09010778171390911, -37.11860705159415),
            ((0.03208286768622609, 0.0927270014831381), (0.0927270014831381, 0.32510818431689975)),
            window=WINDOWS["siox-high"],
        )


def _covariance(values: npt.ArrayLike) -> Covariance:
    """A covariance matrix: symmetric, variances 0...10, |correlation| at most 1."""
    matrix = as_float64("covariance", values)
    if matrix.shape != (2, 2):
        raise Error(f"covariance must have shape (2, 2), got {matrix.shape}")
    (cc, cd), (dc, dd) = matrix.tolist()
    if not (0 <= cc <= 10 and 0 <= dd <= 10):
        raise Error(f"covariance must have variances of 0...10, got {cc} and {dd}")
    if cd != dc or not cd * cd <= cc * dd:
        raise Error(f"covariance must be symmetric and cov_cd^2 at most cov_cc cov_dd, got {matrix.tolist()}")
    return (cc, cd), (cd, dd)
