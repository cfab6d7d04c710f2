"""A training's state on disk: what it needs to go on with the same bits, and its best weights."""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from .. import sweep

Weights = dict[str, Any]
VERSION = str(torch.__version__)


@dataclass
class Curves:
    """Of each epoch: mean loss and share of wrong answers in training. Of some: median error in validation."""

    loss: list[float] = field(default_factory=list)
    train_error: list[float] = field(default_factory=list)
    validation_epochs: list[int] = field(default_factory=list)
    validation_error: list[float] = field(default_factory=list)


@dataclass
class State:
    """After `epoch` epochs. Device draws are counted in `weights`; orders of images depend on the epoch."""

    weights: Weights
    epoch: int = 0
    best: Weights = field(default_factory=dict)
    best_epoch: int = 0
    best_error: float = float("inf")
    curves: Curves = field(default_factory=Curves)


def save(path: Path, identity: str, state: State) -> None:
    """Replaces the file at once."""
    fields = {name: value for name, value in vars(state).items() if name != "curves"}
    content = {"identity": identity, "torch": VERSION, **fields, "curves": asdict(state.curves)}
    buffer = io.BytesIO()
    torch.save(content, buffer)
    sweep.replace(path, buffer.getvalue())


def load(path: Path, identity: str) -> State:
    """The state of the training with that identity; another's, or one of another PyTorch, is refused."""
    content = _read(path)
    made, version = content.pop("identity"), content.pop("torch")
    if made != identity:
        raise ValueError(f"{path} is of another training; give another folder")
    if version != VERSION:
        raise ValueError(f"{path} is of PyTorch {version}, this is {VERSION}: other bits; give another folder")
    return State(**{**content, "curves": Curves(**content["curves"])})


def _read(path: Path) -> dict[str, Any]:
    try:
        content: Mapping[str, Any] = torch.load(path, weights_only=True)
        return dict(content)
    except FileNotFoundError:
        raise
    except Exception as error:  # torch.load raises whatever its parsers do
        reason = type(error).__name__
        raise ValueError(f"{path} cannot be read ({reason}); delete it to train anew") from error
