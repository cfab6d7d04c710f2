"""What the demo found, as a table and a figure."""

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from ...models import model as model_card
from ...plot._axes import RESET, SET, Values
from ...plot.loops import draw_loops
from ...plot.switching import draw_branch, finish
from ...plot.trains import draw_train
from .measure import MODEL, PULSES, RESET_VOLTS, SET_VOLTS, VARIABILITY, Measurements

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GUIDE = ((0.6, 17.8e-3), (0.7, 476e-6), (0.8, 13.5e-6), (0.9, 594e-9))
"""|V| and SET time [s] read off the User Guide's Fig. 6.1, which Spectre computed; to 2 %."""


def table(found: Measurements, seconds: float) -> str:
    """The figures of the run, one a line."""
    loops, trains = found.loops, 1e6 * found.train.conductances
    nominal = 1e6 * found.nominal_train.conductances[:, 0]
    steps = np.diff(nominal)
    parts = found.loops.seconds, found.kinetics.seconds, found.train.seconds
    rows = [
        ("varied cells", f"{trains.shape[1]}, variability {VARIABILITY}"),
        ("V_SET at 1 V/s", _spread(loops.switching(0), found.nominal_loop.switching(0), "V", 3)),
        ("V_RESET at 1 V/s", _spread(loops.switching(2), found.nominal_loop.switching(2), "V", 3)),
        ("LRS / HRS current at -0.2 V", _spread(loops.ratio(), found.nominal_loop.ratio(), "", 1)),
        ("SET times", _decades(SET_VOLTS, found.nominal_kinetics.set_times[:, 0])),
        ("RESET times", _decades(RESET_VOLTS, found.nominal_kinetics.reset_times[:, 0])),
        ("conductance before the train", _spread(trains[0], nominal[:1], "µS", 0)),
        (f"after {PULSES} SET pulses", _spread(trains[PULSES], nominal[PULSES : PULSES + 1], "µS", 0)),
        (f"after {PULSES} RESET pulses", _spread(trains[-1], nominal[-1:], "µS", 0)),
        ("largest steps of the nominal cell", f"{steps.max():+.2f} µS SET, {steps.min():+.2f} µS RESET"),
        ("run time", f"{seconds:.2f} s: loops {parts[0]:.2f}, kinetics {parts[1]:.2f}, trains {parts[2]:.2f} s"),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _spread(values: Values, nominal: Values, unit: str, digits: int) -> str:
    least, middle, most = np.percentile(values, [5, 50, 95])
    numbers = [f"{value:.{digits}f}" for value in (middle, least, most, nominal[0])]
    return "median {}, 5-95 % {} ... {}, nominal {} ".format(*numbers).rstrip() + f" {unit}".rstrip()


def _decades(volts: Values, times: Values) -> str:
    ends = f"{times[0]:.3g} s at {volts[0]:.1f} V ... {times[-1]:.3g} s at {volts[-1]:.1f} V"
    return f"{ends}: {np.log10(times.max() / times.min()):.1f} decades"


def figure(path: Path, found: Measurements) -> None:
    """Writes the figure as a PNG."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 9, "axes.titlesize": 9.5, "axes.linewidth": 0.8}):
        drawing, axes = plt.subplots(1, 3, figsize=(12.5, 4), layout="constrained")
        _loops(axes[0], found)
        _kinetics(axes[1], found)
        _train(axes[2], found)
        for letter, part in zip("abc", axes, strict=True):
            part.set_title(f"({letter}) {part.get_title()}", loc="left")
            part.set_title("")
        drawing.savefig(path, dpi=170)
        plt.close(drawing)


def _loops(axes: "Axes", found: Measurements) -> None:
    draw_loops(axes, found.loops.volts, found.loops.currents)
    title = f"{found.loops.currents.shape[1]} varied cells, ±1.5 V at 1 V/s"
    axes.set(ylim=(1e-8, 3e-3), xlim=(-1.55, 1.55), title=title)
    axes.text(-1.5, 2e-5, "SET", color=SET, weight="bold")
    axes.text(1.5, 1.6e-4, "RESET", color=RESET, weight="bold", ha="right")
    axes.legend(frameon=False, loc="lower right")


def _kinetics(axes: "Axes", found: Measurements) -> None:
    varied, nominal = found.kinetics, found.nominal_kinetics
    draw_branch(axes, None, SET_VOLTS, varied.set_times, SET)
    draw_branch(axes, None, RESET_VOLTS, varied.reset_times, RESET)
    axes.plot(-SET_VOLTS, nominal.set_times[:, 0], color=SET, lw=1.6, label="SET, V < 0")
    axes.plot(RESET_VOLTS, nominal.reset_times[:, 0], color=RESET, lw=1.6, label="RESET, V > 0")
    label = f"5–95 % of {varied.set_times.shape[1]} varied cells"
    axes.fill_between([], [], [], color="0.5", alpha=0.3, lw=0, label=label)
    axes.plot(*zip(*GUIDE, strict=True), "o", mfc="white", mec="k", ms=4.5, label="User Guide (Spectre)")
    finish(axes)


def _train(axes: "Axes", found: Measurements) -> None:
    draw_train(axes, found.train.conductances, median=False)
    draw_train(axes, found.nominal_train.conductances, label="nominal cell")
    axes.axvline(PULSES, color="0.6", lw=0.8, ls=":")
    card = model_card(MODEL).params
    volts = [1e3 * card[f"pulse_voltage_{name}"].default.item() for name in ("SET", "RESET")]
    micros = 1e6 * card["pulse_length"].default.item()
    title = f"{PULSES} pulses each of {volts[0]:g} mV and {volts[1]:g} mV, {micros:g} µs".replace("-", "\N{MINUS SIGN}")
    axes.set(ylabel="conductance at 0.2 V (µS)", title=title)
    axes.legend(frameon=False, loc="lower left")
