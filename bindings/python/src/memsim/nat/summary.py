"""Results of the cases of experiments, over networks and repeats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import sweep
from .checkpoint import Curves
from .evaluate import InferTask
from .experiments import Case, Experiment
from .settings import Settings
from .setups import Training
from .train import TrainTask

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """A case as found: errors (fraction) [networks, repeats], power (W) and efficiency (TOPs/W) [networks]."""

    experiment: int
    case: Case
    errors: Values
    power: Values
    tops_per_watt: Values

    @property
    def median(self) -> float:
        return float(np.median(self.errors))


def rows(
    experiments: Iterable[Experiment], results: Mapping[str, sweep.Result], trainings: int, settings: Settings
) -> list[Row]:
    """Of every case with at least one result."""
    found = []
    for experiment in experiments:
        for case in experiment.cases:
            tasks = (InferTask(TrainTask(case.training, n, settings), case.inference) for n in range(trainings))
            values = [results[task.name].value for task in tasks if task.name in results]
            if values:
                found.append(_row(experiment.number, case, values))
    return found


def _row(number: int, case: Case, values: list[dict[str, Any]]) -> Row:
    errors, power, efficiency = (
        np.array([value[name] for value in values], np.float64) for name in ("errors", "power", "tops_per_watt")
    )
    return Row(number, case, errors, power, efficiency)


def curves(
    experiments: Iterable[Experiment], results: Mapping[str, sweep.Result], trainings: int, settings: Settings
) -> dict[Training, list[Curves]]:
    """Of every training with at least one result."""
    asked = dict.fromkeys(case.training for experiment in experiments for case in experiment.cases)
    found = {}
    for training in asked:
        names = (TrainTask(training, number, settings).name for number in range(trainings))
        values = [Curves(**results[name].value["curves"]) for name in names if name in results]
        if values:
            found[training] = values
    return found
