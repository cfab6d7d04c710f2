"""Nonidealities of memristive devices: what makes a layer's currents differ from those of ideal conductances.

Each class is a frozen, checked set of numbers that the core knows by `name`. They compare and hash by value, pickle,
and go through JSON by `to_dict` and `from_dict`. SI units. ``import memsim.nonideality as ni``.
"""

from .base import Nonideality, from_dict
from .cards import NonidealityCard, ParameterCard, cards
from .conductance import DiscreteStates, Drift, Lognormal, Quantization
from .fit import PooleFrenkelFit, fit_poole_frenkel
from .law import Law, LawValues
from .n_parameter import NParameter
from .poole_frenkel import PooleFrenkel
from .read import ReadNoise
from .regression import Group
from .sinh import Sinh
from .stuck import StuckAt, StuckAtGOff, StuckAtGOn
from .stuck_distribution import StuckDistribution
from .windows import TA_HFO2_WINDOW, WINDOWS, Window
from .wire_resistance import WireResistance

__all__ = [
    "TA_HFO2_WINDOW",
    "WINDOWS",
    "DiscreteStates",
    "Drift",
    "Group",
    "Law",
    "LawValues",
    "Lognormal",
    "NParameter",
    "Nonideality",
    "NonidealityCard",
    "ParameterCard",
    "PooleFrenkel",
    "PooleFrenkelFit",
    "Quantization",
    "ReadNoise",
    "Sinh",
    "StuckAt",
    "StuckAtGOff",
    "StuckAtGOn",
    "StuckDistribution",
    "Window",
    "WireResistance",
    "cards",
    "fit_poole_frenkel",
    "from_dict",
]
