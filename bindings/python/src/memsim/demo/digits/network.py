"""A small classifier, trained in software and run on simulated crossbars."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.neural_network import MLPClassifier

from ...array import Array
from ...programming import Programming, program
from .data import Digits

Matrix = npt.NDArray[np.float32]
Classes = npt.NDArray[np.intp]

LOW = 25e-6
"""Conductance that stands for weight 0, S: most cycles' HRS is below."""
HIGH = 180e-6
"""Conductance of the largest weight, S: nearly every cycle's LRS is above."""
READ_VOLTS = 0.2
"""Voltage of the largest activation, V: there the devices are nearly ohmic."""


@dataclass(frozen=True)
class Network:
    """Weights of the layers, [inputs + 1, outputs]: the last row is the bias. ReLU between."""

    layers: list[Matrix]

    @classmethod
    def train(cls, digits: Digits, hidden: int, epochs: int, seed: int, step: Callable[[], object]) -> "Network":
        """Adam on the cross-entropy; `step` is called after each epoch."""
        model = MLPClassifier((hidden,), batch_size=64, learning_rate_init=2e-3, alpha=1e-3, random_state=seed)
        for _ in range(epochs):
            model.partial_fit(digits.train_images, digits.train_labels, classes=np.arange(10))
            step()
        pairs = zip(model.coefs_, model.intercepts_, strict=True)
        return cls([np.vstack([weights, bias]).astype(np.float32) for weights, bias in pairs])

    def predict(self, images: Matrix) -> Classes:
        """Classes by exact arithmetic."""
        x = images
        for weights in self.layers[:-1]:
            x = np.maximum(_with_bias(x) @ weights, 0)
        classes: Classes = (_with_bias(x) @ self.layers[-1]).argmax(1)
        return classes


@dataclass(frozen=True)
class Layer:
    """A weight matrix as differential pairs: columns [0, n) minus columns [n, 2n) of one array."""

    array: Array
    target: Matrix
    programming: Programming
    input_scale: float
    output_scale: float

    @classmethod
    def program(cls, weights: Matrix, input_scale: float, seed: int, progress: Callable[[int, int], object]) -> "Layer":
        """`input_scale` is the activation that READ_VOLTS stand for."""
        per_weight = (HIGH - LOW) / float(np.abs(weights).max())
        pair = np.hstack([np.maximum(weights, 0), np.maximum(-weights, 0)])
        target = (LOW + per_weight * pair).astype(np.float32)
        array = Array("synaptogen", target.shape, seed=seed)
        programming = program(array, target, read_volts=READ_VOLTS, progress=progress)
        return cls(array, target, programming, input_scale, input_scale / (READ_VOLTS * per_weight))

    def __call__(self, x: Matrix) -> Matrix:
        """Activations [batch, inputs] through the noisy crossbar."""
        volts = _with_bias(x, self.input_scale) * np.float32(READ_VOLTS / self.input_scale)
        currents = self.array.vmm(volts)
        outputs = currents.shape[-1] // 2
        return ((currents[:, :outputs] - currents[:, outputs:]) * self.output_scale).astype(np.float32)


@dataclass(frozen=True)
class Chip:
    """A network on devices of its own."""

    layers: list[Layer]
    programming_seconds: float

    @classmethod
    def program(cls, network: Network, images: Matrix, seed: int, progress: Callable[[int, int], object]) -> "Chip":
        """Programs every layer; `images` set the range of the hidden activations."""
        start = time.perf_counter()
        layers, x = [], images
        for index, weights in enumerate(network.layers):
            # A bias drive of full scale; activations beyond it would only mean a higher voltage.
            scale = float(max(1.0, x.max()))
            scaled = weights.copy()
            scaled[-1] /= scale
            layers.append(Layer.program(scaled, scale, seed * 16 + index, progress))
            x = np.maximum(_with_bias(x) @ weights, 0)
        return cls(layers, time.perf_counter() - start)

    @property
    def cells(self) -> int:
        return sum(layer.target.size for layer in self.layers)

    @property
    def pulses(self) -> int:
        return sum(layer.programming.pulses for layer in self.layers)

    def predict(self, images: Matrix) -> Classes:
        """Classes by noisy crossbar products."""
        x = images
        for layer in self.layers[:-1]:
            x = np.maximum(layer(x), 0)
        classes: Classes = self.layers[-1](x).argmax(1)
        return classes


def _with_bias(x: Matrix, value: float = 1) -> Matrix:
    return np.hstack([x, np.full((len(x), 1), value, np.float32)])
