"""PyTorch layers on simulated devices: nonideality-aware training (Joksas et al., doi 10.1002/advs.202105784), and
training in the devices by pulses: the layers and optimizers named Analog..., see memsim.Tile. Layers named Inference... are
trained as numbers and programmed into devices, see memsim.inference.

Needs PyTorch: pip install 'memsim[torch]'. Layers run on the CPU in float32 or float64, under autograd, torch.compile
and DistributedDataParallel; autocast leaves them in their own precision. `crossbar_vmm` is the product of a crossbar
whose wires have a resistance.
"""

from .analog import (
    AnalogCell,
    AnalogConv1d,
    AnalogConv2d,
    AnalogConv3d,
    AnalogGRU,
    AnalogGRUCell,
    AnalogLayer,
    AnalogLinear,
    AnalogLSTM,
    AnalogLSTMCell,
    AnalogOptimizer,
    AnalogRecurrent,
    AnalogRNNCell,
    AnalogSGD,
    AnalogVanillaRNN,
    convert_to_analog,
)
from .conv import MemristiveConv2d
from .convert import convert
from .crossbar import crossbar_vmm
from .energy import Energy, energy
from .inference import (
    InferenceConv1d,
    InferenceConv2d,
    InferenceConv3d,
    InferenceLayer,
    InferenceLinear,
    calibrate_input_ranges,
    compensate,
    drift,
    program,
)
from .layer import MemristiveLayer
from .linear import MemristiveLinear
from .network import layers, penalty, project, set_nonideality, shard
from .validation import Validation, validate

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
    "Energy",
    "InferenceConv1d",
    "InferenceConv2d",
    "InferenceConv3d",
    "InferenceLayer",
    "InferenceLinear",
    "MemristiveConv2d",
    "MemristiveLayer",
    "MemristiveLinear",
    "Validation",
    "calibrate_input_ranges",
    "compensate",
    "convert",
    "convert_to_analog",
    "crossbar_vmm",
    "drift",
    "energy",
    "layers",
    "penalty",
    "program",
    "project",
    "set_nonideality",
    "shard",
    "validate",
]
