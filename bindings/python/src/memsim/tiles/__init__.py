"""Analog tiles: weight matrices on pulsed devices, read through converters and written by coincident pulses."""

from .config import TileConfig
from .io import IO
from .programming import TileProgramming
from .tile import Tile
from .update import Update

__all__ = ["IO", "Tile", "TileConfig", "TileProgramming", "Update"]
