"""Seeds of tiles: one given, or taken from PyTorch's generator, and those that follow from it."""

import hashlib

import torch

from ..._numbers import UINT64_MAX, integer


def given_seed(seed: int | None, generator: torch.Generator | None) -> int:
    """A seed, 0...2^64-1; None takes one from PyTorch's generator."""
    if seed is None:
        return int(torch.randint(-(2**63), 2**63 - 1, (), generator=generator)) & UINT64_MAX
    return integer("seed", seed, 0, UINT64_MAX)


def derived_seed(seed: int, number: int) -> int:
    """Seed `number` of those that follow from one; number 0 is itself."""
    if not number:
        return seed
    digest = hashlib.blake2b(f"tile/{seed}/{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
