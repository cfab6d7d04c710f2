"""Inputs and errors of a layer from backward calls to the optimizer's step."""

import torch
from torch import Tensor

Vectors = tuple[Tensor, Tensor]


class Kept:
    """What the next step updates with. It goes with the gradient of a parameter: where that is put to zero, by an
    optimizer or a module, what was kept before is dropped.
    """

    __slots__ = ("_mark", "_vectors", "_version")

    def __init__(self) -> None:
        self._vectors: list[Vectors] = []
        self._mark: Tensor | None = None
        self._version = 0

    def add(self, handle: Tensor, x: Tensor, d: Tensor) -> None:
        """Inputs [batch, inputs] and errors [batch, outputs] of one backward call."""
        if self._is_stale(handle):
            self._vectors = []
            mark = torch.zeros_like(handle)
            handle.grad, self._mark, self._version = mark, mark, mark._version
        self._vectors.append((x, d))

    def take(self, handle: Tensor) -> Vectors | None:
        """All of them as one batch, or None; nothing is kept after it."""
        vectors = [] if self._is_stale(handle) else self._vectors
        self._vectors, handle.grad = [], None
        if len(vectors) < 2:
            return vectors[0] if vectors else None
        return torch.cat([x for x, _ in vectors]), torch.cat([d for _, d in vectors])

    def _is_stale(self, handle: Tensor) -> bool:
        """Whether the gradient that came with the vectors is gone or was written to."""
        mark = self._mark
        return mark is None or handle.grad is not mark or mark._version != self._version
