"""The learned range of a layer's inputs."""

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn

from ...inference import InputRange
from .learned import require


class InputRanges(nn.Module):
    """Clips inputs to ±r, where r follows the data of the first batches, then its gradient.

    Source: Rasch et al., Nat. Commun. 14, 5282 (2023); the rule of the gradient is aihwkit's.
    """

    value: Tensor
    batches: Tensor

    def __init__(self, settings: InputRange) -> None:
        super().__init__()
        self.settings = settings
        value = torch.full((), float(settings.init_value), dtype=torch.float32)
        if settings.learn_input_range:
            self.value = nn.Parameter(value)
        else:
            self.register_buffer("value", value)
        self.register_buffer("batches", torch.zeros((), dtype=torch.int64))

    def forward(self, x: Tensor, out_bound: float) -> tuple[Tensor, Tensor, Callable[[Tensor], None] | None]:
        """Clipped inputs, r, and what must see the outputs of tiles. Errors: memsim.Error, if r has left its range."""
        if self.training:
            self._follow(x.detach())
        require("value", self.value, "input_range", positive=True)
        counts = _Outputs(out_bound) if self.settings.manage_output_clipping and self.training else None
        clipped = cast(Tensor, _Clip.apply(x, self.value, self.settings, counts))  # type: ignore[no-untyped-call]
        return clipped, self.value.detach(), counts

    @torch.no_grad()
    def _follow(self, x: Tensor) -> None:
        """r of the first batches: the mean of init_std_alpha std(x)."""
        k = int(self.batches)
        if k >= self.settings.init_from_data or x.numel() < 2:
            return
        std = x.std()
        if std > 0:
            self.value.copy_(((self.value * k + self.settings.init_std_alpha * std) / (k + 1)).abs())
            self.batches += 1

    def set(self, value: float) -> None:
        """Sets r; data of batches no longer change it."""
        with torch.no_grad():
            self.value.fill_(value)
            self.batches.fill_(self.settings.init_from_data)

    def extra_repr(self) -> str:
        return f"{self.value.item():g}"


class _Outputs:
    """Counts outputs of tiles that are within the ADC's range."""

    def __init__(self, bound: float) -> None:
        self._bound = bound if bound > 0 else float("inf")
        self._inside = self._all = 0

    def __call__(self, y: Tensor) -> None:
        self._inside += int((y.abs() < self._bound * (1 - 1e-6)).sum())
        self._all += y.numel()

    @property
    def share(self) -> float:
        return self._inside / self._all if self._all else 1.0


class _Clip(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, r: Tensor, settings: InputRange, outputs: _Outputs | None) -> Tensor:
        ctx.save_for_backward(x, r.clone())
        ctx.settings, ctx.outputs = settings, outputs
        return x.clamp(-r, r)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, d: Tensor) -> tuple[Tensor, Tensor | None, None, None]:
        """Straight through to the inputs."""
        if not ctx.needs_input_grad[1]:
            return d, None, None, None
        (x, r), settings, outputs = ctx.saved_tensors, ctx.settings, ctx.outputs
        g = d[x >= r].clamp(max=0).sum() - d[x <= -r].clamp(min=0).sum()
        g = g * settings.gradient_scale * (r if settings.gradient_relative else 1.0)
        if settings.decay and (x.abs() < r).float().mean() > settings.input_min_percentage:
            g = g + settings.decay * r
        if outputs is not None and outputs.share < settings.output_min_percentage:
            g = g - (1 - outputs.share) * r
        return d, g, None, None
