"""What devices, converters and updates of tiles are told: named values that the library's card knows."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, SupportsFloat

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._numbers import within
from .cards import SettingsCard, settings_card

if TYPE_CHECKING:
    from .._core import _CardKind

Pairs = tuple[tuple[str, npt.NDArray[np.float64]], ...]
Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Settings:
    """A frozen, checked set of values, equal if all of them are; `dataclasses.replace` makes another."""

    kind: "ClassVar[_CardKind]"
    """What the library lists its card under."""
    name: ClassVar[str] = ""
    """The core's name."""

    def __post_init__(self) -> None:
        card = self.card()
        for field in self._fields():
            value = checked(card, field.name, getattr(self, field.name), field.default)
            object.__setattr__(self, field.name, value)

    @classmethod
    def card(cls) -> SettingsCard:
        """What the library says of these settings: texts, bounds, choices, per-device quantities, presets."""
        return settings_card(cls.kind, cls.name)

    def _core_name(self) -> str:
        """What the library calls the kind."""
        return self.name

    @classmethod
    def _fields(cls) -> "tuple[dataclasses.Field[Any], ...]":
        """Those that are numbers and words."""
        return dataclasses.fields(cls)

    def _given(self) -> tuple[Pairs, Words]:
        """What the library takes: numbers by name, then words by name; no empty lists."""
        values = {field.name: getattr(self, field.name) for field in self._fields()}
        values = {key: value for key, value in values.items() if value != ()}
        words = tuple((key, value) for key, value in values.items() if isinstance(value, str))
        numbers = ((key, value) for key, value in values.items() if not isinstance(value, str) and value != ())
        return tuple((key, np.array(value, np.float64).reshape(-1)) for key, value in numbers), words


def checked(card: SettingsCard, name: str, value: Any, default: object) -> object:
    """`value` as of the type of the default, within what the card allows."""
    if isinstance(default, bool):
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{name} must be True or False, got {value!r}")
        return bool(value)
    if isinstance(default, str):
        choices = card.options[name].choices
        if value not in choices:
            raise Error(f"{name} must be one of {', '.join(choices)}, got {value!r}")
        return value
    if isinstance(default, tuple):
        return _list(card, name, value, none=not default)
    return _number(card, name, value, isinstance(default, int))


def _number(card: SettingsCard, name: str, value: SupportsFloat, whole: bool = False) -> float:
    number = within(name, value, card.params[name].minimum, card.params[name].maximum)
    if not whole:
        return number
    if number != int(number):
        raise Error(f"{name} must be a whole number, got {number:g}")
    return int(number)


def _list(card: SettingsCard, name: str, values: Iterable[SupportsFloat], none: bool) -> tuple[float, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be numbers, got {values!r}")
    numbers = tuple(_number(card, name, value) for value in values)
    if not numbers and not none:
        raise Error(f"{name} must be one or more numbers, got none")
    return numbers
