"""Recurrent cells and networks on pulsed devices: PyTorch's own where devices are ideal; order of updates, states."""

import copy
import io

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: its layers are not tested")
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

import memsim  # noqa: E402
import memsim.torch as mt  # noqa: E402
from memsim import devices  # noqa: E402

IDEAL = {"device": devices.Ideal(), "forward": memsim.IO(is_perfect=True), "backward": memsim.IO(is_perfect=True)}
CELLS = [(nn.RNNCell, {}), (nn.RNNCell, {"nonlinearity": "relu"}), (nn.LSTMCell, {}), (nn.GRUCell, {}),
         (nn.LSTMCell, {"bias": False}), (nn.GRUCell, {"bias": False})]
NETWORKS = [(nn.RNN, {"nonlinearity": "relu"}), (nn.LSTM, {}), (nn.GRU, {}), (nn.LSTM, {"bias": False}),
            (nn.RNN, {"num_layers": 2, "batch_first": True}), (nn.GRU, {"num_layers": 3, "bidirectional": True}),
            (nn.LSTM, {"num_layers": 2, "bidirectional": True, "batch_first": True})]


def pair(kind, options, **analog):
    """A module of PyTorch's own, and the same on ideal devices."""
    torch.manual_seed(0)
    other = kind(3, 4, **options)
    return mt.convert_to_analog(other, **IDEAL, **analog), other


def flat(result):
    """All tensors of outputs and states."""
    return [result] if isinstance(result, torch.Tensor) else [leaf for item in result for leaf in flat(item)]


def weights(module):
    """Weights of all cells, by PyTorch's order."""
    if isinstance(module, (nn.RNNBase, nn.RNNCellBase)):
        return [parameter.detach() for parameter in module.parameters()]
    cells = [module] if isinstance(module, mt.AnalogCell) else module.cells
    return [item for cell in cells for item in cell.get_weights() if item is not None]


def check(module, other, x, states):
    """The same outputs, gradients and step."""
    runs = []
    for each, optimizer in ((module, mt.AnalogSGD), (other, torch.optim.SGD)):
        given = [item.clone().requires_grad_() for item in (x, *states)]
        hx = None if not states else given[1] if len(states) == 1 else tuple(given[1:])
        results = flat(each(given[0], hx))
        sum((item * torch.linspace(0, 3, item.numel()).view_as(item)).square().mean() for item in results).backward()
        optimizer(each.parameters(), lr=0.3).step()
        runs.append([*results, *(item.grad for item in given), *weights(each)])
    for ours, theirs in zip(*runs, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("analog", [{}, {"digital_bias": False}, {"max_input_size": 2, "max_output_size": 5},
                                    {"weight_scaling_omega": 0.4}], ids=str)
@pytest.mark.parametrize("kind, options", CELLS, ids=lambda item: getattr(item, "__name__", str(item)))
def test_cells_are_pytorchs(kind, options, analog):
    for lead in ((5,), ()):
        for given in (0, 2 if kind is nn.LSTMCell else 1):
            module, other = pair(kind, options, **analog)
            assert type(module).__name__ == f"Analog{kind.__name__}"
            check(module, other, torch.randn(*lead, 3), [torch.randn(*lead, 4) for _ in range(given)])


@pytest.mark.parametrize("kind, options", NETWORKS, ids=lambda item: getattr(item, "__name__", str(item)))
def test_networks_are_pytorchs(kind, options):
    layers = options.get("num_layers", 1) * (1 + options.get("bidirectional", False))
    for lead, batch in (((6, 5), (5,)), ((6,), ())):
        for given in (0, 2 if kind is nn.LSTM else 1):
            module, other = pair(kind, options)
            x = torch.randn(*(reversed(lead) if options.get("batch_first") else lead), 3)
            check(module, other, x, [torch.randn(layers, *batch, 4) for _ in range(given)])


def test_dropout_is_pytorchs():
    module, other = pair(nn.GRU, {"num_layers": 3, "dropout": 0.4})
    x = torch.randn(6, 5, 3)
    for training in (True, False):
        outputs = []
        for each in (module.train(training), other.train(training)):
            torch.manual_seed(2)
            outputs.append(each(x)[0])
        torch.testing.assert_close(*outputs, rtol=1e-5, atol=1e-5)
    assert not torch.equal(module.train()(x)[0], module(x)[0])


def test_initial_weights_are_spread_as_pytorchs():
    torch.manual_seed(0)
    module = mt.AnalogLSTM(200, 25, num_layers=2, device=devices.Ideal())
    for item in weights(module):
        assert item.abs().max() <= 0.2
        assert item.std() * 12**0.5 == pytest.approx(0.4, rel=6 / item.numel() ** 0.5)
    before = weights(module)
    module.reset_parameters()
    assert not any(torch.equal(old, new) for old, new in zip(before, weights(module), strict=True))


def test_all_calls_before_a_step_are_one_update_in_the_order_of_their_backward_calls():
    device, update = devices.SoftBounds(dw_min=0.002), memsim.Update(desired_bl=7)
    cell = mt.AnalogRNNCell(3, 4, seed=5, **{**IDEAL, "device": device}, update=update)
    twins = [memsim.Tile(*tile.shape, device, IDEAL["forward"], IDEAL["backward"], update, tile.seed)
             for tile in (*cell.ih.tiles, *cell.hh.tiles)]
    for twin, layer in zip(twins, (cell.ih, cell.hh), strict=True):
        twin.load(layer.tiles[0].state())
    inputs, states, sums = torch.randn(5, 2, 3), [torch.zeros(2, 4)], []
    for x in inputs:
        total = cell.ih(x) + cell.hh(states[-1])
        total.retain_grad()
        sums.append(total)
        states.append(total.tanh())
    states[-1].square().sum().backward()
    errors = torch.cat([total.grad for total in reversed(sums)]).numpy()
    mt.AnalogSGD(cell.parameters(), lr=0.1).step()
    twins[0].update(inputs.flip(0).reshape(-1, 3).numpy(), errors, 0.1)
    twins[1].update(torch.cat(states[-2::-1]).detach().numpy(), errors, 0.1)
    for twin, layer in zip(twins, (cell.ih, cell.hh), strict=True):
        assert np.array_equal(twin.weights, layer.tiles[0].weights)


# -- Noise and pulses


def noisy(kind=mt.AnalogLSTM, **options):
    torch.manual_seed(1)
    return kind(2, 8, device=devices.ConstantStep(dw_min=0.002), **options)


class Recall(nn.Module):
    """Says at the end of a sequence which class it began with."""

    def __init__(self, kind, **options):
        super().__init__()
        self.network = noisy(kind, batch_first=True, **options)
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.network(x)[0][:, -1])


def sequences(count, generator):
    x = torch.randn(count, 3, 2, generator=generator) * 0.3
    labels = torch.randint(2, (count,), generator=generator)
    x[:, 0, 0] += 2 * labels - 1.0
    return x, labels


def train(model, optimizer, batches, seed=3):
    generator, losses = torch.Generator().manual_seed(seed), []
    for _ in range(batches):
        x, labels = sequences(16, generator)
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("kind", [mt.AnalogVanillaRNN, mt.AnalogLSTM, mt.AnalogGRU])
def test_pulses_learn_to_recall(kind):
    quiet = memsim.IO(out_noise=0.02)
    model = Recall(kind, forward=quiet, backward=quiet)
    train(model, mt.AnalogSGD(model.parameters(), lr=0.2), 150)
    x, labels = sequences(400, torch.Generator().manual_seed(4))
    with torch.no_grad():
        assert (model(x).argmax(1) == labels).float().mean() > 0.9


def test_state_dict_resumes_with_the_same_bits():
    model = Recall(mt.AnalogGRU, num_layers=2, bidirectional=False)
    optimizer = mt.AnalogSGD(model.parameters(), lr=0.1)
    train(model, optimizer, 3)
    file, twin = io.BytesIO(), copy.deepcopy(model)
    torch.save(model.state_dict(), file)
    file.seek(0)
    losses = train(model, optimizer, 3, seed=6)
    other = Recall(mt.AnalogGRU, num_layers=2, seed=99)
    other.load_state_dict(torch.load(file, weights_only=True))
    for each in (other, twin):
        assert train(each, mt.AnalogSGD(each.parameters(), lr=0.1), 3, seed=6) == losses


def test_threads_do_not_change_bits():
    ends = []
    for threads in (1, 3):
        model = Recall(mt.AnalogLSTM, context=memsim.Context(threads), max_input_size=5, seed=4)
        ends.append((train(model, mt.AnalogSGD(model.parameters(), lr=0.1), 4), weights(model.network)))
    assert ends[0][0] == ends[1][0]
    assert all(torch.equal(a, b) for a, b in zip(ends[0][1], ends[1][1], strict=True))


def test_tiles_have_seeds_of_their_own():
    module = mt.AnalogLSTM(5, 4, num_layers=2, bidirectional=True, max_input_size=3, max_output_size=9, seed=1)
    seeds = [tile.seed for cell in module.cells for layer in (cell.ih, cell.hh) for tile in layer.tiles]
    assert len(set(seeds)) == len(seeds) == 4 * 2 * 2 * 2 + 2 * 2  # the second layers have 8 inputs: 3 tiles wide
    again = mt.AnalogLSTM(5, 4, num_layers=2, bidirectional=True, max_input_size=3, max_output_size=9, seed=1)
    assert [tile.seed for cell in again.cells for layer in (cell.ih, cell.hh) for tile in layer.tiles] == seeds


def test_models_with_recurrent_layers_are_converted():
    model = nn.ModuleDict({"a": nn.LSTM(3, 4, dropout=0.1, num_layers=2), "b": nn.GRUCell(4, 2), "c": nn.RNN(2, 2)})
    made = mt.convert_to_analog(model.eval(), exclude=["c"], seed=3, **IDEAL)
    assert [type(made[key]).__name__ for key in "abc"] == ["AnalogLSTM", "AnalogGRUCell", "RNN"]
    assert made["a"].dropout == 0.1 and not made["a"].training
    with pytest.raises(memsim.Error, match="layer 'a' must have proj_size=0, got proj_size=2"):
        mt.convert_to_analog(nn.ModuleDict({"a": nn.LSTM(3, 4, proj_size=2)}))


@pytest.mark.parametrize("make, error, sentence", [
    (lambda: mt.AnalogLSTMCell(0, 4), memsim.Error, "input_size must be 1.*, got 0"),
    (lambda: mt.AnalogGRUCell(3, -1), memsim.Error, "hidden_size must be 1.*, got -1"),
    (lambda: mt.AnalogRNNCell(3, 4, nonlinearity="exp"), memsim.Error, "must be 'tanh' or 'relu', got 'exp'"),
    (lambda: mt.AnalogLSTM(3, 0), memsim.Error, "hidden_size must be 1.*, got 0"),
    (lambda: mt.AnalogLSTM(3, 4, num_layers=0), memsim.Error, "num_layers must be 1.*, got 0"),
    (lambda: mt.AnalogGRU(3, 4, dropout=1.5), memsim.Error, "dropout must be 0...1, got 1.5"),
    (lambda: mt.AnalogGRU(3, 4, seed=-1), memsim.Error, "seed must be 0"),
    (lambda: mt.AnalogGRU(3, 4, device="EcRam"), TypeError, "device must be an object of memsim.devices"),
    (lambda: mt.AnalogGRU(3, 4)(torch.rand(2, 5, 2)), memsim.Error, r"must be \(time, batch, 3\) or \(time, 3\)"),
    (lambda: mt.AnalogGRU(3, 4, batch_first=True)(torch.rand(3)), memsim.Error, r"must be \(batch, time, 3\)"),
    (lambda: mt.AnalogGRU(3, 4)(torch.rand(0, 5, 3)), memsim.Error, "must have one time or more"),
    (lambda: mt.AnalogGRU(3, 4)(torch.rand(2, 5, 3), torch.rand(1, 4, 4)), memsim.Error, r"hx must be .* \(1, 5, 4\)"),
    (lambda: mt.AnalogGRU(3, 4)(nn.utils.rnn.pack_sequence([torch.rand(2, 3)])), TypeError, "got PackedSequence"),
    (lambda: mt.AnalogLSTM(3, 4)(torch.rand(2, 5, 3), torch.rand(1, 5, 4)), TypeError, "must be a tuple of 2 tensors"),
    (lambda: mt.AnalogLSTMCell(3, 4)(torch.rand(2, 2)), memsim.Error, r"it must be \(batch, 3\) or \(3,\)"),
    (lambda: mt.AnalogLSTMCell(3, 4)(torch.rand(2, 3), (torch.rand(2, 4),)), TypeError, "hx must be a tuple of 2"),
    (lambda: mt.AnalogRNNCell(3, 4)(torch.rand(2, 3), torch.rand(4)), memsim.Error, r"hx must be of shape \(2, 4\)"),
    (lambda: mt.AnalogRNNCell(3, 4).set_weights(torch.rand(4, 2), torch.rand(4, 4)), memsim.Error, "weight must be of"),
])
def test_refusals_name_the_argument(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


def test_types():
    module = mt.AnalogLSTM(3, 4, **IDEAL)
    states = tuple(torch.zeros(1, 2, 4, dtype=torch.float64) for _ in range(2))
    y, (h, c) = module(torch.rand(5, 2, 3, dtype=torch.float64), states)
    assert y.dtype == h.dtype == c.dtype == torch.float32
    assert module(torch.rand(5, 0, 3))[0].shape == (5, 0, 4)
