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
        ({}, 0x3A30BC2C3C8C8BB3),
        ({"start": "stationary"}, 0x6B1F74E3270FB064),
        ({"history": "half"}, 0xAAF4EB35895B138A),
        ({"params": {"order": 5}}, 0xD06132FF27597872),
    ],
)
def test_arrays(options: dict[str, object], expected: int) -> None:
    assert used(**options).hash() == expected


@pytest.mark.parametrize(("noise", "expected"), [(False, 0xEA7937E0), ("sum", 0x3C4755F4), ("cell", 0xA6B2DDAF)])
@pytest.mark.parametrize("threads", [1, 3])
def test_products(noise: object, expected: int, threads: int) -> None:
    array = used(context=memsim.Context(threads=threads))
    volts = np.tile((np.arange(65, dtype=np.float32) % 41 - 20) / 100, (7, 1))
    assert zlib.crc32(array.vmm(volts, noise=noise).tobytes()) == expected  # type: ignore[arg-type]
