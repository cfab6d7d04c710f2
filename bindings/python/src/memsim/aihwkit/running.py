"""Unchanged scripts of aihwkit on memsim's tiles."""

import runpy
import sys
from pathlib import Path
from typing import Any

from aihwkit.simulator.tiles.analog import AnalogTile
from aihwkit.simulator.tiles.base import SimulatorTileWrapper
from aihwkit.simulator.tiles.floating_point import FloatingPointTile

from .. import _core
from .conversion import convert
from .simulator import Simulator
from .tile import Simulated


def take_over() -> None:
    """From now on aihwkit's analog tiles of this process are memsim's, whatever their RPU config, and tiles of other
    kinds are refused. FloatingPointTile, which simulates no devices, stays aihwkit's.
    """
    for name, item in vars(Simulated).items():
        if not name.startswith("__"):
            setattr(AnalogTile, name, item)
    AnalogTile._create_simulator_tile = _created
    AnalogTile._recreate_simulator_tile = _recreated
    SimulatorTileWrapper.__init__ = _refusing(SimulatorTileWrapper.__init__)


def run(script: str, arguments: list[str]) -> None:
    """Runs a script as `python SCRIPT ARGUMENTS` does, after `take_over`."""
    take_over()
    sys.argv = [script, *arguments]
    sys.path[0] = str(Path(script).resolve().parent)
    runpy.run_path(script, run_name="__main__")


def _created(tile: Any, x_size: int, d_size: int, rpu_config: Any) -> Simulator:
    return Simulator(x_size, d_size, convert(rpu_config))


def _recreated(tile: Any, x_size: int, d_size: int, rpu_config: Any) -> Simulator:
    return Simulator(x_size, d_size, convert(rpu_config), seed=0)


def _refusing(original: Any) -> Any:
    def begin(tile: Any, *arguments: Any, **options: Any) -> None:
        if not isinstance(tile, (AnalogTile, FloatingPointTile)):
            raise _core.Error(f"memsim has no equivalent of aihwkit's {type(tile).__name__}")
        original(tile, *arguments, **options)

    return begin
