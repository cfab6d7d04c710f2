"""Compounds in layers: training, configurations, states; that Tiki-Taka learns where plain descent does not."""

import copy
import io

import numpy as np
import pytest

import memsim
from memsim import devices, presets

PERFECT = memsim.IO(is_perfect=True)


def error(device, seed, rate, steps=400, batch=10, shape=(6, 12)):
    """How far the weights of a noisy linear regression stay from the true ones, over its last steps."""
    random = np.random.default_rng(seed)
    target = random.uniform(-0.3, 0.3, shape).astype(np.float32)
    tile = memsim.Tile(*shape, device, PERFECT, PERFECT, seed=seed)
    errors = []
    for step in range(steps):
        x = random.normal(size=(batch, shape[1])).astype(np.float32)
        y = x @ target.T + 0.3 * random.normal(size=(batch, shape[0])).astype(np.float32)
        tile.update(x, (tile.forward(x) - y) / batch, rate)
        if step >= steps - 50:
            errors.append(np.sqrt(np.square(tile.weights - target).mean()))
    return np.mean(errors)


def test_tiki_taka_learns_better_on_asymmetric_devices():
    """Pulses of steps that differ up and down draw weights to where they balance; a fast device that is read against that
    point does not care. Each learning rate is the best of 0.05, 0.1, 0.2, 0.4 for its method."""
    asymmetric = devices.SoftBoundsReference(dw_min=0.01, up_down_dtod=0.3, subtract_symmetry_point=True)
    pair = devices.Transfer(unit_cell_devices=[asymmetric] * 2, transfer_forward=PERFECT)
    plain, transfer = (
        np.array([error(device, seed, rate) for seed in range(8)]) for device, rate in ((asymmetric, 0.05), (pair, 0.2))
    )
    assert plain.mean() - transfer.mean() > plain.std() + transfer.std()
    assert (transfer < plain).all()


torch = pytest.importorskip("torch", reason="PyTorch is not installed: its layers are not tested")
from torch import nn  # noqa: E402

import memsim.torch as mt  # noqa: E402

CONFIGURATIONS = ["ReRamES2Preset", "PCMPreset", "TikiTakaEcRamPreset", "TTv2EcRamPreset", "ChoppedTTv2CapacitorPreset",
                  "AGADReRamSBPreset", "MixedPrecisionEcRamMOPreset"]  # fmt: skip


def net():
    torch.manual_seed(1)
    return nn.Sequential(nn.Conv1d(2, 3, 2), nn.Tanh(), nn.Flatten(), nn.Linear(9, 4), nn.Tanh(), nn.Linear(4, 2))


def step(model, optimizer, x):
    optimizer.zero_grad()
    loss = (model(x) - x.sum((1, 2))[:, None] / 4).square().mean()
    loss.backward()
    optimizer.step()
    return loss.item()


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_networks_train_and_resume_with_the_same_bits(name):
    config = getattr(presets, name)()
    model = mt.convert_to_analog(net(), config, seed=3)
    layers = [module for module in model.modules() if isinstance(module, mt.AnalogLayer)]
    assert len(layers) == 3 and all(layer.tiles[0].device == config.device for layer in layers)
    optimizer = mt.AnalogSGD(model.parameters(), lr=0.1)
    random = torch.Generator().manual_seed(0)
    batches = [torch.rand(5, 2, 4, generator=random) for _ in range(6)]
    before = [layer.tiles[0].state() for layer in layers]
    for x in batches[:3]:
        step(model, optimizer, x)
    saved = io.BytesIO()
    torch.save(model.state_dict(), saved)
    saved.seek(0)
    twin = mt.convert_to_analog(net(), config, seed=4)
    twin.load_state_dict(torch.load(saved))
    other, others = copy.deepcopy(model), []
    for each in (model, twin, other):
        own = mt.AnalogSGD(each.parameters(), lr=0.1)
        others.append([step(each, own, x) for x in batches[3:]])
    assert others[0] == others[1] == others[2]
    for a, b in zip(model.state_dict().values(), twin.state_dict().values(), strict=True):
        assert torch.equal(a, b)
    assert all(a != layer.tiles[0].state() for a, layer in zip(before, layers, strict=True))


def test_what_is_given_besides_a_configuration_wins():
    io = memsim.IO(is_perfect=True)
    layer = mt.AnalogLinear(3, 2, config=presets.TikiTakaEcRamPreset(), forward=io, bias=False, seed=1)
    weights, x = layer.get_weights()[0], torch.ones(1, 3)
    torch.testing.assert_close(layer(x), x @ weights.T)
    plain = mt.AnalogLinear(3, 2, config=presets.TikiTakaEcRamPreset(), device=devices.Ideal())
    assert plain.tiles[0].device == devices.Ideal()


def test_large_layers_have_a_compound_on_every_tile():
    layer = mt.AnalogLinear(9, 5, config=presets.TikiTakaEcRamPreset(), max_input_size=4, max_output_size=3, seed=2)
    assert len(layer.tiles) == 6
    assert len({tile.hidden("0/max_bound").tobytes() for tile in layer.tiles}) == 6
    drifting = mt.AnalogLinear(9, 5, device=devices.ConstantStep(drift_nu=0.1, w_max_dtod=0, w_min_dtod=0), max_input_size=4)
    weights = drifting.get_weights()[0]
    drifting.drift(1.0)
    drifting.drift(100.0)
    torch.testing.assert_close(drifting.get_weights()[0], weights * 100.0**-0.1, rtol=1e-5, atol=1e-7)
