"""Memristive device and crossbar simulation.

memsim.Array simulates a crossbar of devices, memsim.evaluate gives the currents and rates of single ones, memsim.random
draws addressed random numbers, memsim.vmm multiplies by a plain conductance matrix, memsim.crossbar solves crossbars
with the resistance of their wires, memsim.adc and memsim.dac convert; memsim.models() describes the device models,
memsim.nonideality what devices of trained layers are. memsim.Tile is a weight matrix on pulsed devices, those of
memsim.devices and memsim.presets; memsim.inference programs weights into devices once and reads them later.
memsim.torch, imported by itself, has layers on devices of all kinds. SI units.
"""

from . import crossbar, devices, inference, nonideality, plot, presets, random
from ._core import BusyError, Error, FileError, OutOfMemoryError, StateFileError
from .array import Array
from .context import Context
from .crossbar import vmm
from .evaluation import Evaluation, evaluate
from .library import build_info, get_include, get_library, version
from .models import ModelCard, OptionCard, ParamCard, PresetCard, QuantityCard, StateCard, models
from .periphery import adc, dac
from .programming import Programming, program
from .tiles import IO, Tile, TileConfig, TileProgramming, Update

__version__ = version()

__all__ = [
    "IO",
    "Array",
    "BusyError",
    "Context",
    "Error",
    "Evaluation",
    "FileError",
    "ModelCard",
    "OptionCard",
    "OutOfMemoryError",
    "ParamCard",
    "PresetCard",
    "Programming",
    "QuantityCard",
    "StateCard",
    "StateFileError",
    "Tile",
    "TileConfig",
    "TileProgramming",
    "Update",
    "adc",
    "build_info",
    "crossbar",
    "dac",
    "devices",
    "evaluate",
    "get_include",
    "get_library",
    "inference",
    "models",
    "nonideality",
    "plot",
    "presets",
    "program",
    "random",
    "version",
    "vmm",
]
