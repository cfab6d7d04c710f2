"""Convolutions as aihwkit's tiles do them: every patch of an image is a vector, its elements found by index."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor


class Indexed(ABC):
    """Products and updates of images [batch, channels, ...].

    Index 0 is the padding's 0, index 1 the bias's 1, and n + 2 element n of an image.
    """

    _indices: Tensor | None = None

    @abstractmethod
    def _forward(self, x: Tensor) -> Tensor:
        """[..., d_size] of [..., x_size]."""

    @abstractmethod
    def _backward(self, d: Tensor) -> Tensor:
        """[..., x_size] of [..., d_size]."""

    @abstractmethod
    def _update(self, x: Tensor, d: Tensor) -> None:
        """By [..., x_size] and [..., d_size]."""

    @abstractmethod
    def get_x_size(self) -> int:
        """Elements of a patch."""

    def has_matrix_indices(self) -> bool:
        """Whether patches are known."""
        return self._indices is not None

    def set_matrix_indices(self, indices: Tensor) -> None:
        """Patches [x_size * patches], by elements, then patches; aihwkit may give more 1's of the bias than needed."""
        self._indices = indices.long()

    def forward_indexed(self, x: Tensor, out: Tensor, is_test: bool = False, non_blocking: bool = False) -> Tensor:
        """Outputs [batch, d_size, ...] of images, in `out`."""
        vectors = _gathered(x, self._patches(out))
        return out.copy_(self._forward(vectors).transpose(1, 2).reshape_as(out))

    def backward_indexed(self, d: Tensor, out: Tensor, non_blocking: bool = False) -> Tensor:
        """Gradients of images, in `out`: those of all patches that an element is in, added up."""
        gradients = self._backward(d.flatten(2).transpose(1, 2)).transpose(1, 2).flatten(1)
        padded = out.new_zeros(len(out), out.shape[1:].numel() + 2)
        padded.index_add_(1, self._patches(d).flatten(), gradients)
        return out.copy_(padded[:, 2:].reshape_as(out))

    def update_indexed(self, x: Tensor, d: Tensor, non_blocking: bool = False) -> None:
        """Pulses by images and errors."""
        self._update(_gathered(x, self._patches(d)), d.flatten(2).transpose(1, 2))

    def _patches(self, outputs: Tensor) -> Tensor:
        """Indices [x_size, patches], one patch for each place of outputs [batch, d_size, ...]."""
        assert self._indices is not None, "aihwkit sets indices before it uses them"
        count = outputs.shape[2:].numel()
        return self._indices[: self.get_x_size() * count].view(-1, count)


def _gathered(x: Tensor, patches: Tensor) -> Tensor:
    """Vectors [batch, patches, x_size] of images."""
    ends = torch.tensor([0.0, 1.0], dtype=x.dtype).expand(len(x), 2)
    return torch.cat([ends, x.flatten(1)], 1)[:, patches].transpose(1, 2)
