"""What every nonideality is: a named set of checked numbers, saved as plain data."""

import dataclasses
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._numbers import within
from .checks import Bounds

Parameters = dict[str, npt.NDArray[np.float64]]


@dataclass(frozen=True)
class Nonideality:
    """One way in which real devices differ from ideal conductances. Immutable; equal if all its numbers are."""

    name: ClassVar[str]
    """The core's name."""
    _bounds: ClassVar[Bounds] = {}
    """Lowest and highest value and unit of the numbers that the core takes under the same names."""
    _classes: ClassVar[dict[str, type["Nonideality"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in cls.__dict__:
            Nonideality._classes[cls.name] = cls

    def __post_init__(self) -> None:
        self._set(**{key: within(key, getattr(self, key), *bounds) for key, bounds in self._bounds.items()})

    def parameters(self) -> Parameters:
        """The core's parameters by name, each [1] or [N]."""
        return {key: np.array([getattr(self, key)], np.float64) for key in self._bounds}

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, from which `from_dict` makes an equal object."""
        fields = (field.name for field in dataclasses.fields(self))
        return {"name": self.name, **{field: _plain(getattr(self, field)) for field in fields}}

    def _pairs(self) -> tuple[tuple[str, npt.NDArray[np.float64]], ...]:
        return tuple(self.parameters().items())

    def _set(self, **values: object) -> None:
        """Only while the object is made: it is frozen."""
        for key, value in values.items():
            object.__setattr__(self, key, value)


def from_dict(data: Mapping[str, Any]) -> Nonideality:
    """The nonideality that `to_dict` described; what has a default may be left out.

    Raises
    ------
    memsim.Error
        If the name is unknown, an entry is missing or unknown, or a value is out of range.
    """
    if not isinstance(data, Mapping):
        raise TypeError(f"data must be a mapping as to_dict gives it, got {type(data).__name__}")
    entries = dict(data)
    name = entries.pop("name", None)
    if name not in Nonideality._classes:
        raise Error(f"name must be one of {', '.join(Nonideality._classes)}, got {name!r}")
    chosen = Nonideality._classes[name]
    try:
        inspect.signature(chosen).bind(**entries)
    except TypeError as error:
        raise Error(f"{name}: {error}; it takes {', '.join(inspect.signature(chosen).parameters)}") from None
    return chosen(**entries)


def _plain(value: object) -> object:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
