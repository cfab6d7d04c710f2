"""What was found, as Markdown: tables beside the paper's numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .. import _markdown as markdown
from .experiments import AGNOSTICISM
from .setups import INFERENCES, Training
from .summary import Row

HEAD = (
    "#", "training", "inference", "networks", "error (%), median [range]", "paper", "power, mean",
    "TOPs/W, mean [range over networks]", "paper",
)  # fmt: skip
WORDS = "training", "inference"


def report(rows: Iterable[Row], config: Mapping[str, Any], failures: Iterable[str], figures: Mapping[str, str]) -> str:
    """The report. `figures` are file names by caption."""
    found = list(rows)
    parts = [
        f"# Nonideality-aware training on {config['dataset']}",
        _conditions(found, config),
        table([row for row in found if row.experiment != AGNOSTICISM]),
        matrix([row for row in found if row.experiment == AGNOSTICISM]),
        *(f"![{caption}]({name})" for caption, name in figures.items()),
        "".join(f"- failed, not in these numbers: {failure}\n" for failure in failures),
    ]
    return "\n\n".join(part for part in parts if part).rstrip() + "\n"


def _conditions(rows: list[Row], config: Mapping[str, Any]) -> str:
    networks = max((len(row.power) for row in rows), default=0)
    text = (
        f"{config['epochs']} epochs, {networks} {'network' if networks == 1 else 'networks'} of each training, "
        f"{config['inference_repeats']} inferences of each, seed {config['seed']}; "
        f"memsim {config['memsim']}, PyTorch {config['torch']}."
    )
    full = config["epochs"] >= 1000 and networks >= 5
    return text if full else f"{text} The paper: 1000 epochs, 5 networks, 25 inferences; expect other numbers."


def table(rows: list[Row]) -> str:
    """A line for each case, beside the paper."""
    lines = [[str(row.experiment), row.case.training.title, row.case.inference.title, *_found(row)] for row in rows]
    return markdown.table(HEAD, lines, WORDS) if lines else ""


def _found(row: Row) -> list[str]:
    errors, efficiency = 100 * row.errors, row.tops_per_watt
    return [
        str(len(row.power)),
        f"{100 * row.median:.1f} [{errors.min():.1f}–{errors.max():.1f}]",
        "" if row.case.error is None else f"{100 * row.case.error:.1f}",
        watts(float(row.power.mean())),
        f"{_three(efficiency.mean())} [{_three(efficiency.min())}–{_three(efficiency.max())}]",
        "" if row.case.tops_per_watt is None else f"{row.case.tops_per_watt:g}",
    ]


def _three(value: float) -> str:
    """Three digits or all before the point."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def watts(power: float) -> str:
    """Three digits and a unit."""
    for factor, unit in ((1.0, "W"), (1e3, "mW"), (1e6, "µW")):
        if power * factor >= 0.9995:
            return f"{power * factor:.3g} {unit}"
    return f"{power * 1e9:.3g} nW"


def matrix(rows: list[Row]) -> str:
    """Median errors of every training on every device."""
    medians = by_training(rows)
    lines = [
        [training.title, *(f"{100 * found[i.name]:.1f}" if i.name in found else "" for i in INFERENCES)]
        for training, found in medians.items()
    ]
    head = ("median error (%), training \\ inference", *(inference.title for inference in INFERENCES))
    return markdown.table(head, lines) if lines else ""


def by_training(rows: Iterable[Row]) -> dict[Training, dict[str, float]]:
    """Median errors by training and name of the inference."""
    medians: dict[Training, dict[str, float]] = {}
    for row in rows:
        medians.setdefault(row.case.training, {})[row.case.inference.name] = float(np.median(row.errors))
    return medians
