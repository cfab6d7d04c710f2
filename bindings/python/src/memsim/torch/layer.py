"""What all memristive layers share: parameters on pairs of devices, nonidealities, draws."""

import hashlib
from collections.abc import Sequence
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn

from .. import _core
from ..context import Context
from ..nonideality import Nonideality
from . import _ops
from ._core_layer import KNOWN, REDRAWS, LayerSpec, dtype_code, unsigned

Weights = Literal["double", "standard"]
Mapping = Literal["default", "average"]
Redraw = Literal["batch", "sample", "chip"]

_MAPPINGS = {"default": 0, "average": 1}
_DEFAULT_WINDOW = (5.248407497001691e-07, 2.6242037485008458e-06)
_TRAINING, _EVALUATION = 0, 1
_ONE_CALL = torch.tensor([0, 0, 1])


class MemristiveLayer(nn.Module):
    """A product of inputs with weights on differential pairs of devices; subclasses say of which inputs.

    Parameters are explained at `MemristiveLinear`.
    """

    weight: nn.Parameter
    bias: nn.Parameter | None
    draw: Tensor
    eval_draw: Tensor

    def __init__(
        self,
        rows: int,
        outputs: int,
        bias: bool,
        *,
        nonideality: Sequence[Nonideality] = (),
        window: tuple[float, float] | None = None,
        k_v: float = 0.5,
        weights: Weights = "double",
        mapping: Mapping = "default",
        regularize: float = 0.0,
        redraw: Redraw = "batch",
        seed: int | None = None,
        generator: torch.Generator | None = None,
        context: Context | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        _among("weights", weights, ("double", "standard"))
        _among("mapping", mapping, tuple(_MAPPINGS))
        if not 0 <= regularize < float("inf"):
            raise _core.Error(f"regularize must be finite and >= 0, got {regularize}")
        if regularize and weights == "standard":
            raise _core.Error("regularize acts on devices of their own: it needs weights='double'")
        self.rows, self.outputs, self.has_bias = rows, outputs, bias
        self.weights, self.mapping, self.regularize = weights, mapping, float(regularize)
        self._settings: dict[str, Any] = {"k_v": float(k_v), "context": context}
        self._first_sample, self._sample_step = 0, 1
        self._watts: list[Tensor] | None = None
        self._make_parameters(dtype or torch.get_default_dtype(), generator)
        start = _seed(seed, generator)
        self.register_buffer("draw", torch.tensor([start, _TRAINING, 0]))
        self.register_buffer("eval_draw", torch.tensor([start, _EVALUATION, 0]), persistent=False)
        self._redraw: Redraw = redraw
        self._configure(tuple(nonideality), window, redraw)

    def _make_parameters(self, dtype: torch.dtype, generator: torch.Generator | None) -> None:
        """Initial weights of spread 1/sqrt(rows), pairs about 1/2, as in the paper; biases at the middle."""
        dtype_code(dtype)
        spread = self.rows**-0.5
        if self.weights == "double":
            pairs = torch.full((self.rows + self.has_bias, self.outputs, 2), 0.5, dtype=dtype)
            pairs[: self.rows].normal_(0.5, spread, generator=generator).clamp_(min=0)
            self.weight = nn.Parameter(pairs)
            self.register_parameter("bias", None)
            return
        self.weight = nn.Parameter(torch.empty(self._signed_shape(), dtype=dtype).normal_(0, spread, generator=generator))
        self.bias = nn.Parameter(torch.zeros(self.outputs, dtype=dtype)) if self.has_bias else None

    def _signed_shape(self) -> tuple[int, ...]:
        """Of signed weights, outputs first, as PyTorch's own layer has them."""
        return (self.outputs, self.rows)

    # -- What the devices are

    def _configure(self, nonideality: tuple[Nonideality, ...], window: tuple[float, float] | None, redraw: Redraw) -> None:
        for item in nonideality:
            if not isinstance(item, Nonideality):
                raise TypeError(f"nonideality must hold objects of memsim.nonideality, got {item!r}")
        _among("redraw", redraw, tuple(REDRAWS))
        chosen = window or next((w for w in (getattr(item, "window", None) for item in nonideality) if w), _DEFAULT_WINDOW)
        off, on = (float(end) for end in chosen)
        spec = LayerSpec(
            self.rows, self.outputs, self.has_bias, (off, on), nonideality=nonideality, redraw=redraw, **self._settings
        )
        self._number = KNOWN.number(spec)  # refuses what does not go together, before anything has changed
        self._nonideality, self._window, self._redraw = nonideality, (off, on), redraw

    @property
    def nonideality(self) -> tuple[Nonideality, ...]:
        """What the devices are; assign a sequence to change it, for example for inference. The window stays."""
        return self._nonideality

    @nonideality.setter
    def nonideality(self, value: Sequence[Nonideality]) -> None:
        self._configure(tuple(value), self._window, self._redraw)

    @property
    def window(self) -> tuple[float, float]:
        """G_off and G_on, S."""
        return self._window

    @window.setter
    def window(self, value: tuple[float, float]) -> None:
        self._configure(self._nonideality, value, self._redraw)

    @property
    def redraw(self) -> Redraw:
        """When devices are drawn anew: "batch", every forward call, as in the paper; "sample"; "chip", never."""
        return self._redraw

    @redraw.setter
    def redraw(self, value: Redraw) -> None:
        self._configure(self._nonideality, self._window, value)

    @property
    def k_v(self) -> float:
        """V of an input of 1."""
        return cast(float, self._settings["k_v"])

    # -- Draws

    @property
    def seed(self) -> int:
        """Selects every device and read the layer will ever draw."""
        return int(unsigned(self.draw[:1].tolist())[0])

    @seed.setter
    def seed(self, value: int) -> None:
        for key in (self.draw, self.eval_draw):
            key[0], key[2] = _signed(value), 0

    def new_chip(self) -> None:
        """The next call sees other devices, with redraw="chip" too."""
        self.draw[2] += 1
        self.eval_draw[2] += 1

    def draw_evaluation(self, seed: int, repeat: int) -> None:
        """The draws of the evaluations to come begin anew, apart for every seed and repeat."""
        stream = hashlib.blake2b(f"evaluation/{seed}/{repeat}".encode(), digest_size=8).digest()
        self.eval_draw[1] = int.from_bytes(stream, "little", signed=True) | _EVALUATION
        self.eval_draw[2] = 0

    def _next_draw(self) -> Tensor:
        """Seed, stream and number of this call; only training advances what the state_dict keeps."""
        key = self.draw if self.training else self.eval_draw
        now = key.clone()
        if self._redraw != "chip":
            key += _ONE_CALL
        return now

    # -- Products

    def pairs(self) -> Tensor:
        """Non-negative weights of the devices, [rows + bias, outputs, 2], + before -."""
        if self.weights == "double":
            return self.weight
        matrix = self.weight.reshape(self.outputs, self.rows).T
        if self.bias is not None:
            matrix = torch.cat([matrix, self.bias[None]])
        return cast(Tensor, _ops.pairs(matrix.contiguous(), _MAPPINGS[self.mapping]))

    def _product(self, x: Tensor) -> Tensor:
        """Outputs [batch, outputs] of inputs [batch, rows]."""
        if x.device.type != "cpu":
            raise _core.Error(f"x is on {x.device}; memsim's layers run on the CPU: pass x.cpu()")
        x = x.to(self.weight.dtype).contiguous()
        draw = self._next_draw()
        if self._watts is not None:
            y, watts = _ops.powers(x, self.pairs().detach(), draw, self._number, self._first_sample, self._sample_step)
            self._watts.append(watts)
            return y
        return _ops.product(
            x, self.pairs(), draw, self._number, self._first_sample, self._sample_step, self.regularize
        )

    @property
    def is_affine(self) -> bool:
        """Whether a call needs no devices: signed weights without nonidealities, power not asked for."""
        return self.weights == "standard" and not self._nonideality and self._watts is None

    def project(self) -> None:
        """Puts weights below 0 to 0, where devices cannot follow: call it after every optimizer step."""
        if self.weights == "double":
            with torch.no_grad():
                self.weight.clamp_(min=0)

    def penalty(self) -> Tensor:
        """regularize times the sum of |w|, which the gradient already holds."""
        return self.regularize * self.weight.detach().abs().sum()

    def effective(self) -> tuple[Tensor, Tensor | None]:
        """Signed weights [outputs, rows] and biases [outputs] that ideal devices would give."""
        pairs = self.pairs()
        signed = pairs[..., 0] - pairs[..., 1]
        return signed[: self.rows].T, signed[-1] if self.has_bias else None

    def conductances(self) -> Tensor:
        """Conductances [rows + bias, outputs, 2] in S of the devices that the next call would draw."""
        pairs = self.pairs().detach().contiguous()
        out = torch.empty_like(pairs)
        key = self.draw if self.training else self.eval_draw
        draw = unsigned((*key.tolist(), self._first_sample, self._sample_step))
        KNOWN[self._number][0].conductances(pairs.data_ptr(), dtype_code(pairs.dtype), draw, out.data_ptr())
        return out

    @property
    def synapses(self) -> int:
        """Pairs of devices, biases counted."""
        return (self.rows + self.has_bias) * self.outputs

    def __getstate__(self) -> dict[str, Any]:
        """Without the library's layer, which every process makes for itself; threads are those of the new process."""
        state = dict(self.__dict__)
        state["_settings"] = {**self._settings, "context": None}
        del state["_number"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        self._configure(self._nonideality, self._window, self._redraw)

    def extra_repr(self) -> str:
        parts = [f"weights={self.weights!r}", f"window=({self._window[0]:.3g}, {self._window[1]:.3g})"]
        parts += [f"nonideality={list(self._nonideality)}"] if self._nonideality else []
        parts += [f"regularize={self.regularize:g}"] if self.regularize else []
        return ", ".join([*parts, f"redraw={self._redraw!r}"])


def _among(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise _core.Error(f"{name} must be one of {', '.join(allowed)}, got {value!r}")


def _seed(seed: int | None, generator: torch.Generator | None) -> int:
    """A seed as PyTorch holds it; None takes one from PyTorch's generator."""
    if seed is None:
        return int(torch.randint(-(2**63), 2**63 - 1, (), generator=generator))
    return _signed(seed)


def _signed(value: int) -> int:
    if not 0 <= value < 2**64:
        raise _core.Error(f"seed must be 0...2^64-1, got {value}")
    return value - 2**64 if value >= 2**63 else value
