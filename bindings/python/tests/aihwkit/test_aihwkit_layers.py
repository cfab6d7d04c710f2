"""aihwkit's layers, optimizers, conversions and states on memsim's tiles."""

import copy
import io
import pickle

import pytest

pytest.importorskip("aihwkit.simulator.rpu_base", reason="aihwkit is not installed: its adapter is not tested")
import torch  # noqa: E402
from aihwkit.exceptions import TileError, TileModuleError  # noqa: E402
from aihwkit.nn import (  # noqa: E402
    AnalogConv1d,
    AnalogConv2d,
    AnalogConv2dMapped,
    AnalogConv3d,
    AnalogLinear,
    AnalogLinearMapped,
    AnalogRNN,
    AnalogSequential,
)
from aihwkit.nn.conversion import convert_to_analog, convert_to_digital  # noqa: E402
from aihwkit.nn.modules.rnn.cells import AnalogGRUCell, AnalogLSTMCell  # noqa: E402
from aihwkit.optim import AnalogOptimizer, AnalogSGD  # noqa: E402
from aihwkit.simulator.configs import MappingParameter, SingleRPUConfig  # noqa: E402
from torch import nn  # noqa: E402

import memsim  # noqa: E402
import memsim.aihwkit  # noqa: E402
from memsim import devices  # noqa: E402

EXACT = memsim.IO(is_perfect=True)


def ideal(**mapping):
    return memsim.aihwkit.RPUConfig(device=devices.Ideal(), forward=EXACT, backward=EXACT,
                                    mapping=MappingParameter(**mapping))


def noisy(**options):
    return memsim.aihwkit.RPUConfig(device=devices.SoftBounds(dw_min=0.002), **options)


def step(model, optimizer, x):
    optimizer.zero_grad()
    loss = (model(x) - 0.3).square().mean()
    loss.backward()
    optimizer.step()
    return loss.item()


def trained(model, seed=2, steps=3, lr=0.1):
    """Losses of some steps."""
    generator = torch.Generator().manual_seed(seed)
    optimizer = AnalogSGD(model.parameters(), lr=lr)
    optimizer.regroup_param_groups(model)
    return [step(model, optimizer, torch.rand(6, 4, generator=generator)) for _ in range(steps)]


def net(config=None, seed=1):
    torch.manual_seed(seed)
    return AnalogSequential(AnalogLinear(4, 8, rpu_config=config or noisy()), nn.Tanh(),
                            AnalogLinear(8, 2, rpu_config=config or noisy()))


LAYERS = [
    (nn.Linear(4, 3), (5, 4)), (nn.Linear(4, 3, bias=False), (2, 5, 4)),
    (nn.Conv1d(2, 3, 2, padding=1), (2, 2, 6)), (nn.Conv2d(2, 3, 3, stride=2, padding=1), (2, 2, 7, 5)),
    (nn.Conv3d(2, 3, 2, padding=1), (2, 2, 4, 3, 5)),
]


@pytest.mark.parametrize("mapping", [{}, {"digital_bias": False}, {"weight_scaling_omega": 0.6},
                                     {"weight_scaling_omega": 0.6, "weight_scaling_columnwise": True}], ids=str)
@pytest.mark.parametrize("layer, shape", LAYERS, ids=lambda item: getattr(item, "_get_name", lambda: "")())
def test_exact_tiles_are_pytorchs_layers(layer, shape, mapping):
    torch.manual_seed(0)
    other = copy.deepcopy(layer)
    model = convert_to_analog(nn.Sequential(layer), ideal(**mapping))
    x = torch.randn(shape, requires_grad=True)
    again = x.detach().clone().requires_grad_()
    for each, given, made in ((model, x, AnalogSGD), (other, again, torch.optim.SGD)):
        each(given).square().mean().backward()
        made(each.parameters(), lr=0.1).step()
    torch.testing.assert_close(model(x), other(again), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(x.grad, again.grad, rtol=1e-4, atol=1e-5)
    weight, bias = model[0].get_weights()
    torch.testing.assert_close(weight.view_as(other.weight), other.weight.detach(), rtol=1e-4, atol=1e-5)
    if bias is not None:
        torch.testing.assert_close(bias, other.bias.detach(), rtol=1e-4, atol=1e-5)


def test_mapped_layers_lie_on_several_tiles():
    torch.manual_seed(0)
    config = ideal(max_input_size=3, max_output_size=2)
    model = AnalogLinearMapped(7, 3, rpu_config=config)
    tiles = list(model.analog_tiles())
    assert [(tile.out_size, tile.in_size) for tile in tiles] == [(2, 3), (1, 3), (2, 2), (1, 2), (2, 2), (1, 2)]
    assert all(isinstance(tile, memsim.aihwkit.MemsimTile) for tile in tiles)
    assert len({tile.tile._tile.seed for tile in tiles}) == 6
    weight, bias = torch.rand(3, 7), torch.rand(3)
    model.set_weights(weight, bias)
    x = torch.rand(5, 7)
    torch.testing.assert_close(model(x), x @ weight.T + bias)


@pytest.mark.parametrize("cell, plain", [(AnalogLSTMCell, nn.LSTM), (AnalogGRUCell, nn.GRU)])
def test_recurrent_layers_learn_as_pytorchs(cell, plain):
    torch.manual_seed(0)
    other = plain(3, 4)
    model = AnalogRNN(cell, 3, 4, bias=True, rpu_config=ideal())
    weights = [parameter.detach() for parameter in other.parameters()]
    layers = [layer for _, layer in model.named_modules() if isinstance(layer, AnalogLinear)]
    for layer, weight, bias in zip(layers, weights[:2], weights[2:], strict=True):
        layer.set_weights(weight.clone(), bias.clone())
    x = torch.randn(6, 5, 3)
    for each, made in ((model, AnalogSGD), (other, torch.optim.SGD)):
        each(x)[0].square().mean().backward()
        made(each.parameters(), lr=0.3).step()
    torch.testing.assert_close(model(x)[0], other(x)[0], rtol=1e-4, atol=1e-5)


def test_learning_rates_are_of_groups():
    first, second = (AnalogLinear(2, 2, bias=False, rpu_config=ideal()) for _ in range(2))
    before = [layer.get_weights()[0] for layer in (first, second)]
    groups = [{"params": first.parameters(), "lr": 0.5}, {"params": second.parameters()}]
    optimizer = AnalogSGD(groups, lr=0.1)
    (first(torch.ones(1, 2)) + second(torch.ones(1, 2))).sum().backward()
    optimizer.step()
    for layer, weight, rate in zip((first, second), before, (0.5, 0.1), strict=True):
        torch.testing.assert_close(layer.get_weights()[0], weight - rate)


def test_a_step_lets_devices_decay_once():
    config = memsim.aihwkit.RPUConfig(device=devices.ConstantStep(lifetime=2.0))
    layer = AnalogLinear(3, 2, bias=False, rpu_config=config)
    before = layer.get_weights()[0]
    AnalogSGD(layer.parameters(), lr=0.1).step()
    torch.testing.assert_close(layer.get_weights()[0], before / 2)


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
                         ids=["copy", "pickle"])
def test_copies_go_on_with_the_same_bits(clone):
    model = net()
    trained(model)
    twin = clone(model)
    assert trained(model, seed=4) == trained(twin, seed=4)


@pytest.mark.parametrize("options", [{}, {"construction_seed": 3},
                                     {"mapping": MappingParameter(weight_scaling_omega=0.5)}], ids=str)
def test_a_state_resumes_with_the_same_bits(options):
    model, file = net(noisy(**options)), io.BytesIO()
    trained(model)
    torch.save(model.state_dict(), file)
    losses = trained(model, seed=4)
    file.seek(0)
    other = net(noisy(**options), seed=9)
    torch.manual_seed(5)
    next_number = torch.rand(())
    torch.manual_seed(5)
    other.load_state_dict(torch.load(file, weights_only=False))
    assert torch.rand(()) == next_number, "loading took numbers from PyTorch's generator"
    assert trained(other, seed=4) == losses


def test_a_state_gives_weights_and_devices_to_tiles_of_other_settings():
    model = net()
    trained(model)
    other = net(noisy(forward=EXACT), seed=9)
    other.load_state_dict(model.state_dict(), load_rpu_config=False)
    for mine, its in zip(model.analog_tiles(), other.analog_tiles(), strict=True):
        assert torch.equal(mine.get_weights()[0], its.get_weights()[0])
        assert torch.equal(mine.get_hidden_parameters()["max_bound"], its.get_hidden_parameters()["max_bound"])
    assert torch.equal(other(torch.ones(1, 4)), other(torch.ones(1, 4)))


def test_states_of_aihwkits_own_tiles_are_refused():
    state = AnalogLinear(4, 3, rpu_config=SingleRPUConfig()).state_dict()
    with pytest.raises(TileError, match="AnalogTile"):
        AnalogLinear(4, 3, rpu_config=noisy()).load_state_dict(state)


def test_damaged_states_are_refused():
    layer = AnalogLinear(4, 3, rpu_config=noisy())
    tile = next(layer.analog_tiles()).tile
    extra, before = tile.dump_extra(), tile.dump_extra()
    extra["memsim"]["state"] = extra["memsim"]["state"][:-8]
    with pytest.raises(memsim.StateFileError):
        tile.load_extra(extra)
    with pytest.raises(memsim.StateFileError, match="settings"):
        tile.load_extra({}, strict=True)
    assert tile.dump_extra() == before


def test_manual_seed_settles_everything():
    assert trained(net(seed=1)) == trained(net(seed=1)) != trained(net(seed=2))


def test_construction_seeds_are_of_devices():
    hidden = []
    for seed, construction in ((1, 7), (2, 7), (3, 8), (4, 0), (5, 0)):
        torch.manual_seed(seed)
        layer = AnalogLinear(4, 3, rpu_config=noisy(construction_seed=construction))
        hidden.append(layer.analog_module.get_hidden_parameters())
        hidden[-1].pop("persistent_weights")
    same = [all(torch.equal(hidden[0][name], other[name]) for name in other) for other in hidden]
    assert same == [True, True, False, False, False]
    assert not torch.equal(hidden[3]["max_bound"], hidden[4]["max_bound"])


def test_networks_go_to_tiles_and_back():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    made = convert_to_analog(model, ideal())
    assert all(isinstance(tile, memsim.aihwkit.MemsimTile) for tile in made.analog_tiles())
    x = torch.rand(5, 4)
    torch.testing.assert_close(convert_to_digital(made)(x), model(x))


def test_tiles_are_reset_and_programmed():
    layer = AnalogLinear(4, 3, bias=False, rpu_config=memsim.aihwkit.RPUConfig(
        device=devices.ConstantStep(dw_min=0.0005, reset=0.2, reset_std=0.0), forward=EXACT))
    tile = next(layer.analog_tiles())
    target = layer.get_weights()[0].clone().clamp(-0.2, 0.2)
    layer.set_weights(target)
    tile.program_weights(from_reference=False, learning_rate=0.2, max_iter=300)
    assert 0 < (layer.get_weights()[0] - target).abs().mean() < 0.02
    tile.reset()
    torch.testing.assert_close(layer.get_weights()[0], torch.full((3, 4), 0.2))


def test_output_scales_are_learned():
    layer = AnalogLinear(4, 3, rpu_config=ideal(learn_out_scaling=True, out_scaling_columnwise=True))
    trained(layer)
    scales = layer.analog_module.get_learned_out_scales()
    assert scales.shape == (3,) and bool((scales != 1).all())


def test_input_ranges_are_learned():
    config = ideal()
    config.pre_post.input_range.enable, config.pre_post.input_range.init_from_data = True, 0
    layer = AnalogLinear(4, 3, rpu_config=config)
    x = torch.rand(5, 4) * 9
    weight, bias = layer.get_weights()
    torch.testing.assert_close(layer(x), x.clamp(-3, 3) @ weight.T + bias)
    trained(layer)
    assert layer.analog_module.input_range.item() != 3


def test_other_optimizers_leave_tiles_to_pulses():
    torch.manual_seed(0)
    layer = AnalogLinear(4, 3, rpu_config=ideal())
    before, x = [values.clone() for values in layer.get_weights()], torch.rand(1, 4)
    layer(x).sum().backward()
    AnalogOptimizer(torch.optim.Adam, layer.parameters(), lr=0.1).step()
    weight, bias = layer.get_weights()
    torch.testing.assert_close(weight, before[0] - 0.1 * x)
    torch.testing.assert_close(bias, before[1] - 0.1)  # the first step of Adam is of size lr


def test_convolutions_lie_on_several_tiles():
    torch.manual_seed(0)
    model = AnalogConv2dMapped(4, 3, 2, rpu_config=ideal(max_input_size=9, max_output_size=2))
    other = nn.Conv2d(4, 3, 2)
    model.set_weights(other.weight, other.bias)
    assert len(list(model.analog_tiles())) == 4
    x = torch.rand(2, 4, 5, 5)
    torch.testing.assert_close(model(x), other(x))


def test_what_is_not_there_says_so():
    layer = AnalogLinear(4, 3, rpu_config=noisy())
    tile = next(layer.analog_tiles())
    for call, word in ((tile.decay_weights, "decay_weights"), (tile.diffuse_weights, "diffuse_weights"),
                       (tile.drift_weights, "drift")):
        with pytest.raises(memsim.Error, match=word):
            call()
    with pytest.raises(TileModuleError, match="memsim's tiles run on the CPU"):
        layer.cuda()
    with pytest.raises(TypeError, match="device must be an object of memsim.devices"):
        AnalogLinear(4, 3, rpu_config=memsim.aihwkit.RPUConfig(device="SoftBounds"))


@pytest.mark.parametrize("trans", [(False, False), (True, True), (True, False), (False, True)], ids=str)
@pytest.mark.parametrize("mapping", [{}, {"digital_bias": False}], ids=str)
def test_tiles_take_vectors_along_either_axis(trans, mapping):
    tile = memsim.aihwkit.MemsimTile(3, 4, ideal(**mapping), True, *trans)
    weight, bias = torch.rand(3, 4), torch.rand(3)
    tile.set_weights(weight, bias)
    x = torch.rand(5, 4, requires_grad=True)
    y = tile(x.T if trans[0] else x)
    torch.testing.assert_close(y.T if trans[1] else y, x @ weight.T + bias)
    y.sum().backward()
    torch.testing.assert_close(x.grad, weight.sum(0).expand(5, 4))


def test_layers_of_all_kinds_run_with_noise():
    for layer, shape in ((AnalogConv1d(2, 3, 2, rpu_config=noisy()), (2, 2, 6)),
                         (AnalogConv2d(2, 3, 2, rpu_config=noisy()), (2, 2, 6, 6)),
                         (AnalogConv3d(2, 3, 2, rpu_config=noisy()), (2, 2, 4, 4, 4))):
        optimizer, x = AnalogSGD(layer.parameters(), lr=0.2), torch.rand(shape)
        losses = [step(layer, optimizer, x) for _ in range(40)]
        assert sum(losses[-5:]) < 0.7 * sum(losses[:5])
