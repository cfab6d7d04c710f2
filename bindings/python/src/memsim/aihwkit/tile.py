"""aihwkit's analog tile with memsim's simulator in it: scales, biases, input ranges and checkpoints are aihwkit's."""

from typing import Any

from aihwkit.simulator.tiles.analog import AnalogTile

from .. import _core
from .simulator import Simulator


class Simulated:
    """What of aihwkit's AnalogTile is memsim's."""

    tile: Simulator

    def _create_simulator_tile(self, x_size: int, d_size: int, rpu_config: Any) -> Simulator:
        return Simulator(x_size, d_size, rpu_config)

    def _recreate_simulator_tile(self, x_size: int, d_size: int, rpu_config: Any) -> Simulator:
        """For a state that is loaded next and brings its seed: PyTorch's generator is left alone."""
        return Simulator(x_size, d_size, rpu_config, seed=0)

    def post_update_step(self) -> None:
        """Diffusion and decay, once an optimizer's step."""
        self.tile.step()

    def cuda(self, device: Any = None) -> None:
        """Refused."""
        raise _core.Error("memsim's tiles run on the CPU: leave out cuda()")


class MemsimTile(Simulated, AnalogTile):  # type: ignore[misc]
    """Tile class of memsim.aihwkit.RPUConfig."""
