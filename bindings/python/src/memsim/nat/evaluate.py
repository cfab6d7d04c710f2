"""One inference: a trained network on the test images, each repeat with fresh devices."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from .. import torch as mt
from ..sweep import seed_of
from . import checkpoint
from .data import load
from .network import build, one_thread
from .setups import Inference
from .train import TrainTask


@dataclass(frozen=True)
class InferTask:
    """The network of a training on the devices of an inference."""

    trained: TrainTask
    inference: Inference

    @property
    def name(self) -> str:
        return f"{self.trained.name}.on.{self.inference.name}"


def infer(task: InferTask, *, data: Path, folder: Path) -> dict[str, Any]:
    """Error of each repeat (fraction), power (W), layers' power (W), efficiency (tera-operations per second and watt).

    `folder` has the weights of the trainings.
    """
    one_thread()
    images, settings = load(data), task.trained.settings
    net = _trained(task.trained, images.pixels, folder)
    mt.set_nonideality(net, task.inference.nonideality, task.inference.window)
    batches = images.test.batches(settings.inference_batch)
    seed = seed_of(settings.seed, "inference", task.name)
    tested = mt.validate(net, batches, repeats=settings.inference_repeats, seed=seed)
    # A repeat draws the devices anew for every batch: the mean power over 100 of them hardly differs between repeats.
    energy = mt.energy(net, batches, repeats=1, seed=seed)
    return {
        "errors": [float(error) for error in tested.errors],
        "power": float(energy.power),
        "layer_power": [float(power) for power in energy.layer_power],
        "tops_per_watt": float(energy.tops_per_watt),
    }


def _trained(task: TrainTask, pixels: int, folder: Path) -> nn.Module:
    path = folder / f"{task.name}.pt"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; delete {task.name}.json beside it to train anew")
    net = build(task.training, task.number, pixels, task.settings)
    net.load_state_dict(checkpoint.load(path, task.identity).best)
    return net
