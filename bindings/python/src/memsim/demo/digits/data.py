"""Handwritten digits: scikit-learn's bundled set, or MNIST's idx files."""

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

CLASSES = 10
DATASETS = "mnist", "fashion-mnist"


@dataclass(frozen=True)
class Digits:
    """Images scaled to 0...1, [n, pixels], and labels, [n]."""

    name: str
    train_images: Images
    train_labels: Labels
    test_images: Images
    test_labels: Labels


def bundled(seed: int) -> Digits:
    """1797 images of 8 x 8 pixels, UCI ML hand-written digits; a third for the test."""
    # Slow to import, and readers of idx files need none of it.
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, labels = load_digits(return_X_y=True)
    split = train_test_split(
        (images / 16).astype(np.float32), labels, test_size=1 / 3, random_state=seed, stratify=labels
    )
    return Digits("scikit-learn digits", split[0], split[2], split[1], split[3])


def find(folder: Path, dataset: str) -> Path:
    """The folder with the idx files: `folder` itself or the one below it that is named as the data."""
    below = folder / dataset
    if below.is_dir():
        return below.resolve()
    if not any(folder.glob("train-images-idx3-ubyte*")):
        raise ValueError(f"data must be a folder with idx files or one that has {dataset}/, got {folder}")
    if folder.resolve().name in set(DATASETS) - {dataset}:
        raise ValueError(f"data {folder} and dataset {dataset} are two different things")
    return folder.resolve()


def mnist(folder: Path) -> Digits:
    """The four idx files of MNIST or Fashion-MNIST, gzipped or not."""
    digits = Digits(
        f"idx files of {folder.name}",
        _images(folder, "train-images-idx3-ubyte"),
        _labels(folder, "train-labels-idx1-ubyte"),
        _images(folder, "t10k-images-idx3-ubyte"),
        _labels(folder, "t10k-labels-idx1-ubyte"),
    )
    _check(folder, "training", digits.train_images, digits.train_labels)
    _check(folder, "test", digits.test_images, digits.test_labels)
    return digits


def _check(folder: Path, part: str, images: Images, labels: Labels) -> None:
    if len(labels) != len(images) or not len(labels) or labels.max() >= CLASSES:
        raise ValueError(f"{folder}: the {part} labels must be 0 ... {CLASSES - 1}, one for each image")


def _images(folder: Path, name: str) -> Images:
    pixels = _idx(folder, name)
    return (pixels.reshape(len(pixels), -1) / 255).astype(np.float32)


def _labels(folder: Path, name: str) -> Labels:
    return _idx(folder, name).astype(np.int64)


def _idx(folder: Path, name: str) -> npt.NDArray[np.uint8]:
    """An idx file: two zeros, type 8 (bytes), rank, extents as big-endian 32-bit numbers, then the bytes."""
    path = next((p for p in (folder / f"{name}.gz", folder / name) if p.exists()), None)
    if path is None:
        raise FileNotFoundError(f"{folder} has neither {name}.gz nor {name}")
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is not an idx file of bytes")
    shape = np.frombuffer(raw, ">u4", raw[3], 4)
    if len(raw) != 4 + 4 * len(shape) + int(np.prod(shape)):
        raise ValueError(f"{path} is truncated")
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)
