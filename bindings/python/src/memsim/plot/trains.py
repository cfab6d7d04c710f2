"""Potentiation and depression by trains of pulses."""

from collections.abc import Sequence
from operator import index
from typing import TYPE_CHECKING, SupportsIndex

import numpy as np

from ..array import Array
from ._axes import NOMINAL, RESET, SET, Values, axes_of, median_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Pulses = SupportsIndex | Sequence[tuple[float, float]]


def train(array: Array, pulses: Pulses = 200, *, read_volts: float = 0.2) -> Values:
    """Values before a train of pulses and after each.

    Parameters
    ----------
    array
        Changed by the pulses.
    pulses
        n: n training pulses SET, then n RESET. Or voltages [V] and durations [s], one pair a pulse.
    read_volts
        V, of the noiseless reads.

    Returns
    -------
    ndarray
        S, [pulses + 1, rows, columns].
    """
    steps: list[int | tuple[float, float]] = []
    if isinstance(pulses, SupportsIndex):
        steps += [1] * index(pulses) + [-1] * index(pulses)
    else:
        steps += pulses
    conductances = np.empty((len(steps) + 1, *array.shape))
    array.conductance(read_volts, out=conductances[0])
    for number, step in enumerate(steps):
        if isinstance(step, int):
            array.pulse(step)
        else:
            array.apply(step[0], duration=step[1])
        array.conductance(read_volts, out=conductances[number + 1])
    return conductances


def pulse_train(
    array: Array, pulses: Pulses = 200, *, read_volts: float = 0.2, label: str | None = None, ax: "Axes | None" = None
) -> "Axes":
    """Conductance after every pulse, of every cell thin and their median thick; the array is changed by the pulses.

    Parameters
    ----------
    pulses
        n: n training pulses SET, then n RESET. Or voltages [V] and durations [s], one pair a pulse.
    read_volts
        V.
    label
        Of the thick line.
    """
    axes = axes_of(ax)
    draw_train(axes, train(array, pulses, read_volts=read_volts), label=label)
    axes.set(ylabel=f"conductance at {read_volts:g} V (µS)")
    axes.legend(frameon=False)
    return axes


def draw_train(axes: "Axes", conductances: Values, *, label: str | None = None, median: bool = True) -> None:
    """What `train` gave."""
    micro = 1e6 * conductances.reshape(len(conductances), -1)
    count = micro.shape[1]
    if count > 1:
        top = int(np.median(micro, 1).argmax())
        axes.plot(range(top + 1), micro[: top + 1], color=SET, lw=0.5, alpha=0.35)
        axes.plot(range(top, len(micro)), micro[top:], color=RESET, lw=0.5, alpha=0.35)
    if median:
        axes.plot(np.median(micro, 1), color=NOMINAL, lw=1.6, label=label or median_label(count))
    axes.set(xlabel="pulse", title="potentiation and depression", xlim=(0, len(micro) - 1))
