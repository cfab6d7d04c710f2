"""Quantities of single cells at given voltages and states."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._core import Error
from ._operands import FloatArray, as_array, converted, output, own_type, real_type
from .context import Context, handle_of
from .models import ModelCard
from .models import model as model_card
from .parameters import Params, option_pairs, param_pairs, preset_name

Arrays = dict[str, npt.NDArray[Any]]


class Evaluation:
    """What `evaluate` found: the quantities of the model's card as attributes, ``e.current`` and so on."""

    def __init__(self, card: ModelCard, values: dict[str, FloatArray]) -> None:
        self._card = card
        self._values = values

    def __getattr__(self, name: str) -> FloatArray:
        values: dict[str, FloatArray] = self.__dict__.get("_values", {})
        if name not in values:
            raise AttributeError(f"there is no quantity {name!r}; there are {', '.join(values)}")
        return values[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._values})

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._card.name, self._values)

    def __repr__(self) -> str:
        lines = [f"<memsim.Evaluation of {self._card.name}, shape {self.current.shape}>"]
        for name, values in self._values.items():
            text = np.array2string(values, threshold=8, edgeitems=2, separator=", ")
            lines.append(f"{name} [{self._card.quantities[name].unit}]: {text}")
        return "\n".join(lines)


def _restored(model: str, values: dict[str, FloatArray]) -> Evaluation:
    return Evaluation(model_card(model), values)


def evaluate(
    model: str,
    volts: npt.ArrayLike,
    states: Mapping[str, npt.ArrayLike] = MappingProxyType({}),
    params: Params | None = None,
    *,
    preset: str | None = None,
    context: Context | None = None,
    dtype: npt.DTypeLike | None = None,
    **options: str,
) -> Evaluation:
    """Current, rate of change and whatever else a model knows of a cell, at a voltage in a state. No noise, no time.

    Parameters
    ----------
    model
        A name from ``memsim.models()``.
    volts
        V, finite, within the model's ``voltage_limit``.
    states
        Settable states by name, in the units of the model's card; those not given are as in a new cell of seed 0.
        Voltages and states broadcast against each other.
    params, preset, **options
        As for `Array`.
    context
        Threads.
    dtype
        float32 or float64. By default float32 if all arrays given are float32, else float64.

    Returns
    -------
    Evaluation
        One array for every quantity of the model's card, of the shape that all the inputs broadcast to.

    Raises
    ------
    memsim.Error
        If a name is unknown, a value is out of range, or shapes do not fit.
    """
    card = model_card(model)
    if not isinstance(states, Mapping):
        raise TypeError(f"states must be a mapping of names to values, got {type(states).__name__}")
    given = {"volts": volts, **{f"state {name}": values for name, values in states.items()}}
    arrays = {name: as_array(name, value) for name, value in given.items()}
    kind = _kind(given, arrays, dtype)
    shape = _common_shape(arrays)
    inputs = [_spread(converted(array, kind), shape) for array in arrays.values()]
    results = {name: output(None, shape, kind) for name in card.quantities}
    count = math.prod(shape)
    _core.evaluate(
        handle_of(context),
        model,
        preset_name(preset),
        param_pairs(card, params),
        option_pairs(options),
        inputs[0] if count else np.zeros(1, kind),
        tuple(zip(states, inputs[1:], strict=True)) if count else (),
        tuple(results.items()) if count else (),
        max(count, 1),  # without a cell the settings are checked all the same
    )
    return Evaluation(card, results)


def _kind(given: Mapping[str, object], arrays: Arrays, dtype: npt.DTypeLike | None) -> np.dtype[Any]:
    types = [own_type(name, given[name], array) for name, array in arrays.items()]
    if dtype is not None:
        return real_type(dtype)
    known = {kind for kind in types if kind is not None}
    return np.dtype(np.float32 if known == {np.dtype(np.float32)} else np.float64)


def _common_shape(arrays: Arrays) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise Error(f"the shapes of volts and states do not broadcast: {shapes}") from None


def _spread(array: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """One value for all, or one for each."""
    return array if array.size == 1 else np.ascontiguousarray(np.broadcast_to(array, shape))
