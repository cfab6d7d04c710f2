"""Networks of memristive layers: conversion, validation, energy, compilation, processes."""

import os
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: its layers are not tested")
from torch import nn  # noqa: E402

import memsim  # noqa: E402
import memsim.nonideality as ni  # noqa: E402
import memsim.torch as mt  # noqa: E402

HIGH = ni.PooleFrenkel.siox_high()


def net(nonideality=(HIGH,), **options):
    torch.manual_seed(1)
    made = [mt.MemristiveLinear(a, b, nonideality=nonideality, **options) for a, b in ((6, 5), (5, 4))]
    return nn.Sequential(made[0], nn.Sigmoid(), made[1])


def batches(count=3, size=7):
    generator = torch.Generator().manual_seed(2)
    return [(torch.rand(size, 6, generator=generator), torch.randint(0, 4, (size,), generator=generator))
            for _ in range(count)]


def test_convert_keeps_what_an_ideal_network_does():
    model = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(48, 5), nn.ReLU(), nn.Linear(5, 2))
    x = torch.rand(2, 1, 4, 4)
    for weights in ("double", "standard"):
        rules = {"5": None, nn.Linear: {"weights": weights}, nn.Conv2d: {"weights": weights}}
        made = mt.convert(model, rules)
        assert [type(m).__name__ for m in made][::3] == ["MemristiveConv2d", "MemristiveLinear"]
        assert type(made[5]) is nn.Linear and type(model[3]) is nn.Linear
        torch.testing.assert_close(made(x), model(x), rtol=1e-4, atol=1e-5)
    assert isinstance(mt.convert(model[3], {nn.Linear: {}}), mt.MemristiveLinear)
    mt.convert(model, {"[35]": {"nonideality": [HIGH]}}, inplace=True)
    assert isinstance(model[5], mt.MemristiveLinear) and not isinstance(model[0], mt.MemristiveConv2d)


def test_convert_refuses_what_has_no_form():
    with pytest.raises(memsim.Error, match="the rule for 'head' fits no layer"):
        mt.convert(nn.Sequential(nn.Linear(2, 2)), {"head": {}})
    with pytest.raises(memsim.Error, match="layer '0' has groups"):
        mt.convert(nn.Sequential(nn.Conv2d(2, 2, 1, groups=2)), {nn.Conv2d: {}})
    with pytest.raises(memsim.Error, match="layer '0' is a ReLU"):
        mt.convert(nn.Sequential(nn.ReLU()), {"0": {}})


def test_validation_is_a_function_of_its_seed_and_leaves_the_network_alone():
    model, data = net(), batches()
    model[1].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    first = mt.validate(model, data, repeats=5, seed=3)
    assert model.training and not model[1].training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    np.testing.assert_array_equal(mt.validate(model, data, repeats=5, seed=3).errors, first.errors)
    assert first.median == np.median(first.errors) and first.accuracy == 1 - first.median
    assert first.errors.shape == (5,)
    with pytest.raises(memsim.Error, match="repeats must be >= 1, got 0"):
        mt.validate(model, data, repeats=0)
    with pytest.raises(memsim.Error, match="loader gave no samples"):
        mt.validate(model, [])


def test_energy_is_what_the_devices_dissipate():
    model, data = net(()), batches()
    found = mt.energy(model, data, read_time=1e-7)
    x = torch.cat([x for x, _ in data]).double()
    model.eval()
    for layer, expected in zip(mt.layers(model), found.layer_power, strict=True):
        volts = layer.k_v * torch.cat([x, torch.ones(len(x), 1)], 1)
        g = layer.conductances().double().sum((1, 2))
        assert expected == pytest.approx(float((volts.square() @ g).mean()), rel=1e-5)
        weight, bias = layer.effective()
        x = torch.sigmoid(nn.functional.linear(x, weight.double(), bias.double()))
    assert found.synapses == 7 * 5 + 6 * 4
    assert found.image_energy.mean() == pytest.approx(found.energy)
    assert found.tops_per_watt == pytest.approx(2e-12 * found.synapses / (1e-7 * found.power))
    np.testing.assert_allclose(found.efficiency([1e-7, 2e-7]), [found.tops_per_watt, found.tops_per_watt / 2])


def test_efficiency_of_the_paper():
    for power, tops in ((1.1125, 0.7149662921348315), (0.003399, 234.01000294204178), (0.0020877, 380.99343775446664)):
        found = mt.Energy(np.full((1, 1), power), 19885, 50e-9)
        assert found.tops_per_watt == pytest.approx(tops, rel=1e-12)


def test_nonidealities_and_window_of_a_whole_network():
    model = net()
    mt.set_nonideality(model, [ni.Lognormal(0.2)], window=(1e-6, 2e-6))
    assert all(layer.window == (1e-6, 2e-6) and layer.nonideality == (ni.Lognormal(0.2),) for layer in mt.layers(model))


def test_compiled_networks_give_the_same_bits(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    eager, model = net(), net()
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    for x, labels in batches():
        for made, called in ((eager, eager), (model, compiled)):
            made.zero_grad()
            nn.functional.cross_entropy(called(x), labels).backward()
        for a, b in zip(eager.parameters(), model.parameters(), strict=True):
            assert torch.equal(a.grad, b.grad)


DDP = """
import os, sys
import torch, torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
import memsim.nonideality as ni, memsim.torch as mt
torch.set_num_threads(1)
rank, world, redraw = int(sys.argv[1]), int(sys.argv[2]), sys.argv[4]
torch.manual_seed(0)
options = dict(nonideality=[ni.PooleFrenkel.siox_high()], redraw=redraw, dtype=torch.float64, seed=4)
net = nn.Sequential(mt.MemristiveLinear(6, 5, **options), nn.Sigmoid(), mt.MemristiveLinear(5, 4, **options))
x, y = torch.rand(4, 8, 6, dtype=torch.float64), torch.randint(0, 4, (4, 8))
model = net
if world > 1:
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=sys.argv[3])
    dist.init_process_group("gloo", rank=rank, world_size=world)
    mt.shard(net, rank, world)
    model = DistributedDataParallel(net)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for step in range(4):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x[step, rank::world]), y[step, rank::world]).backward()
    optimizer.step()
    mt.project(net)
if rank == 0:
    torch.save(net.state_dict(), sys.argv[5])
if world > 1:
    dist.destroy_process_group()
"""


@pytest.mark.parametrize("redraw", ["batch", "sample"])
def test_two_processes_train_as_one_does(tmp_path, redraw):
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**os.environ, "MEMSIM_NUM_THREADS": "1"}

    def start(rank, world):
        path = str(tmp_path / f"{world}.pt")
        return subprocess.Popen([sys.executable, "-c", DDP, str(rank), str(world), port, redraw, path], env=environment)

    running = [start(0, 1), start(0, 2), start(1, 2)]
    try:
        assert [process.wait(120) for process in running] == [0, 0, 0]
    finally:
        for process in running:
            process.kill()
    one, two = (torch.load(tmp_path / f"{world}.pt") for world in (1, 2))
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=1e-9, atol=1e-12)
