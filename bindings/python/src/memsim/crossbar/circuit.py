"""Crossbars as lists of resistors between named nodes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from .._core import Error
from .settings import WireSettings


class Wire(NamedTuple):
    """A resistance of wires, drivers or sensors."""

    name: str
    a: str
    b: str
    ohms: float


def wires_of(settings: WireSettings) -> list[Wire]:
    """All resistances but the devices', from sources and terminals on, whose names remain when nodes become one.

    Raises
    ------
    memsim.Error
        For a resistance out of range.
    """
    return [*_word_lines(settings), *_bit_lines(settings)]


def _word_lines(settings: WireSettings) -> Iterator[Wire]:
    columns = settings.shape[1]
    for i, (ohms, source) in enumerate(zip(_each(settings, "r_word"), _each(settings, "r_source"), strict=True)):
        yield Wire(f"Rsource{i}", f"in{i}", f"drive{i}", source)
        for j in range(columns):
            yield Wire(f"Rword{i}_{j}", f"w{i}_{j - 1}" if j else f"drive{i}", f"w{i}_{j}", ohms)
        if settings.double_sided:
            yield Wire(f"Rsource{i}_end", f"in{i}", f"end{i}", source)
            yield Wire(f"Rword{i}_{columns}", f"end{i}", f"w{i}_{columns - 1}", ohms)


def _bit_lines(settings: WireSettings) -> Iterator[Wire]:
    rows = settings.shape[0]
    for j, (ohms, sense) in enumerate(zip(_each(settings, "r_bit"), _each(settings, "r_sense"), strict=True)):
        yield Wire(f"Rsense{j}", f"out{j}", f"foot{j}", sense)
        for i in reversed(range(rows)):
            yield Wire(f"Rbit{i}_{j}", f"foot{j}" if i == rows - 1 else f"b{i + 1}_{j}", f"b{i}_{j}", ohms)


def _each(settings: WireSettings, name: str) -> list[float]:
    """One for every line."""
    ohms = getattr(settings, name)
    good = (ohms >= 0) & ((ohms <= 1e15) | np.isinf(ohms))
    if not good.all():
        raise Error(f"{name} must be 0...1e15 ohm or infinite, got {ohms[~good][0]}")
    lines = settings.shape[0 if name in ("r_word", "r_source") else 1]
    return [float(value) for value in np.broadcast_to(ohms, (lines,))]


@dataclass
class Nodes:
    """Names that remain of nodes when wires of 0 ohm make them one, and which nodes a source reaches."""

    _same: dict[str, str] = field(default_factory=dict)
    _reached: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, wires: Iterable[Wire], devices: Iterable[tuple[str, str]], held: Iterable[str]) -> "Nodes":
        """Nodes between wires and devices; `held` are those at sources."""
        nodes = cls()
        links = [(wire.a, wire.b) for wire in wires if np.isfinite(wire.ohms)]
        for wire in wires:
            if wire.ohms == 0:
                _join(nodes._same, wire.a, wire.b)
        for a, b in (*links, *devices, *(("0", node) for node in held)):
            _join(nodes._reached, nodes[a], nodes[b])
        return nodes

    def __getitem__(self, node: str) -> str:
        return _root(self._same, node)

    def live(self, node: str) -> bool:
        """Whether a source reaches it: what none does carries no current, and its voltage is anything."""
        return _root(self._reached, self[node]) == _root(self._reached, "0")


def _root(parents: dict[str, str], node: str) -> str:
    while node in parents:
        above = parents[node]
        parents[node] = parents.get(above, above)  # halves the way of the next search
        node = above
    return node


def _join(parents: dict[str, str], a: str, b: str) -> None:
    first, second = _root(parents, a), _root(parents, b)
    if first != second:
        parents[second] = first
