"""Crossbars with wires under PyTorch: values and gradients."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: products of crossbars are not tested")

import memsim  # noqa: E402
import memsim.nonideality as ni  # noqa: E402
import memsim.torch as mt  # noqa: E402
from memsim import crossbar  # noqa: E402

DOUBLE = torch.float64
SHAPE = (4, 3)


def conductances(law=None, seed=1):
    low, high = law.window if law else (1e-4, 1e-2)
    return torch.tensor(np.exp(np.random.default_rng(seed).uniform(np.log(low), np.log(high), SHAPE)))


def voltages(*shape, seed=2):
    return torch.tensor(np.random.default_rng(seed).uniform(-0.5, 0.5, shape))


def differentiated(call, *operands):
    """Whether gradients are those of differences, with operands and currents scaled to about 1.

    Kirchhoff's law holds to 1e-12, which differences over 2e-5 make 5e-8.
    """
    scales = [float(x.abs().max()) for x in operands]
    units = [(x / scale).requires_grad_() for x, scale in zip(operands, scales, strict=True)]
    current = float(call(*operands).abs().max())

    def scaled(*values):
        return call(*(value * scale for value, scale in zip(values, scales, strict=True))) / current

    return torch.autograd.gradcheck(scaled, units, eps=1e-5, atol=1e-6, rtol=1e-5)


RESISTANCES = {
    "one value": (3.0, 20.0),
    "one a line": ([1.0, 5.0, 0.2, 9.0], [30.0, 2.0, 7.0]),
    "as a vector of one": ([4.0], [25.0]),
}


@pytest.mark.parametrize("ohms", RESISTANCES.values(), ids=RESISTANCES.keys())
@pytest.mark.parametrize("law", [None, ni.PooleFrenkel.siox_low(), ni.NParameter.siox_low()], ids=["ohmic", "pf", "n"])
def test_gradients_are_those_of_differences(law, ohms):
    z = np.random.default_rng(3).standard_normal((*SHAPE, 2)) if law else None
    r_word, r_bit = (torch.tensor(values, dtype=DOUBLE) for values in ohms)

    def currents(G, V, r_word, r_bit, E):
        return mt.crossbar_vmm(G, V, r_word, r_bit, E=E, r_source=2.0, r_sense=1.0, law=law, normals=z)

    assert differentiated(currents, conductances(law), voltages(2, 4), r_word, r_bit, voltages(2, 3, seed=4))


@pytest.mark.parametrize("shapes", [((4,), (3,)), ((2, 4), (3,)), ((4,), (2, 3)), ((2, 1, 4), (5, 3))], ids=str)
def test_gradients_of_axes_that_broadcast(shapes):
    G, V, E = conductances(), voltages(*shapes[0]), voltages(*shapes[1], seed=4)
    lead = np.broadcast_shapes(shapes[0][:-1], shapes[1][:-1])
    assert mt.crossbar_vmm(G, V, 2.0, 3.0, E=E).shape == (*lead, 3)
    assert differentiated(lambda V, E: mt.crossbar_vmm(G, V, 2.0, 3.0, E=E), V, E)


def test_double_sided_gradients():
    r = torch.tensor(20.0, dtype=DOUBLE)

    def currents(G, r):
        return mt.crossbar_vmm(G, voltages(2, 4), r, 2.0, double_sided=True)

    assert differentiated(currents, conductances(), r)


@pytest.mark.parametrize("law", [None, ni.PooleFrenkel.siox_low()], ids=["ohmic", "pf"])
def test_values_are_those_of_solve(law):
    G, V, E = conductances(law), voltages(2, 5, 4), voltages(3)
    mine = mt.crossbar_vmm(G, V, 0.3, [20.1, 0.7, 3.3], E=E, law=law)
    solved = crossbar.solve(G.numpy(), V.numpy(), 0.3, [20.1, 0.7, 3.3], E=E.numpy(), law=law).output
    np.testing.assert_array_equal(mine.numpy(), solved)


def test_wires_of_no_resistance_are_a_matrix_product():
    G, V = conductances().requires_grad_(), voltages(5, 4).requires_grad_()
    ours, plain = mt.crossbar_vmm(G, V, 0.0, 0.0), V @ G
    torch.testing.assert_close(ours, plain, rtol=1e-12, atol=0)
    for mine, other in zip(*(torch.autograd.grad(y.square().sum(), (G, V)) for y in (ours, plain)), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-10, atol=1e-18)


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_results_have_the_type_of_the_voltages(kind):
    G, V, r = conductances(), voltages(2, 4), torch.tensor(4.0, dtype=DOUBLE)
    exact = mt.crossbar_vmm(G.to(kind).to(DOUBLE), V.to(kind).to(DOUBLE), r)
    leaves = G.to(kind).requires_grad_(), V.to(kind).requires_grad_(), r.to(torch.float32).requires_grad_()
    mine = mt.crossbar_vmm(*leaves)
    assert mine.dtype == kind
    torch.testing.assert_close(mine, exact.to(kind), rtol=0, atol=0)
    mine.sum().backward()
    assert [leaf.grad.dtype for leaf in leaves] == [kind, kind, torch.float32]


def test_voltages_may_be_numbers():
    G = [[1e-3, 2e-3], [3e-3, 4e-3]]
    assert mt.crossbar_vmm(G, [0.1, 0.2]).dtype == torch.get_default_dtype()
    assert mt.crossbar_vmm(np.array(G), np.array([0.1, 0.2])).dtype == DOUBLE
    assert mt.crossbar_vmm(G, torch.tensor([1, 0])).dtype == torch.get_default_dtype()


def test_without_gradients_nothing_is_kept():
    G, V = conductances().requires_grad_(), voltages(2, 4)
    with torch.no_grad():
        assert mt.crossbar_vmm(G, V).grad_fn is None
    assert mt.crossbar_vmm(G.detach(), V).grad_fn is None
    assert mt.crossbar_vmm(G, V).grad_fn is not None


def test_gradients_only_of_what_asks():
    G, V, r = conductances().requires_grad_(), voltages(2, 4), torch.tensor(3.0, dtype=DOUBLE, requires_grad=True)
    mt.crossbar_vmm(G, V, r, 2.0).sum().backward()
    assert G.grad.shape == SHAPE and r.grad.shape == () and V.grad is None
    assert float(r.grad) != 0


def test_no_inputs_give_no_currents():
    G = conductances().requires_grad_()
    currents = mt.crossbar_vmm(G, torch.zeros(2, 0, 4, dtype=DOUBLE))
    assert currents.shape == (2, 0, 3)
    currents.sum().backward()
    assert torch.equal(G.grad, torch.zeros_like(G))


def test_open_devices_have_gradients():
    G = conductances()
    G[1], G[:, 2] = 0, 0
    V = voltages(2, 4)
    leaf = G.clone().requires_grad_()
    mt.crossbar_vmm(leaf, V, 10.0, 20.0).sum().backward()
    step = torch.zeros_like(G)
    step[1, 0] = 1e-6  # S: far below the others, far above rounding; devices below 0 S there are none
    difference = (mt.crossbar_vmm(G + step, V, 10.0, 20.0) - mt.crossbar_vmm(G, V, 10.0, 20.0)).sum() / 1e-6
    assert float(leaf.grad[1, 0]) == pytest.approx(float(difference), rel=1e-3)


def test_gradients_do_not_have_gradients():
    G = conductances().requires_grad_()
    (grad,) = torch.autograd.grad(mt.crossbar_vmm(G, voltages(4)).square().sum(), G, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        grad.sum().backward()


def test_a_few_steps_of_training_compensate_wires():
    """Conductances that give through wires what others give without."""
    wanted, V = conductances(), voltages(16, 4)
    target = V @ wanted
    log_g = (wanted.log() + 0.0).requires_grad_()
    optimizer = torch.optim.Adam([log_g], lr=0.05)
    errors = []
    for _ in range(100):
        optimizer.zero_grad()
        error = ((mt.crossbar_vmm(log_g.exp(), V, 2.0, 2.0) - target) / target.abs().max()).square().mean()
        error.backward()
        optimizer.step()
        errors.append(float(error.detach()))
    assert errors[-1] < errors[0] / 100


def test_compiled_calls_are_the_same():
    G, V = conductances().requires_grad_(), voltages(2, 4)

    def step(G):
        return (mt.crossbar_vmm(2 * G, V, 3.0, 4.0) * 2).sum()

    (expected,) = torch.autograd.grad(step(G), G)
    (compiled,) = torch.autograd.grad(torch.compile(step, backend="eager")(G), G)
    torch.testing.assert_close(compiled, expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize(("change", "error", "match"), [
    ({"G": torch.rand(3)}, memsim.Error, r"G must have shape \(rows, columns\)"),
    ({"G": -torch.rand(4, 3)}, memsim.Error, "conductance"),
    ({"V": torch.rand(2, 3)}, memsim.Error, r"V has shape \(2, 3\), it must be \(..., 4\)"),
    ({"V": torch.rand(2, 4), "E": torch.rand(3, 3)}, memsim.Error, r"V \(2, 4\) and E \(3, 3\) do not broadcast"),
    ({"E": torch.rand(4)}, memsim.Error, "E has shape"),
    ({"r_word": torch.rand(3)}, memsim.Error, r"r_word has shape \(3,\)"),
    ({"r_bit": -1.0}, memsim.Error, "r_bit"),
    ({"V": torch.full((4,), float("nan"))}, memsim.Error, "volts"),
    ({"G": torch.rand(4, 3, dtype=torch.complex64)}, TypeError, "G must be real numbers, got torch.complex64"),
    ({"V": torch.rand(4, device="meta")}, memsim.Error, r"V is on meta; .*pass V.cpu\(\)"),
    ({"r_source": torch.rand(4, requires_grad=True)}, memsim.Error, "r_source requires grad"),
    ({"law": "poole-frenkel"}, TypeError, "law must be a law of memsim.nonideality"),
])  # fmt: skip
def test_refusals_name_the_argument(change, error, match):
    with pytest.raises(error, match=match):
        mt.crossbar_vmm(**{"G": conductances(), "V": voltages(4), **change})
