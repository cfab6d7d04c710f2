"""Small data sets in the files that MNIST comes in."""

import gzip
from pathlib import Path

import numpy as np


def write_bright_rows(folder: Path, *, noise: int, brightness: int) -> Path:
    """Images of 8 x 8 pixels of noise below `noise` whose row that tells the class is brighter; the folder of them."""
    folder.mkdir()
    generator = np.random.default_rng(1)
    for part, count in (("train", 800), ("t10k", 150)):
        labels = generator.integers(0, 8, count, np.uint8)
        images = generator.integers(0, noise, (count, 8, 8), np.uint8)
        images[np.arange(count), labels] += brightness
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", labels)
    return folder


def write_idx(path: Path, values: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> None:
    """One compressed file of bytes of any shape."""
    header = b"\0\0\x08" + bytes([values.ndim]) + np.array(values.shape, ">u4").tobytes()
    path.write_bytes(gzip.compress(header + values.tobytes()))
