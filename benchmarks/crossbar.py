"""Crossbars with the resistance of their wires, beside badcrossbar, which solves the nodal equations with SuperLU."""

import importlib
import importlib.util
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial

import memsim
import memsim.nonideality as ni
import numpy as np
from memsim import crossbar
from timing import Row, medians

ONE = memsim.Context(threads=1)
TWO = memsim.Context(threads=2)
PEER = "badcrossbar==1.1.0"
FORMS = ("alpha-beta", "dmr", "jeong")
CALLS = 10
"""Of ours beside one of the peer's: a single one would time what the peer has left of the caches."""
Compute = Callable[..., tuple]


def _peer() -> Compute | None:
    """badcrossbar.compute, or None if it is not to be had; installed without its dependencies: its plots need Cairo."""
    if importlib.util.find_spec("badcrossbar") is None:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", PEER]
        if subprocess.run(command, check=False).returncode:
            print(f"{PEER} is not to be had: no rows beside it", file=sys.stderr)
            return None
        importlib.invalidate_caches()
    with warnings.catch_warnings(record=True):  # that there are no plots
        found = importlib.import_module("badcrossbar")
    logging.getLogger().setLevel(logging.WARNING)  # it tells of every step
    return found.compute


def _devices(side: int, low: float = 1e-6, high: float = 1e-3) -> np.ndarray:
    """Conductances evenly spread in their logarithm, S."""
    return np.exp(np.random.default_rng(12345).uniform(np.log(low), np.log(high), (side, side)))


def _inputs(count: int, side: int) -> np.ndarray:
    return np.random.default_rng(1).uniform(0, 0.5, (count, side))


def _beside(compute: Compute, side: int, inputs: int, asked: str, repeats: int) -> list[Row]:
    """Outputs alone, then all currents and voltages, for wires of 1 ohm; both begin with the conductances."""
    g, v = _devices(side), _inputs(inputs, side)
    rows = []
    name = f"{side} x {side}, {'one input' if inputs == 1 else f'{inputs} inputs'}"
    whats = {False: f"{name} / {PEER.replace('==', ' ')}", True: "the same, all currents and voltages"}
    for everything, what in whats.items():
        ours = partial(crossbar.solve, g, v, 1.0, 1.0, fields=everything, context=ONE)
        theirs = partial(compute, v.T, 1 / g, 1.0, node_voltages=everything, all_currents=everything)
        difference = np.abs(ours().output - theirs().currents.output).max()
        if not difference < 1e-9 * np.abs(ours().output).max():
            raise SystemExit(f"{what}: the outputs differ by {difference} A")
        a, b = medians(min(repeats, 3), lambda ours=ours: [ours() for _ in range(CALLS)], theirs)
        rows.append(Row(what, a / CALLS, b, asked="" if everything else asked))
    return rows


def crossbar_peer(repeats: int) -> list[Row]:
    """Exact solutions beside the peer's."""
    compute = _peer()
    if compute is None:
        return []
    cases = ((128, 1, "≥ 400"), (256, 1, "≥ 400"), (256, 16, "≥ 100"))
    return [row for side, inputs, asked in cases for row in _beside(compute, side, inputs, asked, repeats)]


def crossbar_large(repeats: int) -> list[Row]:
    """A million devices of 10 to 100 kohm, elimination included and done before."""
    g, v = _devices(1024, 1e-5, 1e-4), _inputs(1, 1024)[0]
    kept = crossbar.Wires(g, 1.0, 1.0, tolerance=1e-10, context=ONE)
    once = partial(crossbar.solve, g, v, 1.0, 1.0, fields=False, tolerance=1e-10, context=ONE)
    a, b = medians(min(repeats, 5), once, lambda: kept.solve(v, fields=False))
    return [
        Row("1024 x 1024, 10...100 kohm, one input, to 1e-10", a, asked="≤ 150 ms"),
        Row("the same, devices eliminated before", b),
        Row("memory of it", kept.nbytes / 1e9, unit="GB", asked="≤ 1 GB"),
    ]


def crossbar_curved(repeats: int) -> list[Row]:
    """SiOx devices of low resistance, each with residuals of its own, between wires that take most of the voltage."""
    low, high = ni.WINDOWS["siox-low"]
    g, v = _devices(256, low, high), _inputs(1, 256)[0]
    z = np.random.default_rng(2).standard_normal((256, 256, 2))
    wires = crossbar.Wires(g, 10.0, 10.0, law=ni.PooleFrenkel.siox_low(), normals=z, context=ONE)
    found = wires.solve(v, fields=False)
    (a,) = medians(repeats, lambda: wires.solve(v, fields=False))
    return [
        Row("256 x 256 Poole-Frenkel devices, 0.3...1.4 kohm, 10 ohm, one input", a, asked="≤ 60 ms"),
        Row("Newton steps of it", found.steps, unit="", asked="≤ 8"),
    ]


def crossbar_threads(repeats: int) -> list[Row]:
    """64 inputs on two threads."""
    rows = []
    for side in (128, 256):
        g, v = _devices(side), _inputs(64, side)
        one, two = (crossbar.Wires(g, 1.0, 1.0, context=context) for context in (ONE, TWO))
        a, b = medians(min(repeats, 5), partial(one.solve, v, fields=False), partial(two.solve, v, fields=False))
        rows.append(Row(f"{side} x {side}, 64 inputs, 2 threads / 1", b, a, asked="≥ 1.8"))
    return rows


def crossbar_growth(repeats: int) -> list[Row]:
    """Cost a device of one input as crossbars grow, and memory a device."""
    rows = []
    for side in (32, 64, 128, 256, 512, 1024):
        v = _inputs(1, side)[0]
        wires = crossbar.Wires(_devices(side), 1.0, 1.0, context=ONE)
        (a,) = medians(min(repeats, 5), lambda: wires.solve(v, fields=False))
        iterations = wires.solve(v, fields=False).iterations
        rows.append(Row(f"{side} x {side}, {iterations} iterations, a device", a / side**2))
    cells = 1024 * 1024
    return [*rows, Row("memory of a crossbar and its solver, a device", wires.nbytes / cells, unit="B")]


def crossbar_estimates(repeats: int) -> list[Row]:
    """Closed forms beside the exact solution, devices of 10 to 100 kohm."""
    side = 128
    g, v = _devices(side, 1e-5, 1e-4), _inputs(1, side)
    solved = partial(crossbar.solve, g, v, 1.0, 1.0, fields=False, context=ONE)
    forms = [partial(crossbar.approximate, g, 1.0, 1.0, method=name) for name in FORMS]
    first, *others = medians(repeats, solved, *(lambda form=form: v @ form() for form in forms))
    rows = [Row(f"{side} x {side}, 10...100 kohm, one input, exact", first)]
    return rows + [Row(f"the same by the {name} estimate", seconds) for name, seconds in zip(FORMS, others, strict=True)]


def crossbar_errors(_: int) -> list[Row]:
    """Mean errors of the closed forms over the exact mean, half of the devices 1 and half 40 kohm, five draws of them."""
    rows = []
    for side, ohms in ((32, 0.1), (32, 1.0), (64, 1.0), (64, 2.0)):
        found = np.mean([_errors(np.random.default_rng(seed), side, ohms) for seed in range(5)], axis=0)
        names = ("current lost", "error without wires", *(f"error of {name}" for name in FORMS))
        rows += [
            Row(f"{side} x {side}, 1 and 40 kohm, {ohms:g} ohm: {name}", float(value), unit="%")
            for name, value in zip(names, found, strict=True)
        ]
    return rows


def _errors(numbers: np.random.Generator, side: int, ohms: float) -> list[float]:
    """Of one draw, 16 inputs uniform in 0...1 V, %."""
    g = np.where(numbers.random((side, side)) < 0.5, 1e-3, 2.5e-5)
    v = numbers.random((16, side))
    exact = crossbar.solve(g, v, ohms, ohms, fields=False, context=ONE).output
    lost = 100 * (1 - exact.sum() / (v @ g).sum())
    forms = (crossbar.approximate(g, ohms, ohms, method=name) for name in FORMS)
    return [lost, _error(v @ g, exact), *(_error(v @ form, exact) for form in forms)]


def _error(outputs: np.ndarray, exact: np.ndarray) -> float:
    return float(100 * np.abs(outputs - exact).mean() / exact.mean())


def crossbar_gradient(repeats: int) -> list[Row]:
    """All gradients of 16 inputs beside their solution, all currents and voltages included."""
    side = 256
    wires = crossbar.Wires(_devices(side), 1.0, 1.0, context=ONE)
    v = _inputs(16, side)
    solution, grad = wires.solve(v), np.ones((16, side))
    a, b = medians(min(repeats, 5), lambda: wires.vjp(solution, grad), lambda: wires.solve(v))
    return [Row(f"{side} x {side}, 16 inputs: gradients / solution", a, b, ratio=a / b)]


CROSSBAR = (
    crossbar_peer,
    crossbar_large,
    crossbar_curved,
    crossbar_threads,
    crossbar_growth,
    crossbar_estimates,
    crossbar_errors,
    crossbar_gradient,
)
