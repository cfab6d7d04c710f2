"""Layers on pulsed devices and their optimizers: networks trained in the devices that hold them."""

from .conv import AnalogConv1d, AnalogConv2d, AnalogConv3d
from .convert import convert_to_analog
from .layer import AnalogLayer
from .linear import AnalogLinear
from .optim import AnalogOptimizer, AnalogSGD

__all__ = [
    "AnalogConv1d",
    "AnalogConv2d",
    "AnalogConv3d",
    "AnalogLayer",
    "AnalogLinear",
    "AnalogOptimizer",
    "AnalogSGD",
    "convert_to_analog",
]
