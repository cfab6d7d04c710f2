"""Figures of reports, as files."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

STYLE: Any = {"font.size": 9, "axes.titlesize": 9.5, "axes.linewidth": 0.8, "svg.hashsalt": "memsim"}


def write(figures: Iterable[tuple[str, str, Callable[[], Any] | None]], folder: Path) -> dict[str, str]:
    """Draws figures (caption, name, function without arguments or None), each as PNG and SVG, the same bytes each time.

    Names of the PNGs by caption, relative to the parent of `folder`.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    written = {}
    with plt.rc_context(STYLE):
        for caption, name, draw in figures:
            if draw is None:
                continue
            folder.mkdir(parents=True, exist_ok=True)
            drawing = draw()
            drawing.savefig(folder / f"{name}.png", dpi=150)
            drawing.savefig(folder / f"{name}.svg", metadata={"Date": None})
            plt.close(drawing)
            written[caption] = f"{folder.name}/{name}.png"
    return written
