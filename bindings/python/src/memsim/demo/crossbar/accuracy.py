"""A classifier of digits whose weights are conductances between wires."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...crossbar import Wires, approximate
from ...plot._axes import Values
from ..digits.data import Digits
from ..digits.network import HIGH, LOW, Matrix, Network

METHODS = ("exact", "alpha-beta", "dmr", "jeong")
"""Solved, and the closed forms of `memsim.crossbar.approximate`."""

Through = Callable[[Values], Values]
"""From the conductances of an array to its matrix with wires, both S."""


@dataclass(frozen=True)
class Accuracy:
    """Parts of the test set that are classified rightly."""

    software: float
    ohms: Values
    """Of a segment of word and bit lines, [resistances]."""
    through_wires: dict[str, Values]
    """By method, [resistances]."""

    @classmethod
    def measure(cls, digits: Digits, network: Network, ohms: Values, step: Callable[[], object]) -> "Accuracy":
        """`step` is called for every method and resistance."""

        def stepped(method: str, r: float) -> float:
            through = _wired(network, method, r)
            step()
            return _share(through, digits)

        found = {method: np.array([stepped(method, float(r)) for r in ohms]) for method in METHODS}
        return cls(_share(network, digits), ohms, found)


def _wired(network: Network, method: str, r: float) -> Network:
    """The network that wires make of one."""

    def through(conductances: Values) -> Values:
        if method == "exact":
            return Wires(conductances, r, r).transfer()
        return approximate(conductances, r, r, method)

    return Network([_effective(weights, through) for weights in network.layers])


def _effective(weights: Matrix, through: Through) -> Matrix:
    """Weights as differences of neighbouring columns: + in column 2k, - in column 2k + 1."""
    per_weight = (HIGH - LOW) / float(np.abs(weights).max())
    pairs = np.stack([np.maximum(weights, 0), np.maximum(-weights, 0)], -1, dtype=np.float64)
    matrix = through(LOW + per_weight * pairs.reshape(len(weights), -1))
    return ((matrix[:, ::2] - matrix[:, 1::2]) / per_weight).astype(np.float32)


def _share(network: Network, digits: Digits) -> float:
    return float((network.predict(digits.test_images) == digits.test_labels).mean())
