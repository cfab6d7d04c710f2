"""Memristive layers under PyTorch: values, gradients, draws, states."""

import copy
import pickle

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: its layers are not tested")
from torch import nn  # noqa: E402

import memsim  # noqa: E402
import memsim.nonideality as ni  # noqa: E402
import memsim.torch as mt  # noqa: E402

HIGH = ni.PooleFrenkel.siox_high()
SETS = [
    (),
    (HIGH,),
    (ni.NParameter.siox_high(), ni.StuckAtGOn(0.2)),
    (ni.Lognormal(0.25, 0.5),),
    (HIGH, ni.Lognormal(0.3), ni.Drift(1e4, nu_std=0.02), ni.StuckAtGOff(0.1), ni.ReadNoise(0.05)),
    (ni.Sinh(0.2),),
    (ni.Lognormal(0.3), ni.WireResistance(2e4, 5e4, 1e4, 3e3)),
    (HIGH, ni.WireResistance(2e4, 5e4)),
]


def linear(inputs=5, outputs=3, nonideality=(HIGH,), dtype=torch.float64, seed=7, **options):
    torch.manual_seed(0)
    layer = mt.MemristiveLinear(inputs, outputs, nonideality=nonideality, dtype=dtype, seed=seed, **options)
    with torch.no_grad():
        layer.weight.copy_(layer.weight.abs() + 0.05 if layer.weights == "double" else layer.weight)
    return layer


def net(nonideality=(HIGH,), dtype=torch.float32, **options):
    torch.manual_seed(1)
    layers = [mt.MemristiveLinear(a, b, nonideality=nonideality, dtype=dtype, **options) for a, b in ((6, 5), (5, 4))]
    return nn.Sequential(layers[0], nn.Sigmoid(), layers[1])


@pytest.mark.parametrize("nonideality", SETS, ids=lambda items: "+".join(item.name for item in items) or "ideal")
@pytest.mark.parametrize("options", [{}, {"redraw": "sample"}, {"weights": "standard"},
                                     {"weights": "standard", "mapping": "average"}], ids=str)
def test_gradients_are_those_of_differences(nonideality, options):
    layer = linear(nonideality=nonideality, **options)
    x = torch.rand(4, 5, dtype=torch.float64, requires_grad=True)

    def same_devices(x, *parameters):
        layer.seed = 3
        return layer(x)

    inputs = (x, *layer.parameters())
    assert torch.autograd.gradcheck(same_devices, inputs, eps=1e-7, atol=1e-6, rtol=1e-5)


def test_ideal_pairs_are_an_affine_layer():
    layer = linear(nonideality=())
    weight, bias = layer.effective()
    x = torch.rand(2, 3, 5, dtype=torch.float64)
    torch.testing.assert_close(layer(x), nn.functional.linear(x, weight, bias), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mapping", ["default", "average"])
def test_standard_weights_on_ideal_devices_are_themselves(mapping):
    layer = linear(nonideality=(ni.ReadNoise(0),), weights="standard", mapping=mapping)
    x = torch.rand(4, 5, dtype=torch.float64)
    expected = nn.functional.linear(x, layer.weight, layer.bias)
    torch.testing.assert_close(layer(x), expected, rtol=1e-10, atol=1e-10)


def test_penalty_is_in_the_gradient():
    plain, regular = linear(), linear(regularize=0.25)
    x = torch.rand(4, 5, dtype=torch.float64)
    for layer in (plain, regular):
        layer.weight.data[0, 0, 0] = 0
        layer(x).sum().backward()
    expected = plain.weight.grad + 0.25 * (plain.weight > 0)
    torch.testing.assert_close(regular.weight.grad, expected, rtol=1e-12, atol=1e-12)
    assert regular.penalty() == pytest.approx(0.25 * float(regular.weight.detach().abs().sum()))


def test_project_keeps_weights_off_the_negative():
    layer = linear()
    layer.weight.data -= 1
    with pytest.raises(memsim.Error, match=r"weights must be finite and >= 0, got -.* at row 0, column 0"):
        layer(torch.rand(1, 5, dtype=torch.float64))
    mt.project(nn.Sequential(layer))
    assert float(layer.weight.min()) == 0


def test_each_forward_draws_anew_and_evaluation_does_not_disturb_training():
    x = torch.rand(3, 5, dtype=torch.float64)
    first, second = linear(), linear()
    a = [first(x), first(x)]
    assert not torch.equal(a[0], a[1])
    b = second(x)
    second.eval()
    assert not torch.equal(second(x), b)
    second.train()
    assert torch.equal(b, a[0])
    assert torch.equal(second(x), a[1])


def test_a_chip_stays_until_the_next():
    layer = linear(redraw="chip")
    x = torch.rand(3, 5, dtype=torch.float64)
    y = layer(x)
    assert torch.equal(layer(x), y)
    layer.new_chip()
    assert not torch.equal(layer(x), y)


def test_samples_draw_their_own_devices():
    layer = linear(redraw="sample")
    y = layer(torch.full((2, 5), 0.5, dtype=torch.float64))
    assert not torch.equal(y[0], y[1])
    shared = linear(redraw="batch")(torch.full((2, 5), 0.5, dtype=torch.float64))
    assert torch.equal(shared[0], shared[1])


def test_sharded_samples_are_those_of_the_whole_batch():
    x = torch.rand(6, 5, dtype=torch.float64)
    noise = (HIGH, ni.ReadNoise(0.1))
    whole = linear(nonideality=noise, redraw="sample")(x)
    for rank in range(2):
        part = linear(nonideality=noise, redraw="sample")
        mt.shard(part, rank, 2)
        assert torch.equal(part(x[rank::2]), whole[rank::2])


def test_state_dict_resumes_with_the_same_bits():
    def step(model, optimizer):
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        mt.project(model)
        return loss.detach()

    x = torch.rand(8, 6)
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(3):
        step(model, optimizer)
    saved = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
    losses = [step(model, optimizer) for _ in range(3)]
    other = net()
    again = torch.optim.SGD(other.parameters(), lr=0.1, momentum=0.9)
    other.load_state_dict(saved[0])
    again.load_state_dict(saved[1])
    assert [step(other, again) for _ in range(3)] == losses


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["copy", "pickle"])
def test_copies_behave_alike(clone):
    model = net((HIGH, ni.Lognormal(0.2)))
    twin = clone(model)
    x = torch.rand(3, 6)
    assert torch.equal(model(x), twin(x))
    assert twin[0].nonideality == model[0].nonideality


def test_autocast_leaves_layers_in_their_precision():
    model = net()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = model(torch.rand(3, 6, dtype=torch.bfloat16))
    assert y.dtype == torch.float32


def test_manual_seed_governs_seeds_not_given():
    torch.manual_seed(5)
    a, b = mt.MemristiveLinear(2, 2), mt.MemristiveLinear(2, 2)
    torch.manual_seed(5)
    c = mt.MemristiveLinear(2, 2)
    assert a.seed == c.seed != b.seed


@pytest.mark.parametrize("kernel, stride, padding, dilation", [(3, 1, 0, 1), ((3, 2), (2, 1), (1, 2), (1, 2)), (1, 2, 0, 1)])
def test_ideal_convolution(kernel, stride, padding, dilation):
    shape = {"stride": stride, "padding": padding, "dilation": dilation}
    layer = mt.MemristiveConv2d(2, 3, kernel, nonideality=(ni.ReadNoise(0),), dtype=torch.float64, **shape)
    weight, bias = layer.effective()
    x = torch.rand(2, 2, 7, 6, dtype=torch.float64)
    expected = nn.functional.conv2d(x, weight.reshape(3, 2, *layer.kernel_size), bias, **shape)
    torch.testing.assert_close(layer(x), expected, rtol=1e-9, atol=1e-9)


def test_convolution_draws_for_images_not_patches():
    layer = mt.MemristiveConv2d(1, 2, 2, nonideality=(HIGH,), redraw="sample", seed=1)
    y = layer(torch.full((2, 1, 4, 4), 0.5))
    assert torch.equal(y[:, :, 0, 0], y[:, :, 1, 2])
    assert not torch.equal(y[0], y[1])
    assert layer.redraw == "sample"


def test_conductances_lie_in_the_window_or_are_stuck():
    layer = linear(40, 20, (ni.StuckAt(1e-9, 0.25), HIGH), dtype=torch.float32)
    g = layer.conductances().numpy()
    stuck = g == np.float32(1e-9)
    assert abs(stuck.mean() - 0.25) < 5 * np.sqrt(0.25 * 0.75 / g.size)
    low, high = layer.window
    assert g[~stuck].min() >= low * (1 - 1e-6) and g[~stuck].max() <= high * (1 + 1e-6)


@pytest.mark.parametrize("change, sentence", [
    ({"nonideality": (HIGH, ni.NParameter.siox_high())}, "poole-frenkel and n-parameter exclude each other: a device has one"),
    ({"nonideality": (ni.DiscreteStates(4), ni.Quantization(0.1))}, "one target"),
    ({"nonideality": (ni.ReadNoise(0.1), ni.ReadNoise(0.2))}, "read-noise is given twice"),
    ({"nonideality": (ni.ReadNoise(0.1), ni.WireResistance())}, "read-noise and wire-resistance exclude each other"),
    ({"window": (2e-6, 1e-6)}, "g_off"),
    ({"k_v": 0.0}, "k_v must be"),
    ({"weights": "triple"}, "weights must be one of double, standard, got 'triple'"),
    ({"mapping": "mean"}, "mapping must be one of"),
    ({"redraw": "never"}, "redraw must be one of"),
    ({"regularize": -1.0}, "regularize must be finite and >= 0, got -1"),
    ({"regularize": 1.0, "weights": "standard"}, "regularize acts on devices of their own"),
    ({"seed": -1}, "seed must be"),
    ({"dtype": torch.float16}, "dtype must be torch.float32 or torch.float64, got torch.float16"),
])
def test_refusals_name_the_argument(change, sentence):
    with pytest.raises(memsim.Error, match=sentence):
        mt.MemristiveLinear(4, 2, **change)


def test_a_refused_change_changes_nothing():
    layer = linear()
    with pytest.raises(memsim.Error, match="exclude each other"):
        layer.nonideality = [HIGH, HIGH]
    assert layer.nonideality == (HIGH,)
    with pytest.raises(TypeError, match="objects of memsim.nonideality"):
        layer.nonideality = ["poole-frenkel"]
    with pytest.raises(memsim.Error, match=r"x has shape \(2, 4\), it must be \(..., 5\)"):
        layer(torch.rand(2, 4, dtype=torch.float64))
    with pytest.raises(memsim.Error, match="in_features must be an integer >= 1, got 0"):
        mt.MemristiveLinear(0, 2)


def test_no_samples_give_no_outputs():
    assert linear()(torch.rand(0, 5, dtype=torch.float64)).shape == (0, 3)


def test_a_layer_keeps_weights_and_batch_but_not_their_product():
    layer = mt.MemristiveLinear(784, 25, nonideality=[HIGH])
    y = layer(torch.rand(512, 784))
    kept = sum(t.numel() * t.element_size() for t in y.grad_fn.next_functions[0][0].saved_tensors)
    assert kept < 20 * 785 * 50 + 4.5 * 512 * (784 + 25)
