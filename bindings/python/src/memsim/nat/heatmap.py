"""Every training on every device, as a map of median errors."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from .report import by_training
from .setups import INFERENCES
from .summary import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def titled(title: str) -> str:
    """A title with its subscripts as Matplotlib sets them."""
    return title.replace("G_on", "$G_{on}$").replace("G_off", "$G_{off}$")


def heat_map(rows: Iterable[Row]) -> Any:
    """Median errors (%); framed: the devices of the training."""
    import matplotlib.pyplot as plt
    from matplotlib.colors import LogNorm

    medians = by_training(rows)
    percent = np.array([[100 * found.get(i.name, np.nan) for i in INFERENCES] for found in medians.values()])
    drawing, ax = plt.subplots(figsize=(8.6, 1.9 + 0.42 * len(medians)), layout="constrained")
    norm = LogNorm(max(1.0, np.nanmin(percent)), max(2.0, np.nanmax(percent)))
    image = ax.imshow(percent, cmap="cividis_r", norm=norm, aspect="auto")
    for row, training in enumerate(medians):
        for column, inference in enumerate(INFERENCES):
            _cell(ax, row, column, percent[row, column], norm, training.nonideality == inference.nonideality)
    titles = [titled(inference.title) for inference in INFERENCES]
    ax.set_xticks(range(len(titles)), titles, rotation=35, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(medians)), [titled(training.title) for training in medians])
    ax.set(xlabel="inference on", ylabel="trained for")
    ax.tick_params(length=0)
    bar = drawing.colorbar(image, ax=ax, label="median error (%)", ticks=[2, 3, 5, 10, 20, 30, 50, 90], format="%g")
    bar.minorticks_off()
    return drawing


def _cell(ax: "Axes", row: int, column: int, percent: float, norm: Any, own: bool) -> None:
    from matplotlib.patches import Rectangle

    if np.isnan(percent):
        ax.text(column, row, "–", ha="center", va="center", color="0.5")
        return
    ax.text(column, row, f"{percent:.1f}", ha="center", va="center", color="w" if norm(percent) > 0.55 else "k")
    if own:
        ax.add_patch(Rectangle((column - 0.47, row - 0.45), 0.94, 0.9, fill=False, ec="#D55E00", lw=1.6))
