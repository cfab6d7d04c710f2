"""Options that commands with a sweep share."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .store import replace
from .workers import Workers


def positive(text: str) -> int:
    """The type of an option: a whole number from 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be >= 1, got {value}")
    return value


def add_executor(parser: argparse.ArgumentParser) -> None:
    """--workers and --dask, which `executor` reads."""
    cores = len(os.sched_getaffinity(0))
    count = f"processes of one thread (default {cores})"
    parser.add_argument("--workers", type=positive, default=cores, metavar="N", help=count)
    parser.add_argument("--dask", metavar="ADDRESS", help="of a Dask scheduler, instead of --workers")


@contextmanager
def executor(options: argparse.Namespace) -> Iterator[Executor | None]:
    """What the options ask for; None with one worker: one task after the other, here."""
    if options.dask:
        from distributed import Client

        connect: Any = Client  # without annotations
        with connect(options.dask) as client:
            yield client.get_executor(pure=False)
    elif options.workers == 1:
        yield None
    else:
        with Workers(options.workers) as workers:
            yield workers


def status(run: Callable[[], int], extra: str) -> int:
    """What `run` returns; of what a user can mend a line of text and 1, of Ctrl-C 130. `extra`: of the package."""
    try:
        return run()
    except ImportError as error:
        print(f"this needs {error.name}: pip install 'memsim[{extra}]'", file=sys.stderr)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from the last checkpoints", file=sys.stderr)
        return 130
    return 1


def write_results(out: Path, results: str, report: str) -> None:
    """results.json and report.md; prints the report and where they are."""
    replace(out / "results.json", results.encode())
    replace(out / "report.md", report.encode())
    print(f"{report}\nin {out}: report.md, results.json, figures/")


def told(failures: Mapping[str, object]) -> list[str]:
    """A line for each failure."""
    return [f"{name}: {error}" for name, error in failures.items()]


def print_failures(failures: Mapping[str, object]) -> int:
    """Names what failed; the exit status."""
    for line in told(failures):
        print(f"failed: {line}", file=sys.stderr)
    return 1 if failures else 0
