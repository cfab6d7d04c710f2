"""The same crossbar for another simulator: netlists of ngspice."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from .._core import Error
from .._operands import FloatArray, as_float64
from ..nonideality import Law
from .circuit import Nodes, Wire, wires_of
from .settings import WireSettings, checked_law
from .spice_laws import currents

Device = tuple[str, str, str, str]
"""Name, word-line node, bit-line node, current as `currents` gives it."""

_CONVERGED = ".options reltol=1e-9 vntol=1e-12 itl1=1000"
"""Of the last of Newton's steps, which squares what it leaves; tighter, rounding passes for a failure to converge."""


def netlist(
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
    title: str = "memsim crossbar",
) -> str:
    """The crossbar of `solve`, for one vector of voltages, as text for ngspice: `ngspice` runs it, `parse` reads the
    answer.

    Nodes are in<row>, w<row>_<column>, b<row>_<column> and out<column>, the terminals. Open devices, infinite
    resistances and what no source reaches are left out; a resistance of 0 makes one node of two.

    Parameters
    ----------
    G
        Conductances [rows, columns], S, 0 (open) ... 1e15; of a law its parameter.
    V
        Voltages of the word lines [rows], V.
    r_word, r_bit, r_source, r_sense, double_sided, normals
        As of `Wires`.
    E
        Voltages of the bit lines' terminals [columns], V; None: 0.
    law
        None: ohmic devices. A `PooleFrenkel`, `NParameter` or `Sinh` of memsim.nonideality.
    title
        First line of the text.

    Raises
    ------
    memsim.Error
        If a shape does not fit, a value is out of range or the law is another one.
    """
    g = as_float64("G", G)
    if g.ndim != 2 or not g.size:
        raise Error(f"G must have shape (rows, columns), each >= 1, got {g.shape}")
    good = (g >= 0) & (g <= 1e15)
    if not good.all():
        raise Error(f"G must be 0...1e15 S, got {g[~good][0]}")
    rows, columns = g.shape
    settings = WireSettings.checked((rows, columns), r_word, r_bit, r_source, r_sense, double_sided, None)
    sources = {f"in{i}": v for i, v in enumerate(_volts("V", V, rows))}
    sources |= {f"out{j}": v for j, v in enumerate(_volts("E", np.zeros(columns) if E is None else E, columns))}
    devices = _devices(g, *checked_law(law, normals, settings.shape))
    return "\n".join([f"* {' '.join(title.split())}", *_deck(settings, devices, sources), ".end", ""])


def _deck(settings: WireSettings, devices: list[Device], sources: dict[str, float]) -> Iterator[str]:
    wires = wires_of(settings)
    nodes = Nodes.of(wires, [(w, b) for _, w, b, _ in devices], sources)
    yield from (f"V{node} {node} 0 DC {volts!r}" for node, volts in sources.items())
    yield from (f"{x.name} {nodes[x.a]} {nodes[x.b]} {x.ohms!r}" for x in wires if _counts(x, nodes))
    for name, w, b, current in devices:
        if nodes.live(w):
            yield f"{name} {nodes[w]} {nodes[b]} {current.format(a=nodes[w], b=nodes[b])}"
    yield _CONVERGED
    yield from _control(settings.shape, nodes)


def _counts(wire: Wire, nodes: Nodes) -> bool:
    return bool(np.isfinite(wire.ohms)) and nodes[wire.a] != nodes[wire.b] and nodes.live(wire.a)


def _control(shape: tuple[int, int], nodes: Nodes) -> Iterator[str]:
    """Prints every node under its own name, with all digits."""
    rows, columns = shape
    yield from (".control", "set numdgt=17", "op", f"echo memsim {rows} {columns}")
    for name in (f"{line}{i}_{j}" for line in "wb" for i in range(rows) for j in range(columns)):
        if not nodes.live(name):
            yield f"echo {name} = nan"
        elif nodes[name] != name:
            yield f"let {name} = v({nodes[name]})"
    yield from ("print all", "quit", ".endc")


def _devices(g: FloatArray, law: Law | None, normals: FloatArray | None) -> list[Device]:
    letter = "R" if law is None else "B"
    places, found = np.argwhere(g > 0).tolist(), currents(g, law, normals)
    return [(f"{letter}cell{i}_{j}", f"w{i}_{j}", f"b{i}_{j}", one) for (i, j), one in zip(places, found, strict=True)]


def _volts(name: str, values: npt.ArrayLike, lines: int) -> list[float]:
    volts = as_float64(name, values)
    if volts.shape != (lines,):
        raise Error(f"{name} has shape {volts.shape}, it must be ({lines},): one vector")
    if not np.isfinite(volts).all():
        raise Error(f"{name} must be finite, got {volts[~np.isfinite(volts)][0]}")
    return [float(value) for value in volts]
