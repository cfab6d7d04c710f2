"""The library's layers as operators of PyTorch, opaque to torch.compile, with their analytic gradients."""

from typing import Any, cast

import torch
from torch import Tensor

from .. import _core
from ._core_layer import KNOWN, dtype_code, unsigned


def product(
    x: Tensor, pairs: Tensor, draw: Tensor, number: int, first_sample: int, sample_step: int, penalty: float
) -> Tensor:
    """Outputs [batch, outputs] for inputs [batch, inputs] and pairs [rows, outputs, 2] of non-negative weights.

    `draw` holds seed, stream and call. `penalty` is the factor of a term sum |w| that the gradient counts with.
    Eager calls go around the operators, whose dispatch costs as much as a small layer.
    """
    if torch.compiler.is_compiling():
        return cast(Tensor, layer(x, pairs, draw, number, first_sample, sample_step, penalty)[0])
    key = unsigned((*draw.tolist(), first_sample, sample_step))
    return cast(Tensor, _Eager.apply(x, pairs, key, number, penalty))  # type: ignore[no-untyped-call]


def _address(tensor: Tensor) -> int:
    """Where a tensor lies; one of no elements lies nowhere, which the library would take for a mistake."""
    return tensor.data_ptr() or 64


def _forward(
    x: Tensor, pairs: Tensor, key: tuple[int, ...], number: int, watts: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Outputs, and the devices drawn; into `watts` [batch], if given, the power."""
    core, sizes, spec = KNOWN[number]
    code = dtype_code(pairs.dtype)
    devices = torch.empty(sizes[pairs.dtype], dtype=torch.uint8)
    core.draw(pairs.data_ptr(), code, key, 0, devices.data_ptr(), devices.numel())
    y = x.new_empty(x.shape[0], spec.outputs)
    power = 0 if watts is None else _address(watts)
    core.forward(devices.data_ptr(), devices.numel(), _address(x), code, x.shape[0], _address(y), power)
    return y, devices


def _gradients(
    grad_y: Tensor, y: Tensor, x: Tensor, pairs: Tensor, devices: Tensor, number: int, penalty: float, wants_x: bool
) -> tuple[Tensor, Tensor]:
    """Gradients by the inputs (empty unless wanted) and by the pairs."""
    grad_y = grad_y.contiguous()
    grad_x = torch.empty_like(x) if wants_x else x.new_empty(0)
    grad_pairs = torch.empty_like(pairs)
    KNOWN[number][0].backward(
        devices.data_ptr(),
        devices.numel(),
        pairs.data_ptr(),
        _address(x),
        _address(y),
        _address(grad_y),
        dtype_code(pairs.dtype),
        x.shape[0],
        penalty,
        _address(grad_x) if wants_x else 0,
        grad_pairs.data_ptr(),
    )
    return grad_x, grad_pairs


class _Eager(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, pairs: Tensor, key: tuple[int, ...], number: int, penalty: float) -> Tensor:
        y, devices = _forward(x, pairs, key, number)
        ctx.save_for_backward(x, pairs, y, devices)
        ctx.number, ctx.penalty = number, penalty
        return y

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad_y: Tensor) -> tuple[Tensor | None, ...]:
        x, pairs, y, devices = ctx.saved_tensors
        wants_x = ctx.needs_input_grad[0]
        grad_x, grad_pairs = _gradients(grad_y, y, x, pairs, devices, ctx.number, ctx.penalty, wants_x)
        return grad_x if wants_x else None, grad_pairs, None, None, None


@torch.library.custom_op("memsim::layer", mutates_args=(), device_types="cpu")
def layer(
    x: Tensor, pairs: Tensor, draw: Tensor, number: int, first_sample: int, sample_step: int, penalty: float
) -> tuple[Tensor, Tensor]:
    """`product`, and the devices drawn."""
    return _forward(x, pairs, unsigned((*draw.tolist(), first_sample, sample_step)), number)


@layer.register_fake
def _(
    x: Tensor, pairs: Tensor, draw: Tensor, number: int, first_sample: int, sample_step: int, penalty: float
) -> tuple[Tensor, Tensor]:
    _, sizes, spec = KNOWN[number]
    return x.new_empty(x.shape[0], spec.outputs), x.new_empty(sizes[pairs.dtype], dtype=torch.uint8)


@torch.library.custom_op("memsim::layer_backward", mutates_args=(), device_types="cpu")
def layer_backward(
    grad_y: Tensor, y: Tensor, x: Tensor, pairs: Tensor, devices: Tensor, number: int, penalty: float, wants_x: bool
) -> tuple[Tensor, Tensor]:
    """Gradients by the inputs (empty unless wanted) and by the pairs."""
    return _gradients(grad_y, y, x, pairs, devices, number, penalty, wants_x)


@layer_backward.register_fake
def _(
    grad_y: Tensor, y: Tensor, x: Tensor, pairs: Tensor, devices: Tensor, number: int, penalty: float, wants_x: bool
) -> tuple[Tensor, Tensor]:
    return torch.empty_like(x) if wants_x else x.new_empty(0), torch.empty_like(pairs)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
    x, pairs, _, ctx.number, _, _, ctx.penalty = inputs
    ctx.save_for_backward(x, pairs, *output)
    ctx.mark_non_differentiable(output[1])


def _backward(ctx: Any, grad_y: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
    x, pairs, y, devices = ctx.saved_tensors
    grad_x, grad_pairs = layer_backward(grad_y, y, x, pairs, devices, ctx.number, ctx.penalty, ctx.needs_input_grad[0])
    return grad_x if ctx.needs_input_grad[0] else None, grad_pairs, None, None, None, None, None


layer.register_autograd(_backward, setup_context=_keep)


@torch.library.custom_op("memsim::pairs", mutates_args=(), device_types="cpu")
def pairs(weights: Tensor, mapping: int) -> Tensor:
    """Signed weights [...] as pairs [..., 2] of non-negative ones."""
    out = weights.new_empty(*weights.shape, 2)
    _core.pairs(weights.data_ptr(), dtype_code(weights.dtype), weights.numel(), mapping, out.data_ptr())
    return out


@pairs.register_fake
def _(weights: Tensor, mapping: int) -> Tensor:
    return weights.new_empty(*weights.shape, 2)


@torch.library.custom_op("memsim::pairs_backward", mutates_args=(), device_types="cpu")
def pairs_backward(weights: Tensor, grad_pairs: Tensor, mapping: int) -> Tensor:
    """Gradients by the signed weights."""
    out, grad_pairs = torch.empty_like(weights), grad_pairs.contiguous()
    code = dtype_code(weights.dtype)
    _core.pairs_backward(weights.data_ptr(), code, weights.numel(), mapping, grad_pairs.data_ptr(), out.data_ptr())
    return out


@pairs_backward.register_fake
def _(weights: Tensor, grad_pairs: Tensor, mapping: int) -> Tensor:
    return torch.empty_like(weights)


def _keep_weights(ctx: Any, inputs: tuple[Tensor, int], output: Tensor) -> None:
    ctx.save_for_backward(inputs[0])
    ctx.mapping = inputs[1]


def _pairs_backward(ctx: Any, grad_pairs: Tensor) -> tuple[Tensor, None]:
    return pairs_backward(ctx.saved_tensors[0], grad_pairs, ctx.mapping), None


pairs.register_autograd(_pairs_backward, setup_context=_keep_weights)


def powers(x: Tensor, pairs: Tensor, draw: Tensor, number: int, first_sample: int, step: int) -> tuple[Tensor, Tensor]:
    """Outputs [batch, outputs], and the power [batch] in W that the devices turn into heat. No gradient."""
    watts = x.new_empty(x.shape[0])
    y, _ = _forward(x, pairs, unsigned((*draw.tolist(), first_sample, step)), number, watts)
    return y, watts
