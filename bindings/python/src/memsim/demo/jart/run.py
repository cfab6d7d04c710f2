"""`python -m memsim demo jart`."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from ..console import BAR, has_folder


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; returns the exit status."""
    options = _options(argv)
    try:
        from tqdm import tqdm

        from . import measure, report
    except ImportError as error:
        print(f"the demo needs {error.name}: pip install 'memsim[demo]'")
        return 1
    if not has_folder(options.output):
        return 1
    start = time.perf_counter()
    with tqdm(total=measure.STEPS, desc="loops, kinetics, trains", bar_format=BAR) as bar:
        found = measure.Measurements.measure(options.cells, options.seed, bar.update)
    measured = time.perf_counter() - start
    try:
        report.figure(options.output, found)
    except OSError as error:
        print(error)
        return 1
    print(report.table(found, measured))
    print(f"figure: {options.output}")
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m memsim demo jart",
        description="I-V loops, switching kinetics and pulse trains of varied cells of JART VCM v1b.",
    )
    parser.add_argument("--cells", type=_positive, default=50, help="varied cells (default 50)")
    parser.add_argument("--seed", type=int, default=0, help="of the cells (default 0)")
    parser.add_argument("--output", type=Path, default=Path("memsim-jart.png"), help="where the figure goes")
    return parser.parse_args(argv)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be >= 1, got {value}")
    return value
