"""Nonidealities of the conductances themselves: states, spread and drift."""

from dataclasses import dataclass
from typing import ClassVar, Literal, SupportsFloat

import numpy as np

from .._core import Error
from .._numbers import integer
from .base import Nonideality, Parameters
from .checks import Bounds

_SPACINGS = ("conductance", "resistance")


@dataclass(frozen=True)
class DiscreteStates(Nonideality):
    """Each device takes the nearest of a number of states, evenly spaced from G_off to G_on.

    Source: the code history of Joksas et al., Advanced Science 9, 2105784 (2022).
    """

    name: ClassVar[str] = "discrete-states"
    levels: int
    """Number of states, 2...1000000."""
    spacing: Literal["conductance", "resistance"] = "conductance"
    """In what the states are evenly spaced."""

    def __post_init__(self) -> None:
        self._set(levels=integer("levels", self.levels, 2, 10**6))
        if self.spacing not in _SPACINGS:
            raise Error(f'spacing must be "conductance" or "resistance", got {self.spacing!r}')

    def parameters(self) -> Parameters:
        return {"levels": np.array([self.levels], float), "spacing": np.array([_SPACINGS.index(self.spacing)], float)}


@dataclass(frozen=True)
class Quantization(Nonideality):
    """Conductances are clipped to the window and rounded to whole steps from G_off.

    Source: the code history of Joksas et al., Advanced Science 9, 2105784 (2022).
    """

    name: ClassVar[str] = "quantization"
    _bounds: ClassVar[Bounds] = {"step": (1e-6, 1.0, "")}
    step: float
    """Part of the window, 1e-6...1; 0.01 in the source."""


@dataclass(frozen=True, init=False)
class Lognormal(Nonideality):
    """Device-to-device spread: resistances are lognormal, R' = R exp(s z - s^2/2), and keep their mean.

    The deviation s runs linearly in R between the ends of the window and is constant beyond. Source: Joksas et al.,
    Advanced Science 9, 2105784 (2022): (0.25, 0.25), (0.05, 0.5) and (0.5, 0.5).

    Parameters
    ----------
    sigma_on, sigma_off
        Deviation of ln R at G_on and at G_off, 0...3; without the second both are the first.
    """

    name: ClassVar[str] = "lognormal"
    _bounds: ClassVar[Bounds] = {"sigma_on": (0.0, 3.0, ""), "sigma_off": (0.0, 3.0, "")}
    sigma_on: float
    sigma_off: float

    def __init__(self, sigma_on: SupportsFloat, sigma_off: SupportsFloat | None = None) -> None:
        self._set(sigma_on=sigma_on, sigma_off=sigma_on if sigma_off is None else sigma_off)
        self.__post_init__()


@dataclass(frozen=True)
class Drift(Nonideality):
    """Conductances decay as G (time/t0)^-v, each device with an exponent of its own, v ~ N(nu, nu_std^2).

    Source: Karpov et al., Journal of Applied Physics 102, 124503 (2007).
    """

    name: ClassVar[str] = "drift"
    _bounds: ClassVar[Bounds] = {
        "time": (1e-9, 1e12, "s"),
        "t0": (1e-9, 1e12, "s"),
        "nu": (-1.0, 1.0, ""),
        "nu_std": (0.0, 1.0, ""),
    }
    time: float
    """Since programming, s."""
    nu: float = 0.05
    nu_std: float = 0.0
    t0: float = 1.0
    """When the conductances are as programmed, s."""
