"""The network: dense layers on tiles, sigmoids between them, log-softmax; NumPy alone."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import random
from ..demo.digits.data import CLASSES
from ..sweep import seed_of
from ..tiles import IO, Tile
from .cells import device, scatter
from .rungs import Rung
from .settings import Settings

Values = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


class Network:
    """Run `number` of a rung, not yet trained unless the states of its tiles are given.

    Starts, and the addresses of noise and pulses, depend on the number alone: rungs differ in nothing else.
    """

    def __init__(
        self, rung: Rung, settings: Settings, pixels: int, number: int, states: Sequence[bytes] = ()
    ) -> None:
        sizes = (pixels, *settings.hidden, CLASSES)
        self.tiles = [
            _layer(rung, settings, outputs, inputs + 1, (settings.seed, number, index))
            for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False))
        ]
        for tile, state in zip(self.tiles, states, strict=False):
            tile.load(state)

    def classify(self, pixels: Values) -> Labels:
        """Classes of images [n, pixels]."""
        return np.array(self._forward(pixels)[1].argmax(axis=1), np.int64)

    def descend(self, pixels: Values, labels: Labels, learning_rate: float) -> tuple[float, int]:
        """One step on the mean negative log-likelihood of a batch; sum of losses and wrong answers before it."""
        inputs, scores = self._forward(pixels)
        loss, error = negative_log_likelihood(scores, labels)
        for index in reversed(range(len(self.tiles))):
            tile, x = self.tiles[index], inputs[index]
            upstream = error
            if index:
                hidden = x[:, :-1]
                error = tile.backward(upstream)[:, :-1] * hidden * (1 - hidden)
            tile.update(x, upstream, learning_rate)
        return loss, int((scores.argmax(axis=1) != labels).sum())

    def _forward(self, pixels: Values) -> tuple[list[Values], Values]:
        """Inputs of each layer, with a 1 for the bias, and the scores."""
        inputs: list[Values] = []
        values = pixels
        for tile in self.tiles:
            if inputs:
                values = sigmoid(values)
            inputs.append(np.concatenate([values, np.ones((len(values), 1), np.float32)], axis=1))
            values = tile.forward(inputs[-1])
        return inputs, values


def _layer(rung: Rung, settings: Settings, outputs: int, inputs: int, address: tuple[int, ...]) -> Tile:
    io = _io(rung, settings)
    tile = Tile(outputs, inputs, device(rung, settings), io, io, seed=seed_of(*address, "tile"))
    if rung.clamped:
        scatter(tile, rung, *address)
    if (rung.start or settings.start) == "uniform":
        bound = (inputs - 1) ** -0.5
        tile.weights = random.uniform(tile.shape, -bound, bound, seed=seed_of(*address, "start"))
    return tile


def _io(rung: Rung, settings: Settings) -> IO:
    """Of both directions; what a rung says of its converters counts more than the settings."""
    given: dict[str, Any] = dict(rung.io)
    return IO(**given) if given else IO(is_perfect=settings.perfect_io or rung.digital)


def sigmoid(values: Values) -> Values:
    """1/(1 + exp(-x)), without overflow."""
    half: Values = np.tanh(values * np.float32(0.5))
    return (half + np.float32(1)) * np.float32(0.5)


def negative_log_likelihood(scores: Values, labels: Labels) -> tuple[float, Values]:
    """Sum over a batch, and the gradient of the mean by the scores."""
    rows = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(logarithms)
    gradient[rows, labels] -= 1
    return -float(logarithms[rows, labels].sum()), gradient / np.float32(len(labels))
