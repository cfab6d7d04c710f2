"""What the library says of pulsed devices, compounds, converters and updates."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from .. import _core
from ..models import OptionCard, ParamCard, PresetCard, StateCard, named_cards


@dataclass(frozen=True)
class SettingsCard:
    """Settings of one kind: parameters, options, per-device states and presets by name."""

    name: str
    title: str
    text: str
    source: str
    params: Mapping[str, ParamCard]
    options: Mapping[str, OptionCard]
    states: Mapping[str, StateCard]
    presets: Mapping[str, PresetCard]


def device_names() -> tuple[str, ...]:
    """The library's pulsed devices."""
    return _core.pulsed_device_names()


@cache
def device_card(name: str) -> SettingsCard:
    """The card of one pulsed device.

    Raises
    ------
    memsim.Error
        If there is no device of that name.
    """
    return SettingsCard(name=name, **named_cards(_core.pulsed_device_card(name)))


def compound_names() -> tuple[str, ...]:
    """The library's compounds."""
    return _core.compound_names()


@cache
def compound_card(name: str) -> SettingsCard:
    """The card of one compound.

    Raises
    ------
    memsim.Error
        If there is no compound of that name.
    """
    return SettingsCard(name=name, **named_cards(_core.compound_card(name)))


@cache
def settings_card(name: str) -> SettingsCard:
    """The card of "io" or "update"."""
    return SettingsCard(name=name, **named_cards(_core.tile_settings_card(name)))
