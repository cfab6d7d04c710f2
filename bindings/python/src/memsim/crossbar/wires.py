"""Devices between wires, kept for many inputs."""

import math
from typing import TYPE_CHECKING, Self, SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from .. import _core
from .._core import Error
from .._numbers import real
from .._operands import FloatArray, as_float64, output
from ..context import Context, handle_of
from ..nonideality import Law
from .selectors import Selector
from .settings import WireSettings, checked_law
from .solution import Gradients, Solution, WriteReport

if TYPE_CHECKING:
    from ..array import Array

FIELDS = ("device_volts", "device_current", "word_current", "bit_current", "word_volts", "bit_volts")
_METHODS = {"iterative": 0, "dense": 1}


class Wires:
    """A crossbar with the resistance of its wires, for many inputs: ohmic devices are eliminated once.

    Word line i: its source, `r_source`, a segment of `r_word`, device (i, 0), a segment, device (i, 1) ..., open behind
    the last or, if double-sided, a segment and `r_source` to the same source. Bit line j: device (0, j), a segment of
    `r_bit`, device (1, j) ... a segment, `r_sense`, the terminal. A call from a second thread meanwhile raises
    memsim.BusyError. The bits of an input's currents depend neither on the rest of the batch nor on threads.

    Parameters
    ----------
    G
        Conductances [rows, columns], S, 0 (open) ... 1e15; of a law its parameter.
    r_word, r_bit
        Ohm of every segment: one for all lines or one a line, 0...1e15; numpy.inf cuts the line at every device.
    r_source, r_sense
        Ohm of drivers [rows] and of sensors [columns], or one for all; numpy.inf: the line floats.
    double_sided
        Whether word lines are driven at both ends.
    law
        None: ohmic devices. Or a law of memsim.nonideality, ``PooleFrenkel.siox_low()`` for instance.
    normals
        Standard normals of the law's devices, broadcast to [rows, columns, 2]; None: 0, the median device.
    selector
        In series with every device: a `Selector`, or its name.
    tolerance
        Of Kirchhoff's voltage law over the largest voltage, 1e-15...1e-3.
    max_iterations, max_steps
        Of one linear solve; linear solves.
    context
        Threads.

    Raises
    ------
    memsim.Error
        If a shape does not fit or a value is out of range.
    """

    __slots__ = ("__weakref__", "_handle", "_of_array")

    def __init__(
        self,
        G: npt.ArrayLike,
        r_word: npt.ArrayLike = 1.0,
        r_bit: npt.ArrayLike = 1.0,
        *,
        r_source: npt.ArrayLike = 0.0,
        r_sense: npt.ArrayLike = 0.0,
        double_sided: bool = False,
        law: Law | None = None,
        normals: npt.ArrayLike | None = None,
        selector: Selector | str | None = None,
        tolerance: SupportsFloat = 1e-12,
        max_iterations: SupportsIndex = 10_000,
        max_steps: SupportsIndex = 50,
        context: Context | None = None,
    ) -> None:
        conductance = as_float64("G", G)
        if conductance.ndim != 2 or not conductance.size:
            raise Error(f"G must have shape (rows, columns), each >= 1, got {conductance.shape}")
        shape = conductance.shape[0], conductance.shape[1]
        settings = WireSettings.checked(
            shape, r_word, r_bit, r_source, r_sense, double_sided, selector, tolerance, max_iterations, max_steps
        )
        devices = checked_law(law, normals, shape)
        self._adopt(settings.between(conductance, handle_of(context), *devices), of_array=False)

    def _adopt(self, handle: _core.Wires, of_array: bool) -> None:
        self._handle = handle
        self._of_array = of_array

    @classmethod
    def of(
        cls,
        array: "Array",
        r_word: npt.ArrayLike = 1.0,
        r_bit: npt.ArrayLike = 1.0,
        *,
        r_source: npt.ArrayLike = 0.0,
        r_sense: npt.ArrayLike = 0.0,
        double_sided: bool = False,
        selector: Selector | str | None = None,
        tolerance: SupportsFloat = 1e-12,
        max_iterations: SupportsIndex = 10_000,
        max_steps: SupportsIndex = 50,
    ) -> Self:
        """Wires between the cells of a memsim.Array, as they are when a call is made; the rest as of `Wires`."""
        cells = getattr(array, "_handle", None)
        if not isinstance(cells, _core.Array):
            raise TypeError(f"array must be a memsim.Array, got {type(array).__name__}")
        settings = WireSettings.checked(
            cells.shape, r_word, r_bit, r_source, r_sense, double_sided, selector, tolerance, max_iterations, max_steps
        )
        return cls._between(array, settings)

    @classmethod
    def _between(cls, array: "Array", settings: WireSettings) -> Self:
        """Wires between the cells of an array."""
        wires = cls.__new__(cls)
        wires._adopt(settings.between(array._handle, handle_of(array.context)), of_array=True)
        return wires

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns): word lines, bit lines."""
        return self._handle.shape

    @property
    def nbytes(self) -> int:
        """Memory of the wires and of their solvers so far, in bytes."""
        return self._handle.memory

    def __repr__(self) -> str:
        rows, columns = self.shape
        return f"<memsim.crossbar.Wires, {rows} x {columns}>"

    def solve(self, V: npt.ArrayLike, E: npt.ArrayLike | None = None, *, fields: bool = True) -> Solution:
        """Currents and voltages for word-line voltages.

        Parameters
        ----------
        V
            Voltages [..., rows], V, finite, within +-1e6; ignored for floating lines.
        E
            Voltages of the bit lines' terminals [..., columns], V, whose leading axes broadcast with those of `V`;
            None: 0.
        fields
            Whether to give what happens inside: six arrays [..., rows, columns].

        Raises
        ------
        memsim.Error
            If a shape does not fit, a value is out of range, or there is no solution or none within reach.
        """
        return self._solved(V, E, FIELDS if fields else ())

    def _solved(self, V: npt.ArrayLike, E: npt.ArrayLike | None, wanted: tuple[str, ...]) -> Solution:
        """As `solve`, with those fields that are wanted."""
        rows, columns = self.shape
        lead, volts, terminals = self._inputs(V, E)
        currents = output(None, (*lead, columns), np.float64)
        inside = [output(None, (*lead, rows, columns), np.float64) if name in wanted else None for name in FIELDS]
        report = self._handle.solve(volts, terminals, math.prod(lead), currents, *inside)
        iterations, steps, kirchhoff, residual = report
        a, b, c, d, e, f = inside
        return Solution(currents, a, b, c, d, e, f, iterations, steps, residual, kirchhoff)

    def _inputs(
        self, V: npt.ArrayLike, E: npt.ArrayLike | None
    ) -> tuple[tuple[int, ...], FloatArray, FloatArray | None]:
        """Leading axes, and voltages spread over them."""
        rows, columns = self.shape
        volts = _lines("V", V, rows)
        if E is None:
            return volts.shape[:-1], volts, None
        terminals = _lines("E", E, columns)
        try:
            lead = np.broadcast_shapes(volts.shape[:-1], terminals.shape[:-1])
        except ValueError:
            raise Error(f"the leading axes of V {volts.shape} and E {terminals.shape} do not broadcast") from None
        return lead, _spread(volts, (*lead, rows)), _spread(terminals, (*lead, columns))

    def transfer(self, method: str = "iterative") -> npt.NDArray[np.float64]:
        """The matrix [rows, columns], S, of ohmic devices and wires: output = V matrix for bit lines at 0 V.

        Parameters
        ----------
        method
            "iterative": min(rows, columns) solves. "dense": direct, row by row, slower; an independent check.
        """
        if method not in ("iterative", "dense"):
            raise Error(f'method must be "iterative" or "dense", got {method!r}')
        matrix = output(None, self.shape, np.float64)
        self._handle.transfer(_METHODS[method], matrix)
        return matrix

    def vjp(self, solution: Solution, grad_output: npt.ArrayLike) -> Gradients:
        """Derivatives of a loss by the adjoint circuit: one linear solve an input, whatever the devices.

        Parameters
        ----------
        solution
            What `solve` gave, with its fields.
        grad_output
            Derivatives of the loss by the outputs, broadcast to [..., columns].

        Raises
        ------
        memsim.Error
            If a shape does not fit or there is no solution.
        """
        if not isinstance(solution, Solution):
            raise TypeError(f"solution must be what solve gave, got {type(solution).__name__}")
        volts, (rows, columns) = solution.device_volts, self.shape
        if volts is None or volts.shape[-2:] != self.shape:
            raise Error(f"solution must have fields [..., {rows}, {columns}]: solve with fields=True")
        lead = volts.shape[:-2]
        grad = _spread(_lines("grad_output", grad_output, columns), (*lead, columns))
        by_volts = np.empty((*lead, rows)), np.empty((*lead, columns))
        by_g = None if self._of_array else np.empty(self.shape)
        by_ohms = np.empty(rows), np.empty(columns)
        self._handle.vjp(np.ascontiguousarray(volts), math.prod(lead), grad, *by_volts, by_g, *by_ohms)
        return Gradients(*by_volts, by_g, *by_ohms)

    def write(
        self,
        volts: npt.ArrayLike,
        E: npt.ArrayLike | None = None,
        *,
        duration: SupportsFloat,
        tolerance: SupportsFloat = 0.02,
    ) -> WriteReport:
        """Hold the terminals at voltages for a time while the cells of the array switch. Timed models only.

        Parameters
        ----------
        volts
            Of the word lines [rows], V; ignored for floating lines.
        E
            Of the bit lines' terminals [columns], V; None: 0.
        duration
            s, 0...1e12.
        tolerance
            Largest change of a cell's voltage in one step of time, over the largest voltage, 1e-6...1.

        Raises
        ------
        memsim.Error
            If the devices are no cells with a time, a value is out of range or there is no solution; the array is
            unchanged.
        """
        rows, columns = self.shape
        words = _spread(_lines("volts", volts, rows), (rows,))
        bits = None if E is None else _spread(_lines("E", E, columns), (columns,))
        held = self._handle.write(words, bits, real("duration", duration), real("tolerance", tolerance))
        steps, rejected, energy, device_energy = held
        return WriteReport(energy, device_energy, steps, rejected)


def _lines(name: str, values: npt.ArrayLike, lines: int) -> FloatArray:
    """Values [..., lines]."""
    array = as_float64(name, values)
    if array.ndim == 0 or array.shape[-1] != lines:
        raise Error(f"{name} has shape {array.shape}, it must be (..., {lines}): one value for every line")
    return array


def _spread(array: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """`array`, repeated along leading axes."""
    try:
        return np.ascontiguousarray(np.broadcast_to(array, shape))
    except ValueError:
        raise Error(f"values of shape {array.shape} do not broadcast to {shape}") from None
