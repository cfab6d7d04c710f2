"""The extra state of a layer of inference as bytes."""

import json
from typing import Any

from ... import _core
from ..analog.grid import Grid, pack, unpack
from .devices import Devices

_VERSION = 1


def packed(numbers: dict[str, Any], grid: Grid, devices: Devices) -> bytes:
    """Numbers, tiles and devices."""
    head = {"version": _VERSION, "programmings": devices.programmings, "readings": devices.readings, **numbers}
    return b"".join(pack(data) for data in (json.dumps(head).encode(), grid.state(), *devices.pieces()))


def unpacked(state: bytes, grid: Grid, devices: Devices) -> dict[str, Any]:
    """The numbers; tiles and devices are restored. Errors: memsim.StateFileError."""
    pieces = list(unpack(state))
    try:
        head = json.loads(pieces[0])
        counts = int(head["programmings"]), int(head["readings"])
        if int(head["version"]) != _VERSION or len(pieces) < 2:
            raise _core.StateFileError(f"the state has version {head['version']}, this package reads {_VERSION}")
    except (IndexError, KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _core.StateFileError(f"the state is not one of a layer of inference: {error}") from None
    before = grid.state()
    grid.load(pieces[1])
    try:
        devices.load(pieces[2:], *counts)
    except Exception:
        grid.load(before)
        raise
    return dict(head)
