"""Layers on pulsed devices and their optimizers: networks trained in the devices that hold them."""

from .cells import AnalogCell, AnalogGRUCell, AnalogLSTMCell, AnalogRNNCell
from .conv import AnalogConv1d, AnalogConv2d, AnalogConv3d
from .convert import convert_to_analog
from .layer import AnalogLayer
from .linear import AnalogLinear
from .optim import AnalogOptimizer, AnalogSGD
from .recurrent import AnalogGRU, AnalogLSTM, AnalogRecurrent, AnalogVanillaRNN

__all__ = [
    "AnalogCell",
    "AnalogConv1d",
    "AnalogConv2d",
    "AnalogConv3d",
    "AnalogGRU",
    "AnalogGRUCell",
    "AnalogLSTM",
    "AnalogLSTMCell",
    "AnalogLayer",
    "AnalogLinear",
    "AnalogOptimizer",
    "AnalogRNNCell",
    "AnalogRecurrent",
    "AnalogSGD",
    "AnalogVanillaRNN",
    "convert_to_analog",
]
