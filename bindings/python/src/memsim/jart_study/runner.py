"""The whole study: a training for each rung and seed, as a resumable sweep in one folder."""

import json
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import memsim

from .. import sweep
from .rungs import Rung
from .settings import Settings
from .train import Task, digest, load, train


@dataclass(frozen=True)
class Job:
    """What to run, on which data, and the folder that keeps it."""

    rungs: tuple[Rung, ...]
    seeds: int
    settings: Settings
    data: Path
    out: Path
    checkpoint_every: int = 1

    def tasks(self) -> dict[str, Task]:
        """By name; all rungs of a seed before the next seed, so that an early report has every rung."""
        tasks = (Task(rung, number, self.settings) for number in range(self.seeds) for rung in self.rungs)
        return {task.name: task for task in tasks}


@dataclass(frozen=True)
class Outcome:
    """Results by task, and what was raised in the others."""

    config: dict[str, Any]
    results: dict[str, sweep.Result]
    failures: dict[str, BaseException]

    def to_json(self) -> str:
        """What depends on the machine, seconds, stands apart."""
        content = {
            "config": self.config,
            "results": {name: result.value for name, result in sorted(self.results.items())},
            "seconds": {name: result.seconds for name, result in sorted(self.results.items())},
        }
        return json.dumps(content, indent=1) + "\n"


def study(job: Job, executor: Executor | None = None, progress: bool = True) -> Outcome:
    """Runs what the folder does not have yet; the executor, None for one task after the other, does not show."""
    config = claim(job)
    tasks, folder, failures = job.tasks(), job.out / "runs", dict[str, BaseException]()
    function = partial(train, data=job.data, folder=folder, checkpoint_every=job.checkpoint_every)
    shown: dict[str, Any] = {"steps": dict.fromkeys(tasks, job.settings.epochs), "label": "study", "unit": "epoch"}
    try:
        results = sweep.run(function, tasks, store=folder, executor=executor, progress=progress, **shown)
    except sweep.SweepError as error:
        results, failures = error.results, error.failures
    return Outcome(config, results, failures)


def claim(job: Job) -> dict[str, Any]:
    """What all results of the folder have in common. A folder of something else is refused.

    Rungs and the number of seeds are not in it: they may grow.
    """
    versions = {"memsim": memsim.__version__, "numpy": np.__version__}
    config = {**asdict(job.settings), "data": digest(load(job.data)), **versions}
    sweep.claim(job.out, config)
    return config
