"""Devices stuck at conductances of a measured distribution."""

import math
from dataclasses import dataclass
from typing import ClassVar, Self, SupportsFloat

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._operands import as_float64
from .base import Nonideality, Parameters
from .checks import CONDUCTANCE, PROBABILITY, Bounds, conductances
from .windows import Window

_IQR_OF_NORMAL = 1.3489795
_NEGLIGIBLE = 1e-8
"""A kernel with less than this below 0 is not split by `components`, as in the authors' code."""


@dataclass(frozen=True, init=False, repr=False)
class StuckDistribution(Nonideality):
    """Each device, independently with a probability, has a conductance drawn from a kernel density estimate.

    The kernels are normal, one for each measured conductance, and reflected at 0: a draw is |mu_k + h z|, k even over
    the means. Source: Joksas et al., Advanced Science 9, 2105784 (2022).

    Parameters
    ----------
    means
        Measured conductances of stuck devices [N], S.
    probability
        That a device is stuck.
    bandwidth
        Deviation h of a kernel, S; 0 draws the means themselves. By default Scott's rule, `scott_bandwidth`.
    label
        Words about where the means come from.
    """

    name: ClassVar[str] = "stuck-distribution"
    _bounds: ClassVar[Bounds] = {"bandwidth": CONDUCTANCE, "probability": PROBABILITY}
    means: tuple[float, ...]
    probability: float
    bandwidth: float
    label: str

    def __init__(
        self,
        means: npt.ArrayLike,
        probability: SupportsFloat,
        bandwidth: SupportsFloat | None = None,
        label: str = "",
    ) -> None:
        values = conductances("means", means)
        width = scott_bandwidth(values) if bandwidth is None else bandwidth
        self._set(means=tuple(values.tolist()), probability=probability, bandwidth=width, label=str(label))
        self.__post_init__()

    def __repr__(self) -> str:
        means = f"{len(self.means)} means {min(self.means):.3g}...{max(self.means):.3g} S"
        label = f", {self.label}" if self.label else ""
        numbers = f"bandwidth {self.bandwidth:.4g} S, probability {self.probability:g}"
        return f"<StuckDistribution: {means}, {numbers}{label}>"

    def parameters(self) -> Parameters:
        return {"means": np.array(self.means, np.float64), **super().parameters()}

    def pdf(self, g: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Density of a stuck device's conductance, 1/S, at `g` [S]; 0 below 0."""
        at, mu, h = np.asarray(as_float64("g", g), np.float64)[..., None], np.array(self.means), self._kernel()
        kernels = np.exp(-0.5 * ((at - mu) / h) ** 2) + np.exp(-0.5 * ((at + mu) / h) ** 2)
        density = kernels.mean(-1) / (h * math.sqrt(2 * math.pi))
        return np.where(at[..., 0] < 0, 0.0, density)

    def components(self) -> npt.NDArray[np.float64]:
        """Centres [S] and weights [1] of the mixture of normals truncated to g >= 0, [components, 2].

        A mean mu with the mass w below 0 gives mu with weight 1 - w and -mu with weight w: the reflected kernel.
        """
        rows = []
        for mu in self.means:
            below = 0.5 * math.erfc(mu / (self._kernel() * math.sqrt(2)))
            rows += [(mu, 1 - below), (-mu, below)] if below > _NEGLIGIBLE else [(mu, 1.0)]
        return np.array(rows) / [1.0, len(self.means)]

    def _kernel(self) -> float:
        if self.bandwidth == 0:
            raise Error("bandwidth must be > 0 S for a density, got 0")
        return self.bandwidth

    @classmethod
    def from_reads(cls, reads: npt.ArrayLike, bandwidth: SupportsFloat | None = None) -> tuple[Self, Window]:
        """Distribution and window of an array that was switched up and down and read.

        G_off and G_on are the medians over devices of the least and the largest read. A device is stuck if its reads
        span less than half of that window; its mean read is one of the means, and their share is the probability.

        Parameters
        ----------
        reads
            Conductances [..., bit lines, word lines], S: all but the last two axes are reads of the same device.
        bandwidth
            S; by default Scott's rule.

        Raises
        ------
        memsim.Error
            If no device is stuck, or the reads are not of that shape.
        """
        values = np.asarray(as_float64("reads", reads), np.float64)
        if values.ndim < 3 or not values.size:
            raise Error(f"reads must have shape (..., bit lines, word lines), got {values.shape}")
        devices = values.reshape(-1, values.shape[-2] * values.shape[-1])
        least, most = devices.min(0), devices.max(0)
        window = float(np.median(least)), float(np.median(most))
        stuck = most - least < (window[1] - window[0]) / 2
        if not stuck.any():
            raise Error("reads must hold a stuck device: all span at least half of the window")
        return cls(devices[:, stuck].mean(0), stuck.mean(), bandwidth), window

    @classmethod
    def ta_hfo2_synthetic(cls) -> Self:
        """Stands in for the Ta/HfO2 array of the paper, whose reads are only to be had from its authors.

        SYNTHETIC means: 827 even quantiles of an exponential distribution, scaled so that Scott's rule gives the
        published bandwidth. Published: the number 0.101 (probability), 1.77e-5 S (bandwidth), and `TA_HFO2_WINDOW`.
        """
        count, bandwidth = 827, 1.77e-5
        quantiles = np.array([-math.log1p(-(k + 0.5) / count) for k in range(count)])
        return cls(quantiles * (bandwidth / scott_bandwidth(quantiles)), 0.101, bandwidth, "synthetic")


def scott_bandwidth(means: npt.NDArray[np.float64]) -> float:
    """Scott's rule (1992) as in KDEpy: min(deviation, interquartile range / 1.3489795) N^(-1/5), S, of means [N], S."""
    spread = float(np.std(means, ddof=1)) if means.size > 1 else 0.0
    if spread == 0:
        raise Error("bandwidth must be given where the means do not differ")
    lower, upper = np.percentile(means, [25, 75])
    quartiles = float(upper - lower) / _IQR_OF_NORMAL
    return min(spread, quartiles or spread) * math.pow(means.size, -0.2)
