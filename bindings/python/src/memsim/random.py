"""Random numbers by address: Philox 4x32-10.

Value i of a fill is a function of (seed, stream, offset + i) alone. The same call gives the same values for any
number of threads, and a fill may be split at will: the pieces take the offsets at which they begin.

Every function takes `shape` (an integer or a tuple; left out, that of `out`), then the distribution's parameters,
then by keyword `seed` and `stream` (0...2**64-1; distinct streams of one seed are independent), `offset` (index of
the first value, 0...2**63-1), `dtype`, `out` (a writable C-contiguous array, buffer or tensor to fill) and `context`
(threads). It returns the ndarray filled, and raises memsim.Error for what is out of range.
"""

from typing import Any, SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from . import _core
from ._core import Error
from ._numbers import SIZE_MAX, UINT64_MAX, Shape, extents, integer, real
from ._operands import FloatArray, as_array, output
from .context import Context, handle_of

__all__ = ["bernoulli", "exponential", "integers", "lognormal", "normal", "philox", "poisson", "uniform"]

IntArray = npt.NDArray[np.integer[Any]]
_FLOATS = (np.float32, np.float64)
_INTEGERS = (np.int64, np.int32)
_BOOLEANS = (np.bool_, np.uint8)


def uniform(
    shape: Shape | None = None,
    low: SupportsFloat = 0.0,
    high: SupportsFloat = 1.0,
    *,
    seed: SupportsIndex = 0,
    stream: SupportsIndex = 0,
    offset: SupportsIndex = 0,
    dtype: npt.DTypeLike | None = None,
    out: object = None,
    context: Context | None = None,
) -> FloatArray:
    """Uniform on [low, high), float32 or float64; low < high, both finite."""
    result = _result(shape, dtype, out, _FLOATS)
    key = _key(seed, stream, offset)
    _core.uniform(handle_of(context), *key, real("low", low), real("high", high), result)
    return result


def normal(
    shape: Shape | None = None,
    mean: SupportsFloat = 0.0,
    std: SupportsFloat = 1.0,
    *,
    seed: SupportsIndex = 0,
    stream: SupportsIndex = 0,
    offset: SupportsIndex = 0,
    dtype: npt.DTypeLike | None = None,
    out: object = None,
    context: Context | None = None,
) -> FloatArray:
    """Normal with mean `mean` and standard deviation `std` >= 0, float32 or float64."""
    result = _result(shape, dtype, out, _FLOATS)
    key = _key(seed, stream, offset)
    _core.normal(handle_of(context), *key, real("mean", mean), real("std", std), result)
    return result


def lognormal(
    shape: Shape | None = None,
    mean: SupportsFloat = 0.0,
    sigma: SupportsFloat = 1.0,
    *,
    seed: SupportsIndex = 0,
    stream: SupportsIndex = 0,
    offset: SupportsIndex = 0,
    dtype: npt.DTypeLike | None = None,
    out: object = None,
    context: Context | None = None,
) -> FloatArray:
    """exp(normal(mean, sigma)), float32 or float64; mean and sigma >= 0 are of the logarithm."""
    result = _result(shape, dtype, out, _FLOATS)
    key = _key(seed, stream, offset)
    _core.lognormal(handle_of(context), *key, real("mean", mean), real("sigma", sigma), result)
    return result


def exponential(
    shape: Shape | None = None,
    scale: SupportsFloat = 1.0,
    *,
    seed: SupportsIndex = 0,
    stream: SupportsIndex = 0,
    offset: SupportsIndex = 0,
    dtype: npt.DTypeLike | None = None,
    out: object = None,
    context: Context | None = None,
) -> FloatArray:
    """Exponential with mean `scale` > 0, float32 or float64."""
    result = _result(shape, dtype, out, _FLOATS)
    _core.exponential(handle_of(context), *_key(seed, stream, offset), real("scale", scale), result)
    return result


def poisson(
    shape: Shape | None = None,
    rate: SupportsFloat = 1.0,
    *,
    seed: SupportsIndex = 0,
    stream: SupportsIndex = 0,
    offset: SupportsIndex = 0,
    dtype: npt.DTypeLike | None = None,
    out: object = None,
    context: Context | None = None,
) -> IntArray:
    """Poisson with mean `rate`, 0...1e6; int64 or int32."""
    result = _result(shape, dtype, out, _INTEGERS)
    _core.poisson(handle_of(context), *_key(seed, stream, offset), real("rate", rate), result)
    return result


def bernoulli(
    shape: Shape | None = None,
    p: SupportsFloat = 0.5,
    *,
    seed: SupportsIndex = 0,
    stream: SupportsIndex = 0,
    offset: SupportsIndex = 0,
    dtype: npt.DTypeLike | None = None,
    out: object = None,
    context: Context | None = None,
) -> npt.NDArray[np.bool_]:
    """True with probability `p`, 0...1; bool, or uint8 of 0 and 1."""
    result = _result(shape, dtype, out, _BOOLEANS)
    _core.bernoulli(handle_of(context), *_key(seed, stream, offset), real("p", p), result)
    return result


def integers(
    shape: Shape | None = None,
    low: SupportsIndex = 0,
    high: SupportsIndex = 2,
    *,
    seed: SupportsIndex = 0,
    stream: SupportsIndex = 0,
    offset: SupportsIndex = 0,
    dtype: npt.DTypeLike | None = None,
    out: object = None,
    context: Context | None = None,
) -> IntArray:
    """Integers uniform on low...high-1, int64 or int32, which must hold them."""
    result = _result(shape, dtype, out, _INTEGERS)
    bounds = (integer("low", low, -SIZE_MAX - 1, SIZE_MAX), integer("high", high, -SIZE_MAX - 1, SIZE_MAX))
    _core.integers(handle_of(context), *_key(seed, stream, offset), *bounds, result)
    return result


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """The bare generator: 4 counter words and 2 key words of 32 bits to 4 random words."""
    words = [integer("counter", word, 0, 2**32 - 1) for word in counter]
    keys = [integer("key", word, 0, 2**32 - 1) for word in key]
    if len(words) != 4 or len(keys) != 2:
        raise Error(f"counter must have 4 words and key 2, got {len(words)} and {len(keys)}")
    return _core.philox((words[0], words[1], words[2], words[3]), (keys[0], keys[1]))


def _key(seed: SupportsIndex, stream: SupportsIndex, offset: SupportsIndex) -> tuple[int, int, int]:
    return (
        integer("seed", seed, 0, UINT64_MAX),
        integer("stream", stream, 0, UINT64_MAX),
        integer("offset", offset, 0, SIZE_MAX),
    )


def _result(
    shape: Shape | None, dtype: npt.DTypeLike | None, out: object, allowed: tuple[type[np.generic], ...]
) -> npt.NDArray[Any]:
    """The array to fill: of `shape` and `dtype`, which `out` stands in for where they are left out."""
    given = None if out is None else as_array("out", out)
    if shape is None and given is None:
        raise Error("shape must be given, unless out is")
    size = given.shape if shape is None and given is not None else extents("shape", shape if shape is not None else ())
    kind = np.dtype(dtype if dtype is not None else given.dtype if given is not None else allowed[0])
    if kind not in allowed:
        raise Error(f"dtype must be {' or '.join(item.__name__ for item in allowed)}, got {kind}")
    return output(out, size, kind)
