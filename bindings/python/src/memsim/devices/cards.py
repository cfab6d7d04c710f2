"""What the library says of pulsed devices, converters and updates."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .. import _core
from ..models import OptionCard, ParamCard, PresetCard, StateCard, _param_card, _preset_card

if TYPE_CHECKING:
    from .._core import _Card


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
    return _card(name, _core.pulsed_device_card(name))


@cache
def settings_card(name: str) -> SettingsCard:
    """The card of "io" or "update"."""
    return _card(name, _core.tile_settings_card(name))


def _card(name: str, told: "_Card") -> SettingsCard:
    params = {item[0]: _param_card(*item) for item in told["params"]}
    return SettingsCard(
        name=name,
        title=told["title"],
        text=told["text"],
        source=told["source"],
        params=params,
        options={item[0]: OptionCard(item[0], tuple(item[1].split("|")), item[2]) for item in told["options"]},
        states={item[0]: StateCard(item[0], item[1], item[2], bool(item[3])) for item in told["states"]},
        presets={item[0]: _lists(params, *item) for item in told["presets"]},
    )


def _lists(
    params: Mapping[str, ParamCard], name: str, text: str, source: str, values: tuple[tuple[str, bytes], ...]
) -> PresetCard:
    """A preset of single numbers; lists of any length have no shape on their card."""
    return _preset_card(params, name, text, source, tuple(pair for pair in values if params[pair[0]].shape[0]))
