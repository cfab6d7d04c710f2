"""The devices behind the tiles of a layer: programmed, read later, compensated."""

import torch
from torch import Tensor

from ... import _core
from ...inference import Converter, InferenceModel, Programmed
from ...inference.programmed import restored
from ..analog.grid import Grid, Part
from ..analog.seeds import derived_seed

_LEAST = 1e-4


class Devices:
    """Programmed weights of every tile of a grid, what they were read as last, and gains against their drift."""

    def __init__(self, grid: Grid, model: InferenceModel, converter: Converter | None) -> None:
        self._grid, self.model, self.converter = grid, model, converter
        self.programmings = 0
        """Times that weights were programmed."""
        self.readings = 0
        """Times that something changed of what products see."""
        self.parts: list[Programmed] = []
        self.weights: list[Tensor] = []
        """As read last, of each tile."""
        self.baselines: list[Tensor] = []
        """Mean |output| of each tile's outputs right after programming: [2, outputs], measured and exact."""
        self.gains: list[Tensor | None] = []

    @property
    def programmed(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.parts)

    def program(self, matrix: Tensor) -> None:
        """Programs the weights [outputs, inputs] of all tiles anew."""
        blocks = [self._grid.block(part, matrix) for part in self._grid.parts]
        parts = [self._programmed(part, block) for part, block in zip(self._grid.parts, blocks, strict=True)]
        self.parts = parts
        self.programmings += 1
        self.read(0.0)
        exact = (block.abs().mean(1) for block in blocks)
        measured = (self._outputs(i) for i in range(len(parts)))
        self.baselines = [torch.stack(pair) for pair in zip(measured, exact, strict=True)]

    def _programmed(self, part: Part, block: Tensor) -> Programmed:
        seed = derived_seed(part.tile.seed, self.programmings + 1)
        return Programmed(block.numpy(), self.model, self.converter, seed, part.tile._context)

    def read(self, t: float) -> None:
        """Reads all devices `t` seconds after programming. Errors: memsim.Error, if nothing was programmed."""
        self._require()
        self.weights = [torch.from_numpy(part.weights(t)) for part in self.parts]
        self.gains = [None] * len(self.parts)
        self.readings += 1

    def compensate(self, kind: str) -> None:
        """Finds gains by reading all inputs of each tile one after the other."""
        self._require()
        self.gains = [self._gain(i, kind) for i in range(len(self.parts))]
        self.readings += 1

    def _gain(self, index: int, kind: str) -> Tensor | None:
        if kind == "none":
            return None
        now = self._outputs(index)
        before = self.baselines[index][1 if kind == "exact-reference" else 0]
        if kind != "per-column":
            now, before = now.mean().reshape(1), before.mean().reshape(1)
        return before.clamp(min=_LEAST) / now.clamp(min=_LEAST)

    def _outputs(self, index: int) -> Tensor:
        """Mean |output| [outputs] of a tile for inputs that are 1 each by itself, with the noise of products."""
        tile = self._grid.parts[index].tile
        tile.weights = self.weights[index].numpy()
        inputs, total = tile.shape[1], torch.zeros(tile.shape[0], dtype=torch.float64)
        for first in range(0, inputs, 256):
            some = torch.eye(inputs, dtype=torch.float32)[first : first + 256]
            total += torch.from_numpy(tile.forward(some.numpy())).abs().sum(0, dtype=torch.float64)
        return (total / inputs).float()

    def _require(self) -> None:
        if not self.parts:
            raise _core.Error("the layer must be programmed before it drifts or is compensated: call program() first")

    # -- State

    def pieces(self) -> list[bytes]:
        """The state, four pieces for each tile; none if nothing was programmed."""
        rows = zip(self.parts, self.weights, self.baselines, self.gains, strict=True)
        return [
            data
            for part, weights, baseline, gain in rows
            for data in (part.state(), _bytes(weights), _bytes(baseline), b"" if gain is None else _bytes(gain))
        ]

    def load(self, pieces: list[bytes], programmings: int, readings: int) -> None:
        """Restores what `pieces` gave; unchanged if it cannot. Errors: memsim.StateFileError."""
        parts = self._grid.parts if pieces else []
        if len(pieces) != 4 * len(parts):
            raise _core.StateFileError(f"the state is of {len(pieces) / 4:g} programmed tiles, the layer has {len(parts)}")
        made: list[Programmed] = []
        weights: list[Tensor] = []
        baselines: list[Tensor] = []
        gains: list[Tensor | None] = []
        for i, part in enumerate(parts):
            state, read, baseline, gain = pieces[4 * i : 4 * i + 4]
            rows, columns = part.tile.shape
            made.append(restored((rows, columns), (self.model, self.converter, 0), state, part.tile._context))
            weights.append(_floats(read, (rows, columns)))
            baselines.append(_floats(baseline, (2, rows)))
            gains.append(_floats(gain, (len(gain) // 4,)) if gain else None)
            if gain and len(gain) // 4 not in (1, rows):
                raise _core.StateFileError(f"a tile has {len(gain)} bytes of gains")
        self.parts, self.weights, self.baselines, self.gains = made, weights, baselines, gains
        self.programmings, self.readings = programmings, readings


def _bytes(values: Tensor) -> bytes:
    return values.contiguous().numpy().tobytes()


def _floats(data: bytes, shape: tuple[int, ...]) -> Tensor:
    count = 1
    for extent in shape:
        count *= extent
    if len(data) != 4 * count:
        raise _core.StateFileError(f"a tile has {len(data)} bytes where {4 * count} were expected")
    return torch.frombuffer(bytearray(data), dtype=torch.float32).reshape(shape)
