"""What a layer of inference is told."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from .._core import Error
from .._numbers import integer, within
from ..tiles.io import IO
from .converters import Converter
from .models import InferenceModel, PCMLike
from .training import WeightClip, WeightModifier, WeightRemap

COMPENSATIONS = ("none", "global", "per-column", "exact-reference")


@dataclass(frozen=True, kw_only=True)
class InputRange:
    """The range of a layer's inputs, learned or found from data. Names and defaults are those of aihwkit's.

    Inputs are clipped to ±r and divided by r before the tile, outputs multiplied by r.
    """

    enable: bool = False
    learn_input_range: bool = True
    """Whether r follows its gradient."""
    init_value: float = 3.0
    init_from_data: int = 100
    """Batches of training of which r is found from the deviation of inputs first."""
    init_std_alpha: float = 3.0
    """r in standard deviations of inputs."""
    decay: float = 0.001
    """By which r shrinks where more than `input_min_percentage` of inputs are within it."""
    input_min_percentage: float = 0.95
    manage_output_clipping: bool = False
    """Whether r grows where less than `output_min_percentage` of outputs are within the ADC's range."""
    output_min_percentage: float = 0.95
    gradient_scale: float = 1.0
    gradient_relative: bool = True
    """Whether gradients are times r."""

    def __post_init__(self) -> None:
        for name, low, high in (
            ("init_value", 1e-9, 1e9),
            ("init_std_alpha", 1e-9, 1e9),
            ("decay", 0, 1),
            ("input_min_percentage", 0, 1),
            ("output_min_percentage", 0, 1),
            ("gradient_scale", 0, 1e9),
        ):
            object.__setattr__(self, name, within(name, getattr(self, name), low, high))
        integer("init_from_data", self.init_from_data, 0, 2**31 - 1)
        _check_flags(self)


@dataclass(frozen=True, kw_only=True)
class InferenceConfig:
    """A layer whose weights are trained as numbers, then programmed into devices. `dataclasses.replace` makes another.

    memsim.presets has published ones.
    """

    model: InferenceModel = field(default_factory=PCMLike)
    converter: Converter | None = None
    """None: the one of the model's devices."""
    forward: IO = field(default_factory=IO)
    """Converters and noise of products, in training too; gradients are exact."""
    modifier: WeightModifier = field(default_factory=WeightModifier)
    """Noise on weights in training, drawn once a step."""
    clip: WeightClip = field(default_factory=WeightClip)
    """Bounds of weights, after every step."""
    remap: WeightRemap = field(default_factory=WeightRemap)
    """Scales that follow the weights, after every step."""
    input_range: InputRange = field(default_factory=InputRange)
    drift_compensation: str = "global"
    """"none", "global", "per-column" or "exact-reference"; acts in eval() on programmed layers."""
    weight_scaling_omega: float = 0.0
    """With omega > 0 a tile holds W omega / max|W|; 0: W."""
    weight_scaling_columnwise: bool = False
    """Whether each output has a scale of its own."""
    learn_out_scaling: bool = False
    """Whether outputs have a learned factor."""
    out_scaling_columnwise: bool = False
    """Whether each output has one of its own."""
    max_input_size: int = 512
    max_output_size: int = 512
    """Extents of a tile at most; 0: any."""

    def __post_init__(self) -> None:
        kinds = {
            "model": InferenceModel, "forward": IO, "modifier": WeightModifier, "clip": WeightClip, "remap": WeightRemap,
            "input_range": InputRange,
        }
        for name, kind in kinds.items():
            if not isinstance(getattr(self, name), kind):
                raise TypeError(f"{name} must be a {kind.__name__} of memsim.inference, got {getattr(self, name)!r}")
        if self.converter is not None and not isinstance(self.converter, Converter):
            raise TypeError(f"converter must be a converter of memsim.inference or None, got {self.converter!r}")
        compensation("drift_compensation", self.drift_compensation)
        within("weight_scaling_omega", self.weight_scaling_omega, 0, 1e9)
        for name in ("max_input_size", "max_output_size"):
            integer(name, getattr(self, name), 0, 2**24)
        _check_flags(self)


def compensation(name: str, value: Any) -> str:
    """A kind of drift compensation."""
    if value not in COMPENSATIONS:
        raise Error(f"{name} must be one of {', '.join(COMPENSATIONS)}, got {value!r}")
    return str(value)


def _check_flags(settings: Any) -> None:
    for item in dataclasses.fields(settings):
        if isinstance(item.default, bool) and not isinstance(getattr(settings, item.name), bool):
            raise TypeError(f"{item.name} must be True or False, got {getattr(settings, item.name)!r}")
