"""Products with plain conductance matrices."""

from typing import SupportsFloat, SupportsIndex

import numpy.typing as npt

from .. import _core
from .._core import Error
from .._numbers import SIZE_MAX, UINT64_MAX, Noise, integer, noise_code, real
from .._operands import FloatArray, apart, as_reals, output
from ..context import Context, handle_of


def vmm(
    v: npt.ArrayLike,
    G: npt.ArrayLike,
    *,
    noise: Noise = False,
    bandwidth: SupportsFloat = 1e8,
    seed: SupportsIndex = 0,
    stream: SupportsIndex = 0,
    offset: SupportsIndex = 0,
    out: object = None,
    context: Context | None = None,
) -> FloatArray:
    """Bit-line currents y = v G of a crossbar of ohmic cells without wire resistance.

    Parameters
    ----------
    v
        Word-line voltages [..., rows], V.
    G
        Conductances [rows, columns], S; noise takes a negative one by its magnitude.
    noise
        False: none. "cell": Johnson and shot noise of every cell. "sum", True or "auto": one normal
        per current with the sum of the cells' variances, the same distribution with fewer draws.
    bandwidth
        Of the noise, Hz, > 0.
    seed, stream, offset
        Which random numbers the noise takes; vector b of the batch draws under offset + b.
    out
        Where to write: a writable C-contiguous array, buffer or tensor [..., columns].
    context
        Threads.

    Returns
    -------
    ndarray
        Currents [..., columns], A; float64 if `v` or `G` is a float64 array, else float32.

    Raises
    ------
    memsim.Error
        If the shapes do not fit or an argument is out of range.
    """
    volts, matrix = as_reals(out, v=v, G=G)
    if matrix.ndim != 2:
        raise Error(f"G must have shape (rows, columns), got {matrix.shape}")
    rows, columns = matrix.shape
    if volts.ndim == 0 or volts.shape[-1] != rows:
        raise Error(f"v has shape {volts.shape}, it must be (..., {rows}) for G of shape {matrix.shape}")
    result = output(out, (*volts.shape[:-1], columns), volts.dtype)
    _core.vmm(
        handle_of(context),
        apart(matrix, result),
        apart(volts, result),
        rows,
        columns,
        noise_code(noise),
        real("bandwidth", bandwidth),
        integer("seed", seed, 0, UINT64_MAX),
        integer("stream", stream, 0, UINT64_MAX),
        integer("offset", offset, 0, SIZE_MAX),
        result,
    )
    return result
