"""A fully connected layer on pairs of devices."""

from typing import Any

from torch import Tensor
from torch.nn import functional

from .. import _core
from .layer import MemristiveLayer


class MemristiveLinear(MemristiveLayer):
    """y = x W + b on a crossbar: conductances are the parameters, and devices have nonidealities.

    Source: Joksas et al., Advanced Science 9, 2105784 (2022).

    Parameters
    ----------
    in_features, out_features, bias
        As of torch.nn.Linear.
    nonideality
        Objects of memsim.nonideality: what the devices are, in training and, until it is assigned anew, in inference.
        They act in physical order: target, spread, drift, stuck; then one I-V law; then read noise.
    window
        G_off and G_on, S. None: that of the first nonideality that has one, else of SiOx at high resistance.
    k_v
        Voltage of an input of 1, V.
    weights
        "double": each device has a trainable weight w >= 0, G = k_g w + G_off, the parameter `weight` of shape
        [in_features + bias, out_features, 2]; call `project` after every optimizer step. "standard": signed `weight`
        and `bias` as of torch.nn.Linear, an affine layer while there is no nonideality.
    mapping
        Of standard weights: "default", the lowest conductances; "average", symmetric about the middle of the window.
    regularize
        lambda: the gradient of lambda sum |w| joins every backward call, whatever the loss is scaled by.
    redraw
        When devices are drawn anew: "batch", every forward call, as in the paper; "sample"; "chip", when `new_chip` says.
    seed
        Of the devices, 0...2^64-1. None: taken from PyTorch's generator.
    generator
        Of the initial weights and of a seed not given; None: PyTorch's.
    context
        Threads; None: as many as MEMSIM_NUM_THREADS or the cores say.
    dtype
        torch.float32 or torch.float64.

    Shapes: x [..., in_features], usually within 0...1; y [..., out_features].

    Raises
    ------
    memsim.Error
        For arguments out of range and nonidealities that exclude each other.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, **options: Any) -> None:
        for name, value in (("in_features", in_features), ("out_features", out_features)):
            if not isinstance(value, int) or value < 1:
                raise _core.Error(f"{name} must be an integer >= 1, got {value!r}")
        self.in_features, self.out_features = in_features, out_features
        super().__init__(in_features, out_features, bool(bias), **options)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [..., out_features] of inputs [..., in_features]."""
        if x.shape[-1:] != (self.in_features,):
            raise _core.Error(f"x has shape {tuple(x.shape)}, it must be (..., {self.in_features})")
        if self.is_affine:
            return functional.linear(x.to(self.weight.dtype), self.weight, self.bias)
        y = self._product(x.reshape(x.shape[:-1].numel(), self.in_features))
        return y.reshape(*x.shape[:-1], self.out_features)

    def extra_repr(self) -> str:
        size = f"{self.in_features}, {self.out_features}, bias={self.has_bias}"
        return f"{size}, {super().extra_repr()}"
