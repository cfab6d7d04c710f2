"""What was found, as Markdown."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from .. import _markdown as markdown
from .rungs import GROUPS
from .settings import SEEDS, Settings
from .summary import Estimate, Row, correlation, losses, reference

HEAD = (
    "group", "rung", "", "seeds", "accuracy (%)", "difference to noise-free", "reported", "mismatch [tenths]",
    "step up / down (1e-3)", "spread of steps",
)  # fmt: skip
WORDS = "rung", ""


def report(rows: Iterable[Row], config: Mapping[str, Any], failures: Iterable[str], figures: Mapping[str, str]) -> str:
    """The report. `figures` are file names by caption."""
    found = list(rows)
    parts = [
        f"# JART VCM v1b cells in analog training on {config['dataset']}",
        _conditions(found, config),
        table(found),
        _explained(found),
        *(f"![{caption}]({name})" for caption, name in figures.items()),
        "".join(f"- failed, not in these numbers: {failure}\n" for failure in failures),
    ]
    return "\n\n".join(part for part in parts if part).rstrip() + "\n"


def _conditions(rows: list[Row], config: Mapping[str, Any]) -> str:
    seeds = max((len(row.accuracy) for row in rows), default=0)
    images = f"the first {config['images']} training images" if config["images"] else "all training images"
    step = f"dw_min {config['dw_min']:g}" if config["dw_min"] else "dw_min the real step"
    converters, noun = "exact" if config["perfect_io"] else "default", "seed" if seeds == 1 else "seeds"
    text = (
        f"{config['epochs']} epochs of {images}, batches of {config['batch']}, learning rate "
        f"{config['learning_rate']:g} halved every {config['halve_every']} epochs, {step}, {config['start']} start, "
        f"{converters} converters, {seeds} {noun} from {config['seed']}; "
        f"memsim {config['memsim']}, NumPy {config['numpy']}."
    )
    given = {name: config[name] for name in vars(Settings()) if name not in ("dataset", "seed", "hidden")}
    full = seeds >= SEEDS and given == {name: vars(Settings())[name] for name in given}
    return text if full else f"{text} This is not the published set-up; expect other numbers."


def table(rows: list[Row]) -> str:
    """A line for each rung; accuracies after the last epoch, means over seeds with their standard errors."""
    base = reference(rows)
    ordered = sorted(rows, key=lambda row: GROUPS.index(row.rung.group))
    return markdown.table(HEAD, [_line(row, base) for row in ordered], WORDS) if rows else ""


def _line(row: Row, base: Row | None) -> list[str]:
    rung, reported = row.rung, row.rung.reported
    difference = "" if base is None or base is row else percent(row.over(base), sign="+")
    return [
        rung.group,
        rung.name,
        rung.title,
        str(len(row.accuracy)),
        percent(row.mean),
        difference,
        "" if reported is None else f"{100 * reported:.1f}",
        *_steps(row),
    ]


def percent(value: Estimate, sign: str = "") -> str:
    """Of a fraction; without an error where there is none."""
    if math.isnan(value[0]):
        return ""
    error = "" if math.isnan(value[1]) else f" ± {100 * value[1]:.2f}"
    return f"{100 * value[0]:{sign}.2f}{error}"


def _steps(row: Row) -> list[str]:
    if row.mismatch is None:
        return ["", "", ""]
    first = row.matching[0]
    low, high = first["mismatch_tenths"]
    steps = f"{1e3 * first['up']:.1f} / {1e3 * first['down']:.1f}"
    return [f"{row.mismatch:.3f} [{low:.3f}–{high:.3f}]", steps, f"{row.spread:.2f}"]


def _explained(rows: list[Row]) -> str:
    text = (
        "Mismatch: |step up + step down| over their mean size, at weight 0; median over cells and, in brackets, first "
        "and ninth tenth. Spread: ninth tenth of step sizes over the first. ±: standard error of the mean over seeds; "
        "differences are of equal seeds."
    )
    compared = losses(rows)
    lost = [loss for _, (loss, _) in compared]
    told = [
        f"{found:+.2f} with {name}"
        for name, values in (
            ("the mismatch", [row.mismatch or 0.0 for row, _ in compared]),
            ("the logarithm of the spread", [math.log(row.spread or 1.0) for row, _ in compared]),
        )
        if (found := correlation(values, lost)) is not None
    ]
    if told:
        text += f"\n\nOver {len(compared)} rungs, the loss of accuracy is correlated {' and '.join(told)} (Pearson)."
    return text
