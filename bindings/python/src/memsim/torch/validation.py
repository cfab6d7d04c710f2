"""Errors of a network over draws of its devices."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from tqdm import tqdm

from .. import _core
from .network import layers

Loader = Iterable[tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Validation:
    """Errors of several evaluations, each with devices drawn anew."""

    errors: npt.NDArray[np.float64]
    """[repeats], parts of 1."""

    @property
    def median(self) -> float:
        """The median error: what to keep checkpoints by."""
        return float(np.median(self.errors))

    @property
    def accuracy(self) -> float:
        """1 less the median error."""
        return 1 - self.median

    def __repr__(self) -> str:
        low, high = self.errors.min(), self.errors.max()
        return f"Validation(median error {self.median:.2%}, {low:.2%}...{high:.2%} of {len(self.errors)} repeats)"


def validate(
    net: nn.Module,
    loader: Loader,
    repeats: int = 20,
    *,
    seed: int = 0,
    wrong: Callable[[Tensor, Tensor], Tensor] | None = None,
    progress: bool = False,
) -> Validation:
    """Evaluates a network `repeats` times, with devices drawn anew for each.

    Parameters
    ----------
    net
        A module with memristive layers; its mode and its training draws stay as they are.
    loader
        Batches (x, labels), gone through once a repeat. A layer of redraw="batch" draws for every batch, as in the paper;
        one of redraw="chip" for every repeat.
    repeats, seed
        Same seed, same devices.
    wrong
        Of outputs and labels, which samples are wrong; None: those whose largest output is not at the label.
    progress
        Whether to show a progress bar.
    """
    if repeats < 1:
        raise _core.Error(f"repeats must be >= 1, got {repeats}")
    judge = wrong or _misclassified
    errors = []
    with evaluating(net):
        for repeat in tqdm(range(repeats), "validation", unit="repeat", disable=not progress):
            draw_evaluation(net, seed, repeat)
            errors.append(_error(net, loader, judge))
    return Validation(np.array(errors))


def _misclassified(y: Tensor, labels: Tensor) -> Tensor:
    return y.argmax(-1) != labels


def _error(net: nn.Module, loader: Loader, wrong: Callable[[Tensor, Tensor], Tensor]) -> float:
    bad, count = 0, 0
    for x, labels in loader:
        flags = wrong(net(x), labels)
        bad, count = bad + int(flags.sum()), count + flags.numel()
    if not count:
        raise _core.Error("loader gave no samples")
    return bad / count


def draw_evaluation(net: nn.Module, seed: int, repeat: int) -> None:
    """The evaluation draws of all layers begin anew."""
    for layer in layers(net):
        layer.draw_evaluation(seed, repeat)


@contextmanager
def evaluating(net: nn.Module) -> Iterator[None]:
    """Evaluation mode without gradients; the mode of every module, and the draws, are then as before."""
    modes = [(module, module.training) for module in net.modules()]
    draws = [(layer, layer.eval_draw.clone()) for layer in layers(net)]
    net.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, mode in modes:
            module.training = mode
        for layer, draw in draws:
            layer.eval_draw.copy_(draw)
