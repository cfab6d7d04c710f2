"""What the demo found, as a table and a figure."""

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from ...plot._axes import NOMINAL, RESET, SET
from ...plot.crossbar import draw_map
from ..digits.data import Digits
from .accuracy import METHODS, Accuracy
from .disturb import OHMS, Disturb
from .inside import Inside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = dict(zip(METHODS, (NOMINAL, SET, "#009E73", RESET), strict=True))
"""Of Okabe and Ito, which colour-blind readers tell apart."""
LEAST, MOST = 1e-9, 10.0
"""Relative changes of conductance that are drawn."""


def table(digits: Digits, inside: list[Inside], accuracy: Accuracy, disturbs: list[Disturb], seconds: float) -> str:
    """The figures of the run, one a line."""
    rows = [
        ("array", inside[0].title),
        ("current lost in wires", ", ".join(f"{100 * part.lost:.1f} % at {part.ohms:g} Ω" for part in inside)),
        ("data", f"{digits.name}: {len(digits.train_labels)} to train, {len(digits.test_labels)} to test"),
        ("accuracy in software", f"{100 * accuracy.software:.2f} %"),
        ("Ω of a segment", " ".join(f"{r:>6.3g}" for r in accuracy.ohms)),
        *((f"accuracy, {name} (%)", _percents(accuracy, name)) for name in METHODS),
    ]
    for found in disturbs:
        rows.append((f"written by {found.scheme}", _written(found)))
        rows.append(("  other cells, change of G", _spread(found)))
    rows.append(("run time", f"{seconds:.1f} s: writing {sum(found.seconds for found in disturbs):.1f} s"))
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _percents(accuracy: Accuracy, method: str) -> str:
    return " ".join(f"{100 * share:>6.2f}" for share in accuracy.through_wires[method])


def _written(found: Disturb) -> str:
    wanted = found.pattern.sum()
    share = 100 * (found.switched & found.pattern).sum() / max(1, wanted)
    wrong = (found.switched & ~found.pattern).sum()
    return f"{share:.1f} % of {wanted} cells set, {wrong} others; {found.energy:.2e} J, {found.steps} steps of time"


def _spread(found: Disturb) -> str:
    size = np.abs(found.disturbed)
    if not size.size:
        return "there are none"
    middle, most = np.median(size), size.max()
    return f"median {middle:.1e}, largest {most:.1e}"


def figure(path: Path, inside: list[Inside], accuracy: Accuracy, disturbs: list[Disturb]) -> None:
    """Writes the figure as a PNG."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 9, "axes.titlesize": 9.5, "axes.linewidth": 0.8}):
        drawing, axes = plt.subplots(2, 4, figsize=(16.5, 7.6), layout="constrained")
        for part, pair in zip(inside, (axes[0, :2], axes[0, 2:]), strict=True):
            draw_map(pair[0], part.word_volts, "V", f"word-line voltage, {part.ohms:g} Ω a segment")
            draw_map(pair[1], part.device_current, "A", f"device current, {part.ohms:g} Ω a segment")
        _accuracy(axes[1, 0], accuracy)
        for found, ax in zip(disturbs, axes[1, 1:3], strict=True):
            _changes(ax, found)
        _histogram(axes[1, 3], disturbs)
        for letter, ax in zip("abcdefgh", axes.flat, strict=True):
            ax.set_title(f"({letter}) {ax.get_title()}", loc="left")
            ax.set_title("")
        drawing.savefig(path, dpi=130)
        plt.close(drawing)


def _accuracy(axes: "Axes", accuracy: Accuracy) -> None:
    axes.axhline(100 * accuracy.software, color="0.6", lw=0.8, ls=":", label="software")
    for method, shares in accuracy.through_wires.items():
        style = "o-" if method == "exact" else "--"
        axes.semilogx(accuracy.ohms, 100 * shares, style, color=COLOURS[method], ms=4, lw=1.2, label=method)
    axes.set(xlabel="resistance of a segment (Ω)", ylabel="accuracy (%)", title="digits classified through wires")
    axes.legend(frameon=False, loc="lower left")


def _changes(axes: "Axes", found: Disturb) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import LogNorm

    size = np.where(found.pattern, np.nan, np.clip(np.abs(found.change), LEAST, MOST))
    image = axes.imshow(size, cmap=colormaps["magma"].with_extremes(bad="0.8"), norm=LogNorm(LEAST, 1))
    axes.set(xlabel="bit line", ylabel="word line", title=f"disturb by {found.scheme}, grey: written")
    axes.figure.colorbar(image, ax=axes, label="|change of conductance|, relative", extend="max")


def _histogram(axes: "Axes", disturbs: list[Disturb]) -> None:
    bins = np.geomspace(LEAST, MOST, 61).tolist()
    for found, colour in zip(disturbs, (RESET, SET), strict=True):
        size = np.clip(np.abs(found.disturbed), LEAST, MOST)
        axes.hist(size, bins, histtype="stepfilled", color=colour, alpha=0.35)
        axes.hist(size, bins, histtype="step", color=colour, label=found.scheme)
    axes.set(xscale="log", xlabel="|change of conductance|, relative", ylabel="cells not to be written")
    axes.set_title(f"disturb after all rows, {OHMS:g} Ω a segment")
    axes.legend(frameon=False)
