"""Plots of devices, programmed arrays and crossbars. Each draws on a Matplotlib axes, or several, and returns it."""

from .crossbar import crossbar_currents, crossbar_voltages
from .features import cycle_to_cycle, device_to_device, features
from .loops import iv, sweep
from .poole_frenkel import poole_frenkel_curves, poole_frenkel_fit
from .switching import kinetics, switching_times
from .trains import pulse_train, train
from .weights import confusion, programmed

__all__ = [
    "confusion",
    "crossbar_currents",
    "crossbar_voltages",
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
