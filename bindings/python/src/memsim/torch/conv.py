"""A two-dimensional convolution on pairs of devices."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from .. import _core
from .layer import MemristiveLayer

_Pair = int | tuple[int, int]


class MemristiveConv2d(MemristiveLayer):
    """A convolution whose kernel, unrolled, lies on one crossbar: every patch is an input vector.

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride, padding, dilation, bias
        As of torch.nn.Conv2d, with zeros as padding and one group.
    options
        As of MemristiveLinear; rows are in_channels * kernel height * kernel width, and the bias. With
        redraw="sample" the patches of an image share its devices.

    Shapes: x [batch, in_channels, H, W]; y [batch, out_channels, H', W'].
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: _Pair,
        stride: _Pair = 1,
        padding: _Pair = 0,
        dilation: _Pair = 1,
        bias: bool = True,
        **options: Any,
    ) -> None:
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride = _pair("kernel_size", kernel_size, 1), _pair("stride", stride, 1)
        self.padding, self.dilation = _pair("padding", padding, 0), _pair("dilation", dilation, 1)
        for name, value in (("in_channels", in_channels), ("out_channels", out_channels)):
            if not isinstance(value, int) or value < 1:
                raise _core.Error(f"{name} must be an integer >= 1, got {value!r}")
        rows = in_channels * self.kernel_size[0] * self.kernel_size[1]
        super().__init__(rows, out_channels, bool(bias), **options)

    def _signed_shape(self) -> tuple[int, ...]:
        return (self.out_channels, self.in_channels, *self.kernel_size)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [batch, out_channels, H', W'] of images [batch, in_channels, H, W]."""
        if x.ndim != 4 or x.shape[1] != self.in_channels:
            raise _core.Error(f"x has shape {tuple(x.shape)}, it must be (batch, {self.in_channels}, H, W)")
        if self.is_affine:
            x = x.to(self.weight.dtype)
            return functional.conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation)
        patches = functional.unfold(x, self.kernel_size, self.dilation, self.padding, self.stride).transpose(1, 2)
        y = self._images(patches) if self.redraw == "sample" else self._patches(patches)
        return y.transpose(1, 2).reshape(x.shape[0], self.out_channels, *self._extent(x))

    def _patches(self, patches: Tensor) -> Tensor:
        y = self._product(patches.reshape(patches.shape[:2].numel(), self.rows))
        if self._watts is not None:  # of an image, not of a patch
            self._watts[-1] = self._watts[-1].reshape(patches.shape[:2]).sum(1)
        return y.reshape(*patches.shape[:2], self.out_channels)

    def _images(self, patches: Tensor) -> Tensor:
        """Every image with devices of its own, which its patches share."""
        self.redraw = "batch"
        try:
            return torch.cat([self._patches(image[None]) for image in patches])
        finally:
            self.redraw = "sample"

    def _extent(self, x: Tensor) -> tuple[int, int]:
        sizes = zip(x.shape[2:], self.kernel_size, self.stride, self.padding, self.dilation, strict=True)
        high, wide = ((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in sizes)
        return high, wide

    def extra_repr(self) -> str:
        size = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        return f"{size}, padding={self.padding}, bias={self.has_bias}, {super().extra_repr()}"


def _pair(name: str, value: _Pair, least: int) -> tuple[int, int]:
    pair = (value, value) if isinstance(value, int) else tuple(value)
    if len(pair) != 2 or not all(isinstance(n, int) and n >= least for n in pair):
        raise _core.Error(f"{name} must be an integer >= {least} or two of them, got {value!r}")
    return pair
