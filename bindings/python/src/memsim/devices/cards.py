"""What the library says of pulsed devices, compounds, tiles' settings and all that inference has."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .. import _core
from ..models import OptionCard, ParamCard, PresetCard, StateCard, named_cards

if TYPE_CHECKING:
    from .._core import _CardKind


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


@cache
def settings_card(kind: "_CardKind", name: str) -> SettingsCard:
    """The card of one kind of settings.

    Raises
    ------
    memsim.Error
        If there is none of that name.
    """
    return SettingsCard(name=name, **named_cards(_core.card(kind, name)))
