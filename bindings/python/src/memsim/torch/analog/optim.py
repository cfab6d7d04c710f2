"""Optimizers that pulse tiles."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from ... import _core
from .layer import owner

Parameters = Iterable[Tensor] | Iterable[dict[str, Any]]
Closure = Callable[[], Any] | None


class _Pulsing(Optimizer):
    """Pulses tiles with the learning rate of their group; the class after it in the order steps all else."""

    @torch.no_grad()
    def step(self, closure: Closure = None) -> Any:
        """One step: tiles by what backward calls kept since gradients were last put to zero, each then diffuses and
        decays; other parameters by their gradients."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        analog = []
        for group in self.param_groups:
            for parameter in group["params"]:
                layer = owner(parameter)
                if layer is not None:
                    analog.append((layer, layer._take(), float(group["lr"])))
        super().step()
        for layer, vectors, rate in analog:
            layer._step(vectors, rate)
        return loss


class _Descent(Optimizer):
    """Plain gradient descent."""

    @torch.no_grad()
    def step(self, closure: Closure = None) -> Any:
        for group in self.param_groups:
            rate = -float(group["lr"])
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.add_(parameter.grad, alpha=rate)


class AnalogSGD(_Pulsing, _Descent):
    """Gradient descent: tiles of analog layers by pulses, other parameters by w -= lr grad.

    Parameters
    ----------
    params
        Of the model, as any optimizer of PyTorch takes them: model.parameters(), or groups.
    lr
        Learning rate, finite and >= 0.
    """

    def __init__(self, params: Parameters, lr: float) -> None:
        if not 0 <= float(lr) < math.inf:
            raise _core.Error(f"lr must be finite and >= 0, got {lr}")
        super().__init__(params, {"lr": lr})


def AnalogOptimizer(optimizer: type[Optimizer], params: Parameters, **options: Any) -> Optimizer:
    """An optimizer of PyTorch for all but the tiles of analog layers, which are pulsed with the learning rate.

    Parameters
    ----------
    optimizer
        Its class, as torch.optim.Adam; it must have a learning rate and not need a closure.
    params
        Of the model.
    options
        Of the optimizer: lr and others.
    """
    if not isinstance(optimizer, type) or not issubclass(optimizer, Optimizer):
        raise TypeError(f"optimizer must be a class of torch.optim, got {optimizer!r}")
    if issubclass(optimizer, _Pulsing):
        raise _core.Error("optimizer must be one of PyTorch's, got AnalogSGD, which is analog by itself")
    made: Optimizer = type(f"Analog{optimizer.__name__}", (_Pulsing, optimizer), {})(params, **options)
    if any("lr" not in group for group in made.param_groups):
        raise _core.Error(f"optimizer must have a learning rate lr, got {optimizer.__name__}")
    return made
