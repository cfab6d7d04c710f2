"""What is measured. Each function returns rows of the table."""

import os
from pathlib import Path

import memsim
import numpy as np
import synaptogen.synaptogen as peer
import torch
from analog import ANALOG
from crossbar import CROSSBAR
from inference import INFERENCE
from jart import JART
from nat import NAT
from timing import Row, medians

torch.set_num_threads(1)
ONE = memsim.Context(threads=1)
TWO = memsim.Context(threads=2)
SIDE = 1024
CELLS = SIDE * SIDE


def normals(repeats: int) -> list[Row]:
    """Fills of 2^22 float32 normals: 16 MiB, beyond the second-level cache, as for the peers."""
    count = 1 << 22
    ours, numpys, torchs = np.empty(count, np.float32), np.empty(count, np.float32), torch.empty(count)
    generator = np.random.Generator(np.random.SFC64(1))
    a, b, c = medians(
        repeats,
        lambda: memsim.random.normal(out=ours, seed=1, context=ONE),
        lambda: torchs.normal_(),
        lambda: generator.standard_normal(dtype=np.float32, out=numpys),
    )
    return [
        Row("one float32 normal / `torch.Tensor.normal_`", a / count, b / count, asked="≥ 2.5"),
        Row("one float32 normal / NumPy SFC64 `standard_normal`", a / count, c / count, asked="≥ 5"),
    ]


def distributions(repeats: int) -> list[Row]:
    """The other distributions beside NumPy's Generator on SFC64."""
    count = 1 << 20
    generator = np.random.Generator(np.random.SFC64(1))
    f4, f8, i8, u1 = (np.empty(count, kind) for kind in ("f4", "f8", "i8", "u1"))
    jobs = {
        "normal float64": (lambda: memsim.random.normal(out=f8, context=ONE), lambda: generator.standard_normal(out=f8)),
        "uniform float32": (
            lambda: memsim.random.uniform(out=f4, context=ONE), lambda: generator.random(dtype=np.float32, out=f4)),
        "exponential float32": (
            lambda: memsim.random.exponential(out=f4, context=ONE),
            lambda: generator.standard_exponential(dtype=np.float32, out=f4)),
        "lognormal float64": (
            lambda: memsim.random.lognormal(out=f8, context=ONE), lambda: generator.lognormal(size=count)),
        "poisson, mean 5": (
            lambda: memsim.random.poisson(rate=5.0, out=i8, context=ONE), lambda: generator.poisson(5.0, count)),
        "poisson, mean 1000": (
            lambda: memsim.random.poisson(rate=1000.0, out=i8, context=ONE), lambda: generator.poisson(1000.0, count)),
        "integers": (
            lambda: memsim.random.integers(low=0, high=1000, out=i8, context=ONE), lambda: generator.integers(0, 1000, count)),
        "bernoulli": (
            lambda: memsim.random.bernoulli(p=0.3, out=u1, context=ONE), lambda: generator.random(count, np.float32) < 0.3),
    }
    rows = []
    for name, (ours, theirs) in jobs.items():
        a, b = medians(repeats, ours, theirs)
        rows.append(Row(f"one {name} / NumPy SFC64", a / count, b / count))
    return rows


def _array(context: memsim.Context, side: int = SIDE, **options: str) -> memsim.Array:
    array = memsim.Array("synaptogen", (side, side), seed=1, context=context, **options)
    array.apply(-2.0)
    array.apply(2.0)
    return array


def _peer(cells: int = CELLS) -> "peer.CellArrayCPU":
    """The peer's cells, its start flags repaired by one cycle."""
    theirs = peer.CellArrayCPU(cells)
    for _ in range(2):
        peer.applyVoltage(theirs, -2.0)
        peer.applyVoltage(theirs, 2.0)
    return theirs


def _cycle(array: memsim.Array) -> None:
    array.apply(-1.5)
    array.apply(1.5)


def _peer_cycle(theirs: "peer.CellArrayCPU") -> None:
    peer.applyVoltage(theirs, -1.5)
    peer.applyVoltage(theirs, 1.5)


def cycles(repeats: int) -> list[Row]:
    """SET and RESET of 2^20 cells; updates count both."""
    one, two, half, theirs = _array(ONE), _array(TWO), _array(ONE, history="half"), _peer()
    a, b, c, d = medians(
        repeats, lambda: _cycle(one), lambda: _cycle(two), lambda: _cycle(half), lambda: _peer_cycle(theirs)
    )
    return [
        Row("SET + RESET of a cell / synaptogen 0.2.0", a / CELLS, d / CELLS, asked="≥ 20"),
        Row("the same, history=\"half\"", c / CELLS, d / CELLS),
        Row("SET + RESET of 2^20 cells, 2 threads / 1", b, a, asked="≥ 1.7"),
        Row("updates per second, 2 threads", 2 * CELLS / b, unit="/s", asked="≥ 1e8"),
    ]


def pulses(repeats: int) -> list[Row]:
    """Other pulses on 2^20 cells, all in LRS at first."""
    array, theirs = _array(ONE), _peer()
    volts = np.random.default_rng(1).standard_normal((SIDE, SIDE)).astype(np.float32)
    flat = volts.ravel()
    mask = np.zeros((SIDE, SIDE), bool)
    mask[SIDE // 2, SIDE // 2] = True
    single = np.where(mask, np.float32(1.2), np.float32(0)).ravel()
    rows = []
    for name, unit, ours, other in (
        ("0.1 V, nothing switches", CELLS, lambda: array.apply(0.1), lambda: peer.applyVoltage(theirs, 0.1)),
        ("-2 V, then partial RESET at 1.2 V", CELLS, lambda: (array.apply(-2.0), array.apply(1.2)),
         lambda: (peer.applyVoltage(theirs, -2.0), peer.applyVoltage(theirs, 1.2))),
        ("-2 V, then N(0, 1) V per cell", CELLS, lambda: (array.apply(-2.0), array.apply(volts)),
         lambda: (peer.applyVoltage(theirs, -2.0), peer.applyVoltage(theirs, flat))),
        ("-2 V, then 1.2 V to one cell of 2^20", 1, lambda: (array.apply(-2.0), array.apply(1.2, where=mask)),
         lambda: (peer.applyVoltage(theirs, -2.0), peer.applyVoltage(theirs, single))),
    ):
        array.apply(-2.0)
        peer.applyVoltage(theirs, -2.0)
        a, b = medians(repeats, ours, other)
        rows.append(Row(f"{name}{', a cell' if unit > 1 else ''} / synaptogen 0.2.0", a / unit, b / unit))
    return rows


def creation(repeats: int) -> list[Row]:
    """Making 2^20 cells."""
    a, b = medians(
        min(repeats, 5), lambda: memsim.Array("synaptogen", (SIDE, SIDE), context=ONE), lambda: peer.CellArrayCPU(CELLS)
    )
    return [Row("creating a cell / synaptogen 0.2.0", a / CELLS, b / CELLS)]


def reads(repeats: int) -> list[Row]:
    """Noisy reads of every cell of 2^20."""
    one, two, theirs = _array(ONE), _array(TWO), _peer()
    out = np.empty((SIDE, SIDE), np.float32)
    a, b, c = medians(
        repeats, lambda: one.read(0.2, out=out), lambda: two.read(0.2, out=out), lambda: peer.Iread(theirs)
    )
    return [
        Row("noisy read of a cell / synaptogen 0.2.0", a / CELLS, c / CELLS, asked="≥ 6"),
        Row("noisy read of 2^20 cells, 2 threads / 1", b, a, asked="≥ 1.7"),
    ]


def products(repeats: int) -> list[Row]:
    """Noisy 1024 x 1024 products, one vector and a batch."""
    one, two, theirs = _array(ONE), _array(TWO), _peer()
    v = (np.random.default_rng(2).standard_normal(SIDE) * 0.2).astype(np.float32)
    batch = np.tile(v, (64, 1))
    out, outs = np.empty(SIDE, np.float32), np.empty((64, SIDE), np.float32)
    a, b, c, d, e, f = medians(
        repeats,
        lambda: one.vmm(v, out=out),
        lambda: one.vmm(v, noise="cell", out=out),
        lambda: one.vmm(v, noise=False, out=out),
        lambda: theirs @ v,
        lambda: one.vmm(batch, out=outs),
        lambda: two.vmm(batch, out=outs),
    )
    return [
        Row("noisy VMM 1024 x 1024, one vector / synaptogen 0.2.0", a, d, asked="≥ 40"),
        Row("the same, noise=\"cell\": a normal for every cell", b, d),
        Row("the same without noise", c),
        Row("a vector of a batch of 64 / synaptogen 0.2.0", e / 64, d),
        Row("noisy VMM, batch of 64, 2 threads / 1", f, e, asked="≥ 1.7"),
    ]


def dense(repeats: int) -> list[Row]:
    """Plain products of 1024 x 1024 matrices."""
    rows = []
    for kind, asked in ((np.float32, "≥ 0.9"), (np.float64, "")):
        left, right = (np.random.default_rng(k).standard_normal((SIDE, SIDE)).astype(kind) for k in (1, 2))
        ours, numpys = np.empty_like(left), np.empty_like(left)
        a, b, c = medians(
            repeats,
            lambda: memsim.vmm(left, right, out=ours, context=ONE),
            lambda: np.matmul(left, right, out=numpys),
            lambda: memsim.vmm(left, right, out=ours, context=TWO),
        )
        rate = 2 * SIDE**3 / 1e9
        name = np.dtype(kind).name
        rows.append(Row(f"{name} GEMM 1024³ / NumPy (OpenBLAS)", rate / a, rate / b, "GFLOP/s", asked, ratio=b / a))
        rows.append(Row(f"{name} GEMM 1024³, 2 threads / 1", c, a))
    return rows


def growth(repeats: int) -> list[Row]:
    """Cost a cell of a cycle, a read and a product as arrays grow."""
    rows = []
    for side in (32, 128, 512, 2048):
        array = _array(ONE, side)
        v = np.full(side, 0.2, np.float32)
        a, b, c = medians(repeats, lambda: _cycle(array), lambda: array.read(0.2), lambda: array.vmm(v))
        cells = side * side
        rows += [
            Row(f"{side} x {side}: SET + RESET, a cell", a / cells),
            Row(f"{side} x {side}: noisy read, a cell", b / cells),
            Row(f"{side} x {side}: noisy VMM, a cell", c / cells),
        ]
    return rows


def size(repeats: int) -> list[Row]:
    """Memory a cell, size of the library."""
    array = memsim.Array("synaptogen", (SIDE, SIDE))
    half = memsim.Array("synaptogen", (SIDE, SIDE), history="half")
    theirs = sum(value.nbytes for value in vars(_peer()).values() if isinstance(value, np.ndarray)) / CELLS
    library = os.path.realpath(memsim.get_library())
    return [
        Row("memory of a cell / synaptogen 0.2.0", array.nbytes / CELLS, theirs, "B", "≤ 232 B"),
        Row("the same, history=\"half\"", half.nbytes / CELLS, theirs, "B"),
        Row("libmemsim.so", Path(library).stat().st_size / 2**20, unit="MiB", asked="≤ 10 MB"),
    ]


ROWS = {
    job.__name__: job
    for job in (
        *NAT, normals, distributions, cycles, pulses, creation, reads, products, dense, growth, size, *JART, *CROSSBAR,
        *ANALOG, *INFERENCE)
}
