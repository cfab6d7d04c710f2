"""Arrays of simulated devices."""

import os
from typing import Any, Self, SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from . import _core
from ._core import Error
from ._numbers import UINT64_MAX, Noise, Shape, extents, integer, noise_code, real
from ._operands import (
    FloatArray,
    apart,
    as_counts,
    as_float64,
    as_mask,
    as_real,
    float_type,
    output,
    real_type,
    spread,
)
from .context import Context, handle_of
from .crossbar.selectors import Selector
from .crossbar.settings import WireSettings
from .crossbar.solution import WriteReport
from .crossbar.wired import Saved, Wired
from .crossbar.writing import Lines, write
from .models import model as model_card
from .parameters import Params, option_pairs, param_pairs, preset_name


class Array:
    """Word lines x bit lines of devices of one model, all in the model's initial state.

    Voltages may be scalars or anything that broadcasts to the array's shape: ndarrays, buffers, CPU tensors.
    float32 and float64 arrays, and NumPy scalars, are used as they are and decide the type of the result; Python
    numbers and integers count as float32, with a timed model (``memsim.models()[name].timed``) as float64. A call
    from a second thread meanwhile raises memsim.BusyError. Arrays can be pickled and copied, with their wires;
    files and bytes hold the cells alone.

    Parameters
    ----------
    model
        A name from ``memsim.models()``.
    shape
        (rows, columns), each >= 1, rows * columns <= 2**31.
    seed
        0...2**64-1, selects every random number the array will ever draw.
    params
        Parameters that differ from the defaults: a mapping of names to values, or the path of a JSON parameter file.
    preset
        A name from the ``presets`` of the model's card; `params` given beside it win.
    context
        Threads.
    **options
        Options of the model, for instance ``start="stationary"``.

    Raises
    ------
    memsim.Error
        If a name is unknown, a value is out of range, or the memory is not to be had (then also MemoryError).
    """

    __slots__ = ("__weakref__", "_bare", "_context", "_handle", "_wired")
    __array_ufunc__ = None  # so that `v @ array` of an ndarray v comes to __rmatmul__

    def __init__(
        self,
        model: str = "synaptogen",
        shape: Shape = (64, 64),
        seed: SupportsIndex = 0,
        params: Params | None = None,
        *,
        preset: str | None = None,
        context: Context | None = None,
        **options: str,
    ) -> None:
        size = extents("shape", shape)
        if len(size) != 2:
            raise Error(f"shape must be (rows, columns), got {size}")
        words = option_pairs(options)
        pairs = param_pairs(model_card(model), params)
        number = integer("seed", seed, 0, UINT64_MAX)
        self._adopt(_core.Array(model, *size, number, preset_name(preset), pairs, words, handle_of(context)), context)

    def _adopt(self, handle: _core.Array, context: Context | None) -> None:
        self._handle = handle
        self._context = context
        self._wired: Wired | None = None
        self._bare = np.dtype(np.float64 if model_card(handle.model).timed else np.float32)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns): word lines, bit lines."""
        return self._handle.shape

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._handle.model

    @property
    def nbytes(self) -> int:
        """Memory the cells take, in bytes; of tables too, which count in every array that shares them."""
        return self._handle.memory

    @property
    def context(self) -> Context | None:
        """Threads the array was made with."""
        return self._context

    def __repr__(self) -> str:
        rows, columns = self.shape
        return f"<memsim.Array {self.model}, {rows} x {columns} cells, {self.nbytes / 2**20:.1f} MiB>"

    # Voltages

    def apply(
        self, volts: npt.ArrayLike, where: npt.ArrayLike | None = None, *, duration: npt.ArrayLike | None = None
    ) -> None:
        """Apply a voltage to every cell, or to those chosen.

        Parameters
        ----------
        volts
            V, finite, within the model's ``voltage_limit``; broadcasts to the array's shape.
        where
            Booleans that broadcast to the array's shape: True applies, False leaves the cell alone.
        duration
            s, 0...1e12, of a timed model only; broadcasts to the array's shape. None: the parameter ``pulse_length``.

        Raises
        ------
        memsim.Error
            If a value is out of range, a shape does not fit or an integrator fails; the array is unchanged.
        """
        source = spread("volts", as_real("volts", volts, bare=self._bare), self.shape)
        mask = as_mask("where", where, self.shape)
        if duration is None:
            self._handle.apply(source, mask)
        else:
            durations = spread("duration", as_float64("duration", duration), self.shape)
            self._handle.apply_for(source, durations, mask)

    def pulse(self, counts: npt.ArrayLike, where: npt.ArrayLike | None = None) -> None:
        """Give every cell, or those chosen, training pulses: +n SET, -n RESET, 0 none. Timed models only.

        The parameters ``pulse_voltage_SET``, ``pulse_voltage_RESET`` and ``pulse_length`` say what a pulse is.

        Parameters
        ----------
        counts
            Integers of 32 bits; broadcasts to the array's shape.
        where
            Booleans that broadcast to the array's shape: True pulses, False leaves the cell alone.

        Raises
        ------
        memsim.Error
            If a shape does not fit or an integrator fails; the array is unchanged.
        """
        numbers = spread("counts", as_counts("counts", counts), self.shape)
        self._handle.pulse(numbers, as_mask("where", where, self.shape))

    def sweep(
        self,
        t: npt.ArrayLike,
        v: npt.ArrayLike,
        where: npt.ArrayLike | None = None,
        *,
        out: object = None,
        dtype: npt.DTypeLike | None = None,
    ) -> FloatArray:
        """Drive every cell, or those chosen, with a voltage that is linear between points. Timed models only.

        Parameters
        ----------
        t
            s, strictly increasing, within +-1e12, [points].
        v
            V, finite, within the model's ``voltage_limit``, [points].
        where
            Booleans that broadcast to the array's shape: True drives, False leaves the cell alone.
        out
            Where to write, as for `read`; decides the type.
        dtype
            float32 or float64 (default).

        Returns
        -------
        ndarray
            Noiseless currents at every point, the first before any time has passed, A: [points, rows, columns], with
            `where` [points, cells chosen] in row-major order.

        Raises
        ------
        memsim.Error
            If a value is out of range, a shape does not fit or an integrator fails; the array is unchanged.
        """
        times, volts = as_float64("t", t), as_float64("v", v)
        if times.ndim != 1 or times.shape != volts.shape:
            raise Error(f"t and v must have one shape (points,), got {times.shape} and {volts.shape}")
        mask = as_mask("where", where, self.shape)
        shape = self.shape if mask is None else (int(np.count_nonzero(mask)),)
        kind = float_type(out, np.float64) if dtype is None else real_type(dtype)
        result = output(out, (times.size, *shape), kind)
        self._handle.sweep(apart(times, result), apart(volts, result), mask, result)
        return result

    def read(
        self, volts: npt.ArrayLike = 0.2, *, noise: Noise = True, bandwidth: SupportsFloat = 1e8, out: object = None
    ) -> FloatArray:
        """Current of every cell; the cells do not change. Every call with noise is a new read.

        Parameters
        ----------
        volts
            V, finite; broadcasts to the array's shape.
        noise
            Whether Johnson and shot noise are added, independent for every cell and read.
        bandwidth
            Of the noise, Hz, > 0.
        out
            Where to write: a writable C-contiguous array, buffer or tensor of the array's shape.

        Returns
        -------
        ndarray
            A, [rows, columns].
        """
        source, result = self._prepared(volts, out)
        self._handle.read(source, noise_code(noise), real("bandwidth", bandwidth), result)
        return result

    def conductance(self, volts: npt.ArrayLike = 0.2, *, out: object = None) -> FloatArray:
        """Noiseless conductance I/U of every cell at the given voltages, at 0 V its limit.

        Parameters
        ----------
        volts
            V, finite; broadcasts to the array's shape.
        out
            Where to write, as for `read`.

        Returns
        -------
        ndarray
            S, [rows, columns].
        """
        source, result = self._prepared(volts, out)
        self._handle.conductance(source, result)
        return result

    def vmm(
        self, v: npt.ArrayLike, *, noise: Noise = True, bandwidth: SupportsFloat = 1e8, out: object = None
    ) -> FloatArray:
        """Currents of the grounded bit lines for word-line voltages, without wire resistance unless `wires` are there.

        Every vector is a read of its own, so a batch may be split at will. `v @ array` is `array.vmm(v)`. With wires
        the circuit is solved in double precision; the noise is that of the cells at the voltages and currents they then
        have, summed by columns whatever `noise` says, and that wires weaken it on its way is neglected.

        Parameters
        ----------
        v
            V, finite, [..., rows].
        noise
            False: none. "cell": one normal per cell. "sum": one normal per current with the sum of the cells'
            variances, the same distribution. True or "auto": "sum".
        bandwidth
            Of the noise, Hz, > 0.
        out
            Where to write, [..., columns].

        Returns
        -------
        ndarray
            A, [..., columns].
        """
        volts = as_real("v", v, out, self._bare)
        rows, columns = self.shape
        if volts.ndim == 0 or volts.shape[-1] != rows:
            raise Error(f"v has shape {volts.shape}, it must be (..., {rows}): one voltage for every word line")
        result = output(out, (*volts.shape[:-1], columns), volts.dtype)
        code, band = noise_code(noise), real("bandwidth", bandwidth)
        if self._wired is not None:
            self._wired.product(volts.reshape(-1, rows), code != 0, band, result.reshape(-1, columns))
        else:
            self._handle.vmm(apart(volts, result), code, band, result)
        return result

    def __rmatmul__(self, v: npt.ArrayLike) -> FloatArray:
        return self.vmm(v)

    def _prepared(self, volts: npt.ArrayLike, out: object) -> tuple[FloatArray, FloatArray]:
        """Voltages as one or as many as cells, and where the result goes."""
        source = spread("volts", as_real("volts", volts, out, self._bare), self.shape)
        result = output(out, self.shape, source.dtype)
        return apart(source, result), result

    # Wires

    def wires(
        self,
        r_word: npt.ArrayLike | None = 1.0,
        r_bit: npt.ArrayLike = 1.0,
        *,
        r_source: npt.ArrayLike = 0.0,
        r_sense: npt.ArrayLike = 0.0,
        double_sided: bool = False,
        selector: Selector | str | None = None,
    ) -> None:
        """Put the cells between wires, which `vmm` and `write` then go through; ``array.wires(None)`` takes them away.

        Copies and pickles of the array have them too; files and bytes do not. ``memsim.crossbar.Wires.of`` gives what
        happens inside.

        Parameters
        ----------
        r_word, r_bit
            Ohm of every segment of word and bit lines: one for all lines or one a line.
        r_source, r_sense
            Ohm of drivers and sensors, one for all or one a line.
        double_sided
            Whether word lines are driven at both ends.
        selector
            In series with every cell: a `memsim.crossbar.Selector`, its name, or "none".

        Raises
        ------
        memsim.Error
            If a shape does not fit or a value is out of range; the array is unchanged.
        """
        if r_word is None:
            self._wired = None
            return
        settings = WireSettings.checked(self.shape, r_word, r_bit, r_source, r_sense, double_sided, selector)
        self._wired = Wired(self, settings, seed=self.hash())

    def write(
        self,
        rows: Lines,
        cols: Lines,
        volts: SupportsFloat,
        duration: SupportsFloat,
        *,
        scheme: str = "V/2",
        tolerance: SupportsFloat = 0.02,
    ) -> WriteReport:
        """Write the cells where selected word and bit lines cross, through `wires`. Timed models only.

        Selected word lines are held at `volts` and selected bit lines at 0; sneak paths, half-selected cells and the
        drop along the wires are part of the solution, which follows the cells as they switch.

        Parameters
        ----------
        rows, cols
            Selected word and bit lines: an index or several.
        volts
            V.
        duration
            s, 0...1e12.
        scheme
            What the other lines get. "V/2": volts/2. "V/3": word lines volts/3, bit lines 2 volts/3. "floating":
            nothing. "ground": 0, so that every cell of the selected word lines is written. "1T1R": word lines 0
            and their gates abs(volts) below the bit lines, bit lines `volts`, so that no other cell has both a
            voltage and an open gate; the wires' selector must have a gate.
        tolerance
            Largest change of a cell's voltage in one step of time, over the largest voltage, 1e-6...1.

        Returns
        -------
        WriteReport
            Energies, J, and steps of time.

        Raises
        ------
        memsim.Error
            If there are no wires, a value is out of range, the model has no time or there is no solution; the array is
            unchanged.
        """
        return write(self, self._wired, rows, cols, volts, duration, scheme, tolerance)

    # States

    @property
    def state_names(self) -> tuple[str, ...]:
        """Names for `state`; ``memsim.models()`` has their units."""
        return tuple(model_card(self.model).states)

    def state(self, name: str, *, dtype: npt.DTypeLike | None = None, out: object = None) -> FloatArray:
        """A per-cell quantity by name.

        Parameters
        ----------
        name
            One of `state_names`.
        dtype
            float32 (default; with a timed model float64) or float64.
        out
            Where to write, as for `read`; decides the type.

        Returns
        -------
        ndarray
            [rows, columns], in the unit of the model's card.
        """
        kind = float_type(out, self._bare) if dtype is None else real_type(dtype)
        result = output(out, self.shape, kind)
        self._handle.get_state(name, result)
        return result

    def set_state(self, name: str, values: npt.ArrayLike, where: npt.ArrayLike | None = None) -> None:
        """Set a settable state.

        Parameters
        ----------
        name
            A settable one of `state_names`.
        values
            Finite, in the unit of the model's card; broadcasts to the array's shape.
        where
            Booleans that broadcast to the array's shape: True sets, False leaves the cell alone.
        """
        source = spread("values", as_real("values", values, bare=self._bare), self.shape)
        self._handle.set_state(name, source, as_mask("where", where, self.shape))

    def hash(self) -> int:
        """Hash of the whole state: equal arrays have equal hashes, for any thread count and CPU."""
        return self._handle.hash()

    # Files and copies

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save to a file, replacing an existing one only when the new one is complete.

        Raises
        ------
        memsim.FileError
            If the file cannot be written.
        """
        self._handle.save(path)

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, context: Context | None = None) -> Self:
        """Make an array from a file.

        Raises
        ------
        memsim.FileError
            If the file cannot be read.
        memsim.StateFileError
            If it is damaged, truncated or from a newer version.
        """
        return cls._around(_core.Array.load(path, handle_of(context)), context)

    def to_bytes(self) -> bytes:
        """What `save` would write."""
        return self._handle.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes, *, context: Context | None = None) -> Self:
        """Make an array from what `to_bytes` gave; errors as for `load`."""
        return cls._around(_core.Array.from_bytes(data, handle_of(context)), context)

    @classmethod
    def _around(cls, handle: _core.Array, context: Context | None) -> Self:
        array = cls.__new__(cls)
        array._adopt(handle, context)
        return array

    def __copy__(self) -> Self:
        twin = self.from_bytes(self.to_bytes(), context=self._context)
        twin.__setstate__(self._saved_wires())
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_bytes, (self.to_bytes(),), self._saved_wires()

    def __setstate__(self, wires: Saved | None) -> None:
        self._wired = None if wires is None else Wired(self, *wires)

    def _saved_wires(self) -> Saved | None:
        return None if self._wired is None else self._wired.saved()
