"""Analog tiles beside aihwkit, which runs in an environment of its own and takes turns with us."""

import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import memsim
import memsim.torch as mt
import numpy as np
import torch
from analog_inputs import (
    DW_MIN,
    LEARNING_RATE,
    MLP,
    MLP_BATCH,
    MLP_RATE,
    SIDE,
    Clock,
    images,
    in_a_row,
    in_tiles,
    operands,
    pulses,
    weights,
)
from memsim import devices
from timing import Row
from torch import nn

ONE = memsim.Context(threads=1)
TWO = memsim.Context(threads=2)
PEER = "aihwkit 1.1.0"
FORK = 11.3e-6
"""Seconds of a pulse of the aihwkit branch with JART cells, as we measured it once; it needs an aihwkit of its own."""
PYTHON = Path(__file__).parents[1] / ".venv-aihwkit" / "bin" / "python"
ASKED = {"constant-step": "≥ 10", "soft-bounds": "≥ 5"}
DEVICES = {"constant-step": devices.ConstantStep, "soft-bounds": devices.SoftBounds}
BARE = memsim.IO(
    inp_bound=0, inp_res=0, out_bound=0, out_res=0, out_noise=0, noise_management="none", bound_management="none", ir_drop=1)
DROPS = ("taken by wires", "by bit lines alone", "error of static, bit lines alone", "error of static")
Job = Callable[[], object]


class Peer:
    """The peer's process, which does a job when told its name; None of it if the environment cannot run it."""

    def __init__(self, wanted: bool = True) -> None:
        self._process: subprocess.Popen[str] | None = None
        if not wanted:
            return
        if not PYTHON.exists():
            self._absent("make has not made its environment")
            return
        command = [PYTHON, "-W", "ignore", Path(__file__).with_name("aihwkit_peer.py")]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout
        greeting = process.stdout.readline()
        if not greeting:
            assert process.stderr
            self._absent((process.stderr.read().strip().splitlines() or ["it says nothing"])[-1])
            return
        found = json.loads(greeting)
        print(f"beside aihwkit {found['aihwkit']} on torch {found['torch']}", file=sys.stderr)
        self._process = process

    @staticmethod
    def _absent(why: str) -> None:
        print(f"{PEER} is not to be had: no rows beside it ({why})", file=sys.stderr)

    def seconds(self, name: str) -> float | None:
        """Of one job, or None without the peer."""
        if self._process is None:
            return None
        assert self._process.stdin and self._process.stdout
        print(name, file=self._process.stdin, flush=True)
        return float(json.loads(self._process.stdout.readline())["seconds"])

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()


NOBODY = Peer(wanted=False)


def beside(peer: Peer, name: str, repeats: int, run: Job, prepare: Job = lambda: None) -> tuple[float, float | None]:
    """Median seconds of ours, prepared untimed before, and of the peer's job; they take turns, after an untimed one."""
    ours: list[float] = []
    theirs: list[float | None] = []
    for turn in range(repeats + 1):
        prepare()
        start = time.perf_counter()
        said = run()
        ours.append(said if isinstance(said, float) else time.perf_counter() - start)
        theirs.append(peer.seconds(name))
        if turn == 0:
            ours.clear()
            theirs.clear()
    known = [seconds for seconds in theirs if seconds is not None]
    return statistics.median(ours), statistics.median(known) if known else None


def _set(tile: memsim.Tile, limit: float) -> None:
    tile.weights = weights(limit)


def analog_update(repeats: int) -> list[Row]:
    """Dense updates of 512 x 512 devices by trains of 31 slots, from the same weights every time."""
    rows, peer = [], Peer()
    for name, device in DEVICES.items():
        asked = ASKED[name]
        for batch in (1, 128):
            x, d = operands(batch)
            one, two = (memsim.Tile(SIDE, SIDE, device=device(), seed=1, context=context) for context in (ONE, TWO))
            a, b = beside(
                peer, f"update {name} {batch}", min(repeats, 3) if batch > 1 else repeats,
                partial(one.update, x, d, LEARNING_RATE), partial(_set, one, 0.3))  # fmt: skip
            rows.append(Row(f"update 512 x 512, {name}, batch {batch} / {PEER}", a, b, asked=asked))
            rows.append(Row("the same, a pulse", a / pulses(batch), b and b / pulses(batch)))
            if batch > 1:
                run, prepare = partial(two.update, x, d, LEARNING_RATE), partial(_set, two, 0.3)
                c, _ = beside(NOBODY, "", min(repeats, 3), run, prepare)
                rows.append(Row(f"update 512 x 512, {name}, batch {batch}, 2 threads / 1", c, a))
    peer.close()
    return rows


def analog_forward(repeats: int) -> list[Row]:
    """Noisy products of 128 vectors through default converters; larger weights exceed the bound and are read again.

    Calls in a row, as the time that is asked for was taken; and single ones, which begin with the other's caches.
    """
    rows, peer = [], Peer()
    x = operands(128)[0]
    for limit in (0.5, 0.1):
        one, two = (memsim.Tile(SIDE, SIDE, seed=1, context=context) for context in (ONE, TWO))
        _set(one, limit)
        _set(two, limit)
        what = f"forward 512 x 512, batch 128, default converters, W ±{limit}"
        a, b = beside(peer, f"forward {limit} 128 often", repeats, partial(in_a_row, partial(one.forward, x)))
        rows.append(Row(f"{what} / {PEER}", a, b, asked="≥ 3"))
        c, _ = beside(NOBODY, "", repeats, partial(in_a_row, partial(two.forward, x)))
        rows.append(Row("the same, 2 threads / 1", c, a))
        a, b = beside(peer, f"forward {limit} 128", repeats, partial(one.forward, x))
        rows.append(Row(f"a single call of it after the other's turn / {PEER}", a, b))
    peer.close()
    return rows


def analog_cells(repeats: int) -> list[Row]:
    """The same updates of JART cells beside constant steps, in turns; a pulse beside one of the aihwkit branch."""
    rows = []
    for variability in ("off", "d2d", "d2d+c2c"):
        for batch in (1, 128) if variability == "off" else (1,):
            x, d = operands(batch)
            plain = memsim.Tile(SIDE, SIDE, seed=1, context=ONE)
            # The same dw_min: the same trains.
            device = devices.JART(variability=variability, dw_min=DW_MIN)
            cells = memsim.Tile(SIDE, SIDE, device=device, seed=1, context=ONE)
            times = []
            for tile in (plain, cells):
                run, prepare = partial(tile.update, x, d, LEARNING_RATE), partial(_set, tile, 0.3)
                times.append(beside(NOBODY, "", min(repeats, 3) if batch > 1 else repeats, run, prepare)[0])
            what, asked = f"update 512 x 512, JART, variability {variability}, batch {batch}", "≤ 4" if variability == "off" else ""
            rows.append(Row(f"{what} / constant-step", times[1], times[0], asked=asked, ratio=times[1] / times[0]))
            rows.append(Row("the same, a pulse / aihwkit branch, 11.3 µs", times[1] / pulses(batch), FORK, asked="≥ 500"))
    return rows


def _network(context: memsim.Context, device: devices.Device) -> nn.Sequential:
    layers: list[nn.Module] = []
    for number, (a, b) in enumerate(zip(MLP, MLP[1:], strict=False)):
        layers += [mt.AnalogLinear(a, b, device=device, seed=number, context=context), nn.Sigmoid()]
    return nn.Sequential(*layers[:-1], nn.LogSoftmax(dim=1))


def _epoch(net: nn.Module, optimizer: torch.optim.Optimizer, pixels: torch.Tensor, labels: torch.Tensor) -> None:
    for i in range(0, len(pixels), MLP_BATCH):
        optimizer.zero_grad()
        loss = nn.functional.nll_loss(net(pixels[i : i + MLP_BATCH]), labels[i : i + MLP_BATCH])
        loss.backward()
        optimizer.step()


def _clocks(net: nn.Sequential) -> list[Clock]:
    """Clocks in place of what the tiles of a network call."""
    clocks = []
    for layer in net:
        for tile in getattr(layer, "tiles", []):
            tile._handle = Clock(tile._handle)
            clocks.append(tile._handle)
    return clocks


def analog_training(repeats: int) -> list[Row]:
    """An epoch of 6000 sparse samples, batches of 10, and what tiles take of it; the same on JART cells."""
    torch.manual_seed(2)
    torch.set_num_threads(1)
    peer, name, rows = Peer(), "-".join(map(str, MLP)), []
    pixels, labels = (torch.from_numpy(values) for values in images())

    def epochs(device: devices.Device) -> tuple[nn.Sequential, Job]:
        net = _network(ONE, device)
        return net, partial(_epoch, net, mt.AnalogSGD(net.parameters(), lr=MLP_RATE), pixels, labels)

    what = f"epoch of analog training, {name}, 6000 samples"
    a, b = beside(peer, "mlp constant-step", min(repeats, 5), epochs(devices.ConstantStep())[1])
    rows.append(Row(f"{what} / {PEER}", a, b, asked="≥ 1.7"))
    net, epoch = epochs(devices.ConstantStep())
    a, b = beside(peer, "tiles constant-step", min(repeats, 5), partial(in_tiles, _clocks(net), epoch))
    rows.append(Row(f"products and updates of it / {PEER}", a, b, asked="≥ 4"))
    for variability in ("off", "d2d+c2c"):
        a, _ = beside(NOBODY, "", min(repeats, 5), epochs(devices.JART(variability=variability))[1])
        rows.append(Row(f"{what}, JART, variability {variability}", a, asked="≤ 1.5 s"))
    peer.close()
    return rows


def analog_ir_drop(repeats: int) -> list[Row]:
    """What wires take of products by the exact solution, how far the estimate is off, and the cost of a solution."""
    rows = []
    for side, ratio in ((64, 1e4), (128, 1e4), (256, 1e5), (256, 1 / 0.35 / 5e-6), (512, 1 / 0.35 / 5e-6)):
        for low in (-1, 0):
            what = f"{side} x {side}, wires of {ratio:.3g} times a device, inputs {low}...1"
            found = np.mean([_drops(np.random.default_rng(seed), side, ratio, low) for seed in range(3)], axis=0)
            rows += [Row(f"{what}: {name}", float(value), unit="%") for name, value in zip(DROPS, found, strict=True)]
    x, _ = operands(128)
    tile = memsim.Tile(SIDE, SIDE, devices.Ideal(), forward=memsim.IO(ir_drop=1.0, ir_drop_model="exact"), context=ONE)
    sets = itertools.cycle((0.3, 0.4))
    a, _ = beside(NOBODY, "", min(repeats, 3), partial(tile.forward, x), lambda: _set(tile, next(sets)))
    b, _ = beside(NOBODY, "", repeats, partial(tile.forward, x))
    return [*rows, Row("512 x 512, 128 vectors, exact IR drop, weights changed", a), Row("the same, weights unchanged", b)]


def _drops(numbers: np.random.Generator, side: int, ratio: float, low: float) -> list[float]:
    """Root mean squares of one draw of weights and 32 inputs, over that of the outputs, %: see DROPS."""
    w, x = numbers.uniform(-1, 1, (side, side)), numbers.uniform(low, 1, (32, side))

    def product(**changes: Any) -> np.ndarray:
        tile = memsim.Tile(side, side, devices.Ideal(), replace(BARE, ir_drop_g_ratio=ratio, **changes), context=ONE)
        tile.weights = w
        return tile.forward(x)

    plain, static, exact = product(ir_drop=0.0), product(), product(ir_drop_model="exact")
    bits = product(ir_drop_model="exact", ir_drop_word_ratio=0.0)
    off = (exact - plain, bits - plain, static - bits, static - exact)
    return [float(100 * np.sqrt(np.square(each).mean() / np.square(plain).mean())) for each in off]


ANALOG = (analog_update, analog_cells, analog_forward, analog_ir_drop, analog_training)
