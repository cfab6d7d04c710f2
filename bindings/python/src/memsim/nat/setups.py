"""What networks are trained for and run on: devices, their windows, how weights are held."""

from dataclasses import dataclass
from typing import Any

from .. import nonideality as ni

Nonideality = tuple[Any, ...]
Window = tuple[float, float]
"""G_off and G_on, S."""

L1 = 1e-4
"""Weight of the sum of all weights and biases in the loss."""

_LOW, _HIGH = ni.PooleFrenkel.siox_low(), ni.PooleFrenkel.siox_high()
_TA_HFO2 = ni.StuckDistribution.ta_hfo2_synthetic()
assert _LOW.window is not None and _HIGH.window is not None
_LOW_R, _HIGH_R = _LOW.window, _HIGH.window


@dataclass(frozen=True)
class Inference:
    """Devices that a trained network runs on; without a window on those of its training."""

    name: str
    title: str
    nonideality: Nonideality = ()
    window: Window | None = None

    def to_dict(self) -> dict[str, Any]:
        """All that has a say in results: not the title."""
        return {"name": self.name, "nonideality": _plain(self.nonideality), "window": self.window}


@dataclass(frozen=True)
class Training:
    """How a network is trained. Without a nonideality its layers are affine: "standard" in the paper."""

    name: str
    title: str
    nonideality: Nonideality = ()
    window: Window = _HIGH_R
    weights: str = "double"
    mapping: str = "default"
    regularize: float = 0.0

    @property
    def aware(self) -> bool:
        return bool(self.nonideality)

    def to_dict(self) -> dict[str, Any]:
        """All that has a say in results: not the title."""
        return {
            "name": self.name,
            "nonideality": _plain(self.nonideality),
            "window": self.window,
            "weights": self.weights,
            "mapping": self.mapping,
            "regularize": self.regularize,
        }


def _plain(nonideality: Nonideality) -> list[dict[str, Any]]:
    return [part.to_dict() for part in nonideality]


def _aware(inference: Inference, name: str, title: str, **settings: Any) -> Training:
    """Training for the devices of an inference."""
    assert inference.window is not None
    return Training(name, title, inference.nonideality, inference.window, **settings)


IDEAL = Inference("ideal", "ideal")
LOW = Inference("low-r", "SiOx, low R", (_LOW,), _LOW_R)
HIGH = Inference("high-r", "SiOx, high R", (_HIGH,), _HIGH_R)
STUCK_ON = Inference("stuck-on", "SiOx, high R, 5 % stuck at G_on", (ni.StuckAtGOn(0.05), _HIGH), _HIGH_R)
STUCK_OFF = Inference("stuck-off", "5 % stuck at G_off", (ni.StuckAtGOff(0.05),), _HIGH_R)
STUCK = Inference("ta-hfo2", "Ta/HfO2 stuck (synthetic)", (_TA_HFO2,), ni.TA_HFO2_WINDOW)
UNIFORM = Inference("d2d-uniform", "D2D (0.25, 0.25)", (ni.Lognormal(0.25, 0.25),), _HIGH_R)
SKEWED = Inference("d2d-skewed", "D2D (0.05, 0.5)", (ni.Lognormal(0.05, 0.5),), _HIGH_R)
STRONG = Inference("d2d-strong", "D2D (0.5, 0.5)", (ni.Lognormal(0.5, 0.5),), _HIGH_R)
INFERENCES = IDEAL, LOW, HIGH, STUCK_OFF, STUCK_ON, UNIFORM, SKEWED, STRONG, STUCK

STANDARD = Training("standard", "standard", weights="standard")
LOW_AWARE = _aware(LOW, "low-r", "low R")
LOW_L1 = _aware(LOW, "low-r-l1", "low R, L1", regularize=L1)
HIGH_AWARE = _aware(HIGH, "high-r", "high R")
HIGH_L1 = _aware(HIGH, "high-r-l1", "high R, L1", regularize=L1)
STUCK_ON_AWARE = _aware(STUCK_ON, "stuck-on", "high R, stuck at G_on")
STUCK_OFF_AWARE = _aware(STUCK_OFF, "stuck-off", "stuck at G_off")
STUCK_AWARE = _aware(STUCK, "ta-hfo2", "Ta/HfO2 stuck (synthetic)")


def _four(devices: Inference) -> tuple[Training, Training, Training, Training]:
    """The four ways to hold weights on devices with a spread."""
    name, title = devices.name, devices.title
    return (
        _aware(devices, f"{name}-average", f"{title}, signed, average", weights="standard", mapping="average"),
        _aware(devices, f"{name}-default", f"{title}, signed, lowest G", weights="standard"),
        _aware(devices, name, f"{title}, pairs"),
        _aware(devices, f"{name}-l1", f"{title}, pairs, L1", regularize=L1),
    )


UNIFORM_FOUR, SKEWED_FOUR, STRONG_FOUR = _four(UNIFORM), _four(SKEWED), _four(STRONG)
