"""Device models: what they are, and which parameters, options, states, quantities and presets they have."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import _core

if TYPE_CHECKING:
    from ._core import _Card


@dataclass(frozen=True, eq=False)
class ParamCard:
    """One numeric parameter: every value within minimum...maximum, in `unit` ("1" if dimensionless)."""

    name: str
    unit: str
    text: str
    shape: tuple[int, int]
    minimum: float
    maximum: float
    default: npt.NDArray[np.float64]

    def __str__(self) -> str:
        size = f"[{self.shape[0]} x {self.shape[1]}]"
        if self.default.size == 1:
            size = f"= {self.default.item():g}"
        return f"{self.name} {size} {self.unit}: {self.text}"


@dataclass(frozen=True)
class OptionCard:
    """A choice among words; the first is the default."""

    name: str
    choices: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.name} = {' | '.join(self.choices)}: {self.text}"


@dataclass(frozen=True)
class StateCard:
    """One per-cell quantity, in `unit` ("1" if dimensionless)."""

    name: str
    unit: str
    text: str
    settable: bool

    def __str__(self) -> str:
        return f"{self.name} [{self.unit}]: {self.text}{' (settable)' if self.settable else ''}"


@dataclass(frozen=True)
class QuantityCard:
    """What `memsim.evaluate` gives for states and a voltage, in `unit` ("1" if dimensionless)."""

    name: str
    unit: str
    text: str

    def __str__(self) -> str:
        return f"{self.name} [{self.unit}]: {self.text}"


@dataclass(frozen=True, eq=False)
class PresetCard:
    """Parameters that were published together: those that differ from the defaults, by name."""

    name: str
    text: str
    source: str
    params: dict[str, npt.NDArray[np.float64]]

    def __str__(self) -> str:
        given = ", ".join(f"{name} = {_brief(values)}" for name, values in self.params.items())
        return f"{self.name}: {self.text}. {given or 'The defaults'}. Source: {self.source}"


def _brief(values: npt.NDArray[np.float64]) -> str:
    return f"{values.item():g}" if values.size == 1 else f"[{values.shape[0]} x {values.shape[1]}]"


@dataclass(frozen=True, eq=False, repr=False)
class ModelCard:
    """What a model is; parameters, options, states, quantities and presets by name.

    `timed` says whether cells follow an equation in time, so that `Array` takes durations, training pulses and
    waveforms; `voltage_limit` is the largest magnitude of a voltage accepted, V.
    """

    name: str
    title: str
    text: str
    source: str
    params: dict[str, ParamCard]
    options: dict[str, OptionCard]
    states: dict[str, StateCard]
    quantities: dict[str, QuantityCard]
    presets: dict[str, PresetCard]
    timed: bool
    voltage_limit: float

    def __repr__(self) -> str:
        lines = [f"{self.name}: {self.title}"]
        lines += textwrap.wrap(self.text, 100) + textwrap.wrap(f"Source: {self.source}", 100)
        time = "Timed: durations, training pulses, sweeps" if self.timed else "Not timed"
        lines += [f"{time}; |voltage| <= {self.voltage_limit:g} V"]
        lines += _section("Parameters", self.params)
        lines += _section("Options", self.options)
        lines += _section("States", self.states)
        lines += _section("Quantities", self.quantities)
        lines += _section("Presets", self.presets)
        return "\n".join(lines)


def _section(heading: str, cards: Mapping[str, object]) -> list[str]:
    """The cards below their heading, or nothing where there are none."""
    lines = [textwrap.fill(str(card), 100, initial_indent="  ", subsequent_indent="    ") for card in cards.values()]
    return [heading, *lines] if lines else []


def models() -> dict[str, ModelCard]:
    """The device models of this build, by name."""
    return {name: model(name) for name in _core.card_names("model")}


@cache
def model(name: str) -> ModelCard:
    """The card of one model.

    Raises
    ------
    memsim.Error
        If there is no model of that name.
    """
    if not isinstance(name, str):
        raise TypeError(f"model must be a name, got {name!r}")
    card = _core.card("model", name)
    return ModelCard(
        name=name,
        quantities={item[0]: QuantityCard(*item) for item in card["quantities"]},
        timed=card["timed"],
        voltage_limit=card["voltage_limit"],
        **named_cards(card),
    )


def named_cards(told: "_Card") -> dict[str, Any]:
    """What cards of models, pulsed devices and settings have alike: texts, then parameters and others by name."""
    params = {item[0]: _param_card(*item) for item in told["params"]}
    return {
        "title": told["title"],
        "text": told["text"],
        "source": told["source"],
        "params": params,
        "options": {item[0]: OptionCard(item[0], tuple(item[1].split("|")), item[2]) for item in told["options"]},
        "states": {item[0]: StateCard(item[0], item[1], item[2], bool(item[3])) for item in told["states"]},
        "presets": {item[0]: _preset_card(params, *item) for item in told["presets"]},
    }


def _preset_card(
    params: Mapping[str, ParamCard], name: str, text: str, source: str, values: tuple[tuple[str, bytes], ...]
) -> PresetCard:
    arrays = {key: np.frombuffer(data, np.float64).reshape(params[key].shape) for key, data in values}
    return PresetCard(name, text, source, arrays)


def _param_card(
    name: str, unit: str, text: str, rows: int, columns: int, minimum: float, maximum: float, values: bytes
) -> ParamCard:
    default = np.frombuffer(values, np.float64).reshape(rows, columns)
    return ParamCard(name, unit, text, (rows, columns), minimum, maximum, default)
