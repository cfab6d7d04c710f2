"""What hardware-aware training does to weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, SupportsIndex, TypeVar

import numpy as np
import numpy.typing as npt

from .. import _core
from .._core import Error
from .._numbers import UINT64_MAX, integer
from ..context import Context, handle_of
from ..devices.settings import Settings
from ..tiles.tile import _float32

Float32 = npt.NDArray[np.float32]
_Kind = TypeVar("_Kind", bound=Settings)


@dataclass(frozen=True, kw_only=True)
class WeightModifier(Settings):
    """Noise on weights in training. Names and defaults are those of aihwkit's WeightModifierParameter.

    M is the largest |w|. Source: Rasch et al., Nat. Commun. 14, 5282 (2023).
    """

    kind = "inference-settings"
    name: ClassVar[str] = "weight-modifier"
    type: str = "none"
    """"none", "discretize", "mult-normal", "add-normal", "discretize-add-normal", "dorefa", "poly", "prog-noise",
    "pcm-noise" or "drop-connect"."""
    std_dev: float = 0.0
    """Deviation of noise over M; of "mult-normal" over each weight; of "poly", "prog-noise", "pcm-noise" a factor."""
    res: float = 0.0
    """Step as a part of the range -M...M; > 1: number of steps; <= 0: none."""
    sto_round: bool = False
    dorefa_clip: float = 0.6
    pdrop: float = 0.0
    """Probability of a weight that is 0, with any type."""
    enable_during_test: bool = False
    """Whether layers have it in eval() too."""
    rel_to_actual_wmax: bool = True
    """Whether M is the largest |w|; else `assumed_wmax`."""
    assumed_wmax: float = 1.0
    copy_last_column: bool = False
    """Whether the last input's weights stay."""
    coeffs: Sequence[float] = (0.0105392, 0.0768, -0.046925)
    """Deviation by powers of |w| / M."""
    g_max: float = 25.0
    """"prog-noise" is divided by it."""
    pcm_t_inference: float = 0.0
    """Time after programming, s; 0: programming noise alone."""
    pcm_t0: float = 20.0
    pcm_zero_thres: float = 0.0
    pcm_prob_at_reset: float = 0.0
    pcm_prob_at_gmax: float = 0.0
    pcm_prob_at_random: float = 0.0

    def __call__(
        self,
        weights: npt.ArrayLike,
        seed: SupportsIndex = 0,
        event: SupportsIndex = 0,
        context: Context | None = None,
    ) -> Float32:
        """Weights [outputs, inputs] disturbed, a new array; equal seeds and events give equal bits."""
        matrix = _matrix(weights)
        out = np.empty(matrix.shape, np.float32)
        first, second = integer("seed", seed, 0, UINT64_MAX), integer("event", event, 0, UINT64_MAX)
        outputs, inputs = matrix.shape
        _core.inference_modify(handle_of(context), self._given(), first, second, matrix, outputs, inputs, out)
        return out


@dataclass(frozen=True, kw_only=True)
class WeightClip(Settings):
    """Bounds of weights in training; names and defaults are those of aihwkit's WeightClipParameter."""

    kind = "inference-settings"
    name: ClassVar[str] = "weight-clip"
    type: str = "none"
    """"none", "fixed-value", "layer-gaussian" or "average-channel-max"."""
    fixed_value: float = -1.0
    """The bound, or the most of the others; <= 0: none."""
    sigma: float = 2.5
    """Bound of "layer-gaussian" in standard deviations of the weights."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.type == "fixed-value" and not self.fixed_value > 0:
            raise Error(f"fixed_value must be > 0 with type fixed-value, got {self.fixed_value:g}")


@dataclass(frozen=True, kw_only=True)
class WeightRemap(Settings):
    """Scales that follow the weights in training; names and defaults are those of aihwkit's WeightRemapParameter."""

    kind = "inference-settings"
    name: ClassVar[str] = "weight-remap"
    type: str = "none"
    """"none", "layerwise-symmetric" or "channelwise-symmetric"."""
    remapped_wmax: float = 1.0
    """Largest weight after it."""
    max_scale_range: float = 0.0
    """Largest scale over the least one before; 0: any."""
    max_scale_ref: float = 0.0
    """Least bound of scales where `max_scale_range` bounds them."""


def clip(weights: npt.ArrayLike, settings: WeightClip) -> Float32:
    """Weights [outputs, inputs] within the bounds of `settings`, a new array.

    Raises
    ------
    memsim.Error
        If weights are not finite.
    """
    out = _matrix(weights).copy()
    _core.inference_clip(_own("settings", settings, WeightClip)._given(), out, *out.shape)
    return out


def remap(
    weights: npt.ArrayLike, scales: npt.ArrayLike, settings: WeightRemap
) -> tuple[Float32, Float32]:
    """New weights [outputs, inputs] whose largest is `remapped_wmax`, and scales [outputs]: weight times scale stays.

    Raises
    ------
    memsim.Error
        If weights are not finite or scales not > 0.
    """
    out = _matrix(weights).copy()
    factors = _float32("scales", scales).copy()
    if factors.shape != out.shape[:1]:
        raise Error(f"scales must be of shape {out.shape[:1]}, got {factors.shape}")
    _core.inference_remap(_own("settings", settings, WeightRemap)._given(), out, factors, *out.shape)
    return out, factors


def _matrix(weights: npt.ArrayLike) -> Float32:
    matrix = _float32("weights", weights)
    if matrix.ndim != 2:
        raise Error(f"weights must be of shape (outputs, inputs), got {matrix.shape}")
    return matrix


def _own(name: str, value: _Kind, kind: type[_Kind]) -> _Kind:
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a memsim.inference.{kind.__name__}, got {value!r}")
    return value
