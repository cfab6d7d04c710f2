"""Cells of physical device models as weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from .._core import Error
from .._numbers import real
from ..models import model as model_card
from ..parameters import option_pairs, param_pairs, preset_name
from .base import WriteNoise
from .cards import SettingsCard, settings_card
from .settings import Pairs, Words, checked


@dataclass(frozen=True, kw_only=True)
class Physical(WriteNoise):
    """Cells of any device model: pulses are its training pulses, a weight is linear in the current at `read_voltage`.

    A nominal cell has the weights `w_min` and `w_max` at the ends of `state_range`, beyond which pulses do not lead;
    cells that vary have what their own current says. SET pulses raise the weight. `hidden` gives the model's states.
    Weights diffuse, decay, are reset and are seen with write noise as those of other devices; by default they do not.
    """

    model: str
    """A name of `memsim.models()`."""
    preset: str | None = None
    """Published parameters of the model, by name."""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Parameters of the model that differ, by name: numbers in its units, or lists of them."""
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Options of the model that differ, by name."""
    w_max: float = 0.6
    w_max_dtod: float = 0.0
    """Of a cell's own weight at the end of `state_range`, relative."""
    w_min: float = -0.6
    w_min_dtod: float = 0.0
    """Relative."""
    reset_std: float = 0.0
    """From reset to reset, absolute."""
    dw_min: float = 0.0
    """Step that the length of pulse trains is reckoned with; 0: that of a nominal cell at weight 0."""
    read_voltage: float = 0.2
    """V."""
    state_range: tuple[float, float] = (0.0, 0.0)
    """The model's first state at both ends of the weights; (0, 0): the model's own."""

    def __post_init__(self) -> None:
        card = self.card()
        changed = {name: tuple(values.reshape(-1).tolist()) for name, values in self._params()}
        object.__setattr__(self, "params", {name: changed[name] for name in dict(self.params)})
        object.__setattr__(self, "options", dict(option_pairs(self.options)))
        for name in _NUMBERS:
            object.__setattr__(self, name, checked(card, name, getattr(self, name), 0.0))
        object.__setattr__(self, "state_range", checked(card, "state_range", self.state_range, (0.0, 0.0)))
        if len(self.state_range) != 2:
            raise Error(f"state_range must be two numbers, got {len(self.state_range)}")

    def card(self) -> SettingsCard:  # type: ignore[override]  # each model has its own
        """What the library says: texts, bounds, states, presets."""
        return settings_card(self.kind, model_card(self.model).name)

    def _params(self) -> Pairs:
        card = model_card(self.model)
        preset = preset_name(self.preset)
        if preset is not None and preset not in card.presets:
            raise Error(f"preset must be one of {', '.join(card.presets) or 'none'}, got {preset!r}")
        published = card.presets[preset].params if preset is not None else {}
        given = dict(param_pairs(card, self._changes()))
        return (*(pair for pair in param_pairs(card, published) if pair[0] not in given), *given.items())

    def _changes(self) -> Mapping[str, Any]:
        """Parameters of the model that differ from those of the preset."""
        return self.params

    def _core_name(self) -> str:
        return self.model

    def _given(self) -> tuple[Pairs, Words]:
        own = ((name, getattr(self, name)) for name in (*_NUMBERS, "state_range"))
        numbers = tuple((name, np.array(value, np.float64).reshape(-1)) for name, value in (*own, *self._params()))
        return numbers, option_pairs(self.options)


_PULSE = ("pulse_voltage_SET", "pulse_voltage_RESET", "pulse_length")
_NUMBERS = tuple(each.name for each in fields(Physical) if each.type is float)


@dataclass(frozen=True, kw_only=True)
class JART(Physical):
    """JART VCM v1b cells: oxygen vacancies that drift in field and heat (docs/jart.md).

    Source: Cüppers et al., APL Mater. 7, 091105 (2019); Bengel et al., IEEE TCAS-I 67, 4618 (2020).
    """

    model: str = field(default="jart-vcm-v1b", init=False)
    variability: str = "off"
    """"off", "d2d", "c2c" or "d2d+c2c": of N_min, N_max, radius and length."""
    pulse: tuple[float, float, float] | None = None
    """SET voltage [V], RESET voltage [V], length [s] of a pulse; None: the model's, -0.342 V, 0.7065 V, 1 us."""

    def __post_init__(self) -> None:
        if self.pulse is not None:
            if not isinstance(self.pulse, tuple | list) or len(self.pulse) != 3:
                raise Error(f"pulse must be (SET voltage, RESET voltage, length), got {self.pulse!r}")
            object.__setattr__(self, "pulse", tuple(real("pulse", value) for value in self.pulse))
        options = dict(option_pairs(self.options))
        chosen = options.pop("variability", self.variability)
        if self.variability not in ("off", chosen):
            raise Error(f"variability must be given once, got {self.variability!r} and in options {chosen!r}")
        object.__setattr__(self, "variability", chosen)
        object.__setattr__(self, "options", options)
        super().__post_init__()
        known = self.card().options["variability"].choices
        if self.variability not in known:
            raise Error(f"variability must be one of {', '.join(known)}, got {self.variability!r}")

    def _changes(self) -> Mapping[str, Any]:
        return self.params if self.pulse is None else {**self.params, **dict(zip(_PULSE, self.pulse, strict=True))}

    def _given(self) -> tuple[Pairs, Words]:
        numbers, words = super()._given()
        return numbers, (*words, ("variability", self.variability))
