"""What the library says of its nonidealities."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from .. import _core

if TYPE_CHECKING:
    from .._core import _Card


@dataclass(frozen=True)
class ParameterCard:
    """One parameter; all its values lie within minimum...maximum."""

    name: str
    unit: str
    text: str
    is_list: bool
    minimum: float
    maximum: float


@dataclass(frozen=True)
class Card:
    """What has a name, a text and parameters."""

    name: str
    title: str
    text: str
    source: str
    parameters: dict[str, ParameterCard]

    _list: ClassVar[str] = ""
    """How many values a parameter that `is_list` takes."""

    @classmethod
    def of(cls, name: str, told: "_Card") -> Self:
        """From what the core tells."""
        parameters = {
            item: ParameterCard(item, unit, text, rows == 0, minimum, maximum)
            for item, unit, text, rows, _, minimum, maximum, _ in told["params"]
        }
        return cls(name, told["title"], told["text"], told["source"], parameters)

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.title}", self.text, f"Source: {self.source}"]
        for card in self.parameters.values():
            count = f"{self._list}, " if card.is_list else ""
            lines.append(f"  {card.name} [{card.unit}] {card.text} ({count}{card.minimum:g}...{card.maximum:g})")
        return "\n".join(lines)


@dataclass(frozen=True)
class NonidealityCard(Card):
    """One nonideality: what it does, where it comes from, its parameters by name."""

    _list: ClassVar[str] = "any number"


def cards() -> dict[str, NonidealityCard]:
    """Every nonideality of the library, by name."""
    return {name: NonidealityCard.of(name, _core.card("nonideality", name)) for name in _core.card_names("nonideality")}
