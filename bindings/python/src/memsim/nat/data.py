"""MNIST or Fashion-MNIST: 80 % of the training images to train, 20 % to validate; the test images."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch

from ..demo.digits.data import mnist

Batch = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class Images:
    """Pixels of 0...1, float32 [n, pixels], and labels, int64 [n]."""

    pixels: torch.Tensor
    labels: torch.Tensor

    def __getitem__(self, part: slice) -> "Images":
        return Images(self.pixels[part], self.labels[part])

    def batches(self, size: int) -> list[Batch]:
        """In order; views, no copies."""
        return list(zip(torch.split(self.pixels, size), torch.split(self.labels, size), strict=True))

    def shuffled(self, size: int, seed: int) -> Iterator[Batch]:
        """In an order that `seed` gives: it does not depend on the orders before."""
        order = torch.randperm(len(self.labels), generator=torch.Generator().manual_seed(seed))
        for chosen in torch.split(order, size):
            yield self.pixels[chosen], self.labels[chosen]


@dataclass(frozen=True)
class Data:
    train: Images
    validation: Images
    test: Images

    @property
    def pixels(self) -> int:
        return self.train.pixels.shape[1]

    def digest(self) -> str:
        """Tells these images from others."""
        digest = hashlib.blake2b(digest_size=16)
        for images in (self.train, self.validation, self.test):
            digest.update(images.pixels.numpy().data)
            digest.update(images.labels.numpy().data)
        return digest.hexdigest()


@lru_cache(maxsize=1)
def load(folder: Path) -> Data:
    """Reads the four idx files; again only for another folder."""
    read = mnist(folder)
    train = Images(torch.from_numpy(read.train_images), torch.from_numpy(read.train_labels))
    test = Images(torch.from_numpy(read.test_images), torch.from_numpy(read.test_labels))
    first = len(train.labels) * 8 // 10
    return Data(train[:first], train[first:], test)
