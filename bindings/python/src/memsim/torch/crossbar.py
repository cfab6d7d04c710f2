"""Products of crossbars with the resistance of their wires, under autograd."""

from typing import Any, cast

import numpy.typing as npt
import torch
from torch import Tensor

from .. import _core
from ..context import Context
from ..crossbar import Selector, Wires
from ..nonideality import Law

Values = Tensor | npt.ArrayLike


def crossbar_vmm(
    G: Values,
    V: Values,
    r_word: Values = 1.0,
    r_bit: Values = 1.0,
    *,
    E: Values | None = None,
    r_source: npt.ArrayLike = 0.0,
    r_sense: npt.ArrayLike = 0.0,
    double_sided: bool = False,
    law: Law | None = None,
    normals: npt.ArrayLike | None = None,
    selector: Selector | str | None = None,
    tolerance: float = 1e-12,
    context: Context | None = None,
) -> Tensor:
    """Bit-line currents of a crossbar with the resistance of its wires, as `memsim.crossbar.solve` finds them.

    Differentiable by G, V, E, r_word and r_bit, once: through the adjoint circuit, one more linear solve a vector. It
    runs on the CPU in double precision, whatever the types of the operands.

    Parameters
    ----------
    G
        Conductances [rows, columns], S, 0 (open) ... 1e15; of a law its parameter.
    V
        Word-line voltages [..., rows], V.
    r_word, r_bit
        Ohm of every segment: one for all lines or one a line.
    E
        Voltages of the bit lines' terminals [..., columns], V, whose leading axes broadcast with those of `V`; None: 0.
    r_source, r_sense, double_sided, law, normals, selector, tolerance, context
        As of `memsim.crossbar.Wires`.

    Returns
    -------
    Tensor
        Currents into the terminals [..., columns], A, of the type of `V`.

    Raises
    ------
    memsim.Error
        If a shape does not fit, a value is out of range, or there is no solution or none within reach.
    """
    settings: dict[str, Any] = {"r_source": r_source, "r_sense": r_sense, "double_sided": double_sided}
    settings |= {"law": law, "normals": normals, "selector": selector, "tolerance": tolerance, "context": context}
    given = torch.as_tensor(V)
    operands = [_double(name, x) for name, x in (("G", G), ("V", V), ("r_word", r_word), ("r_bit", r_bit))]
    ends = None if E is None else _double("E", E)
    wanted = torch.is_grad_enabled() and any(x.requires_grad for x in (*operands, ends) if x is not None)
    currents = cast(Tensor, _Product.apply(*operands, ends, settings, wanted))  # type: ignore[no-untyped-call]
    return currents.to(given.dtype if given.is_floating_point() else torch.get_default_dtype())


def _double(name: str, values: Values) -> Tensor:
    tensor = torch.as_tensor(values)
    if tensor.is_complex():
        raise TypeError(f"{name} must be real numbers, got {tensor.dtype}")
    if tensor.device.type != "cpu":
        raise _core.Error(f"{name} is on {tensor.device}; memsim's crossbars run on the CPU: pass {name}.cpu()")
    return torch.as_tensor(values, dtype=torch.float64)  # not by way of float32, which Python's numbers would take


class _Product(torch.autograd.Function):
    """Of operands in double precision, which `Wires` checks and spreads over each other's axes."""

    @staticmethod
    def forward(
        ctx: Any,
        g: Tensor,
        volts: Tensor,
        r_word: Tensor,
        r_bit: Tensor,
        ends: Tensor | None,
        settings: dict[str, Any],
        wanted: bool,
    ) -> Tensor:
        wires = Wires(*(x.detach().numpy() for x in (g, r_word, r_bit)), **settings)
        terminals = None if ends is None else ends.detach().numpy()
        solution = wires._solved(volts.detach().numpy(), terminals, ("device_volts",) if wanted else ())
        ctx.wires, ctx.solution = wires, solution
        ctx.shapes = [None if x is None else x.shape for x in (g, volts, r_word, r_bit, ends)]
        return torch.from_numpy(solution.output)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        by = ctx.wires.vjp(ctx.solution, grad.numpy())
        found = zip((by.G, by.V, by.r_word, by.r_bit, by.E), ctx.shapes, ctx.needs_input_grad, strict=False)
        sums = (torch.from_numpy(value).sum_to_size(shape) if need else None for value, shape, need in found)
        return *sums, None, None
