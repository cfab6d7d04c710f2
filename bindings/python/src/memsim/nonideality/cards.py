"""What the library says of its nonidealities."""

from dataclasses import dataclass

from .. import _core


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
class NonidealityCard:
    """One nonideality: what it does, where it comes from, its parameters by name."""

    name: str
    title: str
    text: str
    source: str
    parameters: dict[str, ParameterCard]

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.title}", self.text, f"Source: {self.source}"]
        for card in self.parameters.values():
            count = "any number, " if card.is_list else ""
            lines.append(f"  {card.name} [{card.unit}] {card.text} ({count}{card.minimum:g}...{card.maximum:g})")
        return "\n".join(lines)


def cards() -> dict[str, NonidealityCard]:
    """Every nonideality of the library, by name."""
    return {name: _card(name) for name in _core.nonideality_names()}


def _card(name: str) -> NonidealityCard:
    own, title, text, source, parameters = _core.nonideality_card(name)
    return NonidealityCard(own, title, text, source, {item[0]: ParameterCard(*item) for item in parameters})
