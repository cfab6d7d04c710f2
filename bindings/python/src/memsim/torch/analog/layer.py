"""What all analog layers share: weights in tiles, and what their updates need."""

import math
import weakref
from typing import Any, SupportsFloat, cast

import torch
from torch import Tensor, nn

from ... import _core
from ..._numbers import real
from ...context import Context
from ...devices import Compound, Device
from ...tiles import IO, Tile, TileConfig, Update
from .base import TileLayer, on_cpu, tensor
from .grid import Grid, tile_limit
from .kept import Kept, Vectors
from .seeds import given_seed

_OWNERS: "weakref.WeakValueDictionary[int, AnalogLayer]" = weakref.WeakValueDictionary()


class AnalogLayer(TileLayer):
    """A product of inputs with weights in tiles; subclasses say of which inputs.

    Autograd knows the weights by `analog_ctx`, a parameter of one element without meaning of its own: while a gradient
    is computed the layer keeps inputs and errors, and the step of AnalogSGD or AnalogOptimizer pulses its tiles with
    them. Parameters are explained at `AnalogLinear`.
    """

    analog_ctx: nn.Parameter
    bias: nn.Parameter | None

    def __init__(
        self,
        inputs: int,
        outputs: int,
        bias: bool,
        *,
        config: TileConfig | None = None,
        device: Device | Compound | None = None,
        forward: IO | None = None,
        backward: IO | None = None,
        update: Update | None = None,
        seed: int | None = None,
        digital_bias: bool = True,
        weight_scaling_omega: float = 0.0,
        weight_scaling_columnwise: bool = False,
        max_input_size: int = 512,
        max_output_size: int = 512,
        generator: torch.Generator | None = None,
        context: Context | None = None,
    ) -> None:
        super().__init__()
        self.inputs, self.outputs = inputs, outputs
        self.has_bias, self.digital_bias = bool(bias), bool(digital_bias)
        omega = real("weight_scaling_omega", weight_scaling_omega)
        if not 0 <= omega < math.inf:
            raise _core.Error(f"weight_scaling_omega must be finite and >= 0, got {omega:g}")
        most = (tile_limit("max_output_size", max_output_size), tile_limit("max_input_size", max_input_size))
        options: dict[str, Any] = {"config": config, "device": device, "forward": forward, "backward": backward}
        options |= {"update": update, "context": context}
        columns = inputs + self._bias_is_analog
        columnwise = bool(weight_scaling_columnwise)
        self._grid = Grid(outputs, columns, most, omega, columnwise, given_seed(seed, generator), **options)
        self.analog_ctx = nn.Parameter(torch.zeros(1, dtype=torch.float32))
        has = self.has_bias and self.digital_bias
        self.register_parameter("bias", nn.Parameter(torch.zeros(outputs, dtype=torch.float32)) if has else None)
        self._begin()
        self.reset_parameters(generator)

    @property
    def _bias_is_analog(self) -> bool:
        return self.has_bias and not self.digital_bias

    def _begin(self) -> None:
        """Nothing kept for an update, and the optimizer finds the layer by its parameter."""
        self._kept = Kept()
        _OWNERS[id(self.analog_ctx)] = self

    # -- Weights

    @property
    def tiles(self) -> list[Tile]:
        """The tiles, by outputs, then inputs."""
        return [part.tile for part in self._grid.parts]

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Writes initial weights and biases, spread as those of PyTorch's own layer: uniform between bounds."""
        bound = self._bound()
        weight, bias = (torch.empty(shape, dtype=torch.float32) for shape in (self._weight_shape(), (self.outputs,)))
        for values in (weight, bias):
            values.uniform_(-bound, bound, generator=generator)
        self.set_weights(weight, bias if self.has_bias else None)

    def _bound(self) -> float:
        """Of initial weights and biases: PyTorch's 1/sqrt(inputs)."""
        return float(self.inputs**-0.5)

    def get_weights(self) -> tuple[Tensor, Tensor | None]:
        """Copies of the weights, of the shape that PyTorch's own layer has, and of the biases."""
        matrix = self._grid.weights()
        bias = matrix[:, self.inputs].clone() if self._bias_is_analog else self.bias
        weight = matrix[:, : self.inputs].reshape(self._weight_shape())
        return weight, None if bias is None else bias.detach().clone()

    def set_weights(self, weight: Tensor, bias: Tensor | None = None) -> None:
        """Writes weights, clipped to the bounds of their devices, and biases; None: biases stay."""
        if tuple(tensor("weight", weight).shape) != self._weight_shape():
            raise _core.Error(f"weight must be of shape {self._weight_shape()}, got {tuple(weight.shape)}")
        if bias is not None and not self.has_bias:
            raise _core.Error("bias must be None: the layer has none")
        if bias is not None and tuple(tensor("bias", bias).shape) != (self.outputs,):
            raise _core.Error(f"bias must be of shape {(self.outputs,)}, got {tuple(bias.shape)}")
        with torch.no_grad():
            matrix = weight.detach().to("cpu", torch.float32).reshape(self.outputs, self.inputs)
            if self._bias_is_analog:
                column = self.get_weights()[1] if bias is None else bias.detach().to("cpu", torch.float32)
                matrix = torch.cat([matrix, cast(Tensor, column)[:, None]], 1)
            elif bias is not None and self.bias is not None:
                self.bias.copy_(bias)
            self._grid.set_weights(matrix)

    # -- Products

    def _product(self, x: Tensor) -> Tensor:
        """Outputs [batch, outputs] of inputs [batch, inputs]."""
        x = on_cpu(x)
        if self._bias_is_analog:
            x = torch.cat([x, x.new_ones(x.shape[0], 1)], 1)
        if torch.is_grad_enabled():
            y = cast(Tensor, _Product.apply(x.contiguous(), self.analog_ctx, self))  # type: ignore[no-untyped-call]
        else:
            y = self._grid.forward(x.detach().contiguous())
        return y if self.bias is None else y + self.bias

    # -- Updates

    def _take(self) -> Vectors | None:
        """What the step shall use; nothing is kept after it."""
        return self._kept.take(self.analog_ctx)

    def _step(self, vectors: Vectors | None, rate: float) -> None:
        """Pulses the tiles, then lets them diffuse and decay."""
        if vectors is not None and rate:
            self._grid.update(*vectors, rate)
        self._grid.step()

    def drift(self, seconds: SupportsFloat) -> None:
        """Drift of the weights in so many seconds more, where devices have it."""
        self._grid.drift(real("seconds", seconds))

    # -- States

    def get_extra_state(self) -> Tensor:
        """The whole state of the tiles, their position in the random numbers included."""
        return torch.frombuffer(bytearray(self._grid.state()), dtype=torch.uint8)

    def set_extra_state(self, state: Any) -> None:
        """Restores what get_extra_state gave."""
        if not isinstance(state, Tensor) or state.dtype != torch.uint8:
            raise _core.StateFileError("the extra state of an analog layer must be a tensor of torch.uint8")
        self._grid.load(state.cpu().contiguous().numpy().tobytes())
        self._begin()  # load_state_dict(assign=True) has another parameter by now

    def __getstate__(self) -> dict[str, Any]:
        """Without what belongs to a backward call before; threads are those of the new process."""
        return {key: value for key, value in self.__dict__.items() if key != "_kept"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        self._begin()

    def extra_repr(self) -> str:
        tiles = self.tiles
        count = f", {len(tiles)} tiles" if len(tiles) > 1 else ""
        return f"bias={self.has_bias}, device={tiles[0].device._core_name()!r}{count}"


def owner(parameter: Tensor) -> AnalogLayer | None:
    """The layer whose weights an optimizer knows by this parameter; None: it is an ordinary one."""
    found = _OWNERS.get(id(parameter))
    return found if found is not None and found.analog_ctx is parameter else None


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, handle: Tensor, layer: AnalogLayer) -> Tensor:
        ctx.layer = layer
        ctx.save_for_backward(x)
        return layer._grid.forward(x.detach())

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, d: Tensor) -> tuple[Tensor | None, None, None]:
        layer, d = cast(AnalogLayer, ctx.layer), d.detach().contiguous()
        if ctx.needs_input_grad[1]:
            layer._kept.add(layer.analog_ctx, ctx.saved_tensors[0].detach(), d)
        return layer._grid.backward(d) if ctx.needs_input_grad[0] else None, None, None
