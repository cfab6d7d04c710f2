"""Recurrent cells on pulsed devices."""

from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from ... import _core
from ..._numbers import integer
from .base import tensor
from .linear import AnalogLinear
from .seeds import derived_seed, given_seed

_MOST = 2**24 - 1
States = tuple[Tensor, ...]


class _Gates(AnalogLinear):
    """What all gates of a cell get from its input or from its state."""

    def __init__(self, inputs: int, hidden_size: int, gates: int, bias: bool, **options: Any) -> None:
        self.hidden_size = hidden_size
        super().__init__(inputs, gates * hidden_size, bias, **options)

    def _bound(self) -> float:
        return float(self.hidden_size**-0.5)


class AnalogCell(nn.Module):
    """A step of a recurrent network with its weights in tiles; subclasses say of which gates.

    Gates are those of PyTorch's own cell, in its order: `ih` is the layer from the input to all of them, `hh` the one
    from the state. Each call is one batch of the next update, in the order of their backward calls.

    Parameters
    ----------
    input_size, hidden_size, bias
        As of PyTorch's own cell.
    seed, generator, options
        As of AnalogLinear; the two layers have seeds that follow from it.

    Shapes: x [batch, input_size] or [input_size]; states [batch, hidden_size] or [hidden_size]; None: zeros.

    Raises
    ------
    memsim.Error
        For arguments out of range and values that do not go together.
    """

    _gates: ClassVar[int] = 1
    _states: ClassVar[int] = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        seed: int | None = None,
        generator: torch.Generator | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        self.input_size = integer("input_size", input_size, 1, _MOST)
        self.hidden_size = integer("hidden_size", hidden_size, 1, _MOST // self._gates)
        own, sizes = given_seed(seed, generator), (self.hidden_size, self._gates, bias)
        options["generator"] = generator
        self.ih = _Gates(self.input_size, *sizes, seed=derived_seed(own, 1), **options)
        self.hh = _Gates(self.hidden_size, *sizes, seed=derived_seed(own, 2), **options)

    def forward(self, x: Tensor, hx: Any = None) -> Any:
        """The next state of one input; of an LSTM (h, c)."""
        if tensor("x", x).ndim not in (1, 2) or x.shape[-1] != self.input_size:
            sizes = f"(batch, {self.input_size}) or ({self.input_size},)"
            raise _core.Error(f"x has shape {tuple(x.shape)}, it must be {sizes}")
        states = given_states(hx, self._states, (*x.shape[:-1], self.hidden_size))
        states = self.advance(self.ih(x), states)
        return states if self._states > 1 else states[0]

    def advance(self, gates: Tensor, states: States) -> States:
        """The next states [..., hidden_size], the output first, of what gates [..., gates * hidden_size] get from the
        input.
        """
        raise NotImplementedError

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Writes initial weights and biases, as PyTorch's own cell: uniform within 1/sqrt(hidden_size)."""
        self.ih.reset_parameters(generator)
        self.hh.reset_parameters(generator)

    def get_weights(self) -> tuple[Tensor, Tensor, Tensor | None, Tensor | None]:
        """Copies of weight_ih, weight_hh, bias_ih and bias_hh of PyTorch's own cell."""
        (weight_ih, bias_ih), (weight_hh, bias_hh) = self.ih.get_weights(), self.hh.get_weights()
        return weight_ih, weight_hh, bias_ih, bias_hh

    def set_weights(
        self, weight_ih: Tensor, weight_hh: Tensor, bias_ih: Tensor | None = None, bias_hh: Tensor | None = None
    ) -> None:
        """Writes weights, clipped to the bounds of their devices, and biases; None: biases stay."""
        self.ih.set_weights(weight_ih, bias_ih)
        self.hh.set_weights(weight_hh, bias_hh)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"


class AnalogRNNCell(AnalogCell):
    __doc__ = f"""{AnalogCell.__doc__}
    h' = tanh(ih(x) + hh(h)); `nonlinearity` "relu": with max(., 0) instead.
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh", **options: Any
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise _core.Error(f"nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
        super().__init__(input_size, hidden_size, bias, **options)
        self.nonlinearity = nonlinearity

    def advance(self, gates: Tensor, states: States) -> States:
        total = gates + self.hh(states[0])
        return (total.tanh() if self.nonlinearity == "tanh" else total.relu(),)

    def extra_repr(self) -> str:
        return super().extra_repr() + ("" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity!r}")


class AnalogLSTMCell(AnalogCell):
    __doc__ = f"""{AnalogCell.__doc__}
    i, f, g, o = ih(x) + hh(h); c' = s(f) c + s(i) tanh(g); h' = s(o) tanh(c'); s(z) = 1 / (1 + e^-z).
    """
    _gates = 4
    _states = 2

    def advance(self, gates: Tensor, states: States) -> States:
        h, c = states
        i, f, g, o = (gates + self.hh(h)).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class AnalogGRUCell(AnalogCell):
    __doc__ = f"""{AnalogCell.__doc__}
    r, z = s(ih(x) + hh(h)) of their gates; n = tanh(ih(x) + r hh(h)) of the third; h' = (1 - z) n + z h;
    s(y) = 1 / (1 + e^-y).
    """
    _gates = 3

    def advance(self, gates: Tensor, states: States) -> States:
        h = states[0]
        (x_r, x_z, x_n), (h_r, h_z, h_n) = gates.chunk(3, -1), self.hh(h).chunk(3, -1)
        z = (x_z + h_z).sigmoid()
        n = (x_n + (x_r + h_r).sigmoid() * h_n).tanh()
        return ((1 - z) * n + z * h,)


def given_states(hx: Any, count: int, shape: Sequence[int]) -> States:
    """`count` states of one shape, in float32: one tensor, or a tuple of them; None: zeros."""
    if hx is None:
        return (torch.zeros(*shape, dtype=torch.float32),) * count
    states = hx if count > 1 else (hx,)
    if not isinstance(states, (tuple, list)) or len(states) != count or not all(isinstance(s, Tensor) for s in states):
        what = "a tensor" if count == 1 else f"a tuple of {count} tensors"
        raise TypeError(f"hx must be {what} or None, got {hx!r}")
    for state in states:
        if tuple(state.shape) != tuple(shape) or not state.is_cpu:
            got = f"{tuple(state.shape)} on {state.device}"
            raise _core.Error(f"hx must be of shape {tuple(shape)} on the CPU, got {got}")
    return tuple(state.to(torch.float32) for state in states)
