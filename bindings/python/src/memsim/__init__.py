"""Memristive device and crossbar simulation.

memsim.Array simulates a crossbar of devices, memsim.evaluate gives the currents and rates of single ones, memsim.random
draws addressed random numbers, memsim.vmm multiplies by a plain conductance matrix, memsim.crossbar solves crossbars
with the resistance of their wires, memsim.adc and memsim.dac convert; memsim.models() describes the device models,
memsim.nonideality what devices of trained layers are. memsim.torch, imported by itself, has those layers. SI units.
"""

from . import crossbar, nonideality, plot, random
from ._core import BusyError, Error, FileError, OutOfMemoryError, StateFileError
from .array import Array
from .context import Context
from .crossbar import vmm
from .evaluation import Evaluation, evaluate
from .library import build_info, get_include, get_library, version
from .models import ModelCard, OptionCard, ParamCard, PresetCard, QuantityCard, StateCard, models
from .periphery import adc, dac
from .programming import Programming, program

__version__ = version()

__all__ = [
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
    "adc",
    "build_info",
    "crossbar",
    "dac",
    "evaluate",
    "get_include",
    "get_library",
    "models",
    "nonideality",
    "plot",
    "program",
    "random",
    "version",
    "vmm",
]
