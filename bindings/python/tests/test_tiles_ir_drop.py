"""IR drop of tiles by solved crossbars: products, limits, the estimate, gradients, determinism, refusals."""

import dataclasses

import numpy as np
import pytest

import memsim
from memsim import crossbar, devices

PLAIN = memsim.IO(
    inp_res=0, inp_bound=0, out_res=0, out_bound=0, out_noise=0, noise_management="none", bound_management="none")
CIRCUITS = [(100.0, 1.0, 0.0), (1000.0, 0.5, 0.1), (1e4, 0.0, 0.0), (10.0, 3.0, 0.02), (571428.57, 1.0, 0.0)]
SHAPES = [(5, 7), (40, 21), (20, 66), (1, 30), (30, 1)]


def exact(ratio, words=1.0, least=0.0, **changes):
    model = {"ir_drop_model": "exact", "ir_drop_word_ratio": words, "ir_drop_g_min": least}
    return dataclasses.replace(PLAIN, **{"ir_drop": 1.0, "ir_drop_g_ratio": ratio, **model, **changes})


def tile(weights, forward, backward=None, device=None, **options):
    device, backward = devices.Ideal() if device is None else device, forward if backward is None else backward
    made = memsim.Tile(*weights.shape, device, forward, backward, **options)
    made.weights = weights
    return made


def operands(outputs, inputs, batch=6, seed=0):
    random = np.random.default_rng(seed)
    shapes = ((outputs, inputs), (batch, inputs), (batch, outputs))
    return (random.uniform(-1, 1, shape).astype(np.float32) for shape in shapes)


def transfer(weights, ratio, words=1.0, least=0.0, scale=1.0):
    """What terminals see of the weights [outputs, inputs]: two crossbars, inputs from the last one on."""
    seen = 0.0
    for sign in (1, -1):
        g = least + (1 - least) * np.maximum(sign * weights.T[::-1].astype(float), 0)
        g, bit = np.ascontiguousarray(g), scale / ratio
        seen = seen + sign * crossbar.solve(g, np.eye(len(g)), words * bit, bit, fields=False).output[::-1]
    return seen.T / (1 - least)


def close(found, expected):
    """Of products in single precision."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6 * np.abs(expected).max())


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("circuit", CIRCUITS, ids=str)
def test_products_are_those_of_crossbars_both_ways(shape, circuit):
    w, x, d = operands(*shape)
    made, seen = tile(w, exact(*circuit)), transfer(w, *circuit)
    close(made.forward(x), x @ seen.T)
    close(made.backward(d), d @ seen)


def test_each_direction_has_wires_of_its_own():
    w, x, d = operands(9, 14)
    made = tile(w, exact(50.0), exact(200.0, 0.5, ir_drop=3.0))
    close(made.forward(x), x @ transfer(w, 50.0).T)
    close(made.backward(d), d @ transfer(w, 200.0, 0.5, scale=3.0))
    made = tile(w, exact(50.0), PLAIN)
    close(made.backward(d), d @ w)
    close(tile(w, exact(50.0, is_perfect=True)).forward(x), x @ w.T)


@pytest.mark.parametrize("mode", ["pos-neg-separate", "pos-neg-separate-digital-sum"])
def test_negative_inputs_see_the_crossbars_of_skewed_weights(mode):
    w, x, d = operands(9, 14)
    skewed = {"mv_type": mode, "w_read_asymmetry_dtod": 0.2}
    plain, made = tile(w, dataclasses.replace(PLAIN, **skewed)), tile(w, exact(50.0, 0.5, **skewed))
    for turn, (v, product) in enumerate([(x, "forward"), (d, "backward")]):
        negative = -getattr(plain, product)(-np.eye(v.shape[1]))
        negative = negative.T if turn == 0 else negative
        assert not np.allclose(negative, w, atol=1e-2)
        seen = [transfer(each, 50.0, 0.5) for each in (w, negative)]
        seen = [each.T for each in seen] if turn == 0 else seen
        close(getattr(made, product)(v), np.maximum(v, 0) @ seen[0] + np.minimum(v, 0) @ seen[1])


def test_wires_without_resistance_change_nothing():
    w, x, d = operands(20, 33)
    made, plain = tile(w, exact(1e15)), tile(w, PLAIN)
    np.testing.assert_array_equal(made.forward(x), plain.forward(x))
    np.testing.assert_array_equal(made.backward(d), plain.backward(d))


def test_converters_and_noise_act_around_crossbars_as_around_an_estimate():
    """A drop of either kind that is nothing leaves the noisy results alone."""
    w, x, d = operands(20, 33)
    changes = {"out_bound": 4.0, "w_noise": 0.1, "w_noise_type": "pcm-read", "inp_noise": 0.1, "out_nonlinearity": 0.1}
    kinds = [
        memsim.IO(ir_drop=1.0, ir_drop_g_ratio=1e15, ir_drop_model=model, v_offset_std=0.1, **changes)
        for model in ("static", "exact")
    ]
    a, b = (tile(w, kind, seed=5) for kind in kinds)
    np.testing.assert_allclose(a.forward(x), b.forward(x), atol=1e-6)
    np.testing.assert_allclose(a.backward(d), b.backward(d), atol=1e-6)


# -- The estimate


def drops(w, x, ratio, words=0.0):
    """What wires take by the estimate and by the circuit."""
    static = dataclasses.replace(PLAIN, ir_drop=1.0, ir_drop_g_ratio=ratio)
    return tuple(x @ w.T - tile(w, io).forward(x) for io in (static, exact(ratio, words)))


@pytest.mark.parametrize("inputs", [64, 256])
def test_the_estimate_is_near_for_small_drops(inputs):
    """It leaves out one segment of n, and knows only means of what differs from device to device."""
    random = np.random.default_rng(3)
    w = random.uniform(0, 1, (24, inputs)).astype(np.float32)
    estimated, solved = drops(w, np.ones((1, inputs), np.float32), 2.0 * inputs**2 * 50)
    assert 1e-3 < solved.mean() / w.sum(1).mean() < 2e-2
    np.testing.assert_allclose(estimated, solved, rtol=0.1)
    assert abs(estimated.mean() / solved.mean() - 1) < 3 / inputs
    w, x, _ = operands(24, inputs, 40)
    estimated, solved = drops(w, x, 2.0 * inputs**2 * 50)
    assert np.linalg.norm(estimated - solved) < 2 / inputs**0.5 * np.linalg.norm(solved)


def test_the_far_end_of_a_line_loses_most():
    """Inputs next to the ADC keep their weight, others less and less; likewise outputs and their drivers."""
    seen = tile(np.full((16, 40), 0.5, np.float32), exact(2e3, 1.0)).forward(np.eye(40))
    assert (np.diff(seen, axis=0) < 0).all() and (np.diff(seen, axis=1) < 0).all()


# -- Gradients


def test_the_backward_product_is_the_gradient_of_the_forward_one():
    w, x, d = operands(12, 17)
    made = tile(w, exact(30.0, 0.7, 0.05))
    y, step = made.forward(x), np.random.default_rng(9).normal(size=x.shape).astype(np.float32)
    change = (d * (made.forward(x + step) - y)).sum()
    np.testing.assert_allclose((made.backward(d) * step).sum(), change, rtol=1e-5)
    assert abs(change - (d * (step @ w.T)).sum()) > 0.1 * abs(change)  # wires matter


def test_layers_of_training_and_inference_take_it():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: its layers are not tested")
    import memsim.torch as mt

    io, (w, x, d) = exact(60.0), operands(4, 9)
    layer = mt.AnalogLinear(9, 4, bias=False, device=devices.Ideal(), forward=io, backward=io, max_input_size=5, seed=1)
    layer.set_weights(torch.from_numpy(w))
    inputs = torch.from_numpy(x).requires_grad_()
    outputs = layer(inputs)
    seen = np.concatenate([transfer(w[:, :5], 60.0), transfer(w[:, 5:], 60.0)], 1)
    close(outputs.detach().numpy(), x @ seen.T)
    outputs.backward(torch.from_numpy(d))
    close(inputs.grad.numpy(), d @ seen)
    twin = mt.AnalogLinear(9, 4, bias=False, device=devices.Ideal(), forward=io, backward=io, max_input_size=5, seed=2)
    twin.load_state_dict(layer.state_dict())
    assert torch.equal(twin(inputs), layer(inputs))

    config = memsim.inference.InferenceConfig(forward=io, drift_compensation="none")
    held = mt.InferenceLinear(9, 4, bias=False, config=config, seed=1).eval()
    for turn in range(2):
        if turn:
            held.program()
            held.drift(1e4)
        result = held(inputs).detach().numpy()  # the tile then holds what it was of
        close(result, x @ transfer(held.tiles[0].weights, 60.0).T)


# -- Weights that change


def test_products_follow_weights():
    w, x, d = operands(12, 17)
    made = tile(w, exact(30.0), device=devices.ConstantStep(w_max=2, w_min=-2))
    first, state = made.forward(x), made.state()
    held = made.memory
    for _ in range(2):
        made.update(x, d, 0.05)
        close(made.forward(x), x @ transfer(made.weights, 30.0).T)
        close(made.backward(d), d @ transfer(made.weights, 30.0))
    made.load(state)
    np.testing.assert_array_equal(made.forward(x), first)
    assert held >= 3 * 4 * 12 * 17


def test_compounds_show_the_sum_of_their_cells():
    w, x, _ = operands(6, 9)
    cells = [devices.SoftBounds(w_max=2, w_min=-2)] * 2
    read = exact(40.0)
    made = tile(w, exact(30.0), device=devices.Transfer(unit_cell_devices=cells, transfer_forward=read))
    for _ in range(2):
        close(made.forward(x), x @ transfer(made.weights, 30.0).T)
        made.update(x, x[:, :6], 0.1)
    kinds = [devices.Transfer(unit_cell_devices=cells, transfer_forward=io) for io in (PLAIN, read)]
    twins = [tile(w, PLAIN, device=kind, seed=3) for kind in kinds]
    for each in twins:
        for _ in range(3):
            each.update(x, x[:, :6], 0.1)
    assert not np.array_equal(twins[0].weights, twins[1].weights)  # the cells are read through wires


def test_same_bits_for_any_threads_and_batches():
    w, x, d = operands(33, 70, 20)
    noise = {"w_noise": 0.1, "w_noise_type": "additive-constant", "out_bound": 1.0}
    skewed = {"mv_type": "pos-neg-separate", "w_read_asymmetry_dtod": 0.1}
    io = memsim.IO(ir_drop=1.0, ir_drop_g_ratio=2e3, ir_drop_model="exact", **noise, **skewed)

    def run(threads, sizes):
        made, at, found = tile(w, io, seed=4, context=memsim.Context(threads=threads)), 0, []
        for size in sizes:
            found.append((made.forward(x[at : at + size]), made.backward(d[at : at + size])))
            at += size
        return [np.concatenate(each) for each in zip(*found, strict=True)]

    expected = run(1, [20])
    for threads, sizes in ((1, [1] * 20), (3, [20]), (4, [7, 13])):
        for a, b in zip(expected, run(threads, sizes), strict=True):
            np.testing.assert_array_equal(a, b)


# -- Refusals


@pytest.mark.parametrize("change, words", [
    ({"ir_drop_model": "wires"}, "ir_drop_model"),
    ({"ir_drop_word_ratio": -1.0}, "ir_drop_word_ratio"),
    ({"ir_drop_word_ratio": float("nan")}, "ir_drop_word_ratio"),
    ({"ir_drop_g_min": 1.0}, "ir_drop_g_min"),
    ({"ir_drop_g_ratio": float("inf")}, "ir_drop_g_ratio"),
    ({"ir_drop_g_ratio": 0.0}, "ir_drop_g_ratio"),
])  # fmt: skip
def test_values_out_of_range_are_refused(change, words):
    with pytest.raises(memsim.Error, match=words):
        dataclasses.replace(exact(10.0), **change)


@pytest.mark.parametrize("name", ["ir_drop", "ir_drop_word_ratio"])
def test_wires_beyond_all_measure_are_refused(name):
    io = dataclasses.replace(exact(1e-7), **{name: 1e9})
    for sides in ({"forward": io}, {"backward": io}):
        with pytest.raises(memsim.Error, match="ward: ir_drop / ir_drop_g_ratio"):
            memsim.Tile(3, 4, **sides)
    memsim.Tile(3, 4, forward=dataclasses.replace(io, ir_drop_model="static"))


def test_products_without_a_solution_are_refused_and_leave_the_tile_alone():
    w, x, d = operands(64, 64)
    made = tile(w, exact(1e-9))
    state = made.state()
    for product, v in ((made.forward, x), (made.backward, d), (made.forward, x)):
        with pytest.raises(memsim.Error, match="no solution.*resistance is too high"):
            product(v)
    assert made.state() == state
    made.weights = np.zeros((64, 64))
    assert not made.forward(x).any()
    made.weights = np.where(np.arange(64) == 5, np.float32(3e38), w)
    with pytest.raises(memsim.Error, match="weights within .* of input 5, output 0"):
        made.forward(x)
