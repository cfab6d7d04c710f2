"""Array arguments: what may be passed as numbers, masks and outputs, and the sentences for what may not."""

import math
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ._core import Error, OutOfMemoryError

FloatArray = npt.NDArray[np.floating[Any]]
Scalar = TypeVar("Scalar", bound=np.generic)

_FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
_CPU = 1  # kDLCPU of the DLPack standard


def as_array(name: str, value: object) -> npt.NDArray[Any]:
    """An ndarray of the memory of `value`; a copy only where Python numbers leave no other way."""
    if hasattr(value, "__dlpack__") and not isinstance(value, np.ndarray):
        return _from_tensor(name, value)
    try:
        return np.asarray(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be real numbers of one shape: {error}") from None


def _from_tensor(name: str, tensor: Any) -> npt.NDArray[Any]:
    if getattr(tensor, "requires_grad", False):
        raise Error(f"{name} requires grad, which simulated devices do not give; pass {name}.detach()")
    try:
        if tensor.__dlpack_device__()[0] != _CPU:
            raise Error(f"{name} is on {getattr(tensor, 'device', 'another device')}; pass {name}.cpu()")
        return np.from_dlpack(tensor)
    except Error:
        raise
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(f"{name} cannot be shared with NumPy: {error}") from None


def own_type(name: str, value: object, array: npt.NDArray[Any]) -> np.dtype[Any] | None:
    """float32 or float64 for an argument that brings its type; None for Python numbers, lists of them and integers."""
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        got = type(value).__name__ if array.dtype.kind in "OUS" else array.dtype
        raise TypeError(f"{name} must be real numbers of at most 64 bits, got {got}")
    bare = isinstance(value, (list, tuple, int, float)) and not isinstance(value, np.generic)
    if bare or array.dtype.kind != "f":
        return None
    return np.dtype(np.float64 if array.dtype.itemsize == 8 else np.float32)


def as_reals(out: object, bare: npt.DTypeLike = np.float32, /, **values: object) -> list[FloatArray]:
    """Arguments as aligned C-contiguous arrays of one type: the widest of those that bring one, else that of
    `out`, else `bare`."""
    arrays = {name: as_array(name, value) for name, value in values.items()}
    types = [own_type(name, values[name], array) for name, array in arrays.items()]
    known = [kind for kind in types if kind is not None]
    target = max(known, key=lambda kind: kind.itemsize, default=float_type(out, bare))
    return [converted(array, target) for array in arrays.values()]


def converted(array: npt.NDArray[Any], target: npt.DTypeLike) -> FloatArray:
    """`array` itself or a copy: aligned, C-contiguous, of type `target`."""
    if array.dtype == target and array.flags.c_contiguous and array.flags.aligned:
        return array
    with np.errstate(over="ignore"):  # infinities are refused by the library, with a sentence
        return np.require(array, target, ["C", "A"])


def as_real(name: str, value: object, out: object = None, bare: npt.DTypeLike = np.float32) -> FloatArray:
    """One argument, as by as_reals."""
    return as_reals(out, bare, **{name: value})[0]


def as_float64(name: str, value: object) -> FloatArray:
    """One argument, in double precision whatever type it brings."""
    array = as_array(name, value)
    own_type(name, value, array)
    return converted(array, np.float64)


def as_counts(name: str, value: object) -> npt.NDArray[np.int32]:
    """Whole numbers that fit in 32 bits."""
    array = as_array(name, value)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got {type(value).__name__ if array.dtype.kind == 'O' else array.dtype}")
    limits = np.iinfo(np.int32)
    if array.dtype != np.int32 and array.size and not limits.min <= int(array.min()) <= int(array.max()) <= limits.max:
        raise Error(f"{name} must be {limits.min}...{limits.max}, got {int(array.min())}...{int(array.max())}")
    return np.ascontiguousarray(array, np.int32)


def float_type(out: object, bare: npt.DTypeLike = np.float32) -> np.dtype[Any]:
    """The type of `out` if float32 or float64, else `bare`."""
    if out is not None:
        kind = as_array("out", out).dtype
        if kind in _FLOATS:
            return kind
    return np.dtype(bare)


def real_type(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """float32 or float64, as the caller asks for it."""
    kind = np.dtype(dtype)
    if kind not in _FLOATS:
        raise Error(f"dtype must be float32 or float64, got {kind}")
    return kind


def spread(name: str, array: npt.NDArray[Scalar], shape: tuple[int, int]) -> npt.NDArray[Scalar]:
    """`array` as one value for all cells, or as one for each."""
    if array.ndim == 0 or array.shape == shape:
        return array
    try:
        full = np.broadcast_to(array, shape)
    except ValueError:
        raise Error(f"{name} has shape {array.shape}, which does not broadcast to the array's shape {shape}") from None
    return array if array.size == 1 else np.ascontiguousarray(full)


def as_mask(name: str, value: object, shape: tuple[int, int]) -> npt.NDArray[np.uint8] | None:
    """Booleans as one byte for every cell; None stays None."""
    if value is None:
        return None
    array = as_array(name, value)
    if array.dtype != np.bool_:
        raise TypeError(f"{name} must be booleans, got {array.dtype}")
    try:
        return np.ascontiguousarray(np.broadcast_to(array, shape)).view(np.uint8)
    except ValueError:
        raise Error(f"{name} has shape {array.shape}, which does not broadcast to the array's shape {shape}") from None


def output(out: object, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """A new array, or the memory of `out` if it can take the result."""
    dtype = np.dtype(dtype)
    if out is None:
        try:
            return np.empty(shape, dtype)
        except (MemoryError, ValueError) as error:
            raise OutOfMemoryError(f"no memory for a result of shape {shape} and type {dtype}: {error}") from None
    array = out if isinstance(out, np.ndarray) else _writable_view(out)
    if array.dtype != dtype:
        raise Error(f"out is {array.dtype}, the result is {dtype}")
    if array.shape not in (shape, (math.prod(shape),)):
        raise Error(f"out has shape {array.shape}, the result has shape {shape}")
    if not array.flags.carray:
        raise Error("out must be writable, aligned and C-contiguous")
    return array


def _writable_view(out: Any) -> npt.NDArray[Any]:
    """The memory of a buffer or tensor."""
    if not hasattr(out, "__dlpack__"):
        try:
            return np.asarray(memoryview(out))
        except TypeError:
            raise TypeError(f"out must be an array, a buffer or a tensor, got {type(out).__name__}") from None
    # Whether an ndarray that came through DLPack is writable depends on NumPy's version: a tensor's own conversion
    # is taken instead, once it is known to be the same memory.
    shared, view = as_array("out", out), np.asarray(out)
    if view.ctypes.data != shared.ctypes.data:
        raise TypeError(f"out must share its memory with NumPy, got {type(out).__name__}")
    return view


def apart(array: FloatArray, out: npt.NDArray[Any]) -> FloatArray:
    """`array`, copied if writing to `out` would change it."""
    return array.copy() if np.may_share_memory(array, out) else array
