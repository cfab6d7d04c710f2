"""Inference: weights programmed into devices once and read at times after it, and what training does so that networks
bear it.

Models, converters and the rest are frozen, checked sets of numbers; names and defaults are those of aihwkit's. Conductances
are in uS, times in s, weights have no unit. `memsim.torch` has the layers.
"""

from .config import InferenceConfig, InputRange
from .converters import Converter, CustomPair, DualPair, Fusion, NPair, SingleDevice, SinglePair
from .models import CustomDriftPCMLike, Hermes, InferenceModel, PCMLike, ReRamCMO, ReRamWan2022, StateIndependent
from .programmed import Programmed
from .training import WeightClip, WeightModifier, WeightRemap, clip, remap

__all__ = [
    "Converter",
    "CustomDriftPCMLike",
    "CustomPair",
    "DualPair",
    "Fusion",
    "Hermes",
    "InferenceConfig",
    "InferenceModel",
    "InputRange",
    "NPair",
    "PCMLike",
    "Programmed",
    "ReRamCMO",
    "ReRamWan2022",
    "SingleDevice",
    "SinglePair",
    "StateIndependent",
    "WeightClip",
    "WeightModifier",
    "WeightRemap",
    "clip",
    "remap",
]
