"""One training of a rung."""

import hashlib
import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import random, sweep
from ..demo.digits.data import Digits, mnist
from . import checkpoint
from .checkpoint import Curves, State
from .matching import matching
from .network import Network
from .rungs import Rung
from .settings import Settings

TEST_BATCH = 1000


@dataclass(frozen=True)
class Task:
    """Run `number` of a rung."""

    rung: Rung
    number: int
    settings: Settings

    @property
    def name(self) -> str:
        return f"{self.rung.name}.{self.number}"

    @property
    def identity(self) -> str:
        return sweep.fingerprint(train, self)


@lru_cache(maxsize=1)
def load(folder: Path) -> Digits:
    """Reads the four idx files; again only for another folder."""
    return mnist(folder)


def digest(digits: Digits) -> str:
    """Tells these images from others."""
    found = hashlib.blake2b(digest_size=16)
    for part in (digits.train_images, digits.train_labels, digits.test_images, digits.test_labels):
        found.update(part.data)
    return found.hexdigest()


def train(task: Task, *, data: Path, folder: Path, checkpoint_every: int = 1) -> dict[str, Any]:
    """Trains a network, on from its last checkpoint in `folder` if there is one; its weights stay there.

    The result does not depend on where it runs, on threads, nor on kills between.
    """
    os.environ.setdefault("MEMSIM_NUM_THREADS", "1")  # there is a process for each core
    digits, path = load(data), folder / f"{task.name}.npz"
    state = checkpoint.load(path, task.identity) if path.exists() else State()
    found = state.curves.epochs
    sweep.report(found, found)
    if found < task.settings.epochs:
        network = Network(task.rung, task.settings, digits.train_images.shape[1], task.number, state.tiles)
        while state.curves.epochs < task.settings.epochs:
            advance(task, network, state.curves, digits)
            _keep(task, network, state, path, checkpoint_every)
            sweep.report(state.curves.epochs, found)
    return {
        "accuracy": state.curves.accuracy[-1],
        "matching": matching(task.rung, task.settings, task.number),
        "weights": _digest(state.weights),
        "curves": vars(state.curves),
    }


def _keep(task: Task, network: Network, state: State, path: Path, every: int) -> None:
    """Writes a checkpoint if one is due."""
    done = state.curves.epochs == task.settings.epochs
    if done or state.curves.epochs % every == 0:
        state.weights = [tile.weights for tile in network.tiles]
        state.tiles = [] if done else [tile.state() for tile in network.tiles]
        checkpoint.save(path, task.identity, state)


def advance(task: Task, network: Network, curves: Curves, digits: Digits) -> None:
    """One epoch, and the test after it."""
    settings, epoch = task.settings, curves.epochs + 1
    rate = settings.learning_rate * 0.5 ** ((epoch - 1) // settings.halve_every)
    loss, wrong, count = 0.0, 0, 0
    for chosen in _batches(task, epoch, len(digits.train_labels)):
        found = network.descend(digits.train_images[chosen], digits.train_labels[chosen], rate)
        loss, wrong, count = loss + found[0], wrong + found[1], count + len(chosen)
    if not math.isfinite(loss):
        raise ValueError(f"the training diverged in epoch {epoch}: its loss is {loss}")
    curves.loss.append(loss / count)
    curves.train_error.append(wrong / count)
    curves.accuracy.append(_accuracy(network, digits))


def _batches(task: Task, epoch: int, images: int) -> Iterator[npt.NDArray[np.intp]]:
    """In an order that number and epoch give: it does not depend on the orders before."""
    settings = task.settings
    count = min(settings.images or images, images)
    seed = sweep.seed_of(settings.seed, "order", task.number, epoch)
    order = np.argsort(random.uniform(count, dtype=np.float64, seed=seed), kind="stable")
    for first in range(0, count, settings.batch):
        yield order[first : first + settings.batch]


def _accuracy(network: Network, digits: Digits) -> float:
    images, labels = digits.test_images, digits.test_labels
    parts = (slice(first, first + TEST_BATCH) for first in range(0, len(labels), TEST_BATCH))
    right = sum(int((network.classify(images[part]) == labels[part]).sum()) for part in parts)
    return right / len(labels)


def _digest(weights: Iterable[npt.NDArray[np.float32]]) -> str:
    """Of the bits, so that equal results are equal networks."""
    found = hashlib.sha256()
    for layer in weights:
        found.update(layer.data)
    return found.hexdigest()
