"""Converters and noise of a tile's products."""

from dataclasses import dataclass
from typing import ClassVar

from ..devices.settings import Settings


@dataclass(frozen=True, kw_only=True)
class IO(Settings):
    """DAC, noise and ADC of one direction. Names and defaults are those of aihwkit's IOParameters.

    A vector is scaled (`noise_management`), converted, multiplied, disturbed and converted again; where outputs reach
    `out_bound`, it is done again at half the scale (`bound_management`). `memsim.IO.card()` has ranges and texts.
    """

    kind = "tile-settings"
    name: ClassVar[str] = "io"
    is_perfect: bool = False
    """Exact products, times `out_scale`."""
    mv_type: str = "one-pass"
    """"one-pass"; "pos-neg-separate" or "pos-neg-separate-digital-sum": negative inputs apart."""
    inp_bound: float = 1.0
    """Range of the DAC; <= 0: none. Must be 1 with noise management."""
    inp_noise: float = 0.0
    """Standard deviation after the DAC."""
    inp_res: float = 1 / 126
    """Step of the DAC as a part of its range -bound...bound; > 1: number of steps; <= 0: none."""
    inp_sto_round: bool = False
    inp_asymmetry: float = 0.0
    """Part that negative inputs lose."""
    out_bound: float = 12.0
    """Range of the ADC; <= 0: none."""
    out_noise: float = 0.06
    """Standard deviation before the ADC."""
    out_noise_std: float = 0.0
    """Of `out_noise` from output to output, relative."""
    out_res: float = 1 / 510
    """Step of the ADC, as `inp_res`."""
    out_sto_round: bool = False
    out_scale: float = 1.0
    out_asymmetry: float = 0.0
    """Part that negative outputs lose."""
    bound_management: str = "iterative"
    """"iterative", "none" or "iterative-worst-case"; does not act backward."""
    noise_management: str = "abs-max"
    """What inputs are divided by: "abs-max", "none", "constant", "max", "average-abs-max", "abs-max-np-sum"."""
    w_noise: float = 0.0
    w_noise_type: str = "none"
    """"none", "additive-constant" or "pcm-read"."""
    ir_drop: float = 0.0
    """Scale of the resistance of wires; 0: none."""
    ir_drop_g_ratio: float = 1 / 0.35 / 5e-6
    """Conductance of a wire segment over a device's largest, that of a weight of 1: 1 / (ohm of a segment, S)."""
    ir_drop_model: str = "static"
    """"static": an estimate of what the lines that are read lose; "exact": crossbars with wires, solved."""
    ir_drop_word_ratio: float = 1.0
    """"exact": resistance of a segment of word lines, the inputs, over one of bit lines, the outputs; 0: none."""
    ir_drop_g_min: float = 0.0
    """"exact": conductance of a device that holds nothing over the largest."""
    out_nonlinearity: float = 0.0
    """S-shape of outputs, relative to `out_bound`."""
    out_nonlinearity_std: float = 0.0
    slope_calibration: float = 0.0
    v_offset_std: float = 0.0
    """Of the voltage offset of outputs."""
    v_offset_w_min: float = -1.0
    """Weight of the least conductance; 0: no explicit reference."""
    r_series: float = 0.0
    w_read_asymmetry_dtod: float = 0.0
    """Spread of weights as negative inputs see them; the two pos-neg modes."""
    max_bm_factor: int = 1000
    max_bm_res: float = 0.25
    bm_test_negative_bound: bool = True
    nm_thres: float = 0.0
    """The constant scale, or the most of the others; 0: none."""
    nm_assumed_wmax: float = 0.6
    nm_decay: float = 1e-3
