"""Memristive device and crossbar simulation.

memsim.Array simulates a crossbar of devices, memsim.random draws addressed random numbers, memsim.vmm multiplies by a
plain conductance matrix, memsim.adc and memsim.dac convert; memsim.models() describes the device models. SI units.
"""

from . import random
from ._core import BusyError, Error, FileError, OutOfMemoryError, StateFileError
from .array import Array
from .context import Context
from .crossbar import vmm
from .library import build_info, get_include, get_library, version
from .models import ModelCard, OptionCard, ParamCard, StateCard, models
from .periphery import adc, dac

__version__ = version()

__all__ = [
    "Array",
    "BusyError",
    "Context",
    "Error",
    "FileError",
    "ModelCard",
    "OptionCard",
    "OutOfMemoryError",
    "ParamCard",
    "StateCard",
    "StateFileError",
    "adc",
    "build_info",
    "dac",
    "get_include",
    "get_library",
    "models",
    "random",
    "version",
    "vmm",
]
