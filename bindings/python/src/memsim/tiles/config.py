"""All that a tile is told besides its extents and seed."""

from dataclasses import dataclass, field

from ..devices.base import Device
from ..devices.compound import Compound
from ..devices.steps import ConstantStep
from .io import IO
from .update import Update


@dataclass(frozen=True, kw_only=True)
class TileConfig:
    """A device, or a compound of devices, with its converters and pulse trains: what presets of training are.

    `memsim.Tile`, `memsim.torch.AnalogLinear` and others and `memsim.torch.convert_to_analog` take one as `config`;
    what they are given besides wins. `dataclasses.replace` makes another.
    """

    device: Device | Compound = field(default_factory=ConstantStep)
    forward: IO = field(default_factory=IO)
    backward: IO = field(default_factory=IO)
    update: Update = field(default_factory=Update)
