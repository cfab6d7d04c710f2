"""Ranges of inputs found from data after training."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from ... import _core
from ..._numbers import integer, within
from .network import inference_layers

_KINDS = ("moving-std", "moving-quantile", "cache-quantile", "max")


def calibrate_input_ranges(
    model: nn.Module,
    batches: Iterable[Any],
    kind: str = "cache-quantile",
    *,
    quantile: float = 0.99,
    std_alpha: float = 3.0,
    max_samples: int = 1000,
) -> None:
    """Sets the input range of every layer that has one from what it is given for `batches`.

    Parameters
    ----------
    model
        With layers of inference whose configuration enables input ranges. It is called in eval() and put back.
    batches
        Inputs of the model; of a pair or longer tuple, as a DataLoader of labels gives it, the first.
    kind
        "moving-std": mean over batches of `std_alpha` standard deviations; "moving-quantile": mean of a quantile of |x|;
        "cache-quantile": the quantile over the first `max_samples` input vectors; "max": the largest |x|.

    Raises
    ------
    memsim.Error
        For arguments out of range, a model without input ranges, and no batches.
    """
    if kind not in _KINDS:
        raise _core.Error(f"kind must be one of {', '.join(_KINDS)}, got {kind!r}")
    level, alpha = within("quantile", quantile, 0, 1), within("std_alpha", std_alpha, 1e-9, 1e9)
    most = integer("max_samples", max_samples, 1, 2**31 - 1)
    layers = [layer for layer in inference_layers(model) if layer.input_range is not None]
    if not layers:
        raise _core.Error("model must have layers with input_range.enable, got none")
    seen = [_Seen(kind, level, alpha, most) for _ in layers]
    training = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        for layer, observer in zip(layers, seen, strict=True):
            layer._observer = observer
        with torch.no_grad():
            for batch in batches:
                model(batch[0] if isinstance(batch, (tuple, list)) else batch)
    finally:
        for layer in layers:
            layer._observer = None
        for module, mode in training:
            module.training = mode
    for layer, observer in zip(layers, seen, strict=True):
        value = observer.value()
        if layer.input_range is not None and value > 0:
            layer.input_range.set(value)


class _Seen:
    """The inputs of a layer so far."""

    def __init__(self, kind: str, quantile: float, alpha: float, most: int) -> None:
        self._kind, self._quantile, self._alpha, self._most = kind, quantile, alpha, most
        self._sum, self._count, self._cache = 0.0, 0, []  # type: float, int, list[Tensor]

    def __call__(self, x: Tensor) -> None:
        if self._kind == "cache-quantile":
            left = self._most - self._count
            self._cache.append(x[: max(left, 0)].abs().flatten())
            self._count += x.shape[0]
        elif self._kind == "max":
            self._sum, self._count = max(self._sum, float(x.abs().max())), 1
        else:
            moving = float(x.std()) * self._alpha if self._kind == "moving-std" else _quantile(x.abs(), self._quantile)
            self._sum, self._count = self._sum + moving, self._count + 1

    def value(self) -> float:
        if not self._count:
            raise _core.Error("batches must be one or more, got none")
        if self._kind == "cache-quantile":
            return _quantile(torch.cat(self._cache), self._quantile)
        return self._sum / self._count


def _quantile(x: Tensor, level: float) -> float:
    """The value of which the part `level` of x is below, without the limit on sizes of torch.quantile."""
    flat = x.flatten()
    return float(flat.kthvalue(max(1, min(flat.numel(), round(level * flat.numel())))).values)
