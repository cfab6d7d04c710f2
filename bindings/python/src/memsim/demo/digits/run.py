"""`python -m memsim demo digits`."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...array import Array
from ..console import BAR

if TYPE_CHECKING:
    from .data import Images, Labels
    from .network import Chip


@dataclass(frozen=True)
class Result:
    """One simulated chip's run over the test set."""

    accuracy: float
    predictions: npt.NDArray[np.intp]
    seconds: float


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; returns the exit status."""
    options = _options(argv)
    try:
        from . import data, network, report
    except ImportError as error:
        print(f"the demo needs {error.name}: pip install 'memsim[demo]'")
        return 1
    from tqdm import tqdm

    try:
        digits = data.mnist(options.mnist) if options.mnist else data.bundled(options.seed)
    except (OSError, ValueError) as error:
        print(error)
        return 1
    epochs = options.epochs or (12 if options.mnist else 60)
    with tqdm(total=epochs, desc="training", unit="epoch") as bar:
        net = network.Network.train(digits, options.hidden, epochs, options.seed, lambda: bar.update())
    chips, results = [], []
    with tqdm(total=100 * options.chips, desc="programming chips", bar_format=BAR) as bar:
        for number in range(options.chips):
            chip = network.Chip.program(
                net, digits.train_images, options.seed + number + 1, _Share(bar, 100 / len(net.layers))
            )
            chips.append(chip)
            results.append(_classify(chip, digits.test_images, digits.test_labels))
            bar.update(100 * (number + 1) - bar.n)
    software = float((net.predict(digits.test_images) == digits.test_labels).mean())
    print(report.table(digits, software, chips, results))
    report.figure(options.report, digits, software, chips, results, Array("synaptogen", (64, 64), seed=options.seed))
    print(f"report: {options.report}")
    return 0


class _Share:
    """Progress of programming a layer as its share of a bar of 100 a chip."""

    def __init__(self, bar: Any, share: float) -> None:
        self._bar, self._share, self._last = bar, share, 0.0

    def __call__(self, done: int, total: int) -> None:
        now = done / total
        step = now - self._last if now > self._last else now
        self._last = now
        self._bar.update(step * self._share)


def _classify(chip: "Chip", images: "Images", labels: "Labels") -> Result:
    start = time.perf_counter()
    predictions = chip.predict(images)
    return Result(float((predictions == labels).mean()), predictions, time.perf_counter() - start)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m memsim demo [digits]",
        description="Handwritten digits, classified by noisy products of programmed, simulated devices.",
        epilog="The other demos: python -m memsim demo jart, python -m memsim demo crossbar",
    )
    mnist = "folder of MNIST's idx files, instead of the bundled digits"
    parser.add_argument("--mnist", type=Path, metavar="DIR", help=mnist)
    parser.add_argument("--chips", type=_positive, default=5, help="simulated chips (default 5)")
    parser.add_argument("--hidden", type=_positive, default=64, help="hidden units (default 64)")
    parser.add_argument("--epochs", type=_positive, help="of training (default 60, MNIST 12)")
    parser.add_argument("--seed", type=int, default=0, help="of training and chips (default 0)")
    parser.add_argument("--report", type=Path, default=Path("memsim-demo.png"), help="where the figure goes")
    return parser.parse_args(argv)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be >= 1, got {value}")
    return value
