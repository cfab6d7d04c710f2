"""A fully connected layer on pulsed devices."""

from typing import Any

from torch import Tensor

from ... import _core
from ..._numbers import integer
from .base import TileLayer, tensor
from .layer import AnalogLayer

_MOST = 2**24 - 1


class FullyConnected(TileLayer):
    """A matrix that is a fully connected layer."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True, **options: Any) -> None:
        self.in_features = integer("in_features", in_features, 1, _MOST)
        self.out_features = integer("out_features", out_features, 1, _MOST)
        super().__init__(self.in_features, self.out_features, bias, **options)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [..., out_features] of inputs [..., in_features]."""
        if tensor("x", x).shape[-1:] != (self.in_features,):
            raise _core.Error(f"x has shape {tuple(x.shape)}, it must be (..., {self.in_features})")
        if x.ndim == 2:
            return self._product(x)
        y = self._product(x.reshape(x.shape[:-1].numel(), self.in_features))
        return y.reshape(*x.shape[:-1], self.out_features)

    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}, {super().extra_repr()}"


class AnalogLinear(FullyConnected, AnalogLayer):
    """y = x W^T + b with W in tiles of pulsed devices.

    Source: Gokmen, Vlasov, Front. Neurosci. 10, 333 (2016). Computes in float32.

    Parameters
    ----------
    in_features, out_features, bias
        As of torch.nn.Linear.
    config
        Device, forward, backward and update at once, of memsim.presets; what is given besides wins.
    device
        What a pulse does, of memsim.devices or memsim.presets; None: ConstantStep().
    forward, backward
        Converters and noise of the products; None: memsim.IO().
    update
        Pulse trains; None: memsim.Update().
    seed
        Of devices, noise and pulses, 0...2^64-1. None: taken from PyTorch's generator.
    digital_bias
        Whether the bias is an ordinary parameter; else it is the last column of the tiles.
    weight_scaling_omega, weight_scaling_columnwise
        With omega > 0 a tile holds W omega / max|W| and its outputs are multiplied back; columnwise: for each output.
    max_input_size, max_output_size
        Extents of a tile at most; 0: any. Larger layers lie on several near-equal tiles, whose outputs are added up.
    generator
        Of the initial weights and of a seed not given; None: PyTorch's.
    context
        Threads; None: as many as MEMSIM_NUM_THREADS or the cores say.

    Shapes: x [..., in_features]; y [..., out_features].

    Raises
    ------
    memsim.Error
        For arguments out of range and values that do not go together.
    """
