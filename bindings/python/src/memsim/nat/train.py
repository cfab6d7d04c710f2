"""One training: stochastic gradient descent, and the weights that were best in validation."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from .. import sweep
from .. import torch as mt
from . import checkpoint
from .checkpoint import State, Weights
from .data import Batch, Data, load
from .network import build, one_thread
from .settings import Settings
from .setups import Training


@dataclass(frozen=True)
class TrainTask:
    """Network `number` of a training."""

    training: Training
    number: int
    settings: Settings

    @property
    def name(self) -> str:
        return f"{self.training.name}.{self.number}"

    @property
    def identity(self) -> str:
        return sweep.fingerprint(train, self)


def train(task: TrainTask, *, data: Path, folder: Path, checkpoint_every: int = 20) -> dict[str, Any]:
    """Trains a network, on from its last checkpoint in `folder` if there is one; its best weights stay there.

    The result does not depend on where it runs, nor on kills between.
    """
    one_thread()
    images, path = load(data), folder / f"{task.name}.pt"
    net = build(task.training, task.number, images.pixels, task.settings)
    state = checkpoint.load(path, task.identity) if path.exists() else State(net.state_dict())
    net.load_state_dict(state.weights)
    found = state.epoch
    sweep.report(found, found)
    while state.epoch < task.settings.epochs:
        advance(task, net, state, images)
        if state.epoch % checkpoint_every == 0 or state.epoch == task.settings.epochs:
            checkpoint.save(path, task.identity, state)
        sweep.report(state.epoch, found)
    return _result(state)


def advance(task: TrainTask, net: nn.Module, state: State, images: Data) -> None:
    """One epoch, and its validation if it has one."""
    settings, state.epoch = task.settings, state.epoch + 1
    order = sweep.seed_of(settings.seed, "order", task.number, state.epoch)
    loss, error = descend(net, images.train.shuffled(settings.batch, order), settings.learning_rate)
    if not math.isfinite(loss):
        raise ValueError(f"the training diverged in epoch {state.epoch}: its loss is {loss}")
    state.weights = net.state_dict()
    state.curves.loss.append(loss)
    state.curves.train_error.append(error)
    if _validates(task, state.epoch):
        _validate(task, net, state, images.validation.batches(settings.batch))


def descend(net: nn.Module, batches: Iterable[Batch], learning_rate: float) -> tuple[float, float]:
    """One pass over the batches; mean loss and share of wrong answers, both before each step."""
    net.train()
    loss_sum, wrong, count = 0.0, 0, 0
    for pixels, labels in batches:
        scores = net(pixels)
        loss = cross_entropy(scores, labels)
        torch.autograd.backward(loss)
        _step(net, learning_rate)
        loss_sum += len(labels) * loss.item()
        wrong += int((scores.argmax(1) != labels).sum())
        count += len(labels)
    return loss_sum / count, wrong / count


def _step(net: nn.Module, learning_rate: float) -> None:
    """The step of torch.optim.SGD, to the bit. That one takes 2 s to import in every worker, and 4 times as long."""
    with torch.no_grad():
        for weights in net.parameters():
            assert weights.grad is not None
            weights.add_(weights.grad, alpha=-learning_rate)
            weights.grad = None
    mt.project(net)


def _validates(task: TrainTask, epoch: int) -> bool:
    """Standard networks each epoch; aware ones in the first, every 20th and, for short trainings, the last."""
    every, last = task.settings.validate_every, task.settings.epochs
    return not task.training.aware or epoch in (1, last) or epoch % every == 0


def _validate(task: TrainTask, net: nn.Module, state: State, batches: list[Batch]) -> None:
    """Keeps the weights if the median error over fresh devices is the lowest so far."""
    repeats = task.settings.validation_repeats if task.training.aware else 1
    seed = sweep.seed_of(task.settings.seed, "validation", task.name, state.epoch)
    error = float(mt.validate(net, batches, repeats=repeats, seed=seed).median)
    state.curves.validation_epochs.append(state.epoch)
    state.curves.validation_error.append(error)
    if error < state.best_error:
        state.best_error, state.best_epoch = error, state.epoch
        state.best = {name: value.clone() for name, value in net.state_dict().items()}


def _result(state: State) -> dict[str, Any]:
    return {
        "best_epoch": state.best_epoch,
        "best_error": state.best_error,
        "weights": _digest(state.best),
        "curves": vars(state.curves),
    }


def _digest(weights: Weights) -> str:
    """Of the bits, so that equal results are equal networks."""
    digest = hashlib.sha256()
    for name, value in sorted(weights.items()):
        digest.update(name.encode())
        digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()
