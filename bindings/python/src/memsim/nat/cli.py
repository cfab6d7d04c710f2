"""`python -m memsim nat list` and `python -m memsim nat reproduce`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..demo.digits.data import DATASETS, find
from ..sweep.command import add_executor, executor, positive, print_failures, status, told, write_results
from .settings import QUICK, TRAININGS, Settings

if TYPE_CHECKING:
    from .runner import Job, Outcome


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(argv)
    return status(lambda: _list() if options.command == "list" else _reproduce(options), "nat")


def _list() -> int:
    from .experiments import AGNOSTICISM, EXPERIMENTS, LEFT_OUT

    for number in sorted({*EXPERIMENTS, *LEFT_OUT}):
        if number in LEFT_OUT:
            print(f"{number:>2}  left out: {LEFT_OUT[number]}")
            continue
        experiment = EXPERIMENTS[number]
        print(f"{number:>2}  {experiment.title}")
        trainings = {case.training for case in experiment.cases}
        if number == AGNOSTICISM:
            print(f"      {len(trainings)} trainings  →  {len(experiment.cases) // len(trainings)} inferences")
            continue
        for case in experiment.cases:
            print(f"      {case.training.title}  →  {case.inference.title}")
    return 0


def _reproduce(options: argparse.Namespace) -> int:
    from .runner import reproduce

    job = _job(options)
    with executor(options) as pool:
        outcome = reproduce(job, pool)
    _write(job, outcome)
    return print_failures(outcome.failures)


def _job(options: argparse.Namespace) -> "Job":
    from .experiments import select
    from .runner import Job

    settings = Settings(dataset=options.dataset, seed=options.seed)
    given: dict[str, Any] = {"epochs": options.epochs, "inference_repeats": options.inferences}
    given = {name: value for name, value in given.items() if value is not None}
    settings = replace(settings, **{**(QUICK if options.quick else {}), **given})
    trainings = options.trainings or (1 if options.quick else TRAININGS)
    folder = find(options.data, options.dataset)
    out = options.out or Path(f"memsim-nat-{options.dataset}{'-quick' if options.quick else ''}")
    chosen = select(options.experiments)
    return Job(chosen, trainings, settings, folder, out.resolve(), options.checkpoint_every)


def _write(job: "Job", outcome: "Outcome") -> None:
    """results.json, figures and report.md."""
    from . import figures, summary
    from .report import report

    about = job.trainings, job.settings
    rows = summary.rows(job.experiments, outcome.inferences, *about)
    drawn = figures.draw(rows, summary.curves(job.experiments, outcome.trainings, *about), job.out / "figures")
    text = report(rows, outcome.config, told(outcome.failures), drawn)
    write_results(job.out, outcome.to_json(), text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m memsim nat", description=sys.modules[__package__ or ""].__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the experiments")
    run = commands.add_parser("reproduce", help="train, infer, report; the same command goes on after a kill")
    add = run.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="idx files, or a folder that has mnist/ ...")
    add("--dataset", choices=DATASETS, default=DATASETS[0], help="default mnist")
    add("--quick", action="store_true", help="minutes: 1 network of each training, 12 epochs, 5 inferences")
    add("--experiments", default="1-12", metavar="LIST", help="such as 1,3-5 (default: all; see list)")
    add("--epochs", type=positive, help="of each training (default 1000)")
    add("--trainings", type=positive, metavar="N", help="networks of each training (default 5); may grow later")
    add("--inferences", type=positive, metavar="N", help="of each network on each device (default 25)")
    add("--seed", type=int, default=0, help="of everything random (default 0)")
    add_executor(run)
    add("--out", type=Path, metavar="DIR", help="results and checkpoints (default memsim-nat-DATASET)")
    add("--checkpoint-every", type=positive, default=20, metavar="N", help="epochs (default 20)")
    return parser
