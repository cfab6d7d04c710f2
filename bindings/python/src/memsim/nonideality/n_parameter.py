"""I-V nonlinearity by one number."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self, SupportsFloat

import numpy as np
import numpy.typing as npt

from .checks import Bounds, window_or_none
from .law import Float64, Law, normals_or_zero
from .windows import WINDOWS, Window


@dataclass(frozen=True, init=False)
class NParameter(Law):
    """I = sign(V) v_ref G (|V|/v_ref)^log2(n): doubling the voltage raises the current n times. Ohmic at n = 2.

    Devices draw n from N(n, n_std^2), again where it is below 2; `evaluate` takes n + n_std z, at least 2. G is defined
    at v_ref. Source: Joksas et al., arXiv:2112.06887v1 (2021).

    Parameters
    ----------
    n, n_std
        Mean and deviation of I(2V)/I(V), n >= 2.
    v_ref
        V; half the largest voltage in the source.
    window
        (G_off, G_on), S, for which the numbers hold.
    """

    name: ClassVar[str] = "n-parameter"
    _bounds: ClassVar[Bounds] = {"n": (2.0, 100.0, ""), "n_std": (0.0, 50.0, ""), "v_ref": (1e-6, 100.0, "V")}
    n: float
    n_std: float
    v_ref: float
    window: Window | None

    def __init__(
        self,
        n: SupportsFloat,
        n_std: SupportsFloat = 0.0,
        v_ref: SupportsFloat = 0.25,
        window: Iterable[SupportsFloat] | None = None,
    ) -> None:
        self._set(n=n, n_std=n_std, v_ref=v_ref, window=window_or_none(window))
        self.__post_init__()

    def mean(self) -> Self:
        return dataclasses.replace(self, n_std=0.0)

    def _normals(self, z: npt.ArrayLike | None) -> Float64:
        first = normals_or_zero(z, ())
        return np.stack([first, np.zeros_like(first)], -1)  # the core passes two normals to every law

    @classmethod
    def siox_low(cls) -> Self:
        """SiOx, low resistance: 11 curves of 285 ohm...1.0 kohm at 0.25 V, doi 10.5281/zenodo.5762184."""
        return cls(2.132072652112917, 0.09531988936898476, window=WINDOWS["siox-low-n"])

    @classmethod
    def siox_high(cls) -> Self:
        """SiOx, high resistance: 21 curves of 366 kohm...1.3 Mohm at 0.25 V, doi 10.5281/zenodo.5762184."""
        return cls(2.98889722498956, 0.36889602261470894, window=WINDOWS["siox-high-n"])
