"""Crossbars of conductances: plain products, and exact ones with the resistance of their wires.

`vmm` multiplies by a matrix. `solve` and `Wires` put every device between segments of a word and of a bit line, drivers
and sensors; devices may follow a law of memsim.nonideality, stand in series with a `Selector`, or be the cells of a
memsim.Array, which then can also be written. `compute` takes and gives what badcrossbar does, `approximate` has closed
forms for comparison, `netlist` writes the circuit for ngspice,
which `ngspice` runs. SI units.
"""

from .approximate import approximate
from .compute import compute
from .netlist import netlist
from .ngspice import SpiceSolution, ngspice, parse
from .product import vmm
from .selectors import Selector, SelectorCard, selector_cards
from .solution import Gradients, Solution, WriteReport
from .solving import solve
from .wires import Wires

__all__ = [
    "Gradients",
    "Selector",
    "SelectorCard",
    "Solution",
    "SpiceSolution",
    "Wires",
    "WriteReport",
    "approximate",
    "compute",
    "netlist",
    "ngspice",
    "parse",
    "selector_cards",
    "solve",
    "vmm",
]
