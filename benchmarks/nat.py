"""Nonideality-aware training beside a straightforward vectorised implementation in PyTorch."""

import os
from functools import partial

import memsim
import memsim.nonideality as ni
import memsim.torch as mt
import numpy as np
import torch
from timing import Row, medians
from torch import Tensor, nn

ONE = memsim.Context(threads=1)
TWO = memsim.Context(threads=2)
BATCH, IMAGES = 64, 48_000
STEPS = IMAGES // BATCH
LAW = ni.PooleFrenkel.siox_high()


class PlainLayer(nn.Module):
    """The same layer by tensor operations: every device's current of every sample, gradients by autograd."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs + 1, 2 * outputs).normal_(0.5, inputs**-0.5).clamp_(min=0))
        self.window, self.outputs = ni.WINDOWS["siox-high"], outputs
        values = {name: float(value[0]) for name, value in LAW.parameters().items()}
        cc, cd, dd = values["cov_cc"], values["cov_cd"], values["cov_dd"]
        self.cholesky = torch.linalg.cholesky(torch.tensor([[cc, cd], [cd, dd]]))
        self.values = values

    def forward(self, x: Tensor) -> Tensor:
        (off, on), p = self.window, self.values
        gain = (on - off) / self.weight.max()
        log_r = -torch.log(gain * self.weight + off)
        residual = torch.randn(*self.weight.shape, 2) @ self.cholesky.T
        c = torch.exp(p["slope_c"] * log_r + p["intercept_c"] + residual[..., 0])
        d = p["slope_d"] * log_r + p["intercept_d"] + residual[..., 1]
        kappa = 1.602176634e-19 / (1.380649e-23 * 293.15) * torch.exp(0.5 * (np.log(1.602176634e-19 / np.pi) - d))
        volts = 0.5 * torch.cat([x, torch.ones(len(x), 1)], 1)
        current = c * volts[..., None] * torch.exp(kappa * (volts + 1e-18).sqrt()[..., None])
        total = current.sum(1)
        return (total[:, ::2] - total[:, 1::2]) / (0.5 * gain)


def network(context: memsim.Context) -> nn.Sequential:
    """784-25-10, as in the paper."""
    options = {"nonideality": [LAW], "seed": 1, "context": context}
    return nn.Sequential(
        mt.MemristiveLinear(784, 25, **options), nn.Sigmoid(), mt.MemristiveLinear(25, 10, **options)
    )


def images(folder: str | None = os.environ.get("MEMSIM_DATA")) -> tuple[Tensor, Tensor]:
    """48,000 images of MNIST if MEMSIM_DATA names its folder, else sparse noise: as many inputs are dark, 81 %."""
    if folder:
        from pathlib import Path

        from memsim.demo.digits.data import find
        from memsim.nat import data

        found = data.load(find(Path(folder), "mnist"))
        return found.train.pixels, found.train.labels
    torch.manual_seed(0)
    pixels = torch.rand(IMAGES, 784) * (torch.rand(IMAGES, 784) < 0.19)
    return pixels, torch.randint(0, 10, (IMAGES,))


def steps(net: nn.Module, data: tuple[Tensor, Tensor], count: int) -> None:
    """Some steps of gradient descent."""
    pixels, labels = data
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    for i in range(count):
        at = slice(i * BATCH, (i + 1) * BATCH)
        loss = nn.functional.cross_entropy(net(pixels[at]), labels[at])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        mt.project(net)


def aware_epoch(repeats: int) -> list[Row]:
    """An epoch of aware training; the plain one by 15 of its 750 steps.

    First of all rows, as in a training script: later, PyTorch's tensors of 10 MB find memory that others have left
    mapped, and the plain layer takes half as long.
    """
    data, few = images(), 15
    torch.manual_seed(0)
    plain = nn.Sequential(PlainLayer(784, 25), nn.Sigmoid(), PlainLayer(25, 10))
    repeats = min(repeats, 5)
    torch.set_num_threads(2)
    a, b = medians(repeats, partial(steps, network(TWO), data, STEPS), partial(steps, plain, data, few))
    torch.set_num_threads(1)
    c, d = medians(repeats, partial(steps, network(ONE), data, STEPS), partial(steps, plain, data, few))
    return [
        Row("epoch of aware training, 784-25-10, 2 threads / plain PyTorch", a, b * STEPS / few, asked="≥ 10, ≤ 2 s"),
        Row("the same, 1 thread", c, d * STEPS / few),
    ]


def aware_layer(repeats: int) -> list[Row]:
    """Costs of the parts of a layer of 785 x 50 devices, a batch of 64, and their growth with size."""
    rows = []
    for inputs, outputs in ((784, 25), (784, 250), (1024, 1024)):
        layer = mt.MemristiveLinear(inputs, outputs, nonideality=[LAW], seed=1, context=ONE)
        x = torch.rand(BATCH, inputs)
        cells = BATCH * (inputs + 1) * 2 * outputs
        forward, both = medians(min(repeats, 5), partial(_forward, layer, x), partial(_both, layer, x))
        what = f"{inputs} x {outputs}, 64 dense samples, a device and sample"
        rows += [Row(f"{what}: draw + forward", forward / cells), Row(f"{what}: and backward", both / cells)]
    return rows


def _forward(layer: nn.Module, x: Tensor) -> None:
    with torch.no_grad():
        layer(x)


def _both(layer: nn.Module, x: Tensor) -> None:
    layer(x).sum().backward()


def aware_memory(_: int) -> list[Row]:
    """What a call keeps for its backward pass besides inputs and outputs."""
    from memsim.torch._core_layer import KNOWN

    layer = mt.MemristiveLinear(784, 25, nonideality=[LAW], seed=1)
    size = KNOWN[layer._number][1][torch.float32]
    return [Row("kept for backward, a device of 785 x 50", size / (785 * 50), unit="B")]


def aware_wires(repeats: int) -> list[Row]:
    """A training step of a layer of 785 x 50 devices between wires of 1 ohm, beside one without, 64 sparse samples."""
    x = torch.rand(BATCH, 784) * (torch.rand(BATCH, 784) < 0.19)
    wires = ni.WireResistance(1.0, 1.0)
    rows = []
    for name, law in (("ohmic", ()), ("Poole-Frenkel", (LAW,))):
        options = {"seed": 1, "context": ONE}
        plain = mt.MemristiveLinear(784, 25, nonideality=law, **options)
        wired = mt.MemristiveLinear(784, 25, nonideality=(*law, wires), **options)
        a, b = medians(min(repeats, 5), partial(_both, wired, x), partial(_both, plain, x))
        rows.append(Row(f"785 x 50 {name} devices, 64 samples, forward + backward: wires of 1 ohm / none", a, b))
    return rows


NAT = (aware_epoch, aware_layer, aware_memory, aware_wires)
