"""What crossbars with wires give back."""

from dataclasses import dataclass
from typing import NamedTuple

from ..nonideality.law import Float64


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """Currents and voltages of a batch of inputs. The fields inside are None if they were not asked for."""

    output: Float64
    """A into the bit lines' terminals, [..., columns]."""
    device_volts: Float64 | None
    """V across each device, selector included, [..., rows, columns], like all that follow."""
    device_current: Float64 | None
    """A through it, positive from word to bit line."""
    word_current: Float64 | None
    """A in the segment that enters its word-line node from the left."""
    bit_current: Float64 | None
    """A in the segment that leaves its bit-line node downwards."""
    word_volts: Float64 | None
    """V of its word-line node."""
    bit_volts: Float64 | None
    """V of its bit-line node; NaN like `word_volts` where both lines are cut."""
    iterations: int
    """Of all linear solves for one input, the most of the batch."""
    steps: int
    """Linear solves: Newton's steps or refinements, the most of the batch."""
    residual: float
    """Largest violation of Kirchhoff's voltage law over the largest voltage, of floating lines also of their current
    over the largest; evaluated from the currents alone."""
    kirchhoff_volts: float
    """Largest violation of Kirchhoff's voltage law, V."""

    def __repr__(self) -> str:
        how = f"{self.steps} steps, {self.iterations} iterations, residual {self.residual:.1e}"
        return f"<memsim.crossbar.Solution, output {self.output.shape}, {how}>"


class Gradients(NamedTuple):
    """Derivatives of a loss."""

    V: Float64
    """[..., rows]."""
    E: Float64
    """[..., columns]."""
    G: Float64 | None
    """By the conductances, of a law its G, summed over the batch, [rows, columns]; None for the cells of an array."""
    r_word: Float64
    """By each word line's segments, summed over the batch, [rows]: of one value for all lines, the sum of these."""
    r_bit: Float64
    """By each bit line's segments, [columns]."""


@dataclass(frozen=True)
class WriteReport:
    """How a write went."""

    energy: float
    """J that all terminals gave."""
    device_energy: float
    """J of it in the cells and selectors; the rest is the wires'."""
    steps: int
    """Steps of time, accepted."""
    rejected: int
    """Steps of time, taken back for smaller ones."""
