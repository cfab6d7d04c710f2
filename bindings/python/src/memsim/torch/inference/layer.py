"""What layers of inference share: weights as a parameter in training, in devices after it."""

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn

from ... import _core
from ...context import Context
from ...devices import Ideal
from ...inference import InferenceConfig
from ...inference.config import compensation
from ...inference.training import clip, remap
from ...tiles import Tile
from ..analog.base import TileLayer, on_cpu, tensor
from ..analog.grid import Grid, Part
from ..analog.seeds import given_seed
from .devices import Devices
from .learned import require
from .ranges import InputRanges
from .state import packed, unpacked

Observer = Callable[[Tensor], None]


class InferenceLayer(TileLayer):
    """A product of inputs with weights that are learned as numbers, through the converters and noise of tiles.

    In train() a step of any optimizer is followed, before the next product, by clip and remap of the weights and by a new
    draw of the modifier. In eval() a layer that was programmed reads its devices. Gradients are those of the exact
    product. Parameters are explained at `InferenceLinear`.
    """

    weight: nn.Parameter
    bias: nn.Parameter | None
    out_scaling: nn.Parameter | None

    def __init__(
        self,
        inputs: int,
        outputs: int,
        bias: bool,
        *,
        config: InferenceConfig | None = None,
        seed: int | None = None,
        generator: torch.Generator | None = None,
        context: Context | None = None,
    ) -> None:
        super().__init__()
        config = InferenceConfig() if config is None else config
        if not isinstance(config, InferenceConfig):
            raise TypeError(f"config must be a memsim.inference.InferenceConfig or None, got {config!r}")
        self.inputs, self.outputs, self.config = inputs, outputs, config
        most = (config.max_output_size, config.max_input_size)
        scaling = (float(config.weight_scaling_omega), config.weight_scaling_columnwise)
        self._grid = Grid(
            outputs, inputs, most, *scaling, given_seed(seed, generator), device=Ideal(), forward=config.forward, context=context
        )
        self._devices = Devices(self._grid, config.model, config.converter)
        self.weight = nn.Parameter(torch.empty(self._weight_shape(), dtype=torch.float32))
        self.register_parameter("bias", nn.Parameter(torch.zeros(outputs, dtype=torch.float32)) if bias else None)
        count = outputs if config.out_scaling_columnwise else 1
        learned = nn.Parameter(torch.ones(count, dtype=torch.float32)) if config.learn_out_scaling else None
        self.register_parameter("out_scaling", learned)
        self.input_range = InputRanges(config.input_range) if config.input_range.enable else None
        self._draws = 0
        self._observer: Observer | None = None
        self._begin()
        self.reset_parameters(generator)

    def _begin(self, *, pending: bool = False, trained: bool = False) -> None:
        """Nothing known of what the tiles hold. `pending`: a step has been made since the last product in training."""
        self._trained = trained
        self._seen: object = None if pending else self._mark()
        self._held: object = None

    def _mark(self) -> object:
        return id(self.weight), self.weight._version

    @property
    def _pending(self) -> bool:
        return self._trained and self._seen != self._mark()

    # -- Weights

    @property
    def tiles(self) -> list[Tile]:
        """The tiles, by outputs, then inputs."""
        return [part.tile for part in self._grid.parts]

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Writes initial weights and biases, spread as those of PyTorch's own layer: uniform within 1/sqrt(inputs)."""
        bound = self.inputs**-0.5
        weight = torch.empty(self.outputs, self.inputs, dtype=torch.float32).uniform_(-bound, bound, generator=generator)
        bias = torch.empty(self.outputs, dtype=torch.float32).uniform_(-bound, bound, generator=generator)
        self.set_weights(weight.reshape(self._weight_shape()), None if self.bias is None else bias)

    def get_weights(self) -> tuple[Tensor, Tensor | None]:
        """Copies of the weights that are learned, and of the biases."""
        weight = self.weight if self.out_scaling is None else self.weight * self._factors().reshape(-1, *[1] * (self.weight.ndim - 1))
        return weight.detach().clone(), None if self.bias is None else self.bias.detach().clone()

    def set_weights(self, weight: Tensor, bias: Tensor | None = None) -> None:
        """Writes weights, finds their scales, and writes biases; None: biases stay. Learned factors become 1."""
        if tuple(tensor("weight", weight).shape) != self._weight_shape():
            raise _core.Error(f"weight must be of shape {self._weight_shape()}, got {tuple(weight.shape)}")
        if bias is not None and (self.bias is None or tuple(tensor("bias", bias).shape) != (self.outputs,)):
            expected = "None: the layer has none" if self.bias is None else f"of shape {(self.outputs,)}"
            raise _core.Error(f"bias must be {expected}, got {tuple(bias.shape)}")
        with torch.no_grad():
            self.weight.copy_(weight)
            if bias is not None and self.bias is not None:
                self.bias.copy_(bias)
            if self.out_scaling is not None:
                self.out_scaling.fill_(1.0)
            self._grid.find_scales(self._matrix())
        self._begin()

    def _matrix(self) -> Tensor:
        """The weights [outputs, inputs], without a gradient."""
        return self.weight.detach().reshape(self.outputs, self.inputs)

    def _factors(self) -> Tensor:
        """Learned factors of outputs, [outputs] or [1]."""
        return cast(Tensor, self.out_scaling)

    # -- Products

    def _product(self, x: Tensor) -> Tensor:
        x = on_cpu(x)
        self._settle()
        if self._observer is not None:
            self._observer(x.detach())
        if self.input_range is None:
            y = self._multiplied(x.contiguous(), None)
        else:
            x, r, watch = self.input_range(x, self.config.forward.out_bound)
            y = self._multiplied((x / r).contiguous(), watch) * r
        if self.out_scaling is not None:
            y = y * self.out_scaling
        if self.training and torch.is_grad_enabled():
            self._trained, self._seen = True, self._mark()
        return y if self.bias is None else y + self.bias

    def _multiplied(self, x: Tensor, watch: Observer | None) -> Tensor:
        if not torch.is_grad_enabled():
            return self._grid.forward(x.detach(), watch)
        matrix = self.weight.reshape(self.outputs, self.inputs)
        return cast(Tensor, _Product.apply(x, matrix, self._grid, self._effective, watch))  # type: ignore[no-untyped-call]

    # -- What the tiles hold

    @torch.no_grad()
    def _settle(self) -> None:
        """Tiles hold what the next product is of: the weights of a finished step, disturbed, or the devices'."""
        if self._pending:
            self._finish_step()
        if self._devices.programmed and not self.training:
            wanted: object = ("devices", self._devices.readings)
            if self._held != wanted:
                self._hold(self._devices.weights, self._devices.gains)
        else:
            disturbed = self._is_disturbed
            wanted = (self._mark(), self._draws if disturbed else None)
            if self._held != wanted:
                blocks = [self._grid.block(part, self._matrix()) for part in self._grid.parts]
                self._hold(self._disturbed(blocks) if disturbed else blocks, None)
        self._held = wanted

    @property
    def _is_disturbed(self) -> bool:
        modifier = self.config.modifier
        acts = modifier.type != "none" or modifier.pdrop > 0
        return acts and (self.training or modifier.enable_during_test)

    def _disturbed(self, blocks: list[Tensor]) -> list[Tensor]:
        modifier, parts = self.config.modifier, self._grid.parts
        return [
            torch.from_numpy(modifier(block.numpy(), part.tile.seed, self._draws, part.tile._context))
            for block, part in zip(blocks, parts, strict=True)
        ]

    def _hold(self, blocks: list[Tensor], gains: list[Tensor | None] | None) -> None:
        self._effective = torch.empty(self.outputs, self.inputs, dtype=torch.float32)
        for i, (part, block) in enumerate(zip(self._grid.parts, blocks, strict=True)):
            part.tile.weights = block.numpy()
            part.gain = None if gains is None else gains[i]
            scaled = block if part.factor is None else block * part.factor[:, None]
            self._effective[part.rows, part.columns] = scaled

    def _finish_step(self) -> None:
        """Clip and remap, then a new draw of the modifier. Errors: memsim.Error, for a step that led nowhere."""
        where = f"{type(self).__name__}({self.inputs} inputs, {self.outputs} outputs)"
        require("weight", self.weight, where)
        acts = self.config.clip.type != "none", self.config.remap.type != "none"
        if self.out_scaling is not None and acts[1]:
            require("out_scaling", self.out_scaling, where, positive=True)
        self._trained = False
        self._draws += 1
        if not any(acts):
            return
        matrix = self._matrix().clone()
        for part in self._grid.parts:
            matrix[part.rows, part.columns] = self._fitted(part, matrix, *acts)
        if self.out_scaling is not None and acts[1]:
            self.out_scaling.fill_(1.0)
        self.weight.copy_(matrix.reshape(self._weight_shape()))

    def _fitted(self, part: Part, matrix: Tensor, clips: bool, remaps: bool) -> Tensor:
        """Weights of a part after clip and remap; its scale follows, and takes learned factors in."""
        block = self._grid.block(part, matrix).numpy()
        if clips:
            block = clip(block, self.config.clip)
        scale = torch.ones(block.shape[0]) * (1.0 if part.scale is None else part.scale)
        if remaps:
            if self.out_scaling is not None:
                scale = scale * self._factors().detach().expand(self.outputs)[part.rows]
            fitted, scales = remap(block, scale.numpy(), self.config.remap)
            block, scale = fitted, torch.from_numpy(scales)
            part.scale = scale
        return torch.from_numpy(block) * scale[:, None]

    # -- Devices

    def program(self) -> None:
        """Programs the weights into devices, which products in eval() read from then on, 0 s after it."""
        with torch.no_grad():
            if self._pending:
                self._finish_step()
            self._devices.program(self._matrix())
            self._held = None

    def drift(self, t: float) -> None:
        """Reads the devices `t` seconds after programming, and compensates as the configuration says.

        Raises
        ------
        memsim.Error
            If the layer has not been programmed, or the model does not know the time.
        """
        with torch.no_grad():
            self._devices.read(t)
            self._held = None
            if self.config.drift_compensation != "none":
                self._devices.compensate(self.config.drift_compensation)

    def compensate(self, kind: str | None = None) -> None:
        """Measures drift anew and multiplies outputs by what corrects it, in eval().

        `kind` is "global", "per-column", "exact-reference" or "none"; None: as the configuration says.
        """
        kind = compensation("kind", self.config.drift_compensation if kind is None else kind)
        with torch.no_grad():
            self._devices.compensate(kind)
            self._held = None

    # -- States

    def get_extra_state(self) -> Tensor:
        """All but the parameters: tiles, devices, and the position in the random numbers."""
        numbers = {"draws": self._draws, "trained": self._trained, "pending": self._pending}
        return torch.frombuffer(bytearray(packed(numbers, self._grid, self._devices)), dtype=torch.uint8)

    def set_extra_state(self, state: Any) -> None:
        """Restores what get_extra_state gave."""
        if not isinstance(state, Tensor) or state.dtype != torch.uint8:
            raise _core.StateFileError("the extra state of a layer of inference must be a tensor of torch.uint8")
        numbers = unpacked(state.cpu().contiguous().numpy().tobytes(), self._grid, self._devices)
        self._draws = int(numbers["draws"])
        self._begin(pending=bool(numbers["pending"]), trained=bool(numbers["trained"]))

    def __getstate__(self) -> dict[str, Any]:
        """Versions of parameters belong to this process."""
        return {**self.__dict__, "_seen": self._pending, "_held": None, "_observer": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        self._begin(pending=state["_seen"], trained=state["_trained"])

    def extra_repr(self) -> str:
        count = f", {len(self.tiles)} tiles" if len(self.tiles) > 1 else ""
        return f"bias={self.bias is not None}, model={self.config.model.name!r}{count}"


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, grid: Grid, effective: Tensor, watch: Observer | None) -> Tensor:
        ctx.save_for_backward(x, effective)
        return grid.forward(x.detach(), watch)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, d: Tensor) -> tuple[Tensor | None, Tensor | None, None, None, None]:
        x, effective = ctx.saved_tensors
        by_x = d @ effective if ctx.needs_input_grad[0] else None
        by_weight = d.T @ x if ctx.needs_input_grad[1] else None
        return by_x, by_weight, None, None, None
