"""memsim's devices under IBM's aihwkit: its layers, optimizers and conversions, on tiles of memsim.Tile.

A script changes one line, its RPU config::

    rpu_config = memsim.aihwkit.RPUConfig(device=memsim.devices.SoftBounds(dw_min=0.002))
    rpu_config = memsim.aihwkit.convert(rpu_config)      # or translates the one it has

``python -m memsim.aihwkit SCRIPT`` runs one unchanged. Made for aihwkit 1.1.0, which must be installed; nothing else of
memsim imports this module. Runs on the CPU in float32.
"""

try:
    import aihwkit.simulator.configs as _installed  # noqa: F401
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("memsim.aihwkit needs aihwkit: pip install aihwkit", name=error.name) from error

from .config import RPUConfig
from .conversion import convert
from .tile import MemsimTile

__all__ = ["MemsimTile", "RPUConfig", "convert"]
