"""Published configurations of inference."""

from typing import Any

from ..inference import InferenceConfig, InputRange, WeightClip, WeightModifier, WeightRemap
from ..tiles.io import IO
from .devices import PresetIO, StandardIO


def FloatingPoint(**changes: Any) -> InferenceConfig:
    """Exact products in training; devices all the same once programmed."""
    return InferenceConfig(**{"forward": IO(is_perfect=True), **changes})


def StandardHWATraining(**changes: Any) -> InferenceConfig:
    """Hardware-aware training for phase-change memory: Rasch et al., Nat. Commun. 14, 5282 (2023)."""
    forward = StandardIO(
        bound_management="none",
        noise_management="constant",
        nm_thres=1.0,
        w_noise=0.0175,
        w_noise_type="pcm-read",
        ir_drop=1.0,
    )
    standard: dict[str, Any] = {
        "forward": forward,
        "clip": WeightClip(type="fixed-value", fixed_value=1.0),
        "remap": WeightRemap(type="channelwise-symmetric"),
        "input_range": InputRange(enable=True),
        "weight_scaling_omega": 1.0,
        "weight_scaling_columnwise": True,
        "learn_out_scaling": True,
        "out_scaling_columnwise": True,
        "max_output_size": 0,
    }
    return InferenceConfig(**{**standard, **changes})


def WebComposer(**changes: Any) -> InferenceConfig:
    """Training with noise on weights, as of the web composer of IBM's analog hardware cloud."""
    standard: dict[str, Any] = {
        "forward": PresetIO(),
        "modifier": WeightModifier(type="add-normal", std_dev=0.1),
        "clip": WeightClip(type="fixed-value", fixed_value=1.0),
        "weight_scaling_omega": 1.0,
        "weight_scaling_columnwise": True,
    }
    return InferenceConfig(**{**standard, **changes})
