"""Recurrent networks on pulsed devices: stacks of cells over sequences."""

from typing import Any, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ... import _core
from ..._numbers import integer, within
from .base import tensor
from .cells import AnalogCell, AnalogGRUCell, AnalogLSTMCell, AnalogRNNCell, States, given_states
from .seeds import derived_seed, given_seed


class AnalogRecurrent(nn.Module):
    """Layers of cells over sequences, with their weights in tiles; subclasses say of which cells.

    `cells` are by layers, then forward before backward in time. A cell takes the inputs of all times as one batch; its
    states are products of their own, which the update takes one after the other, in the order of their backward calls.

    Parameters
    ----------
    input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional
        As of PyTorch's own network: `dropout` is the part of outputs between layers that is put to zero in training.
    seed, generator, options
        As of AnalogLinear; cells have seeds that follow from it.

    Shapes: x [time, batch, input_size], with `batch_first` [batch, time, input_size], or [time, input_size];
    outputs likewise, [..., directions * hidden_size]; states [layers * directions, batch, hidden_size] or
    [layers * directions, hidden_size]; None: zeros. An LSTM has two: (h, c).

    Raises
    ------
    memsim.Error
        For arguments out of range and values that do not go together.
    """

    _cell: ClassVar[type[AnalogCell]]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        seed: int | None = None,
        generator: torch.Generator | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.num_layers = integer("num_layers", num_layers, 1, 2**16)
        self.batch_first, self.bidirectional = bool(batch_first), bool(bidirectional)
        self.dropout = within("dropout", dropout, 0, 1)
        own, wide = given_seed(seed, generator), self._directions * hidden_size
        inputs = [input_size if n < self._directions else wide for n in range(self.num_layers * self._directions)]
        self.cells = nn.ModuleList(
            self._cell(size, hidden_size, bias, seed=derived_seed(own, n + 1), generator=generator, **options)
            for n, size in enumerate(inputs)
        )

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def forward(self, x: Tensor, hx: Any = None) -> tuple[Tensor, Any]:
        """Outputs at all times, and the last states, of an LSTM (h, c)."""
        sequence = self._by_time(x)
        count, batched = self._cell._states, x.ndim == 3
        lead = (len(self.cells), *(sequence.shape[1:2] if batched else ()), self.hidden_size)
        states = given_states(hx, count, lead)
        y, last = self._layers(sequence, states if batched else tuple(state[:, None] for state in states))
        if not batched:
            y, last = y[:, 0], tuple(state[:, 0] for state in last)
        elif self.batch_first:
            y = y.transpose(0, 1)
        return y, last if count > 1 else last[0]

    def _by_time(self, x: Tensor) -> Tensor:
        """[time, batch, input_size] of any inputs that are allowed."""
        if tensor("x", x).ndim not in (2, 3) or x.shape[-1] != self.input_size:
            order = "batch, time" if self.batch_first else "time, batch"
            sizes = f"({order}, {self.input_size}) or (time, {self.input_size})"
            raise _core.Error(f"x has shape {tuple(x.shape)}, it must be {sizes}")
        sequence = x[:, None] if x.ndim == 2 else x.transpose(0, 1) if self.batch_first else x
        if not len(sequence):
            raise _core.Error(f"x has shape {tuple(x.shape)}: it must have one time or more")
        return sequence

    def _layers(self, x: Tensor, states: States) -> tuple[Tensor, States]:
        """Outputs [time, batch, ...] and last states [cells, batch, hidden_size] of the whole stack."""
        last: list[States] = []
        for layer in range(self.num_layers):
            outputs = []
            for backward in range(self._directions):
                y, state = _run(self.cells[len(last)], x, tuple(state[len(last)] for state in states), bool(backward))
                outputs.append(y)
                last.append(state)
            x = torch.cat(outputs, -1) if len(outputs) > 1 else outputs[0]
            if layer < self.num_layers - 1:
                x = functional.dropout(x, self.dropout, self.training)
        return x, tuple(torch.stack(states) for states in zip(*last, strict=True))

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Writes initial weights and biases of all cells."""
        for cell in self.cells:
            cast(AnalogCell, cell).reset_parameters(generator)

    def extra_repr(self) -> str:
        return (
            f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}, batch_first={self.batch_first}, "
            f"dropout={self.dropout:g}, bidirectional={self.bidirectional}"
        )


class AnalogVanillaRNN(AnalogRecurrent):
    __doc__ = f"""{AnalogRecurrent.__doc__}
    Cells are AnalogRNNCell; `nonlinearity`, "tanh" or "relu", stands where torch.nn.RNN has it.
    """
    _cell = AnalogRNNCell

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        *further: Any,
        **options: Any,
    ) -> None:
        super().__init__(input_size, hidden_size, num_layers, bias, *further, nonlinearity=nonlinearity, **options)


class AnalogLSTM(AnalogRecurrent):
    __doc__ = f"""{AnalogRecurrent.__doc__}
    Cells are AnalogLSTMCell.
    """
    _cell = AnalogLSTMCell


class AnalogGRU(AnalogRecurrent):
    __doc__ = f"""{AnalogRecurrent.__doc__}
    Cells are AnalogGRUCell.
    """
    _cell = AnalogGRUCell


def _run(cell: Any, x: Tensor, states: States, backward: bool) -> tuple[Tensor, States]:
    """Outputs [time, batch, hidden_size] and last states [batch, hidden_size] of one cell."""
    outputs = []
    gates = cell.ih(x).unbind(0)
    for at in reversed(gates) if backward else gates:
        states = cell.advance(at, states)
        outputs.append(states[0])
    return torch.stack(outputs[::-1] if backward else outputs), states
