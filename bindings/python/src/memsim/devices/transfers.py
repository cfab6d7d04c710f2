"""Tiki-Taka and its descendants: gradients gather on a fast device, and go line by line to a slow one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ..tiles.io import IO
from ..tiles.update import Update
from .compound import UnitCells, kind_of


def _sure() -> Update:
    """One sure pulse a step."""
    return Update(desired_bl=1, update_bl_management=False, update_management=False)


@dataclass(frozen=True, kw_only=True)
class _Transfers(UnitCells):
    transfer_every: float = 1.0
    """Batches, or vectors, from transfer to transfer of the first device."""
    transfer_columns: bool = True
    """Whether lines are of inputs; else of outputs."""
    gamma: float = 0.0
    """Part of a device in the weight over that of the next; 0: the last device is the weight."""
    fast_lr: float = 1.0
    """Learning rate of the first device."""
    transfer_lr: float = 1.0
    """Learning rate of transfers."""
    scale_transfer_lr: bool = True
    """Whether `transfer_lr` is times the learning rate."""
    transfer_forward: IO = field(default_factory=IO)
    """How devices are read; without noise and bound management whatever it says."""

    def __post_init__(self) -> None:
        super().__post_init__()
        kind_of("transfer_forward", self.transfer_forward, IO)
        kind_of("transfer_update", self._write(), Update)

    def _read(self) -> IO:
        return self.transfer_forward

    def _write(self) -> Update:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class _Chain(_Transfers):
    gamma_vec: Sequence[float] = ()
    """Parts of the devices; none: by `gamma`."""
    units_in_mbatch: bool = True
    """Whether `transfer_every` counts batches; else vectors."""
    n_reads_per_transfer: int = 1
    """Lines of a transfer."""
    with_reset_prob: float = 0.0
    """Probability of a device to be reset once it is read."""
    random_selection: bool = False
    """Whether a transfer's first line is chosen at random."""
    no_self_transfer: bool = True
    """Whether the last device is not transferred to itself."""
    transfer_lr_vec: Sequence[float] = ()
    """`transfer_lr` by device; none: all alike."""
    scale_fast_lr: bool = True
    """Whether `fast_lr` is times the learning rate."""
    transfer_every_vec: Sequence[float] = ()
    """`transfer_every` by device; none: once all lines of the one before have been read."""


@dataclass(frozen=True, kw_only=True)
class Transfer(_Chain):
    """Tiki-Taka: Gokmen, Haensch, Front. Neurosci. 14, 103 (2020). Two devices or more, the fastest first."""

    name: ClassVar[str] = "transfer"
    transfer_update: Update = field(default_factory=Update)
    """How devices are written."""

    def _write(self) -> Update:
        return self.transfer_update


@dataclass(frozen=True, kw_only=True)
class _Buffered(_Transfers):
    step: float = 1.0
    """Learning rate of a write over the device's step."""
    momentum: float = 0.0
    """What of the buffer stays after a step."""
    forget_buffer: bool = True
    """Whether a part of the whole buffer stays; else all but that part of the steps."""
    transfer_update: Update = field(default_factory=_sure)
    """How devices are written."""

    def _write(self) -> Update:
        return self.transfer_update


@dataclass(frozen=True, kw_only=True)
class BufferedTransfer(_Buffered, _Chain):
    """Tiki-Taka with a digital buffer: Gokmen, Front. Artif. Intell. 4, 699148 (2021)."""

    name: ClassVar[str] = "buffered-transfer"
    thres_scale: float = 1.0
    """What of the buffer makes a step, in steps of the device."""
    momentum: float = 0.1


@dataclass(frozen=True, kw_only=True)
class ChoppedTransfer(_Buffered):
    """Tiki-Taka with a buffer and choppers: Rasch et al., Nat. Commun. 15, 7133 (2024). Two devices."""

    name: ClassVar[str] = "chopped-transfer"
    units_in_mbatch: bool = False
    """Whether `transfer_every` counts batches; else vectors."""
    in_chop_prob: float = 0.1
    """Probability that the chopper of a line turns when it is read."""
    in_chop_random: bool = True
    """Whether at random; else every 1 / in_chop_prob rounds."""
    out_chop_prob: float = 0.0
    """Probability that the chopper of an output turns after a round."""
    scale_fast_lr: bool = False
    """Whether `fast_lr` is times the learning rate."""
    auto_scale: bool = False
    """Whether the fast device's learning rate follows the sizes of inputs and errors."""
    auto_momentum: float = 0.99
    """What of their means stays, a batch."""
    buffer_granularity: float = 1.0
    """What of the fast device makes a step, in its steps."""
    auto_granularity: float = 0.0
    """> 0: `buffer_granularity` is times this over the vectors of a round."""
    correct_gradient_magnitudes: bool = False
    """Whether steps of the slow device are of the gradient's size."""
    no_buffer: bool = False
    """Whether buffers begin at 0 with every read."""
    buffer_cap: float = 0.0
    """Most that stays in a buffer that does not forget, over `desired_bl`; 0: any."""


@dataclass(frozen=True, kw_only=True)
class DynamicTransfer(ChoppedTransfer):
    """AGAD, choppers with a reference of their own: Rasch et al., Nat. Commun. 15, 7133 (2024)."""

    name: ClassVar[str] = "dynamic-transfer"
    in_chop_random: bool = False
    tail_weightening: float = 5.0
    """Weight of the last reads in the mean that reads count from."""
