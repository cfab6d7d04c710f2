"""Weights programmed into devices."""

from typing import Any, SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from .. import _core
from .._core import Error
from .._numbers import UINT64_MAX, integer, real
from ..context import Context, handle_of
from ..tiles.tile import _float32
from .converters import Converter
from .models import InferenceModel, PCMLike

Float32 = npt.NDArray[np.float32]


class Programmed:
    """A weight matrix programmed into devices, read at times after it.

    Devices, their errors and their drift are drawn once, by the seed; a read at a time > 0 draws read noise alone, and does
    not build on other reads. The scale between weights and conductances is the one of programming.

    Parameters
    ----------
    weights
        [outputs, inputs], finite.
    model
        Of memsim.inference; None: PCMLike().
    converter
        Of memsim.inference; None: the one of the model's devices.
    seed
        Of all that is random, 0...2^64-1.
    context
        Threads; None: as many as MEMSIM_NUM_THREADS or the cores say.

    Raises
    ------
    memsim.Error
        For arguments out of range and weights that are not finite.
    """

    __slots__ = ("_context", "_handle", "_settings", "_shape")

    def __init__(
        self,
        weights: npt.ArrayLike,
        model: InferenceModel | None = None,
        converter: Converter | None = None,
        seed: SupportsIndex = 0,
        context: Context | None = None,
    ) -> None:
        model = PCMLike() if model is None else model
        if not isinstance(model, InferenceModel):
            raise TypeError(f"model must be a model of memsim.inference or None, got {model!r}")
        if converter is not None and not isinstance(converter, Converter):
            raise TypeError(f"converter must be a converter of memsim.inference or None, got {converter!r}")
        matrix = _float32("weights", weights)
        if matrix.ndim != 2:
            raise Error(f"weights must be of shape (outputs, inputs), got {matrix.shape}")
        outputs, inputs = self._shape = (matrix.shape[0], matrix.shape[1])
        self._settings = (model, converter, integer("seed", seed, 0, UINT64_MAX))
        self._context = context
        name, given = (None, ((), ())) if converter is None else (converter.name, converter._given())
        self._handle = _core.Inference(
            handle_of(context), model.name, model._given(), name, given, outputs, inputs, self._settings[2], matrix
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(outputs, inputs)."""
        return self._shape

    @property
    def model(self) -> InferenceModel:
        """How conductances miss their targets and drift."""
        return self._settings[0]

    @property
    def converter(self) -> Converter | None:
        """How weights became conductances; None: as the model's devices have it."""
        return self._settings[1]

    @property
    def memory(self) -> int:
        """Bytes the weights take."""
        return self._handle.memory

    def weights(self, t: SupportsFloat = 0.0) -> Float32:
        """Weights [outputs, inputs] `t` seconds after programming, >= 0: at 0 as programmed, later with drift and fresh
        read noise."""
        out = np.empty(self._shape, np.float32)
        self._handle.weights(real("t", t), out)
        return out

    @property
    def conductances(self) -> Float32:
        """Conductances right after programming, uS: [devices of a weight, outputs, inputs]."""
        return self.quantity("conductance")

    def quantity(self, name: str) -> Float32:
        """Per-device quantity [devices of a weight, outputs, inputs], one of `model.card().states`: "target",
        "conductance", "drift_exponent" or "relaxation"."""
        if not isinstance(name, str):
            raise TypeError(f"name must be a word, got {name!r}")
        out = np.empty((self._handle.planes, *self._shape), np.float32)
        self._handle.quantity(name, out)
        return out

    # -- The whole state

    def state(self) -> bytes:
        """The whole state, the position in the random numbers included: what loads it goes on alike."""
        return self._handle.state()

    def load(self, state: bytes | bytearray | memoryview) -> None:
        """Restores what `state` gave of weights of the same model, converter and extents; their seed comes with it.

        Raises
        ------
        memsim.StateFileError
            If it is none, or damaged; nothing is then changed.
        """
        self._handle.load(np.frombuffer(state, np.uint8))

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles have the same state; threads are those of the new process."""
        return restored, (self._shape, self._settings, self.state())

    def __repr__(self) -> str:
        return f"memsim.inference.Programmed({self._shape[0]} x {self._shape[1]}, model={self.model.name!r})"


def restored(
    shape: tuple[int, int], settings: tuple[InferenceModel, Converter | None, int], state: bytes,
    context: Context | None = None,
) -> Programmed:
    """Programmed weights from what `state` gave."""
    made = Programmed(np.zeros(shape, np.float32), *settings, context=context)
    made.load(state)
    return made
