"""Convolutions on pulsed devices."""

import math
from typing import Any, ClassVar

from torch import Tensor
from torch.nn import functional

from ... import _core
from ..._numbers import integer
from .base import TileLayer, tensor
from .layer import AnalogLayer

_Extents = int | tuple[int, ...]


class Convolution(TileLayer):
    """A convolution whose kernel, unrolled, lies on tiles: every patch is an input vector.

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride, padding, dilation, bias
        As of PyTorch's own layer, with zeros as padding and one group.
    options
        As of AnalogLinear.

    Shapes: x [batch, in_channels, ...]; y [batch, out_channels, ...].
    """

    _dimensions: ClassVar[int] = 0

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: _Extents,
        stride: _Extents = 1,
        padding: _Extents = 0,
        dilation: _Extents = 1,
        groups: int = 1,
        bias: bool = True,
        **options: Any,
    ) -> None:
        if groups != 1:
            raise _core.Error(f"groups must be 1, got {groups}: tiles hold whole kernels")
        self.in_channels = integer("in_channels", in_channels, 1, 2**24 - 1)
        self.out_channels = integer("out_channels", out_channels, 1, 2**24 - 1)
        self.kernel_size = self._extents("kernel_size", kernel_size, 1)
        self.stride, self.padding = self._extents("stride", stride, 1), self._extents("padding", padding, 0)
        self.dilation = self._extents("dilation", dilation, 1)
        super().__init__(self.in_channels * math.prod(self.kernel_size), self.out_channels, bias, **options)

    def _extents(self, name: str, value: _Extents, least: int) -> tuple[int, ...]:
        count = self._dimensions
        items = (value,) * count if isinstance(value, int) else tuple(value)
        if len(items) != count or not all(isinstance(n, int) and n >= least for n in items):
            raise _core.Error(f"{name} must be an integer >= {least} or a tuple of {count}, got {value!r}")
        return items

    def _weight_shape(self) -> tuple[int, ...]:
        return (self.out_channels, self.in_channels, *self.kernel_size)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [batch, out_channels, ...] of inputs [batch, in_channels, ...]."""
        if tensor("x", x).ndim != 2 + self._dimensions or x.shape[1] != self.in_channels:
            extents = ", ".join("DHW"[3 - self._dimensions :])
            raise _core.Error(f"x has shape {tuple(x.shape)}, it must be (batch, {self.in_channels}, {extents})")
        sizes = self._out_sizes(x)
        if min(sizes) < 1:
            raise _core.Error(f"x has shape {tuple(x.shape)}, too small for kernels of {self.kernel_size}")
        patches = self._patches(x)
        y = self._product(patches.reshape(-1, self.inputs))
        y = y.reshape(x.shape[0], math.prod(sizes), self.out_channels).transpose(1, 2)
        return y.reshape(x.shape[0], self.out_channels, *sizes)

    def _out_sizes(self, x: Tensor) -> tuple[int, ...]:
        sizes = zip(x.shape[2:], self.kernel_size, self.stride, self.padding, self.dilation, strict=True)
        return tuple((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in sizes)

    def _patches(self, x: Tensor) -> Tensor:
        """[batch, ..., in_channels * kernel] of inputs of any number of dimensions."""
        count = self._dimensions
        x = functional.pad(x, [n for padding in reversed(self.padding) for n in (padding, padding)])
        for axis, (k, s, d) in enumerate(zip(self.kernel_size, self.stride, self.dilation, strict=True)):
            x = x.unfold(2 + axis, d * (k - 1) + 1, s)[..., ::d]
        places, kernel = range(2, 2 + count), range(2 + count, 2 + 2 * count)
        return x.permute(0, *places, 1, *kernel)

    def extra_repr(self) -> str:
        size = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        return f"{size}, padding={self.padding}, {super().extra_repr()}"


class Convolution2d(Convolution):
    _dimensions = 2

    def _patches(self, x: Tensor) -> Tensor:
        return functional.unfold(x, self.kernel_size, self.dilation, self.padding, self.stride).transpose(1, 2)


class AnalogConv1d(Convolution, AnalogLayer):
    __doc__ = Convolution.__doc__
    _dimensions = 1


class AnalogConv2d(Convolution2d, AnalogLayer):
    __doc__ = Convolution.__doc__


class AnalogConv3d(Convolution, AnalogLayer):
    __doc__ = Convolution.__doc__
    _dimensions = 3
