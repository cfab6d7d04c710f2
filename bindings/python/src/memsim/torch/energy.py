"""Power and efficiency of a network's devices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from .. import _core
from .layer import MemristiveLayer
from .network import layers
from .validation import Loader, draw_evaluation, evaluating

READ_TIME = 50e-9
"""s, the read time of the paper."""


@dataclass(frozen=True)
class Energy:
    """What the devices of a network turn into heat: devices alone, no periphery and no wires.

    Source: Joksas et al., Advanced Science 9, 2105784 (2022): efficiency = 2 synapses / (read time * power).
    """

    image_power: npt.NDArray[np.float64]
    """[layers, images] W, means over the repeats."""
    synapses: int
    """Pairs of devices, biases counted."""
    read_time: float
    """s."""

    @property
    def layer_power(self) -> npt.NDArray[np.float64]:
        """[layers] W, means over the images."""
        return np.asarray(self.image_power.mean(1))

    @property
    def power(self) -> float:
        """W, of all layers."""
        return float(self.layer_power.sum())

    @property
    def energy(self) -> float:
        """J an inference: power times read time."""
        return self.power * self.read_time

    @property
    def image_energy(self) -> npt.NDArray[np.float64]:
        """[images] J."""
        return np.asarray(self.image_power.sum(0) * self.read_time)

    @property
    def tops_per_watt(self) -> float:
        """10^12 operations a second and watt; a synapse makes two an inference."""
        return float(self.efficiency(self.read_time))

    def efficiency(self, read_time: float | npt.ArrayLike) -> npt.NDArray[np.float64]:
        """TOPs/W for one or several read times in s."""
        return np.asarray(2e-12 * self.synapses / (np.asarray(read_time, float) * self.power))

    def __repr__(self) -> str:
        return f"Energy({self.power:.4g} W, {self.energy:.4g} J an inference, {self.tops_per_watt:.4g} TOPs/W)"


def energy(
    net: nn.Module, loader: Loader, read_time: float = READ_TIME, *, repeats: int = 1, seed: int = 0
) -> Energy:
    """Measures what the devices of all memristive layers dissipate over the samples of a loader.

    Parameters
    ----------
    net
        A module with memristive layers; its mode and its draws stay as they are.
    loader
        Batches (x, ...) or tensors x.
    read_time
        How long a read takes, s.
    repeats, seed
        Devices are drawn anew for each repeat; same seed, same devices.
    """
    if not read_time > 0:
        raise _core.Error(f"read_time must be > 0 s, got {read_time}")
    if repeats < 1:
        raise _core.Error(f"repeats must be >= 1, got {repeats}")
    found = layers(net)
    if not found:
        raise _core.Error("net has no memristive layers")
    runs = []
    with evaluating(net):
        for repeat in range(repeats):
            draw_evaluation(net, seed, repeat)
            runs.append(_watts(net, loader, found))
    synapses = sum(layer.synapses for layer in found)
    return Energy(np.mean(runs, 0), synapses, float(read_time))


def _watts(net: nn.Module, loader: Loader, found: Sequence[MemristiveLayer]) -> npt.NDArray[np.float64]:
    """[layers, images] W; a layer that is called several times for an image counts every call."""
    totals: list[list[Tensor]] = [[] for _ in found]
    try:
        for batch in loader:
            x = batch if isinstance(batch, Tensor) else batch[0]
            for layer in found:
                layer._watts = []
            net(x)
            for layer, total in zip(found, totals, strict=True):
                calls = [watts.double().reshape(len(x), -1).sum(1) for watts in layer._watts or []]
                total.append(torch.stack(calls).sum(0) if calls else torch.zeros(len(x), dtype=torch.float64))
    finally:
        for layer in found:
            layer._watts = None
    if not totals[0]:
        raise _core.Error("loader gave no samples")
    return torch.stack([torch.cat(total) for total in totals]).numpy()
