"""PyTorch tensors and DLPack: in and out without copies."""

import numpy as np
import pytest

import memsim
from conftest import SHAPE, refused

torch = pytest.importorskip("torch", reason="torch is not installed: nothing to share memory with")


def test_tensors_are_voltages_and_masks(cells):
    twin = cells.from_bytes(cells.to_bytes())
    volts, mask = torch.linspace(-2, 2, 84).reshape(SHAPE), torch.arange(84).reshape(SHAPE) % 3 == 0
    cells.apply(volts, where=mask)
    twin.apply(volts.numpy(), where=mask.numpy())
    assert cells.hash() == twin.hash()
    for dtype, expected in ((torch.float32, np.float32), (torch.float64, np.float64), (torch.int32, np.float32)):
        assert cells.read(torch.ones(SHAPE, dtype=dtype)).dtype == expected


def test_layouts_of_tensors_do_not_matter(cells):
    volts = torch.linspace(0.1, 0.4, 84).reshape(7, 12).T
    np.testing.assert_array_equal(cells.read(volts, noise=False), cells.read(volts.numpy().copy(), noise=False))


def test_results_go_to_tensors_without_copies(cells):
    y = cells.vmm(torch.full((3, 12), 0.1))
    tensor = torch.from_dlpack(y)
    tensor[0, 0] = 7
    assert y[0, 0] == 7
    assert tensor.shape == (3, 7)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_out_may_be_a_tensor(cells, dtype):
    out = torch.full(SHAPE, torch.nan, dtype=dtype)
    result = cells.read(0.2, noise=False, out=out)
    np.testing.assert_array_equal(out.numpy(), cells.read(result.dtype.type(0.2), noise=False))
    assert np.shares_memory(result, out.numpy())
    memsim.random.normal(out=out, seed=3)
    np.testing.assert_array_equal(out.numpy(), memsim.random.normal(SHAPE, seed=3, dtype=result.dtype))
    memsim.random.bernoulli(out=(mask := torch.zeros(SHAPE, dtype=torch.bool)), seed=3)
    assert mask.any()
    assert not mask.all()


def test_tensor_matmul(cells):
    twin = cells.from_bytes(cells.to_bytes())
    v = torch.full((2, 12), 0.1)
    np.testing.assert_array_equal(v @ cells, twin.vmm(v))


def test_plain_vmm_takes_tensors():
    v, G = torch.rand(5, 12), torch.rand(12, 7)
    np.testing.assert_allclose(memsim.vmm(v, G), (v @ G).numpy(), rtol=1e-5)


@pytest.mark.parametrize(
    ("tensor", "error", "match"),
    [
        (torch.zeros(SHAPE, requires_grad=True), memsim.Error, r"requires grad.*detach\(\)"),
        (torch.zeros(SHAPE, device="meta"), TypeError, "cannot be shared"),
        (torch.zeros(SHAPE, dtype=torch.bfloat16), TypeError, "cannot be shared"),
        (torch.zeros(SHAPE, dtype=torch.complex64), TypeError, "real numbers"),
        (torch.zeros(SHAPE).to_sparse(), TypeError, "cannot be shared"),
    ],
    ids=["grad", "meta", "bfloat16", "complex", "sparse"],
)
def test_tensors_without_plain_numbers_are_refused(cells, tensor, error, match):
    with refused(cells, error, match):
        cells.apply(tensor)
    with refused(cells, Exception):
        cells.read(0.2, out=tensor)


def test_tensors_elsewhere_are_refused(cells):
    class Elsewhere:
        """A tensor as a GPU would have it."""

        device = "cuda:0"

        def __dlpack__(self, **keywords):
            raise AssertionError("must not be asked for")

        def __dlpack_device__(self):
            return (2, 0)

    with refused(cells, memsim.Error, r"volts is on cuda:0; pass volts.cpu\(\)"):
        cells.apply(Elsewhere())
    with refused(cells, memsim.Error, "out is on cuda:0"):
        cells.read(0.2, out=Elsewhere())
