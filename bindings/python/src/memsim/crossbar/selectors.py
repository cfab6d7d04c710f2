"""What stands in series with every device: selectors and access transistors, by name."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from .. import _core
from .._core import Error
from .._operands import as_float64
from ..nonideality.cards import Card, ParameterCard

Pairs = tuple[tuple[str, npt.NDArray[np.float64]], ...]


@dataclass(frozen=True)
class SelectorCard(Card):
    """One kind of selector: what it does, where it comes from, its parameters by name.

    A parameter that `is_list` takes one value, or one for each word line.
    """

    _list: ClassVar[str] = "one or one a word line"


def selector_cards() -> dict[str, SelectorCard]:
    """Every selector of the library, by name."""
    return {name: _card(name) for name in _core.card_names("selector")}


@cache
def _card(name: str) -> SelectorCard:
    return SelectorCard.of(name, _core.card("selector", name))


@dataclass(frozen=True, init=False, repr=False)
class Selector:
    """A selector in series with every device. Immutable; equal if all its numbers are.

    Parameters
    ----------
    name
        A name from ``selector_cards()``.
    **parameters
        Those that differ from the defaults, in the units of the card; where the card says so, one a word line.

    Raises
    ------
    memsim.Error
        If a name is unknown or a value is out of range.
    """

    name: str
    parameters: tuple[tuple[str, tuple[float, ...]], ...]
    """Those given."""

    def __init__(self, name: str, /, **parameters: npt.ArrayLike) -> None:
        if not isinstance(name, str):
            raise TypeError(f"selector must be a name, got {name!r}")
        cards = _card(name).parameters
        for key in parameters:
            if key not in cards:
                raise Error(f"{name} has no parameter {key!r}; it has {', '.join(cards)}")
        given = tuple((key, _values(card, parameters[key])) for key, card in cards.items() if key in parameters)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "parameters", given)

    def __repr__(self) -> str:
        shown = (f"{key}={values[0] if len(values) == 1 else list(values)}" for key, values in self.parameters)
        return f"Selector({', '.join([repr(self.name), *shown])})"

    @property
    def gate(self) -> str | None:
        """The parameter that turns word lines off: the one of the card that may differ between them."""
        lists = [key for key, card in _card(self.name).parameters.items() if card.is_list]
        named = [key for key in lists if "gate" in key] or lists
        return named[0] if len(named) == 1 else None

    def gated(self, rows: npt.NDArray[np.bool_], off: float) -> Self:
        """The same with the gate at `off`, V, but for some word lines.

        Raises
        ------
        memsim.Error
            If it has no gate, or its gate was not given.
        """
        given = dict(self.parameters)
        if self.gate is None:
            raise Error(f"selector must have a gate to be turned off, {self.name} has none")
        if self.gate not in given:
            raise Error(f"selector must say the {self.gate} of selected word lines, got {self!r}")
        changed: dict[str, npt.ArrayLike] = {**given, self.gate: np.where(rows, given[self.gate], off)}
        return type(self)(self.name, **changed)

    def _pair(self) -> tuple[str, Pairs]:
        return self.name, tuple((key, np.array(values, np.float64)) for key, values in self.parameters)


def as_selector(selector: Selector | str | None) -> Selector | None:
    """A selector given as such, by its name alone, or not at all."""
    if selector is None or isinstance(selector, Selector):
        return selector
    if selector == "none":
        return None
    if not isinstance(selector, str):
        raise TypeError(f"selector must be a memsim.crossbar.Selector, a name or None, got {type(selector).__name__}")
    return Selector(selector)


def _values(card: ParameterCard, value: npt.ArrayLike) -> tuple[float, ...]:
    array = as_float64(card.name, value)
    if array.ndim > int(card.is_list) or not array.size:
        raise Error(f"{card.name} must be one number{' or one a word line' * card.is_list}, got shape {array.shape}")
    wrong = array[~((array >= card.minimum) & (array <= card.maximum))]
    if wrong.size:
        raise Error(f"{card.name} must be {card.minimum:g}...{card.maximum:g} {card.unit}, got {wrong[0]}")
    return tuple(array.reshape(-1).tolist())
