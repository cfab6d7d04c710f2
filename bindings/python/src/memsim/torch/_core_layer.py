"""Layers of the library, by what they are: one for each set of extents, window and nonidealities of the process."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from .. import _core
from ..context import Context, handle_of
from ..nonideality import Nonideality

REDRAWS = {"batch": 0, "chip": 0, "sample": 1}
_DTYPES = {torch.float32: 1, torch.float64: 2}


@dataclass(frozen=True)
class LayerSpec:
    """What a layer of the library is made from."""

    inputs: int
    outputs: int
    bias: bool
    window: tuple[float, float]
    k_v: float
    nonideality: tuple[Nonideality, ...]
    redraw: str
    context: Context | None

    def make(self) -> _core.Layer:
        """Errors: memsim.Error, also for nonidealities that exclude each other."""
        given = tuple((item.name, item._pairs()) for item in self.nonideality)
        context = handle_of(self.context)
        redraw = REDRAWS[self.redraw]
        return _core.Layer(context, self.inputs, self.outputs, int(self.bias), *self.window, self.k_v, given, redraw)


class _Known:
    """Layers by number, which operators of PyTorch can take as an argument."""

    def __init__(self) -> None:
        self._numbers: dict[LayerSpec, int] = {}
        self._layers: list[tuple[_core.Layer, dict[torch.dtype, int], LayerSpec]] = []
        self._lock = threading.Lock()

    def number(self, spec: LayerSpec) -> int:
        with self._lock:
            found = self._numbers.get(spec)
            if found is None:
                made = spec.make()
                sizes = {kind: made.workspace(code) for kind, code in _DTYPES.items()}
                found = self._numbers[spec] = len(self._layers)
                self._layers.append((made, sizes, spec))
            return found

    def __getitem__(self, number: int) -> tuple[_core.Layer, dict[torch.dtype, int], LayerSpec]:
        return self._layers[number]


KNOWN = _Known()


def dtype_code(dtype: torch.dtype) -> int:
    """The library's code of float32 or float64."""
    if dtype not in _DTYPES:
        raise _core.Error(f"dtype must be torch.float32 or torch.float64, got {dtype}")
    return _DTYPES[dtype]


def unsigned(key: Sequence[int]) -> tuple[int, ...]:
    """64-bit numbers as the library counts them: PyTorch's integers are signed."""
    return tuple(value & 0xFFFF_FFFF_FFFF_FFFF for value in key)
