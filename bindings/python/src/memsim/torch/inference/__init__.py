"""Layers trained as numbers and programmed into devices, and what acts on whole networks of them."""

from .calibration import calibrate_input_ranges
from .layer import InferenceLayer
from .layers import InferenceConv1d, InferenceConv2d, InferenceConv3d, InferenceLinear
from .network import compensate, drift, program

__all__ = [
    "InferenceConv1d",
    "InferenceConv2d",
    "InferenceConv3d",
    "InferenceLayer",
    "InferenceLinear",
    "calibrate_input_ranges",
    "compensate",
    "drift",
    "program",
]
