"""Plots of devices and programmed arrays. Each draws on a Matplotlib axes and returns it."""

from .features import cycle_to_cycle, device_to_device, features
from .loops import iv, sweep
from .poole_frenkel import poole_frenkel_curves, poole_frenkel_fit
from .switching import kinetics, switching_times
from .trains import pulse_train, train
from .weights import confusion, programmed

__all__ = [
    "confusion",
    "cycle_to_cycle",
    "device_to_device",
    "features",
    "iv",
    "kinetics",
    "poole_frenkel_curves",
    "poole_frenkel_fit",
    "programmed",
    "pulse_train",
    "sweep",
    "switching_times",
    "train",
]
