"""What parameters that are learned must stay."""

import torch
from torch import Tensor

from ... import _core


def require(name: str, values: Tensor, where: str, *, positive: bool = False) -> None:
    """Raises memsim.Error, naming the first value that is not finite, or not above 0 where it must be."""
    values = values.detach().flatten()
    good = values.isfinite() & (values > 0) if positive else values.isfinite()
    if good.all():
        return
    index = int(torch.nonzero(~good)[0])
    must = "finite and > 0" if positive else "finite"
    raise _core.Error(
        f"{name} of {where} must stay {must}, got {float(values[index]):g} at index {index} after a step of the optimizer: "
        "its learning rate may be too large"
    )
