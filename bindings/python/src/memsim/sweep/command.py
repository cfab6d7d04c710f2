"""Options that commands with a sweep share."""

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

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
