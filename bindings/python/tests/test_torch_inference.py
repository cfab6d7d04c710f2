"""Layers of inference under PyTorch: products and gradients, what a step does, devices, states, whole networks."""

import copy
import dataclasses
import io
import pickle

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: its layers are not tested")
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

import memsim  # noqa: E402
import memsim.torch as mt  # noqa: E402
from memsim import inference as inf  # noqa: E402
from memsim import presets  # noqa: E402

EXACT = memsim.IO(is_perfect=True)
SILENT = inf.PCMLike(prog_noise_scale=0, read_noise_scale=0, drift_scale=0)
STEADY = inf.PCMLike(prog_noise_scale=0, read_noise_scale=0)


def config(**options):
    return inf.InferenceConfig(**{"forward": EXACT, **options})


def linear(inputs=5, outputs=3, **options):
    torch.manual_seed(0)
    return mt.InferenceLinear(inputs, outputs, config=config(**options))


def step(layer, optimizer, x):
    optimizer.zero_grad()
    loss = layer(x).square().sum()
    loss.backward()
    optimizer.step()
    return loss.item()


# -- Products


@pytest.mark.parametrize("sizes", [{}, {"max_input_size": 2, "max_output_size": 2}], ids=["one", "tiles"])
@pytest.mark.parametrize("omega", [0.0, 0.5])
def test_products_and_gradients_are_those_of_linear(sizes, omega):
    layer = linear(weight_scaling_omega=omega, weight_scaling_columnwise=True, **sizes)
    plain = nn.Linear(5, 3)
    plain.weight.data, plain.bias.data = layer.get_weights()
    x = torch.randn(4, 6, 5)
    a, b = x.clone().requires_grad_(), x.clone().requires_grad_()
    y, expected = layer(a), plain(b)
    torch.testing.assert_close(y, expected)
    (y * torch.arange(3)).sum().backward()
    (expected * torch.arange(3)).sum().backward()
    torch.testing.assert_close(a.grad, b.grad)
    torch.testing.assert_close(layer.weight.grad, plain.weight.grad)
    torch.testing.assert_close(layer.bias.grad, plain.bias.grad)
    if omega:
        assert max(np.abs(tile.weights).max() for tile in layer.tiles) == pytest.approx(0.5)


@pytest.mark.parametrize("form", [1, 2, 3])
def test_convolutions(form):
    plain = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[form - 1](2, 3, 2, stride=1, padding=1)
    layer = mt.convert_to_analog(plain, inference=config(), seed=1)
    assert type(layer) is (mt.InferenceConv1d, mt.InferenceConv2d, mt.InferenceConv3d)[form - 1]
    x = torch.randn(2, 2, *[4] * form)
    torch.testing.assert_close(layer(x), plain(x))
    layer(x).sum().backward()
    plain(x).sum().backward()
    torch.testing.assert_close(layer.weight.grad, plain.weight.grad)
    layer.program()
    layer.drift(60.0)
    assert layer.eval()(x).shape == plain(x).shape


def test_noise_of_products_is_that_of_tiles():
    layer = mt.InferenceLinear(5, 3, bias=False, config=inf.InferenceConfig(), seed=4)
    tile = memsim.Tile(3, 5, device=memsim.devices.Ideal(), seed=4)
    tile.weights = layer.weight.detach().numpy()
    x = torch.randn(6, 5)
    np.testing.assert_array_equal(layer(x).detach().numpy(), tile.forward(x.numpy()))


# -- Training


def test_modifier_is_drawn_once_a_step():
    layer = linear(modifier=inf.WeightModifier(type="add-normal", std_dev=0.1))
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)
    x = torch.randn(4, 5)
    first, again = layer(x), layer(x)
    torch.testing.assert_close(first, again, rtol=0, atol=0)
    clean = functional.linear(x, layer.weight, layer.bias)
    assert (first - clean).abs().max() > 1e-3
    torch.testing.assert_close(layer.eval()(x), clean)
    torch.testing.assert_close(layer.train()(x), first, rtol=0, atol=0)
    a = x.clone().requires_grad_()
    layer(a).sum().backward()
    torch.testing.assert_close(a.grad[0], torch.from_numpy(layer.tiles[0].weights).sum(0))
    before = layer.tiles[0].weights - layer.weight.detach().numpy()
    optimizer.step()
    layer(x)
    assert np.abs(layer.tiles[0].weights - layer.weight.detach().numpy() - before).max() > 1e-3


def test_clip_and_remap_after_a_step():
    clipped = linear(clip=inf.WeightClip(type="fixed-value", fixed_value=0.1))
    assert clipped.weight.abs().max() > 0.1
    optimizer = torch.optim.SGD(clipped.parameters(), lr=0.01)
    step(clipped, optimizer, torch.randn(4, 5))
    clipped(torch.randn(4, 5))
    assert clipped.weight.abs().max().item() == pytest.approx(0.1)

    layer = linear(remap=inf.WeightRemap(type="channelwise-symmetric"), weight_scaling_omega=1.0,
                   weight_scaling_columnwise=True, learn_out_scaling=True, out_scaling_columnwise=True)  # fmt: skip
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.05)
    x = torch.randn(4, 5)
    step(layer, optimizer, x)
    expected, _ = layer.get_weights()
    assert (layer.out_scaling - 1).abs().max() > 1e-4
    layer(x)
    torch.testing.assert_close(layer.get_weights()[0], expected)
    np.testing.assert_allclose(np.abs(layer.tiles[0].weights).max(1), 1, rtol=1e-6)
    assert (layer.out_scaling == 1).all()


def test_a_step_is_finished_by_evaluation_too():
    layer = linear(clip=inf.WeightClip(type="fixed-value", fixed_value=0.1))
    step(layer, torch.optim.Adam(layer.parameters()), torch.randn(4, 5))
    layer.eval()(torch.randn(4, 5))
    assert layer.weight.abs().max().item() == pytest.approx(0.1)
    layer.set_weights(torch.ones(3, 5))  # written ones stay
    layer(torch.randn(4, 5))
    assert (layer.weight == 1).all()


def test_learned_output_scales_have_gradients():
    layer = linear(learn_out_scaling=True, out_scaling_columnwise=True)
    x = torch.randn(4, 5)
    layer(x).sum().backward()
    torch.testing.assert_close(layer.out_scaling.grad, (x @ layer.weight.T).sum(0).detach())


# -- Input ranges


def ranged(**options):
    settings = {"enable": True, "init_from_data": 0, "init_value": 1.0, "decay": 0.0, **options}
    return linear(input_range=inf.InputRange(**settings))


def test_inputs_are_clipped_to_their_range():
    layer = ranged()
    x = torch.tensor([[2.0, -3.0, 0.5, 1.0, 0.0]])
    torch.testing.assert_close(layer(x), functional.linear(x.clamp(-1, 1), layer.weight, layer.bias))


@pytest.mark.parametrize(("relative", "scale"), [(True, 1.0), (False, 0.5)])
def test_gradient_of_the_range(relative, scale):
    layer = ranged(init_value=0.8, gradient_relative=relative, gradient_scale=scale)
    x = torch.tensor([[2.0, -3.0, 0.5, 0.9, -0.1], [-1.0, 1.5, 0.8, -0.8, 0.1]], requires_grad=True)
    layer(x).sum().backward()
    d = layer.weight.detach().sum(0).expand(2, 5)
    torch.testing.assert_close(x.grad, d)
    g = d[x >= 0.8].clamp(max=0).sum() - d[x <= -0.8].clamp(min=0).sum()
    torch.testing.assert_close(layer.input_range.value.grad, g * scale * (0.8 if relative else 1))


def test_range_decays_where_inputs_fit_and_grows_where_outputs_are_clipped():
    layer = ranged(decay=0.01)
    layer(torch.full((3, 5), 0.5)).sum().backward()
    assert layer.input_range.value.grad.item() == pytest.approx(0.01)
    torch.manual_seed(0)
    forward = memsim.IO(noise_management="none", bound_management="none", out_noise=0.0, inp_res=0.0, out_res=0.0, out_bound=1.0)
    settings = inf.InputRange(enable=True, init_from_data=0, init_value=2.0, decay=0.0, manage_output_clipping=True)
    clipped = mt.InferenceLinear(4, 2, bias=False, config=inf.InferenceConfig(forward=forward, input_range=settings))
    clipped.set_weights(torch.tensor([[1.0, 1, 1, 1], [0.1, 0.1, 0.1, 0.1]]))
    clipped(torch.full((3, 4), 1.0)).sum().backward()  # half of the outputs are at the bound
    assert clipped.input_range.value.grad.item() == pytest.approx(-0.5 * 2)


def test_first_batches_set_the_range():
    layer = ranged(init_from_data=2)
    batches = [torch.randn(50, 5) * s for s in (1.0, 3.0, 10.0)]
    for x in batches:
        layer(x)
    expected = np.mean([3 * x.std().item() for x in batches[:2]])
    assert layer.input_range.value.item() == pytest.approx(expected, rel=1e-5)
    layer.eval()(batches[2])
    assert int(layer.input_range.batches) == 2


def test_calibration():
    model = nn.Sequential(ranged())
    batches = [torch.randn(300, 5), torch.randn(300, 5) * 2]
    found = {}
    for kind in ("max", "moving-std", "moving-quantile", "cache-quantile"):
        mt.calibrate_input_ranges(model, [(x, None) for x in batches], kind, quantile=0.9, max_samples=400)
        found[kind] = model[0].input_range.value.item()
    sizes = [x.abs().flatten() for x in batches]
    assert found["max"] == pytest.approx(max(s.max().item() for s in sizes))
    assert found["moving-std"] == pytest.approx(3 * np.mean([x.std().item() for x in batches]), rel=1e-5)
    assert found["moving-quantile"] == pytest.approx(np.mean([s.quantile(0.9).item() for s in sizes]), rel=0.01)
    cached = torch.cat([sizes[0], sizes[1][: 100 * 5]]).quantile(0.9).item()
    assert found["cache-quantile"] == pytest.approx(cached, rel=0.01)
    assert model.training and model[0].training
    for kind, data in (("mean", batches), ("max", [])):
        with pytest.raises(memsim.Error, match="kind|batches"):
            mt.calibrate_input_ranges(model, data, kind)
    with pytest.raises(memsim.Error, match="input_range"):
        mt.calibrate_input_ranges(linear(), batches)


# -- Devices


@pytest.mark.parametrize("omega", [0.0, 1.0])
def test_silent_devices_hold_the_weights(omega):
    layer = linear(model=SILENT, weight_scaling_omega=omega, max_input_size=3)
    x = torch.randn(4, 5)
    before = layer.eval()(x)
    layer.program()
    layer.drift(3600.0)
    torch.testing.assert_close(layer(x), before)


def test_only_evaluation_reads_devices():
    layer = linear(model=inf.PCMLike(), drift_compensation="none")
    x = torch.randn(4, 5)
    before = layer(x)
    layer.program()
    layer.drift(86400.0)
    torch.testing.assert_close(layer(x), before, rtol=0, atol=0)
    assert (layer.eval()(x) - before).abs().max() > 1e-3
    torch.testing.assert_close(layer(x), layer(x), rtol=0, atol=0)
    a = x.clone().requires_grad_()
    layer(a).sum().backward()
    torch.testing.assert_close(a.grad[0], torch.from_numpy(layer.tiles[0].weights).sum(0))


def test_compensation_undoes_a_common_decay():
    """Drift of one exponent for all is a common factor, which every kind of compensation finds."""
    same = inf.CustomDriftPCMLike(g_lst=(1.0,), nu_mean_lst=(0.06,), nu_std_lst=(0.0,), prog_noise_scale=0, read_noise_scale=0)
    factor = (86400 / 20 + 1) ** -0.06
    for kind in ("global", "per-column", "exact-reference"):
        layer = linear(model=same, drift_compensation=kind, max_output_size=2)
        x = torch.randn(4, 5)
        clean = layer.eval()(x)
        layer.program()
        layer.drift(86400.0)
        torch.testing.assert_close(layer(x), clean, rtol=1e-4, atol=1e-5)
        layer.compensate("none")
        torch.testing.assert_close(layer(x) - layer.bias, (clean - layer.bias) * factor, rtol=1e-4, atol=1e-5)
        layer.compensate()
        torch.testing.assert_close(layer(x), clean, rtol=1e-4, atol=1e-5)


def test_compensation_by_output_is_of_each_output():
    layer = linear(20, 3, model=STEADY, drift_compensation="per-column")
    layer.program()
    layer.eval()
    programmed = np.abs(layer._devices.parts[0].weights(0)).mean(1)
    layer.drift(1e6)
    layer(torch.zeros(1, 20))
    read = np.abs(layer._devices.weights[0].numpy()).mean(1)
    np.testing.assert_allclose(layer._devices.gains[0].numpy(), programmed / read, rtol=1e-4)
    layer.compensate("exact-reference")
    reference = layer.weight.abs().mean().item()
    assert layer._devices.gains[0].item() == pytest.approx(reference / read.mean(), rel=1e-4)


def test_drift_needs_programming():
    for call in (lambda: linear().drift(1.0), lambda: linear().compensate()):
        with pytest.raises(memsim.Error, match="programmed"):
            call()
    layer = linear()
    layer.program()
    with pytest.raises(memsim.Error, match="t must be"):
        layer.drift(-1.0)
    with pytest.raises(memsim.Error, match="kind"):
        layer.compensate("all")


# -- Whole networks


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Conv2d(1, 3, 3)
        self.head = nn.Linear(3 * 36, 10)

    def forward(self, x):
        return self.head(functional.relu(self.features(x)).flatten(1))


def converted(seed=3, **options):
    torch.manual_seed(seed)
    return mt.convert_to_analog(Net(), inference=presets.StandardHWATraining(**options), seed=seed)


def test_a_converted_model_has_the_methods():
    net = converted()
    assert type(net) is Net and isinstance(net.features, mt.InferenceConv2d)
    x = torch.randn(2, 1, 8, 8)
    net(x)
    net.program()
    net.eval()
    fresh = net(x)
    net.drift(t=2.6e6)
    net.compensate("none")
    assert not torch.equal(net(x), fresh)
    mt.compensate(net, "per-column")
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        torch.testing.assert_close(other(x), copy.deepcopy(net)(x), rtol=0, atol=0)
        other.program()  # of the copy, not of the original
        assert other.head._devices.programmings == 2 and net.head._devices.programmings == 1
    with pytest.raises(memsim.Error, match="layers of inference"):
        mt.program(nn.Sequential(nn.Linear(2, 2)))


def test_every_preset_trains():
    for make in (presets.StandardHWATraining, presets.WebComposer, presets.FloatingPoint):
        net = mt.convert_to_analog(nn.Linear(6, 2), inference=make(), seed=1)
        optimizer = mt.AnalogSGD(net.parameters(), lr=0.002)
        x = torch.randn(20, 6)
        losses = [step(net, optimizer, x) for _ in range(60)]
        assert np.mean(losses[-10:]) < np.mean(losses[:3]) / 2, make.__name__
    given = presets.StandardHWATraining()
    assert given.forward.w_noise == 0.0175 and given.clip.fixed_value == 1 and given.input_range.init_from_data == 100
    assert presets.WebComposer(drift_compensation="none").modifier.std_dev == 0.1


def noisy(seed=3):
    return converted(seed, modifier=inf.WeightModifier(type="add-normal", std_dev=0.05))


def trained(net, optimizer, turns):
    generator = torch.Generator().manual_seed(turns)
    return [step(net, optimizer, torch.randn(5, 1, 8, 8, generator=generator)) for _ in range(turns)]


@pytest.mark.parametrize("between", ["step", "forward"])
def test_a_saved_run_goes_on_with_the_same_bits(between):
    net = noisy()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    trained(net, optimizer, 3)
    if between == "forward":
        net(torch.ones(1, 1, 8, 8))
    file = io.BytesIO()
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict()}, file)
    other = noisy(seed=8)
    again = torch.optim.Adam(other.parameters(), lr=0.01)
    file.seek(0)
    saved = torch.load(file)
    other.load_state_dict(saved["net"])
    again.load_state_dict(saved["optimizer"])
    assert trained(net, optimizer, 4) == trained(other, again, 4)
    for model in (net, other):
        model.eval()
        model.program()
        model.drift(1000.0)
    x = torch.randn(3, 1, 8, 8)
    third = noisy(seed=9).eval()
    third.load_state_dict(net.state_dict())
    first = net(x)
    assert torch.equal(first, other(x)) and torch.equal(first, third(x))
    net.drift(5000.0)
    third.drift(5000.0)
    assert torch.equal(net(x), third(x))


def test_a_damaged_state_is_refused():
    layer = linear()
    layer.program()
    state = layer.get_extra_state()
    others = [linear(4).get_extra_state(), mt.AnalogLinear(5, 3).get_extra_state(), state[:-9], state[:40], torch.zeros(3)]
    programmed = linear(5, 3, model=inf.Hermes())
    programmed.program()
    for bad in (*others, programmed.get_extra_state()):
        with pytest.raises(memsim.StateFileError):
            layer.set_extra_state(bad)
        assert torch.equal(layer.get_extra_state(), state)


def test_bad_arguments():
    for call, text in (
        (lambda: linear()(torch.zeros(2, 4)), "x has shape"),
        (lambda: linear().set_weights(torch.zeros(5, 3)), "weight must be"),
        (lambda: linear().set_weights(torch.zeros(3, 5), torch.zeros(5)), "bias must be"),
        (lambda: mt.InferenceLinear(5, 3, seed=-1), "seed"),
        (lambda: mt.InferenceConv2d(1, 1, 3, groups=2), "groups"),
        (lambda: mt.convert_to_analog(nn.ReLU(), inference=config()), "layers to convert"),
    ):
        with pytest.raises(memsim.Error, match=text):
            call()
    with pytest.raises(TypeError, match="config"):
        mt.InferenceLinear(5, 3, config=presets.PresetIO())


def test_digits_after_a_day_and_a_month():
    """Trained with noise, programmed into phase-change memory: compensation helps by more than its error."""
    datasets = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed")
    data = datasets.load_digits()
    x = torch.tensor(data.data / 16, dtype=torch.float32)
    labels = torch.tensor(data.target)
    train, test = slice(0, 1200), slice(1200, None)
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Linear(64, 50), nn.ReLU(), nn.Linear(50, 10))
    options = presets.StandardHWATraining(modifier=inf.WeightModifier(type="add-normal", std_dev=0.05))
    net = mt.convert_to_analog(plain, inference=options, seed=1)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(30):
        for batch in torch.randperm(1200).split(50):
            optimizer.zero_grad()
            functional.cross_entropy(net(x[train][batch]), labels[train][batch]).backward()
            optimizer.step()
    net.eval()

    def accuracy():
        with torch.no_grad():
            return (net(x[test]).argmax(1) == labels[test]).float().mean().item()

    digital = accuracy()
    assert digital > 0.88
    runs = []
    for _ in range(8):
        net.program()
        chip = []
        for t in (86400.0, 2.6e6):
            net.drift(t)
            chip += [accuracy()]
            net.compensate("none")
            chip += [accuracy()]
        runs.append(chip)
    day, day_without, month, month_without = np.array(runs).T
    for kept, lost in ((day, day_without), (month, month_without)):
        gain = kept - lost
        assert gain.mean() > 2 * gain.std(ddof=1) / len(gain) ** 0.5 and kept.mean() > digital - 0.05


def test_configurations_are_values():
    assert presets.StandardHWATraining() == presets.StandardHWATraining()
    changed = dataclasses.replace(presets.StandardHWATraining(), model=inf.ReRamCMO())
    assert changed != presets.StandardHWATraining() and changed.clip == presets.StandardHWATraining().clip


@pytest.mark.parametrize("rate", [10.0, 1e6, 1e30, float("inf")])
def test_steps_that_lead_nowhere_are_named_and_change_nothing_more(rate):
    torch.manual_seed(0)
    net = mt.convert_to_analog(
        nn.Sequential(nn.Linear(20, 16), nn.Tanh(), nn.Linear(16, 5)), inference=presets.StandardHWATraining(), seed=1
    )
    optimizer, x, labels = torch.optim.SGD(net.parameters(), lr=rate), torch.randn(64, 20), torch.arange(64) % 5
    said = "(weight|out_scaling|value) of .* must stay finite.* learning rate may be too large"
    with pytest.raises(memsim.Error, match=said):
        for _ in range(20):
            optimizer.zero_grad()
            functional.cross_entropy(net(x), labels).backward()
            optimizer.step()
    draws = [layer._draws for layer in (net[0], net[2])]
    with pytest.raises(memsim.Error, match=said):
        net(x)
    assert [layer._draws for layer in (net[0], net[2])] == draws


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_input_ranges_that_left_their_range_are_named(value):
    layer = mt.InferenceLinear(4, 3, config=config(input_range=inf.InputRange(enable=True, init_from_data=0)))
    layer.input_range.value.data.fill_(value)
    with pytest.raises(memsim.Error, match=f"value of input_range must stay finite and > 0, got {value:g} at index 0"):
        layer(torch.ones(2, 4))


def test_factors_below_zero_stand_where_nothing_is_remapped():
    layer = linear(learn_out_scaling=True)
    layer.out_scaling.data.fill_(-2.0)
    x = torch.randn(3, 5)
    y = layer(x)
    y.sum().backward()
    layer.weight.data.mul_(1.0)
    torch.testing.assert_close(layer(x), y)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"device": memsim.devices.ConstantStep()}, "inference does not go with device: drop it"),
        ({"update": memsim.Update(), "forward": memsim.IO()}, "inference does not go with update, forward: drop them"),
        ({"config": presets.EcRamPreset()}, "inference does not go with config: drop it"),
        ({"digital_bias": False}, "inference does not go with digital_bias: drop it"),
    ],
)
def test_what_pulses_need_does_not_go_with_inference(given, said):
    with pytest.raises(memsim.Error, match=said):
        mt.convert_to_analog(nn.Linear(4, 3), inference=config(), **given)
