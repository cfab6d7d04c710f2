"""A weight matrix of any size on tiles of at most a given one, between tensors."""

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ... import _core
from ..._numbers import integer
from ...tiles import Tile
from .seeds import derived_seed


@dataclass
class Part:
    """One tile: which outputs and inputs of the matrix it has, and what its weights are multiplied by."""

    tile: Tile
    rows: slice
    columns: slice
    scale: Tensor | None = None
    """[1] or [outputs of the tile]; None: 1."""
    gain: Tensor | None = None
    """As scale: what outputs are multiplied by besides it."""

    @property
    def factor(self) -> Tensor | None:
        """What outputs are multiplied by; None: 1."""
        if self.scale is None or self.gain is None:
            return self.gain if self.scale is None else self.scale
        return self.scale * self.gain


class Grid:
    """Tiles whose outputs are added up; scales such that weights fill `omega`.

    Parameters
    ----------
    outputs, inputs
        Extents of the matrix.
    most
        Outputs and inputs of a tile, at most; 0: any.
    omega, columnwise
        With omega > 0 a tile holds W omega / max|W|; columnwise: for each output by itself.
    seed
        Of the first tile; those of others follow from it.
    options
        Of memsim.Tile.
    """

    def __init__(
        self,
        outputs: int,
        inputs: int,
        most: tuple[int, int],
        omega: float,
        columnwise: bool,
        seed: int,
        **options: Any,
    ) -> None:
        self.outputs, self.inputs, self.omega, self.columnwise = outputs, inputs, omega, columnwise
        places = ((r, c) for r in _near_equal(outputs, most[0]) for c in _near_equal(inputs, most[1]))
        self.parts: list[Part] = []
        for i, (r, c) in enumerate(places):
            tile = Tile(r.stop - r.start, c.stop - c.start, seed=derived_seed(seed, i), **options)
            if not i:
                _require_memory(tile, _count(outputs, most[0]) * _count(inputs, most[1]))
            self.parts.append(Part(tile, r, c))
        self._only = self.parts[0] if len(self.parts) == 1 else None

    # -- Products: x [batch, inputs] and d [batch, outputs], float32 and contiguous

    def forward(self, x: Tensor, watch: Callable[[Tensor], None] | None = None) -> Tensor:
        """W x [batch, outputs]; `watch` is shown the outputs of every tile."""
        if self._only is not None and self._only.factor is None and watch is None:
            return _forward(self._only.tile, x)
        y = x.new_zeros(x.shape[0], self.outputs)
        for part in self.parts:
            product = _forward(part.tile, x[:, part.columns].contiguous())
            if watch is not None:
                watch(product)
            y[:, part.rows] += product if part.factor is None else product * part.factor
        return y

    def backward(self, d: Tensor) -> Tensor:
        """W^T d [batch, inputs]."""
        if self._only is not None and self._only.scale is None:
            return _backward(self._only.tile, d)
        out = d.new_zeros(d.shape[0], self.inputs)
        for part in self.parts:
            errors = d[:, part.rows]
            errors = errors if part.scale is None else errors * part.scale
            out[:, part.columns] += _backward(part.tile, errors.contiguous())
        return out

    def update(self, x: Tensor, d: Tensor, rate: float) -> None:
        """Pulses by which W changes by -rate d^T x in the mean."""
        if not x.shape[0]:
            return
        if self._only is not None and self._only.scale is None:
            self._only.tile._handle.update(x.numpy(), d.numpy(), rate)
            return
        for part in self.parts:
            errors = d[:, part.rows]
            errors = errors if part.scale is None else errors / part.scale
            inputs = x[:, part.columns].contiguous().numpy()
            part.tile._handle.update(inputs, errors.contiguous().numpy(), rate)

    def step(self) -> None:
        """Diffusion and decay."""
        for part in self.parts:
            part.tile._handle.step()

    def drift(self, seconds: float) -> None:
        """Drift of weights."""
        for part in self.parts:
            part.tile._handle.drift(seconds)

    # -- Weights and state

    def weights(self) -> Tensor:
        """W [outputs, inputs], a copy."""
        out = torch.empty(self.outputs, self.inputs, dtype=torch.float32)
        for part in self.parts:
            block = torch.from_numpy(part.tile.weights)
            out[part.rows, part.columns] = block if part.scale is None else block * part.scale[:, None]
        return out

    def set_weights(self, weights: Tensor) -> None:
        """Writes W [outputs, inputs], and finds the scales."""
        self.find_scales(weights)
        for part in self.parts:
            part.tile.weights = self.block(part, weights).numpy()

    def find_scales(self, weights: Tensor) -> None:
        """Scales such that W [outputs, inputs] fills omega."""
        for part in self.parts:
            part.scale = self._scale(weights[part.rows, part.columns])

    @staticmethod
    def block(part: Part, weights: Tensor) -> Tensor:
        """What a tile is to hold of W [outputs, inputs]."""
        block = weights[part.rows, part.columns]
        return (block if part.scale is None else block / part.scale[:, None]).contiguous()

    def _scale(self, block: Tensor) -> Tensor | None:
        if not self.omega:
            return None
        largest = block.abs().amax(1) if self.columnwise else block.abs().max().reshape(1)
        scale = largest / self.omega
        return torch.where(scale > 0, scale, 1.0)

    def state(self) -> bytes:
        """The state of all tiles, their seeds too."""
        pieces = ((_bytes(part.scale), struct.pack("<Q", part.tile.seed), part.tile.state()) for part in self.parts)
        return b"".join(pack(data) for piece in pieces for data in piece)

    def load(self, state: bytes) -> None:
        """Restores what `state` gave; the grid is unchanged if it cannot. Errors: memsim.StateFileError."""
        pieces = list(unpack(state))
        if len(pieces) != 3 * len(self.parts):
            raise _core.StateFileError(f"the state is of {len(pieces) / 3:g} tiles, the layer has {len(self.parts)}")
        loaded = []
        for part, scale, seed, data in zip(self.parts, pieces[::3], pieces[1::3], pieces[2::3], strict=True):
            allowed = (0, 4, 4 * (part.rows.stop - part.rows.start))
            if len(scale) not in allowed or len(seed) != 8:
                raise _core.StateFileError(f"a tile has {len(scale)} bytes of scale, one of {allowed} was expected")
            tile = part.tile._reseeded(*struct.unpack("<Q", seed))
            tile.load(data)
            factor = torch.frombuffer(bytearray(scale), dtype=torch.float32) if scale else None
            loaded.append((tile, factor))
        for part, (tile, factor) in zip(self.parts, loaded, strict=True):
            part.tile, part.scale = tile, factor


def tile_limit(name: str, value: int) -> int:
    """Extent of a tile at most; 0: any."""
    return integer(name, value, 0, 2**24)


def _count(size: int, most: int) -> int:
    """The fewest parts no longer than `most`; 0: any."""
    return -(-size // most) if most else 1


def _near_equal(size: int, most: int) -> Iterator[slice]:
    """So many parts; the first ones may be longer by one."""
    count, start = _count(size, most), 0
    base, longer = divmod(size, count)
    for i in range(count):
        stop = start + base + (i < longer)
        yield slice(start, stop)
        start = stop


def _require_memory(tile: Tile, count: int) -> None:
    """Raises memsim.OutOfMemoryError if so many tiles are more than the machine has: each by itself would not notice."""
    needed, available = count * tile.memory, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if needed > available:
        raise _core.OutOfMemoryError(f"{count} tiles need {needed >> 20} MiB, the machine has {available >> 20} MiB")


def _forward(tile: Tile, x: Tensor) -> Tensor:
    y = torch.empty(x.shape[0], tile._shape[0], dtype=torch.float32)
    if x.shape[0]:
        tile._handle.forward(x.numpy(), y.numpy())
    return y


def _backward(tile: Tile, d: Tensor) -> Tensor:
    out = torch.empty(d.shape[0], tile._shape[1], dtype=torch.float32)
    if d.shape[0]:
        tile._handle.backward(d.numpy(), out.numpy())
    return out


def _bytes(scale: Tensor | None) -> bytes:
    return b"" if scale is None else scale.numpy().tobytes()


def pack(data: bytes) -> bytes:
    """A length, then the bytes."""
    return struct.pack("<Q", len(data)) + data


def unpack(state: bytes) -> Iterator[bytes]:
    """What `pack` put one after the other. Errors: memsim.StateFileError."""
    at = 0
    while at < len(state):
        if at + 8 > len(state):
            raise _core.StateFileError("the state of the layer is truncated")
        (size,) = struct.unpack_from("<Q", state, at)
        at += 8 + size
        if at > len(state):
            raise _core.StateFileError("the state of the layer is truncated")
        yield state[at - size : at]
