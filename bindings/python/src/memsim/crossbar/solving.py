"""Crossbars with wires, solved once."""

from typing import SupportsFloat, SupportsIndex

import numpy.typing as npt

from ..context import Context
from ..nonideality import Law
from .selectors import Selector
from .solution import Solution
from .wires import Wires


def solve(
    G: npt.ArrayLike,
    V: npt.ArrayLike,
    r_word: npt.ArrayLike = 1.0,
    r_bit: npt.ArrayLike = 1.0,
    *,
    E: npt.ArrayLike | None = None,
    r_source: npt.ArrayLike = 0.0,
    r_sense: npt.ArrayLike = 0.0,
    double_sided: bool = False,
    law: Law | None = None,
    normals: npt.ArrayLike | None = None,
    selector: Selector | str | None = None,
    fields: bool = True,
    tolerance: SupportsFloat = 1e-12,
    max_iterations: SupportsIndex = 10_000,
    max_steps: SupportsIndex = 50,
    context: Context | None = None,
) -> Solution:
    """Currents and voltages of a crossbar with the resistance of its wires, exact to a tolerance.

    ``Wires(G, ...).solve(V, E)``: for more inputs to the same devices keep the `Wires`.

    Parameters
    ----------
    G
        Conductances [rows, columns], S, 0 (open) ... 1e15; of a law its parameter.
    V
        Word-line voltages [..., rows], V.
    r_word, r_bit, r_source, r_sense, double_sided, law, normals, selector
        As of `Wires`.
    E
        Voltages of the bit lines' terminals [..., columns], V; None: 0.
    fields
        Whether to give what happens inside: six arrays [..., rows, columns].
    tolerance, max_iterations, max_steps, context
        As of `Wires`.

    Returns
    -------
    Solution
        Currents into the terminals [..., columns], A, and the fields; double precision.

    Raises
    ------
    memsim.Error
        If a shape does not fit, a value is out of range, or there is no solution or none within reach.
    """
    wires = Wires(
        G,
        r_word,
        r_bit,
        r_source=r_source,
        r_sense=r_sense,
        double_sided=double_sided,
        law=law,
        normals=normals,
        selector=selector,
        tolerance=tolerance,
        max_iterations=max_iterations,
        max_steps=max_steps,
        context=context,
    )
    return wires.solve(V, E, fields=fields)
