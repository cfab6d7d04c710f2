"""Analog layers and optimizers under PyTorch: values, gradients, training, states."""

import copy
import io
import pickle

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: its layers are not tested")
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

import memsim  # noqa: E402
import memsim.torch as mt  # noqa: E402
from memsim import devices, presets  # noqa: E402

EXACT = {"forward": memsim.IO(is_perfect=True), "backward": memsim.IO(is_perfect=True)}
IDEAL = {"device": devices.Ideal(), **EXACT}


def linear(inputs=5, outputs=3, **options):
    torch.manual_seed(0)
    return mt.AnalogLinear(inputs, outputs, **{**IDEAL, **options})


def net(**options):
    torch.manual_seed(1)
    given = {"device": devices.ConstantStep(dw_min=0.002), **options}
    return nn.Sequential(mt.AnalogLinear(4, 8, **given), nn.Tanh(), mt.AnalogLinear(8, 2, **given))


def step(model, optimizer, x):
    optimizer.zero_grad()
    loss = (model(x) - x[:, :2].cumsum(1) / 2).square().mean()
    loss.backward()
    optimizer.step()
    return loss.item()


def plain(layer):
    """The same layer of PyTorch's own."""
    weight, bias = layer.get_weights()
    made = nn.Linear(layer.in_features, layer.out_features, bias is not None)
    with torch.no_grad():
        made.weight.copy_(weight)
        if bias is not None:
            made.bias.copy_(bias)
    return made


@pytest.mark.parametrize("lead", [(), (4,), (2, 3), (0,)])
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"digital_bias": False}, {"max_input_size": 2, "max_output_size": 2},
                                     {"weight_scaling_omega": 0.4, "weight_scaling_columnwise": True}], ids=str)
def test_exact_products_and_gradients_are_pytorchs(lead, options):
    layer = linear(**options)
    other = plain(layer)
    x = torch.randn(*lead, 5, requires_grad=True)
    again = x.detach().clone().requires_grad_()
    y, expected = layer(x), other(again)
    torch.testing.assert_close(y, expected, rtol=1e-5, atol=1e-6)
    (y * 3).sum().backward()
    (expected * 3).sum().backward()
    torch.testing.assert_close(x.grad, again.grad, rtol=1e-5, atol=1e-6)
    if layer.bias is not None:
        torch.testing.assert_close(layer.bias.grad, other.bias.grad)


@pytest.mark.parametrize("options", [{}, {"digital_bias": False}, {"max_input_size": 2, "max_output_size": 2},
                                     {"weight_scaling_omega": 0.4}, {"weight_scaling_omega": 0.4, "max_input_size": 3,
                                                                     "weight_scaling_columnwise": True}], ids=str)
def test_ideal_devices_learn_as_pytorchs(options):
    layer = linear(**options)
    other = plain(layer)
    for model, optimizer in ((layer, mt.AnalogSGD), (other, torch.optim.SGD)):
        torch.manual_seed(3)
        made = optimizer(model.parameters(), lr=0.1)
        for _ in range(3):
            made.zero_grad()
            (model(torch.randn(6, 5)) - 1).square().mean().backward()
            (model(torch.randn(2, 5)) - 1).square().mean().backward()  # two calls before one step
            made.step()
    weight, bias = layer.get_weights()
    torch.testing.assert_close(weight, other.weight.detach(), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(bias, other.bias.detach(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("options", [{}, {"device": presets.EcRam()}, {"max_input_size": 3}], ids=str)
@pytest.mark.parametrize("make", [lambda model: mt.AnalogSGD(model.parameters(), lr=0.2),
                                  lambda model: mt.AnalogOptimizer(torch.optim.Adam, model.parameters(), lr=0.05)])
def test_pulses_learn(options, make):
    model, x = net(**options), torch.rand(20, 4)
    optimizer = make(model)
    losses = [step(model, optimizer, x) for _ in range(60)]
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])


def test_gradients_put_to_zero_are_no_update():
    layer = linear(bias=False)
    optimizer = mt.AnalogSGD(layer.parameters(), lr=0.1)
    before = layer.get_weights()[0]
    for forget in (optimizer.zero_grad, layer.zero_grad, lambda: layer.zero_grad(set_to_none=False),
                   lambda: optimizer.zero_grad(set_to_none=False)):
        layer(torch.ones(2, 5)).sum().backward()
        forget()
        optimizer.step()
        assert torch.equal(layer.get_weights()[0], before)
    layer(torch.ones(2, 5)).sum().backward()
    optimizer.step()
    once = layer.get_weights()[0]
    torch.testing.assert_close(once, before - 0.2)
    optimizer.step()
    assert torch.equal(layer.get_weights()[0], once)


def test_evaluation_and_frozen_layers_keep_nothing():
    layer = linear()
    with torch.no_grad():
        assert not layer(torch.ones(2, 5)).requires_grad
    layer.analog_ctx.requires_grad_(False)
    layer(torch.ones(2, 5)).sum().backward()
    assert layer._take() is None
    before = layer.get_weights()[0]
    mt.AnalogSGD(layer.parameters(), lr=0.1).step()
    assert torch.equal(layer.get_weights()[0], before)


def test_steps_let_devices_decay_once():
    layer = linear(device=devices.ConstantStep(lifetime=2.0), bias=False)
    before = layer.get_weights()[0]
    mt.AnalogSGD(layer.parameters(), lr=0.1).step()
    torch.testing.assert_close(layer.get_weights()[0], before / 2)


def test_groups_schedules_and_closures():
    layer = linear(bias=False)
    optimizer = mt.AnalogSGD([{"params": layer.parameters(), "lr": 0.5}], lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.1)
    for rate in (0.5, 0.05):
        before = layer.get_weights()[0]

        def closure():
            optimizer.zero_grad()
            loss = layer(torch.ones(1, 5)).sum()
            loss.backward()
            return loss

        assert optimizer.step(closure).ndim == 0
        torch.testing.assert_close(layer.get_weights()[0], before - rate)
        schedule.step()


@pytest.mark.parametrize("options", [{}, {"max_input_size": 3, "weight_scaling_omega": 0.5}], ids=str)
def test_state_dict_resumes_with_the_same_bits(options):
    x = torch.rand(8, 4)
    model = net(**options)
    optimizer = mt.AnalogSGD(model.parameters(), lr=0.1)
    for _ in range(3):
        step(model, optimizer, x)
    file = io.BytesIO()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, file)
    losses = [step(model, optimizer, x) for _ in range(3)]
    for assign in (False, True):
        other = net(**options, seed=9)
        file.seek(0)
        saved = torch.load(file, weights_only=True)
        other.load_state_dict(saved["model"], assign=assign)
        again = mt.AnalogSGD(other.parameters(), lr=0.3)
        again.load_state_dict(saved["optimizer"])
        assert [step(other, again, x) for _ in range(3)] == losses


def test_states_that_do_not_fit_change_nothing():
    layer, other = linear(max_input_size=2, seed=1), linear(seed=1)
    before, state = layer._grid.state(), layer.get_extra_state()
    damaged = state.clone()
    damaged[-40:] = 7
    for bad in (other.get_extra_state(), state[:-1], damaged, state[:4], "state"):
        with pytest.raises(memsim.Error):
            layer.set_extra_state(bad)
        assert layer._grid.state() == before


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["copy", "pickle"])
def test_copies_behave_alike_and_apart(clone):
    x, model = torch.rand(3, 4), net()
    step(model, mt.AnalogSGD(model.parameters(), lr=0.1), x)
    twin = clone(model)
    losses = [[step(each, made, x) for _ in range(3)]
              for each in (model, twin) for made in [mt.AnalogSGD(each.parameters(), lr=0.1)]]
    assert losses[0] == losses[1]
    assert torch.equal(model(x), twin(x))


def test_optimizers_are_copied_with_their_model():
    x, model = torch.rand(3, 4), net()
    pair = (model, mt.AnalogSGD(model.parameters(), lr=0.1))
    twin = pickle.loads(pickle.dumps(pair))
    assert [step(*pair, x) for _ in range(3)] == [step(*twin, x) for _ in range(3)]


def test_manual_seed_governs_seeds_not_given():
    x = torch.rand(3, 4)
    first, second = net(), net()
    assert torch.equal(first(x), second(x))
    torch.manual_seed(2)
    a, b = mt.AnalogLinear(2, 2), mt.AnalogLinear(2, 2)
    assert a.tiles[0].seed != b.tiles[0].seed
    assert linear(seed=3, max_input_size=2).tiles[0].seed == 3


def test_large_layers_lie_on_near_equal_tiles():
    assert [made.shape for made in linear(7, 3, max_input_size=3, max_output_size=2).tiles] == [
        (2, 3), (2, 2), (2, 2), (1, 3), (1, 2), (1, 2)]
    assert [made.shape for made in mt.AnalogLinear(513, 2).tiles] == [(2, 257), (2, 256)]
    assert [made.shape for made in mt.AnalogLinear(513, 2, max_input_size=0).tiles] == [(2, 513)]
    seeds = {made.seed for made in linear(9, 9, max_input_size=3, max_output_size=3).tiles}
    assert len(seeds) == 9


def test_scales_fill_the_tile():
    layer = linear(weight_scaling_omega=0.5, weight_scaling_columnwise=True)
    largest = torch.from_numpy(layer.tiles[0].weights).abs().amax(1)
    torch.testing.assert_close(largest, torch.full((3,), 0.5))
    layer.set_weights(torch.zeros(3, 5))
    assert not layer(torch.ones(1, 5)).sub(layer.bias).any()


CONVOLUTIONS = [
    (nn.Conv1d, (9,), {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2}),
    (nn.Conv2d, (7, 6), {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 2), "dilation": (1, 2)}),
    (nn.Conv2d, (5, 5), {"kernel_size": 3, "bias": False}),
    (nn.Conv3d, (5, 4, 6), {"kernel_size": (2, 3, 2), "stride": (1, 1, 2), "padding": (0, 1, 1), "dilation": (2, 1, 1)}),
]


@pytest.mark.parametrize("kind, size, shape", CONVOLUTIONS, ids=lambda item: getattr(item, "__name__", None))
def test_convolutions_are_pytorchs(kind, size, shape):
    torch.manual_seed(0)
    other = kind(2, 3, **shape)
    layer = mt.convert_to_analog(other, **IDEAL)
    assert type(layer).__name__ == f"Analog{kind.__name__}"
    x = torch.randn(2, 2, *size, requires_grad=True)
    again = x.detach().clone().requires_grad_()
    for model, given, optimizer in ((layer, x, mt.AnalogSGD), (other, again, torch.optim.SGD)):
        model(given).square().mean().backward()
        optimizer(model.parameters(), lr=0.1).step()
    torch.testing.assert_close(layer(x), other(again), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(x.grad, again.grad, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(layer.get_weights()[0], other.weight.detach(), rtol=1e-4, atol=1e-5)
    assert layer(x[:0]).shape == other(again[:0]).shape


def test_conversion():
    torch.manual_seed(0)
    shared = nn.Linear(6, 6)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 6), shared, nn.ReLU(), shared, nn.Linear(6, 2))
    made = mt.convert_to_analog(model, exclude=["6"], seed=5, **IDEAL)
    x = torch.rand(3, 1, 4, 4)
    torch.testing.assert_close(made(x), model(x), rtol=1e-4, atol=1e-5)
    assert made[3] is made[5] and type(made[6]) is nn.Linear and type(model[0]) is nn.Conv2d
    assert len({layer.tiles[0].seed for layer in made if isinstance(layer, mt.AnalogLayer)}) == 3
    assert mt.convert_to_analog(model, inplace=True) is model
    with pytest.raises(memsim.Error, match="layers to convert"):
        mt.convert_to_analog(nn.Sequential(nn.ReLU()))
    with pytest.raises(memsim.Error, match="layer '0' must have groups=1, .* got groups=2"):
        mt.convert_to_analog(nn.Sequential(nn.Conv2d(2, 2, 3, groups=2)))


def test_types():
    layer = linear()
    assert layer(torch.rand(2, 5, dtype=torch.float64)).dtype == torch.float32
    layer.double()
    x = torch.rand(2, 5, dtype=torch.float64, requires_grad=True)
    layer(x).sum().backward()
    assert x.grad.dtype == torch.float64
    mt.AnalogSGD(layer.parameters(), lr=0.1).step()
    previous = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        linear()(torch.rand(2, 5)).sum().backward()
    finally:
        torch.set_default_dtype(previous)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert linear()(torch.rand(2, 5, dtype=torch.bfloat16)).dtype == torch.float32


@pytest.mark.parametrize("make, sentence", [
    (lambda: mt.AnalogLinear(0, 2), "in_features must be 1.*, got 0"),
    (lambda: linear(seed=-1), "seed must be 0"),
    (lambda: linear(weight_scaling_omega=-1.0), "weight_scaling_omega must be finite and >= 0, got -1"),
    (lambda: linear(max_input_size=-1), "max_input_size must be 0.*, got -1"),
    (lambda: linear()(torch.rand(2, 4)), r"x has shape \(2, 4\), it must be \(..., 5\)"),
    (lambda: linear()(torch.full((2, 5), float("nan"))), "x must be finite"),
    (lambda: linear()(torch.rand(2, 5, device="meta")), "x is on meta"),
    (lambda: linear().set_weights(torch.rand(5, 3)), r"weight must be of shape \(3, 5\), got \(5, 3\)"),
    (lambda: linear(bias=False).set_weights(torch.rand(3, 5), torch.rand(3)), "bias must be None"),
    (lambda: linear().set_weights(torch.rand(3, 5), torch.rand(2)), r"bias must be of shape \(3,\), got \(2,\)"),
    (lambda: mt.AnalogConv2d(2, 2, 3, groups=2), "groups must be 1, got 2"),
    (lambda: mt.AnalogConv2d(2, 2, 3, padding="same"), "padding must be"),
    (lambda: mt.AnalogConv2d(2, 2, (3, 3, 3)), "kernel_size must be"),
    (lambda: mt.AnalogConv2d(2, 2, 3)(torch.rand(1, 3, 5, 5)), r"it must be \(batch, 2, H, W\)"),
    (lambda: mt.AnalogConv2d(2, 2, 3)(torch.rand(1, 2, 2, 5)), "too small for kernels"),
    (lambda: mt.AnalogSGD(linear().parameters(), lr=-0.1), "lr must be finite and >= 0, got -0.1"),
    (lambda: mt.AnalogOptimizer(mt.AnalogSGD, linear().parameters(), lr=0.1), "got AnalogSGD"),
    (lambda: mt.AnalogOptimizer(torch.optim.Adam, linear().parameters(), lr=-1.0), None),
])
def test_refusals_name_the_argument(make, sentence):
    with pytest.raises(memsim.Error if sentence else ValueError, match=sentence):
        make()
    with pytest.raises(TypeError, match="optimizer must be a class of torch.optim"):
        mt.AnalogOptimizer("Adam", linear().parameters(), lr=0.1)


# -- What layers are not meant for


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: linear()(torch.ones(2, 5).numpy()), TypeError, "x must be a tensor, got ndarray"),
        (lambda: mt.AnalogConv1d(1, 2, 3)([1.0]), TypeError, "x must be a tensor, got list"),
        (lambda: mt.AnalogGRUCell(2, 3)(1), TypeError, "x must be a tensor, got int"),
        (lambda: linear()(torch.ones(2, 5, dtype=torch.complex64)), memsim.Error, "x must be real, got torch.complex64"),
        (lambda: linear()(torch.ones(2, 5, device="meta")), memsim.Error, "x is on meta"),
        (lambda: linear().set_weights([[1.0] * 5] * 3), TypeError, "weight must be a tensor, got list"),
        (lambda: linear().set_weights(torch.ones(3, 5), [0.0] * 3), TypeError, "bias must be a tensor, got list"),
        (lambda: mt.InferenceLinear(5, 3).set_weights([[1.0] * 5] * 3), TypeError, "weight must be a tensor, got list"),
        (lambda: mt.convert_to_analog(3), TypeError, "model must be a torch.nn.Module, got int"),
        # More than a petabyte.
        (lambda: mt.AnalogLinear(2**23, 2**23), memsim.OutOfMemoryError, "268435456 tiles need .* the machine has"),
        (lambda: mt.AnalogLinear(0, 3), memsim.Error, "in_features must be 1"),
    ],
)
def test_wrong_arguments_are_named(call, error, said):
    with pytest.raises(error, match=said):
        call()


class Products(torch.utils.data.Dataset):
    """Products of a layer, made where the items are."""

    def __init__(self, layer):
        self.layer = layer

    def __len__(self):
        return 4

    def __getitem__(self, index):
        with torch.no_grad():
            return self.layer(torch.full((3, 40), 0.1 * index))


@pytest.mark.parametrize("device", [devices.ConstantStep(), devices.JART(variability="d2d", write_noise_std=1.0)])
def test_workers_of_loaders_have_layers_of_their_own(device):
    """Forked, after the parent's threads were at work."""
    layer = mt.AnalogLinear(40, 30, device=device, seed=1, context=memsim.Context(threads=2))
    layer(torch.ones(64, 40)).sum().backward()
    mt.AnalogSGD(layer.parameters(), lr=0.1).step()
    expected = Products(copy.deepcopy(layer))[0]
    loader = torch.utils.data.DataLoader(Products(layer), batch_size=1, num_workers=2, multiprocessing_context="fork")
    torch.testing.assert_close(next(iter(loader))[0], expected, rtol=0, atol=0)
    torch.testing.assert_close(Products(layer)[0], expected, rtol=0, atol=0)
