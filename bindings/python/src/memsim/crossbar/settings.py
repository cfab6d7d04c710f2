"""What wires are made from."""

from dataclasses import dataclass
from typing import Self, SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from .. import _core
from .._core import Error
from .._numbers import integer, real
from .._operands import FloatArray, as_float64
from ..nonideality import Law
from .selectors import Selector, as_selector

_INT32_MAX = 2**31 - 1


@dataclass(frozen=True, eq=False)
class WireSettings:
    """All of a crossbar with wires but its devices; the shapes and types are checked, the library checks the values."""

    shape: tuple[int, int]
    r_word: FloatArray
    r_bit: FloatArray
    r_source: FloatArray
    r_sense: FloatArray
    double_sided: bool
    selector: Selector | None
    tolerance: float
    max_iterations: int
    max_steps: int

    @classmethod
    def checked(
        cls,
        shape: tuple[int, int],
        r_word: npt.ArrayLike,
        r_bit: npt.ArrayLike,
        r_source: npt.ArrayLike,
        r_sense: npt.ArrayLike,
        double_sided: bool,
        selector: Selector | str | None,
        tolerance: SupportsFloat = 1e-12,
        max_iterations: SupportsIndex = 10_000,
        max_steps: SupportsIndex = 50,
    ) -> Self:
        """Of copies of the arguments of `Wires`."""
        rows, columns = shape
        return cls(
            shape,
            _ohms("r_word", r_word, rows),
            _ohms("r_bit", r_bit, columns),
            _ohms("r_source", r_source, rows),
            _ohms("r_sense", r_sense, columns),
            bool(double_sided),
            as_selector(selector),
            real("tolerance", tolerance),
            integer("max_iterations", max_iterations, 1, _INT32_MAX),
            integer("max_steps", max_steps, 1, _INT32_MAX),
        )

    def between(
        self,
        devices: FloatArray | _core.Array,
        context: _core.Context | None,
        law: Law | None = None,
        normals: FloatArray | None = None,
    ) -> _core.Wires:
        """The library's wires between conductances or cells."""
        return _core.Wires(
            context,
            None if isinstance(devices, _core.Array) else devices,
            devices if isinstance(devices, _core.Array) else None,
            *self.shape,
            self.r_word,
            self.r_bit,
            self.r_source,
            self.r_sense,
            int(self.double_sided),
            None if law is None else (law.name, law._pairs()),
            normals,
            None if self.selector is None else self.selector._pair(),
            self.tolerance,
            self.max_iterations,
            self.max_steps,
        )


def checked_law(
    law: Law | None, normals: npt.ArrayLike | None, shape: tuple[int, int]
) -> tuple[Law | None, FloatArray | None]:
    """A law and normals of its devices [rows, columns, 2]."""
    if law is not None and not isinstance(law, Law):
        raise TypeError(f"law must be a law of memsim.nonideality or None, got {type(law).__name__}")
    if normals is None:
        return law, None
    if law is None:
        raise Error("normals are those of a law's devices, but law is None")
    array = as_float64("normals", normals)
    if not np.isfinite(array).all():
        raise Error(f"normals must be finite, got {array[~np.isfinite(array)][0]}")
    try:
        return law, np.ascontiguousarray(np.broadcast_to(array, (*shape, 2)))
    except ValueError:
        raise Error(f"normals has shape {array.shape}, which does not broadcast to {(*shape, 2)}") from None


def _ohms(name: str, value: npt.ArrayLike, lines: int) -> FloatArray:
    """One resistance, or one for each line, [1] or [lines]."""
    ohms = as_float64(name, value)
    if ohms.shape not in ((), (1,), (lines,)):
        raise Error(f"{name} has shape {ohms.shape}, it must be one resistance or ({lines},): one for every line")
    return ohms.reshape(-1).copy()
