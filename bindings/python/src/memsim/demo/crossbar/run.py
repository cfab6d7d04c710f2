"""`python -m memsim demo crossbar`."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..console import BAR, has_folder

QUICK = {"size": 12, "epochs": 12, "hidden": 16, "resistances": 5}
FULL = {"size": 64, "epochs": 60, "hidden": 64, "resistances": 13}
"""Defaults with and without --quick."""
MNIST_EPOCHS = 4
"""By default: they are 34 times as long as those of the bundled digits."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; returns the exit status."""
    options = _options(argv)
    try:
        from ..digits import data
        from . import report
    except ImportError as error:
        print(f"the demo needs {error.name}: pip install 'memsim[demo]'")
        return 1
    if not has_folder(options.output):
        return 1
    start = time.perf_counter()
    try:
        digits = data.mnist(options.mnist) if options.mnist else data.bundled(options.seed)
    except (OSError, ValueError) as error:
        print(error)
        return 1
    found = _inside(options), _accuracy(options, digits), _disturbs(options)
    print(report.table(digits, *found, time.perf_counter() - start))
    try:
        report.figure(options.output, *found)
    except OSError as error:
        print(error)
        return 1
    print(f"figure: {options.output}")
    return 0


def _inside(options: argparse.Namespace) -> list[Any]:
    from . import inside

    return [inside.Inside.measure(options.size, ohms, options.seed) for ohms in inside.OHMS]


def _accuracy(options: argparse.Namespace, digits: Any) -> Any:
    from tqdm import tqdm

    from ..digits.network import Network
    from . import accuracy

    with tqdm(total=options.epochs, desc="training", unit="epoch") as bar:
        network = Network.train(digits, options.hidden, options.epochs, options.seed, bar.update)
    ohms = np.geomspace(0.01, 100, options.resistances)
    with tqdm(total=len(accuracy.METHODS) * len(ohms), desc="classifying through wires", bar_format=BAR) as bar:
        return accuracy.Accuracy.measure(digits, network, ohms, bar.update)


def _disturbs(options: argparse.Namespace) -> list[Any]:
    from tqdm import tqdm

    from . import disturb

    pattern = np.random.default_rng(options.seed).random((options.size, options.size)) < 0.5
    with tqdm(total=len(disturb.SCHEMES) * options.size, desc="writing row by row", bar_format=BAR) as bar:
        return [disturb.Disturb.measure(scheme, pattern, options.seed, bar.update) for scheme in disturb.SCHEMES]


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m memsim demo crossbar",
        description="Crossbars with the resistance of their wires: what is inside, digits classified through them, "
        "and what writing by V/2 and V/3 does to half-selected cells.",
    )
    parser.add_argument("--size", type=_positive, help="word and bit lines of the arrays (default 64)")
    mnist = "folder of MNIST's idx files, instead of the bundled digits"
    parser.add_argument("--mnist", type=Path, metavar="DIR", help=mnist)
    parser.add_argument("--hidden", type=_positive, help="hidden units of the classifier (default 64)")
    parser.add_argument("--epochs", type=_positive, help="of training (default 60, MNIST 4)")
    parser.add_argument("--resistances", type=_positive, help="of wires, from 0.01 to 100 ohm (default 13)")
    parser.add_argument("--seed", type=int, default=0, help="of training and cells (default 0)")
    parser.add_argument("--quick", action="store_true", help="small arrays and little training, in seconds")
    parser.add_argument("--output", type=Path, default=Path("memsim-crossbar.png"), help="where the figure goes")
    options = parser.parse_args(argv)
    if options.mnist and options.epochs is None:
        options.epochs = MNIST_EPOCHS
    for name, value in (QUICK if options.quick else FULL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be >= 1, got {value}")
    return value
