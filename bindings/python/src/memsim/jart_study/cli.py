"""`python -m memsim jart-study`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..demo.digits.data import DATASETS, find
from ..sweep.command import add_executor, executor, positive, print_failures, status, told, write_results
from .rungs import GROUPS, listing, select
from .settings import QUICK, QUICK_SEEDS, SEEDS, STARTS, Settings

if TYPE_CHECKING:
    from .runner import Job, Outcome


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(argv)
    return status(lambda: _study(options), "study")


def _study(options: argparse.Namespace) -> int:
    import matplotlib  # noqa: F401  # rather now than after hours

    from .runner import study

    job = _job(options)
    with executor(options) as pool:
        outcome = study(job, pool)
    _write(job, outcome)
    return print_failures(outcome.failures)


def _job(options: argparse.Namespace) -> "Job":
    from .runner import Job

    names = ("dataset", "epochs", "images", "learning_rate", "dw_min", "start", "perfect_io", "seed")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    settings = replace(Settings(), **{**(QUICK if options.quick else {}), **given})
    seeds = options.seeds or (QUICK_SEEDS if options.quick else SEEDS)
    out = options.out or Path(f"memsim-jart-study-{options.dataset}{'-quick' if options.quick else ''}")
    folder = find(options.data, options.dataset)
    return Job(select(options.rungs), seeds, settings, folder, out.resolve(), options.checkpoint_every)


def _write(job: "Job", outcome: "Outcome") -> None:
    """results.json, figures and report.md."""
    from . import figures, summary
    from .report import report

    rows = summary.rows(job, outcome.results)
    drawn = figures.draw(rows, job.out / "figures")
    text = report(rows, outcome.config, told(outcome.failures), drawn)
    write_results(job.out, outcome.to_json(), text)


def _parser() -> argparse.ArgumentParser:
    about = sys.modules[__package__ or ""].__doc__
    parser = argparse.ArgumentParser(
        prog="python -m memsim jart-study", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="idx files, or a folder that has mnist/ ...")
    add("--dataset", choices=DATASETS, default=DATASETS[0], help="default mnist")
    add("--quick", action="store_true", help="minutes: 2 seeds, 3 epochs of 6000 images, learning rate 1")
    add("--rungs", default=",".join(GROUPS), metavar="LIST", help="names and groups of --list (default: all)")
    add("--list", action="version", version=listing(), help="the rungs of the ladder by group")
    add("--seeds", type=positive, metavar="N", help=f"runs of each rung (default {SEEDS}); may grow later")
    add("--epochs", type=positive, help="of each training (default 30)")
    add("--images", type=positive, metavar="N", help="the first training images (default: all)")
    add("--learning-rate", type=_above_zero, help="default 0.05")
    add("--dw-min", type=_from_zero, help="step that pulse trains are reckoned with (default 0: the real one)")
    add("--start", choices=STARTS, help="of weights (default zero)")
    add("--perfect-io", action="store_true", help="exact products, where a rung says nothing else")
    add("--seed", type=int, default=0, help="of everything random (default 0)")
    add_executor(parser)
    add("--out", type=Path, metavar="DIR", help="results and checkpoints (default memsim-jart-study-DATASET)")
    add("--checkpoint-every", type=positive, default=1, metavar="N", help="epochs (default 1)")
    return parser


def _above_zero(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be > 0, got {text}")
    return value


def _from_zero(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be >= 0, got {text}")
    return value
