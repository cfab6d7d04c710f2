"""What is measured of JART VCM v1b, beside forward Euler on the fitted current as simulators step it, in plain C."""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import memsim
import numpy as np
from timing import Row, medians

ONE = memsim.Context(threads=1)
TWO = memsim.Context(threads=2)
MODEL = "jart-vcm-v1b"
SIDE = 1024
CELLS = SIDE * SIDE
VOLTS = {"SET": -0.342, "RESET": 0.7065}
SUBSTEPS = 100


def _euler(*flags: str) -> Callable[[np.ndarray, float], None]:
    """The peer: jart_euler.c, compiled with -O3 -march=native and `flags`; one pulse of 1 µs in 100 sub-steps."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise SystemExit("the rows of jart need a C compiler, cc, for their peer")
    folder = tempfile.mkdtemp()
    source, library = Path(__file__).with_name("jart_euler.c"), Path(folder) / "jart_euler.so"
    options = ["-O3", "-march=native", *flags, "-shared", "-fPIC"]
    subprocess.run([compiler, *options, str(source), "-o", str(library), "-lm"], check=True)
    code = ctypes.CDLL(str(library))
    shutil.rmtree(folder)  # it stays mapped
    code.jart_euler_pulse.argtypes = (
        ctypes.c_void_p, ctypes.c_size_t, ctypes.c_double, ctypes.c_double, ctypes.c_int)
    code.jart_euler_pulse.restype = None
    return lambda n, volts: code.jart_euler_pulse(n.ctypes.data, n.size, volts, 1e-6, SUBSTEPS)


def _spread(count: int) -> np.ndarray:
    """Concentrations over the window of the closed form, in no order."""
    return np.exp(np.random.default_rng(1).uniform(np.log(0.07), np.log(1.8), count))


def _array(side: int = SIDE, context: memsim.Context = ONE, **options: str) -> memsim.Array:
    array = memsim.Array(MODEL, (side, side), seed=1, context=context, **options)
    array.set_state("N", _spread(side * side).reshape(side, side))
    return array


def jart_pulses(repeats: int) -> list[Row]:
    """One training pulse on each of 2^20 cells; the slow build of the peer on 2^16, which is all the same to it."""
    relaxed, strict = _euler("-ffast-math"), _euler()
    rows = []
    for sign, (name, volts) in zip((1, -1), VOLTS.items(), strict=True):
        array, theirs, few = _array(), _spread(CELLS), _spread(1 << 16)
        a, b, c = medians(
            min(repeats, 5), lambda: array.pulse(sign), lambda: relaxed(theirs, volts), lambda: strict(few, volts))
        rows += [
            Row(f"{name} pulse, a cell / {SUBSTEPS} Euler steps, C, -O3 -ffast-math", a / CELLS, b / CELLS,
                asked="≥ 100, ≤ 8 ns"),
            Row(f"{name} pulse, a cell / {SUBSTEPS} Euler steps, C, -O3", a / CELLS, c / few.size),
        ]
    return rows


def jart_solves(repeats: int) -> list[Row]:
    """Current, temperature, interface voltage and rate of 2^18 cells, cells made and filled included."""
    count = 1 << 18
    rows = []
    for kind, asked in ((np.float64, {"SET": "≤ 60 ns", "RESET": "≤ 35 ns"}), (np.float32, {})):
        n = _spread(count).astype(kind)
        for name, sign in (("SET", -1), ("RESET", 1)):
            volts = sign * np.random.default_rng(2).uniform(0.1, 1.5, count).astype(kind)
            (a,) = medians(repeats, lambda: memsim.evaluate(MODEL, volts, {"N": n}, context=ONE))
            rows.append(
                Row(f"static solution and rate, {np.dtype(kind).name}, {name}, a cell", a / count, asked=asked.get(name, "")))
    return rows


def jart_variability(repeats: int) -> list[Row]:
    """What per-cell parameters and their walk cost; the walk steps when the polarity changes."""
    plain, varied = _array(), _array(variability="d2d+c2c")
    other, walking = _array(), _array(variability="d2d+c2c")
    a, b, c, d = medians(
        repeats,
        lambda: plain.pulse(1),
        lambda: varied.pulse(1),
        lambda: (other.pulse(1), other.pulse(-1)),
        lambda: (walking.pulse(1), walking.pulse(-1)),
    )
    return [
        Row("SET pulse, a cell: varied / nominal cells", b / CELLS, a / CELLS, asked="≤ 2.5", ratio=b / a),
        Row("SET + RESET pulse, a cell: varied / nominal cells", d / CELLS, c / CELLS, asked="≤ 2.5", ratio=d / c),
    ]


def jart_holds(repeats: int) -> list[Row]:
    """-0.75 V for 1 µs from the least N every time: on 2^18 nominal cells, on 2^14 varied ones, which are slower."""
    rows = []
    for name, side, options in (("nominal", 512, {}), ("varied", 128, {"variability": "d2d+c2c"})):
        array = _array(side, **options)
        count = side * side
        start = array.state("N_min", dtype=np.float64)
        each = -0.75 + 0.01 * np.random.default_rng(3).standard_normal((side, side))
        fill, same, own = medians(
            min(repeats, 5),
            lambda: array.set_state("N", start),
            lambda: (array.set_state("N", start), array.apply(-0.75, duration=1e-6)),
            lambda: (array.set_state("N", start), array.apply(each, duration=1e-6)),
        )
        rows += [
            Row(f"-0.75 V for 1 µs, a {name} cell", (same - fill) / count),
            Row(f"the same, a voltage for every {name} cell", (own - fill) / count),
        ]
    return rows


def jart_sweeps(repeats: int) -> list[Row]:
    """A loop of ±1.5 V at 1 V/s, 801 points, on 50 varied cells, which are too few for two threads."""
    times = np.linspace(0, 6, 801)
    volts = np.interp(times, [0, 1.5, 4.5, 6], [0, -1.5, 1.5, 0])
    array = memsim.Array(MODEL, (1, 50), seed=1, context=ONE, variability="d2d+c2c")
    (a,) = medians(min(repeats, 5), lambda: array.sweep(times, volts))
    return [Row("I-V loop of 801 points, 50 varied cells", a), Row("a point of a cell of it", a / (50 * times.size))]


def jart_threads(repeats: int) -> list[Row]:
    """Pulses and holds of 2^20 cells on two threads."""
    one, two = _array(variability="d2d+c2c"), _array(context=TWO, variability="d2d+c2c")
    a, b = medians(repeats, lambda: one.pulse(1), lambda: two.pulse(1))
    c, d = medians(min(repeats, 5), lambda: one.apply(0.7, duration=1e-6), lambda: two.apply(0.7, duration=1e-6))
    return [
        Row("SET pulse of 2^20 varied cells, 2 threads / 1", b, a, asked="≥ 1.7"),
        Row("0.7 V for 1 µs on 2^20 varied cells, 2 threads / 1", d, c, asked="≥ 1.7"),
    ]


def jart_growth(repeats: int) -> list[Row]:
    """Cost a cell as arrays grow, and memory a cell."""
    rows = []
    for side in (32, 128, 512, 2048):
        array = _array(side)
        a, b = medians(repeats, lambda: array.pulse(1), lambda: array.read(0.2, noise=False))
        rows += [
            Row(f"{side} x {side}: SET pulse, a cell", a / side**2),
            Row(f"{side} x {side}: exact read, a cell", b / side**2),
        ]
    for variability in ("off", "d2d", "d2d+c2c"):
        array = _array(512, variability=variability)
        rows.append(Row(f"memory of a JART cell, variability {variability}", array.nbytes / 512**2, unit="B"))
    return rows


JART = (jart_pulses, jart_solves, jart_variability, jart_holds, jart_sweeps, jart_threads, jart_growth)
