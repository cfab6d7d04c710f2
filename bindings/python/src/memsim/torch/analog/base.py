"""What layers on tiles share, whatever their weights are learned by."""

import torch
from torch import Tensor, nn

from ... import _core


class TileLayer(nn.Module):
    """A product of inputs with a matrix [outputs, inputs] on tiles; mixins say of which inputs."""

    inputs: int
    outputs: int

    def _product(self, x: Tensor) -> Tensor:
        """Outputs [batch, outputs] of inputs [batch, inputs]."""
        raise NotImplementedError

    def _weight_shape(self) -> tuple[int, ...]:
        return (self.outputs, self.inputs)


def on_cpu(x: Tensor) -> Tensor:
    """`x` in float32. Raises memsim.Error if it is on another device, or complex."""
    if not x.is_cpu:
        raise _core.Error(f"x is on {x.device}; memsim's layers run on the CPU: pass x.cpu()")
    if x.is_complex():
        raise _core.Error(f"x must be real, got {x.dtype}")
    return x if x.dtype is torch.float32 else x.to(torch.float32)


def tensor(name: str, value: object) -> Tensor:
    """`value`, which must be a tensor. Raises TypeError."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be a tensor, got {type(value).__name__}")
    return value
