"""A training's state on disk: what it needs to go on with the same bits, in the end its weights alone."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import sweep


@dataclass
class Curves:
    """Of each epoch: mean loss and share of wrong answers in training, accuracy on the test images."""

    loss: list[float] = field(default_factory=list)
    train_error: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)

    @property
    def epochs(self) -> int:
        return len(self.loss)


@dataclass
class State:
    """After some epochs: weights of the layers, and whole tiles while they are to be trained on."""

    curves: Curves = field(default_factory=Curves)
    weights: list[npt.NDArray[np.float32]] = field(default_factory=list)
    tiles: list[bytes] = field(default_factory=list)


def save(path: Path, identity: str, state: State) -> None:
    """Replaces the file at once."""
    arrays: dict[str, Any] = {"head": json.dumps({"identity": identity, "curves": asdict(state.curves)})}
    arrays.update({f"weights{index}": weights for index, weights in enumerate(state.weights)})
    arrays.update({f"tile{index}": np.frombuffer(tile, np.uint8) for index, tile in enumerate(state.tiles)})
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    sweep.replace(path, buffer.getvalue())


def load(path: Path, identity: str) -> State:
    """The state of the training with that identity; another's is refused."""
    try:
        with np.load(path, allow_pickle=False) as content:
            head = json.loads(str(content["head"]))
            made, curves = head["identity"], Curves(**head["curves"])
            weights = [content[name] for name in sorted(content) if name.startswith("weights")]
            tiles = [content[name].tobytes() for name in sorted(content) if name.startswith("tile")]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} cannot be read ({type(error).__name__}); delete it to train anew") from error
    if made != identity:
        raise ValueError(f"{path} is of another training; give another folder")
    return State(curves, weights, tiles)
