"""The RPU config by which aihwkit's layers get memsim's tiles."""

from dataclasses import dataclass, field

from aihwkit.simulator.parameters.mapping import MappableRPU
from aihwkit.simulator.parameters.pre_post import PrePostProcessingRPU
from aihwkit.simulator.tiles.array import TileModuleArray

from ..devices import ConstantStep, Device
from ..tiles import IO, Update
from .tile import MemsimTile


@dataclass
class RPUConfig(MappableRPU, PrePostProcessingRPU):  # type: ignore[misc]
    """Stands where a SingleRPUConfig does, in layers, optimizers, conversions and states of aihwkit.

    `mapping`, `pre_post` and `runtime` are aihwkit's, and do there what they do. Seeds come from PyTorch's generator:
    torch.manual_seed settles everything.
    """

    tile_class: type = MemsimTile
    tile_array_class: type = TileModuleArray
    device: Device = field(default_factory=ConstantStep)
    """What a pulse does, of memsim.devices or memsim.presets."""
    forward: IO = field(default_factory=IO)
    """Converters and noise of products."""
    backward: IO = field(default_factory=IO)
    update: Update = field(default_factory=Update)
    """Pulse trains."""
    construction_seed: int = 0
    """Of devices: tiles of one size have the same ones, as in aihwkit; 0: each its own."""
