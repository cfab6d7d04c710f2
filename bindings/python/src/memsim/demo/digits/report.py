"""What the demo found, as a table and a figure."""

from pathlib import Path

import matplotlib
import numpy as np

from ... import plot
from ...array import Array
from .data import Digits
from .network import Chip
from .run import Result


def table(digits: Digits, software: float, chips: list[Chip], results: list[Result]) -> str:
    """The figures of the run, one a line."""
    accuracy = 100 * np.array([result.accuracy for result in results])
    deviation = accuracy.std(ddof=min(1, len(chips) - 1))
    cells, pulses = sum(chip.cells for chip in chips), sum(chip.pulses for chip in chips)
    programming = sum(chip.programming_seconds for chip in chips)
    inference = sum(result.seconds for result in results)
    images = len(digits.test_labels) * len(chips)
    products = images * sum(layer.target.size for layer in chips[0].layers)
    within = np.mean([layer.programming.within for chip in chips for layer in chip.layers])
    rows = [
        ("data", f"{digits.name}: {len(digits.train_labels)} to train, {len(digits.test_labels)} to test"),
        ("accuracy in software", f"{100 * software:.2f} %"),
        (f"accuracy on {len(chips)} chips", f"{accuracy.mean():.2f} ± {deviation:.2f} %"),
        ("cells programmed", f"{cells} ({chips[0].cells} a chip), {100 * within:.1f} % within tolerance"),
        ("write pulses", f"{pulses} ({pulses / cells:.1f} a cell)"),
        ("programming", f"{programming:.2f} s: {cells / programming:.3g} cells/s, {pulses / programming:.3g} pulses/s"),
        ("inference", f"{inference:.3f} s: {images / inference:.3g} images/s, {products / inference:.3g} cell reads/s"),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def figure(
    path: Path, digits: Digits, software: float, chips: list[Chip], results: list[Result], sample: Array
) -> None:
    """Writes the report as a PNG. `sample` is an array to cycle."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    drawing, axes = plt.subplots(2, 3, figsize=(15, 9), layout="constrained")
    plot.iv(Array("synaptogen", (1, 4), seed=3), cells=4, ax=axes[0, 0])
    plot.cycle_to_cycle(sample, ax=axes[0, 1])
    plot.device_to_device(sample, ax=axes[0, 2])
    layer = chips[0].layers[0]
    plot.programmed(layer.target, layer.programming.conductance, ax=axes[1, 0])
    plot.confusion(
        np.tile(digits.test_labels, len(results)), np.concatenate([r.predictions for r in results]), ax=axes[1, 1]
    )
    accuracy = [100 * result.accuracy for result in results]
    axes[1, 2].bar(range(1, len(chips) + 1), accuracy, color="C0", label="on devices")
    axes[1, 2].axhline(100 * software, color="C3", label="software")
    axes[1, 2].set(
        xlabel="chip", ylabel="accuracy (%)", xticks=range(1, len(chips) + 1), title="accuracy",
        ylim=(min([*accuracy, 100 * software]) - 2, 100),
    )
    axes[1, 2].legend(loc="lower right", frameon=True)
    drawing.suptitle(f"memsim demo: {digits.name} on Synaptogen cells")
    drawing.savefig(path, dpi=120)
    plt.close(drawing)
