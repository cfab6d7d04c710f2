"""Seeds by address."""

import hashlib


def seed_of(*address: int | str) -> int:
    """Of 63 bits, for what `address` names (seed, purpose, training, number ...)."""
    text = "/".join(map(str, address))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1
