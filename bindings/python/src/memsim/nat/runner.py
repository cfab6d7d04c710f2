"""The whole reproduction: trainings, then inferences, as two resumable sweeps in one folder."""

import json
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

import memsim

from .. import sweep
from .data import load
from .evaluate import InferTask, infer
from .experiments import Experiment
from .settings import Settings
from .train import TrainTask, train


@dataclass(frozen=True)
class Job:
    """What to run, on which data, and the folder that keeps it."""

    experiments: tuple[Experiment, ...]
    trainings: int
    settings: Settings
    data: Path
    out: Path
    checkpoint_every: int = 20

    def tasks(self) -> tuple[dict[str, TrainTask], dict[str, InferTask]]:
        """By name; what several experiments share is there once."""
        training: dict[str, TrainTask] = {}
        inference: dict[str, InferTask] = {}
        for case in (case for experiment in self.experiments for case in experiment.cases):
            for number in range(self.trainings):
                trained = TrainTask(case.training, number, self.settings)
                tested = InferTask(trained, case.inference)
                training[trained.name], inference[tested.name] = trained, tested
        return training, inference


@dataclass(frozen=True)
class Outcome:
    """Results by task, and what was raised in the others."""

    config: dict[str, Any]
    trainings: dict[str, sweep.Result]
    inferences: dict[str, sweep.Result]
    failures: dict[str, BaseException]

    def to_json(self) -> str:
        """What depends on the machine, seconds, stands apart."""
        done = {**self.trainings, **self.inferences}
        content = {
            "config": self.config,
            "trainings": {name: result.value for name, result in sorted(self.trainings.items())},
            "inferences": {name: result.value for name, result in sorted(self.inferences.items())},
            "seconds": {name: result.seconds for name, result in sorted(done.items())},
        }
        return json.dumps(content, indent=1) + "\n"


def reproduce(job: Job, executor: Executor | None = None, progress: bool = True) -> Outcome:
    """Runs what the folder does not have yet; the executor, None for one task after the other, does not show."""
    config = claim(job)
    training, inference = job.tasks()
    folder, failures = job.out / "trainings", dict[str, BaseException]()
    trained = _sweep(
        partial(train, data=job.data, folder=folder, checkpoint_every=job.checkpoint_every),
        training,
        failures,
        store=folder,
        executor=executor,
        progress=progress,
        steps=dict.fromkeys(training, job.settings.epochs),
        label="trainings",
        unit="epoch",
    )
    tested = _sweep(
        partial(infer, data=job.data, folder=folder),
        {name: task for name, task in inference.items() if task.trained.name in trained},
        failures,
        store=job.out / "inferences",
        executor=executor,
        progress=progress,
        label="inferences",
        unit="set-up",
    )
    return Outcome(config, trained, tested, failures)


def _sweep(
    function: partial[dict[str, Any]], tasks: Mapping[str, Any], failures: dict[str, BaseException], **options: Any
) -> dict[str, sweep.Result]:
    try:
        return sweep.run(function, tasks, **options)
    except sweep.SweepError as error:
        failures.update(error.failures)
        return error.results


def claim(job: Job) -> dict[str, Any]:
    """What all results of the folder have in common. A folder of something else is refused.

    Experiments and the number of trainings are not in it: they may grow.
    """
    versions = {"memsim": memsim.__version__, "torch": str(torch.__version__)}
    config = {**asdict(job.settings), "images": load(job.data).digest(), **versions}
    sweep.claim(job.out, config)
    return config
