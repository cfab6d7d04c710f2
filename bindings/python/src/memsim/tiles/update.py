"""How a tile's weights are pulsed."""

from dataclasses import dataclass
from typing import ClassVar

from ..devices.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Update(Settings):
    """Trains of coincident pulses. Names and defaults are those of aihwkit's UpdateParameters.

    Source: Gokmen, Vlasov, Front. Neurosci. 10, 333 (2016). `memsim.Update.card()` has ranges and texts.
    """

    kind = "tile-settings"
    name: ClassVar[str] = "update"
    pulse_type: str = "stochastic-compressed"
    """"stochastic-compressed", "stochastic", "deterministic-implicit", "mean-count" or "none-with-device"."""
    desired_bl: int = 31
    """Slots of a train; the most with `update_bl_management`."""
    fixed_bl: bool = True
    """Whether trains have `desired_bl` slots; else as many as a large learning rate needs."""
    res: float = 0.0
    """Step of the probabilities; > 1: number of steps; 0: none."""
    x_res_implicit: float = 0.0
    """Step of inputs with "deterministic-implicit", as `res`."""
    d_res_implicit: float = 0.0
    """Step of errors with "deterministic-implicit", as `res`."""
    sto_round: bool = False
    """Whether probabilities are rounded at random."""
    update_bl_management: bool = True
    """Trains no longer than a vector needs; `update_management` comes with it."""
    update_management: bool = True
    """Inputs and errors share the probabilities evenly."""
    um_grad_scale: float = 1.0
    """Factor of the largest error."""
