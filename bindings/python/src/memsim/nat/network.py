"""The network: pixels, 25 sigmoids, 10 classes; both dense layers on crossbars."""

import os

import torch
from torch import nn

from .. import torch as mt
from ..demo.digits.data import CLASSES
from ..sweep import seed_of
from .settings import Settings
from .setups import Training

K_V = 0.5
"""V that an input of 1 stands for."""


def one_thread() -> None:
    """For a task: there is a process for each core, and PyTorch's sums may depend on its number of threads."""
    torch.set_num_threads(1)
    os.environ.setdefault("MEMSIM_NUM_THREADS", "1")


def build(training: Training, number: int, pixels: int, settings: Settings) -> nn.Sequential:
    """Network `number` of a training, not yet trained.

    Starts and orders of the images depend on the number alone, so that trainings differ in nothing else; the devices
    are each training's own.
    """
    start = torch.Generator().manual_seed(seed_of(settings.seed, "start", number))

    def layer(index: int, inputs: int, outputs: int) -> nn.Module:
        made: nn.Module = mt.MemristiveLinear(
            inputs,
            outputs,
            nonideality=training.nonideality,
            window=training.window,
            k_v=K_V,
            weights=training.weights,
            mapping=training.mapping,
            regularize=training.regularize,
            redraw="batch",
            seed=seed_of(settings.seed, "devices", training.name, number, index),
            generator=start,
        )
        return made

    return nn.Sequential(layer(0, pixels, settings.hidden), nn.Sigmoid(), layer(1, settings.hidden, CLASSES))
