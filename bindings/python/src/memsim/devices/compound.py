"""What all compounds have: several devices a weight."""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from .base import Device
from .settings import Pairs, Settings, Words

if TYPE_CHECKING:
    from ..tiles.io import IO
    from ..tiles.update import Update

Given = tuple[Pairs, Words]
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, kw_only=True)
class Compound(Settings):
    """Several devices a weight, its cells: usable wherever a device is.

    `memsim.Tile.hidden` gives what it keeps besides its cells, `card().states`, and of cell k "k/weights" and what its
    device has, as "0/max_bound".
    """

    kind = "compound"

    @classmethod
    def _fields(cls) -> "tuple[dataclasses.Field[Any], ...]":
        card = cls.card()
        return tuple(field for field in dataclasses.fields(cls) if field.name in {*card.params, *card.options})

    def _cells(self) -> tuple[Device, ...]:
        """Its devices, in order."""
        raise NotImplementedError

    def _read(self) -> "IO | None":
        """How it reads its cells; None: it does not."""
        return None

    def _write(self) -> "Update | None":
        """How it writes to its cells; None: it does not, or as it learns."""
        return None

    def _told(self) -> tuple[str, Given, tuple[tuple[str, Given], ...], Given, Given]:
        """What the library takes."""
        read, write = (((), ()) if item is None else item._given() for item in (self._read(), self._write()))
        return self.name, self._given(), tuple((cell._core_name(), cell._given()) for cell in self._cells()), read, write


@dataclass(frozen=True, kw_only=True)
class UnitCells(Compound):
    """A compound of devices that may differ."""

    unit_cell_devices: tuple[Device, ...]
    """The devices, one a cell."""

    def __post_init__(self) -> None:
        super().__post_init__()
        devices = self.unit_cell_devices
        if isinstance(devices, (str, Device)) or not hasattr(devices, "__iter__"):
            raise TypeError(f"unit_cell_devices must be a list of devices, got {devices!r}")
        object.__setattr__(self, "unit_cell_devices", tuple(kind_of("unit_cell_devices", d, Device) for d in devices))

    def _cells(self) -> tuple[Device, ...]:
        return self.unit_cell_devices


def kind_of(name: str, value: Any, kind: type[_Kind]) -> _Kind:
    """`value`, if it is of that class."""
    if not isinstance(value, kind):
        where = "of objects of memsim.devices" if kind is Device else f"a memsim.{kind.__name__}"
        raise TypeError(f"{name} must be {where}, got {value!r}")
    return value
