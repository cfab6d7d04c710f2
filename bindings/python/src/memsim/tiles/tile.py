"""A weight matrix on pulsed devices."""

from typing import Any, SupportsFloat, SupportsIndex, TypeVar

import numpy as np
import numpy.typing as npt

from .. import _core
from .._core import Error
from .._numbers import UINT64_MAX, integer, real
from .._operands import as_array, converted, own_type
from ..context import Context, handle_of
from ..devices.base import Device
from ..devices.compound import Compound
from .config import TileConfig
from .io import IO
from .programming import TileProgramming, write_verify
from .update import Update

Float32 = npt.NDArray[np.float32]
_MOST = 2**24
_NOTHING: tuple[tuple[()], tuple[()]] = ((), ())
_Kind = TypeVar("_Kind")


class Tile:
    """Noisy products with a weight matrix both ways, and updates by coincident pulses, in float32.

    Source: Gokmen, Vlasov, Front. Neurosci. 10, 333 (2016); Rasch et al., AICAS (2021). Same seed and calls, same bits,
    for any number of threads and any split of a batch.

    Parameters
    ----------
    outputs, inputs
        Rows and columns of the weights.
    device
        What a pulse does, of memsim.devices or memsim.presets; None: ConstantStep(). With a compound several devices
        make a weight; runs of vectors between its transfers go to devices at once.
    forward, backward
        Converters and noise of the two products; None: IO().
    update
        Pulse trains; None: Update().
    seed
        Of devices, noise and pulses, 0...2^64-1.
    context
        Threads; None: as many as MEMSIM_NUM_THREADS or the cores say.
    config
        What device, forward, backward and update are where they are None, of memsim.presets.

    Raises
    ------
    memsim.Error
        For arguments out of range and values that do not go together.
    """

    __slots__ = ("_context", "_handle", "_settings", "_shape")

    def __init__(
        self,
        outputs: SupportsIndex,
        inputs: SupportsIndex,
        device: Device | Compound | None = None,
        forward: IO | None = None,
        backward: IO | None = None,
        update: Update | None = None,
        seed: SupportsIndex = 0,
        context: Context | None = None,
        *,
        config: TileConfig | None = None,
    ) -> None:
        rest = _of("config", config, TileConfig(), (TileConfig,), "a memsim.TileConfig")
        made = _of("device", device, rest.device, (Device, Compound), "an object of memsim.devices")
        inward = _of("forward", forward, rest.forward, (IO,), "a memsim.IO")
        outward = _of("backward", backward, rest.backward, (IO,), "a memsim.IO")
        pulses = _of("update", update, rest.update, (Update,), "a memsim.Update")
        self._shape = (integer("outputs", outputs, 1, _MOST), integer("inputs", inputs, 1, _MOST))
        number = integer("seed", seed, 0, UINT64_MAX)
        self._settings = (made, inward, outward, pulses, number)
        self._context = context
        own, compound = (_NOTHING, made._told()) if isinstance(made, Compound) else (made._given(), None)
        given = (inward._given(), outward._given(), pulses._given())
        self._handle = _core.Tile(handle_of(context), made._core_name(), *self._shape, number, own, *given, compound)

    @property
    def shape(self) -> tuple[int, int]:
        """(outputs, inputs)."""
        return self._shape

    @property
    def device(self) -> Device | Compound:
        """What a pulse does."""
        return self._settings[0]

    @property
    def seed(self) -> int:
        """The seed that the tile was made with."""
        return self._settings[4]

    @property
    def memory(self) -> int:
        """Bytes the tile takes; tables that it shares with others of the same parameters count in each."""
        return self._handle.memory

    # -- Weights and devices

    @property
    def weights(self) -> Float32:
        """A copy of the weights [outputs, inputs] as products see them. Assigned ones are clipped to their bounds."""
        out = np.empty(self._shape, np.float32)
        self._handle.weights(out)
        return out

    @weights.setter
    def weights(self, values: npt.ArrayLike) -> None:
        self._handle.set_weights(self._matrix("weights", values))

    def hidden(self, name: str) -> Float32:
        """Per-device quantity [outputs, inputs], one of `device.card().states`: "max_bound", "dwmin_up", ...

        Of cell k of a compound: "k/weights", "k/max_bound", ...
        """
        out = np.empty(self._shape, np.float32)
        self._handle.hidden(_word(name), out)
        return out

    def set_hidden(self, name: str, values: npt.ArrayLike) -> None:
        """Sets a per-device quantity [outputs, inputs]; weights are then clipped to the bounds.

        Cells of device models stay as they are, and weigh what they then do.
        """
        self._handle.set_hidden(_word(name), self._matrix("values", values))

    # -- Products and updates

    def forward(self, x: npt.ArrayLike) -> Float32:
        """Outputs [..., outputs] of inputs [..., inputs]: W x through the forward converters, fresh noise for each."""
        vectors = _vectors("x", x, self._shape[1])
        y = np.empty((*vectors.shape[:-1], self._shape[0]), np.float32)
        self._handle.forward(vectors, y)
        return y

    def backward(self, d: npt.ArrayLike) -> Float32:
        """Gradients [..., inputs] of errors [..., outputs]: W^T d through the backward converters."""
        vectors = _vectors("d", d, self._shape[0])
        out = np.empty((*vectors.shape[:-1], self._shape[1]), np.float32)
        self._handle.backward(vectors, out)
        return out

    def update(self, x: npt.ArrayLike, d: npt.ArrayLike, learning_rate: SupportsFloat) -> None:
        """Pulses by which W changes by -learning_rate d x^T in the mean, for inputs [..., inputs] and errors
        [..., outputs], one vector after the other."""
        inputs, errors = _vectors("x", x, self._shape[1]), _vectors("d", d, self._shape[0])
        if inputs.shape[:-1] != errors.shape[:-1]:
            raise Error(f"d must be of shape {(*inputs.shape[:-1], self._shape[0])}, as x has it, got {errors.shape}")
        self._handle.update(inputs, errors, real("learning_rate", learning_rate))

    def step(self) -> None:
        """What belongs after an optimiser's step: diffusion, then decay, where the device has them."""
        self._handle.step()

    def program(
        self,
        weights: npt.ArrayLike,
        tolerance: SupportsFloat = 0.01,
        max_iterations: SupportsIndex = 1000,
        *,
        read: str = "exact",
        samples: SupportsIndex = 1,
    ) -> TileProgramming:
        """Writes and verifies: pulses every device that reads more than `tolerance` off its target, again and again.

        Parameters
        ----------
        weights
            Targets [outputs, inputs], finite.
        tolerance
            > 0.
        max_iterations
            Readings and pulse trains at most, >= 1.
        read
            "exact", or "forward": by products of one input at a time, with their noise; the mean of `samples` of them.

        Returns
        -------
        TileProgramming
            What was reached.

        Raises
        ------
        memsim.Error
            For arguments out of range; the tile is then unchanged.
        """
        return write_verify(self, self._matrix("weights", weights), tolerance, max_iterations, read, samples)

    def drift(self, seconds: SupportsFloat) -> None:
        """Drift of weights in so many seconds more, where the device has it (`drift_nu`)."""
        self._handle.drift(real("seconds", seconds))

    def reset(
        self, start: SupportsIndex = 0, count: SupportsIndex | None = None, probability: SupportsFloat = 1.0
    ) -> None:
        """Resets the devices of inputs start, start + 1, ... (`count` of them, going round; None: all), each with a
        probability."""
        inputs = self._shape[1]
        first = integer("start", start, 0, inputs - 1)
        number = inputs if count is None else integer("count", count, 0, inputs)
        self._handle.reset(first, number, real("probability", probability))

    # -- The whole state

    def state(self) -> bytes:
        """The whole state, the position in the random numbers included: a tile that loads it goes on alike."""
        return self._handle.state()

    def load(self, state: bytes | bytearray | memoryview) -> None:
        """Restores what `state` gave of a tile of the same device and extents; its seed comes with it.

        Raises
        ------
        memsim.StateFileError
            If it is none, or damaged; the tile is then unchanged.
        """
        self._handle.load(np.frombuffer(state, np.uint8))

    def _reseeded(self, seed: int) -> "Tile":
        """A new tile that differs in its seed alone."""
        device, forward, backward, update, _ = self._settings
        return Tile(*self._shape, device, forward, backward, update, seed, self._context)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles have the same state; threads are those of the new process."""
        return _restored, (self._shape, self._settings, self.state())

    def __repr__(self) -> str:
        return f"memsim.Tile({self._shape[0]}, {self._shape[1]}, device={self.device._core_name()!r}, seed={self.seed})"

    def _matrix(self, name: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
        array = _float32(name, values)
        if array.shape != self._shape:
            raise Error(f"{name} must be of shape {self._shape}, got {array.shape}")
        return array


def _restored(shape: tuple[int, int], settings: tuple[Any, ...], state: bytes) -> Tile:
    tile = Tile(*shape, *settings)
    tile.load(state)
    return tile


def _of(name: str, value: _Kind | None, default: _Kind, kinds: tuple[type, ...], where: str) -> _Kind:
    if value is None:
        return default
    if not isinstance(value, kinds):
        raise TypeError(f"{name} must be {where} or None, got {value!r}")
    return value


def _word(name: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"name must be a word, got {name!r}")
    return name


def _float32(name: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
    array = as_array(name, values)
    own_type(name, values, array)
    return converted(array, np.float32)


def _vectors(name: str, values: npt.ArrayLike, length: int) -> npt.NDArray[Any]:
    """One vector, or any number of them."""
    array = _float32(name, values)
    if array.ndim < 1 or array.shape[-1] != length:
        raise Error(f"{name} must be of shape (..., {length}), got {array.shape}")
    return array
