"""Currents of single devices that are not ohmic."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from .. import _core
from .._core import Error
from .._operands import as_float64
from .base import Nonideality

Float64 = npt.NDArray[np.float64]


class LawValues(NamedTuple):
    """What `Law.evaluate` found, arrays of one shape."""

    current: Float64
    """A."""
    d_conductance: Float64
    """dI/dG, V."""
    d_voltage: Float64
    """dI/dV, S."""


@dataclass(frozen=True)
class Law(Nonideality, ABC):
    """A current I(V; G) of each device in place of V G."""

    @abstractmethod
    def mean(self) -> Self:
        """The same law without differences between devices."""

    @abstractmethod
    def _normals(self, z: npt.ArrayLike | None) -> Float64:
        """Two normals for each device, [..., 2]."""

    def evaluate(self, V: npt.ArrayLike, G: npt.ArrayLike, z: npt.ArrayLike | None = None) -> LawValues:
        """Current and its derivatives, in double precision. All arguments broadcast against each other.

        Parameters
        ----------
        V
            Voltages [...], V.
        G
            Conductances asked for [...], S, > 0.
        z
            Standard normals of the devices: [..., 2] for `PooleFrenkel`, [...] for `NParameter`. By default 0.

        Returns
        -------
        LawValues
            Current, A; dI/dG, V; dI/dV, S; each [...].

        Raises
        ------
        memsim.Error
            If the shapes do not fit or a value is out of range.
        """
        volts, conductance, normals = _finite("V", V), _finite("G", G), self._normals(z)
        if not (conductance > 0).all():
            raise Error(f"G must be > 0 S, got {conductance[~(conductance > 0)][0]}")
        try:
            shape = np.broadcast_shapes(volts.shape, conductance.shape, normals.shape[:-1])
        except ValueError:
            shapes = f"V {volts.shape}, G {conductance.shape}, devices of z {normals.shape[:-1]}"
            raise Error(f"the shapes of V, G and z do not broadcast: {shapes}") from None
        inputs = [_spread(volts, shape), _spread(conductance, shape), _spread(normals, (*shape, 2))]
        results = [np.empty(inputs[0].size) for _ in range(3)]
        if results[0].size:
            _core.law_evaluate(self.name, self._pairs(), *inputs, *results)
        return LawValues(*(result.reshape(shape) for result in results))


def _finite(name: str, values: npt.ArrayLike) -> Float64:
    array = np.asarray(as_float64(name, values), np.float64)
    if not np.isfinite(array).all():
        raise Error(f"{name} must be finite, got {array[~np.isfinite(array)][0]}")
    return array


def normals_or_zero(z: npt.ArrayLike | None, shape: tuple[int, ...]) -> Float64:
    """Given normals, or zeros of a shape."""
    return np.zeros(shape) if z is None else _finite("z", z)


def _spread(array: Float64, shape: tuple[int, ...]) -> Float64:
    """One value for each, [N]."""
    return np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(-1)
