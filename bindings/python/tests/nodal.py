"""Nodal analysis of a crossbar by a dense matrix: slow, and independent of the library."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Law = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Currents and their slopes of devices at voltages [rows, columns]."""


class Nodal(NamedTuple):
    output: np.ndarray
    device_volts: np.ndarray
    device_current: np.ndarray
    word_current: np.ndarray
    bit_current: np.ndarray
    word_volts: np.ndarray
    bit_volts: np.ndarray


def nodal(
    V, shape, law: Law, r_word=1.0, r_bit=1.0, E=0.0, r_source=0.0, r_sense=0.0, double_sided=False, steps=100
) -> Nodal:
    """One vector of voltages. Wires of 0 ohm join nodes, infinite ones are none; steps are Newton's."""
    m, n = shape
    r_word, r_source, V = (np.broadcast_to(np.asarray(x, float), m) for x in (r_word, r_source, V))
    r_bit, r_sense, E = (np.broadcast_to(np.asarray(x, float), n) for x in (r_bit, r_sense, E))
    words, bits = np.arange(m * n).reshape(shape), np.arange(m * n, 2 * m * n).reshape(shape)
    sources, terminals = 2 * m * n + np.arange(m), 2 * m * n + m + np.arange(n)
    wires = [(sources[i], words[i, 0], r_source[i] + r_word[i]) for i in range(m)]
    wires += [(words[i, j], words[i, j + 1], r_word[i]) for i in range(m) for j in range(n - 1)]
    wires += [(words[i, -1], sources[i], r_source[i] + r_word[i]) for i in range(m) if double_sided]
    wires += [(bits[i, j], bits[i + 1, j], r_bit[j]) for i in range(m - 1) for j in range(n)]
    wires += [(bits[-1, j], terminals[j], r_bit[j] + r_sense[j]) for j in range(n)]

    node = joined(2 * m * n + m + n, [(a, b) for a, b, r in wires if r == 0])
    known = np.full(len(node), np.nan)
    known[node[sources]], known[node[terminals]] = V, E
    free = np.flatnonzero(np.isnan(known) & (np.arange(len(node)) == node))
    matrix = np.zeros((len(node), len(node)), np.longdouble)
    for a, b, r in wires:
        if 0 < r < np.inf:
            connect(matrix, node[a], node[b], 1 / r)
    a, b = node[words], node[bits]
    x = np.where(np.isnan(known), 0.0, known)[node].astype(np.longdouble)
    volts = x[a] - x[b]
    for _ in range(steps):
        current, slope = law(volts.astype(float))
        whole, rest = matrix.copy(), np.zeros(len(node), np.longdouble)
        for i in range(m):
            for j in range(n):
                connect(whole, a[i, j], b[i, j], slope[i, j])
                rest[a[i, j]] += current[i, j] - slope[i, j] * volts[i, j]
                rest[b[i, j]] -= current[i, j] - slope[i, j] * volts[i, j]
        for _ in range(2):  # the second time refines: residuals are long doubles
            missing = (whole @ x + rest)[free]
            x[free] -= np.linalg.lstsq(whole[np.ix_(free, free)].astype(float), missing.astype(float), rcond=None)[0]
        before, volts = volts, x[a] - x[b]
        if np.abs(volts - before).max() <= 1e-14 * np.abs(known[~np.isnan(known)]).max(initial=0):
            break
    x = x[node]
    current = law(volts.astype(float))[0]
    into = entering(V, x[words], current, r_word + r_source, double_sided)
    down = np.cumsum(current, 0)
    fields = (volts, current, into, down, x[words], x[bits])
    return Nodal(down[-1], *(np.asarray(field, float) for field in fields))


def ohmic(g: np.ndarray) -> Law:
    return lambda volts: (g * volts, g)


def connect(matrix, a, b, g) -> None:
    matrix[a, a] += g
    matrix[b, b] += g
    matrix[a, b] -= g
    matrix[b, a] -= g


def joined(count: int, pairs) -> np.ndarray:
    """The first of the nodes that are one, for every node."""
    node = np.arange(count)
    for a, b in pairs:
        first, second = sorted((node[a], node[b]), reverse=True)  # sources and terminals come last and keep theirs
        node[node == second] = first
    return node


def entering(V, word_volts, current, first, double_sided) -> np.ndarray:
    """Currents from the left into word-line nodes: sums from the end on, of lines with two ends from the first on."""
    sums = np.cumsum(current[:, ::-1], 1)[:, ::-1]
    if not double_sided:
        return sums
    assert (first > 0).all()  # else the currents of both ends are anybody's guess
    start = np.where(np.isinf(first), 0.0, (V - word_volts[:, 0]) / first)
    return start[:, None] - (sums[:, :1] - sums)
