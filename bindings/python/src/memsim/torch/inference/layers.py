"""Fully connected layers and convolutions of inference."""

from ..analog.conv import Convolution, Convolution2d
from ..analog.linear import FullyConnected
from .layer import InferenceLayer


class InferenceLinear(FullyConnected, InferenceLayer):
    """y = x W^T + b, W learned as numbers and then programmed into devices.

    Source: Rasch et al., Nat. Commun. 14, 5282 (2023). Computes in float32.

    Parameters
    ----------
    in_features, out_features, bias
        As of torch.nn.Linear.
    config
        Devices, converters, and what training does; None: memsim.inference.InferenceConfig(). memsim.presets has some.
    seed
        Of devices and noise, 0...2^64-1. None: taken from PyTorch's generator.
    generator
        Of the initial weights and of a seed not given; None: PyTorch's.
    context
        Threads; None: as many as MEMSIM_NUM_THREADS or the cores say.

    Shapes: x [..., in_features]; y [..., out_features].

    Raises
    ------
    memsim.Error
        For arguments out of range and values that do not go together.
    """


class InferenceConv1d(Convolution, InferenceLayer):
    """A convolution whose kernel, unrolled, is as the matrix of InferenceLinear; arguments of PyTorch's own layer, with
    zeros as padding and one group, then those of InferenceLinear."""

    _dimensions = 1


class InferenceConv2d(Convolution2d, InferenceLayer):
    __doc__ = InferenceConv1d.__doc__


class InferenceConv3d(Convolution, InferenceLayer):
    __doc__ = InferenceConv1d.__doc__
    _dimensions = 3
