"""Bits of this version, on every machine and instruction set: a change here is one of results, for the changelog.

The Swift tests hold the same array hashes, in a build for AVX2; here the loader has chosen the library.
"""

import zlib

import numpy as np
import pytest

import memsim


def used(**options: object) -> memsim.Array:
    array = memsim.Array("synaptogen", (65, 33), seed=20, **options)  # type: ignore[arg-type]
    for volts in (-1.5, 0.9, 1.1, -0.7, 1.5, -3.0):
        array.apply(volts)
    array.read(0.2)
    return array


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 0x3212E521CD09338B),
        ({"start": "stationary"}, 0x5AEBFB07839FC005),
        ({"history": "half"}, 0x9A6C5A2A08B791D8),
        ({"params": {"order": 5}}, 0xD9608FE10F15185A),
    ],
)
def test_arrays(options: dict[str, object], expected: int) -> None:
    assert used(**options).hash() == expected


@pytest.mark.parametrize(("noise", "expected"), [(False, 0x65E4C980), ("sum", 0x29B61A1B), ("cell", 0x74C209C7)])
@pytest.mark.parametrize("threads", [1, 3])
def test_products(noise: object, expected: int, threads: int) -> None:
    array = used(context=memsim.Context(threads=threads))
    volts = np.tile((np.arange(65, dtype=np.float32) % 41 - 20) / 100, (7, 1))
    assert zlib.crc32(array.vmm(volts, noise=noise).tobytes()) == expected  # type: ignore[arg-type]
