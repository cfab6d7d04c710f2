"""What is done to all memristive layers of a network."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .. import _core
from ..nonideality import Nonideality
from .layer import MemristiveLayer


def layers(net: nn.Module) -> list[MemristiveLayer]:
    """The memristive layers of a network, in the order of its modules."""
    return [module for module in net.modules() if isinstance(module, MemristiveLayer)]


def project(net: nn.Module) -> None:
    """Puts weights below 0 to 0, where devices cannot follow: call it after every optimizer step."""
    for layer in layers(net):
        layer.project()


def penalty(net: nn.Module) -> Tensor:
    """The sum of regularize * sum |w| over the layers, which the gradients already hold."""
    return torch.stack([layer.penalty().double() for layer in layers(net)] or [torch.zeros(())]).sum()


def set_nonideality(
    net: nn.Module, nonideality: Sequence[Nonideality], window: tuple[float, float] | None = None
) -> None:
    """Gives every layer these nonidealities, and the window if one is given."""
    for layer in layers(net):
        layer._configure(tuple(nonideality), window or layer.window, layer.redraw)


def shard(net: nn.Module, rank: int, world_size: int) -> None:
    """Numbers samples as a DistributedSampler deals them: sample b of process `rank` is number rank + b world_size.

    Devices of redraw="sample" and read noise are then those that one process with the whole batch would draw. Devices of
    redraw="batch" are the same in every process without it.
    """
    if not 0 <= rank < world_size:
        raise _core.Error(f"rank must be 0...world_size-1, got {rank} of {world_size}")
    for layer in layers(net):
        layer._first_sample, layer._sample_step = rank, world_size
