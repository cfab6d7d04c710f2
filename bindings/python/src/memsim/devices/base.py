"""What all pulsed devices have."""

from dataclasses import dataclass

from .settings import Settings


class Device(Settings):
    """One kind of device of a tile. Every device of it is drawn once."""

    kind = "pulsed-device"


@dataclass(frozen=True, kw_only=True)
class AgeingDevice(Device):
    """A device whose weight may diffuse, decay and be reset; `_dtod` is a spread from device to device."""

    diffusion: float = 0.0
    """Standard deviation of a step of diffusion, of which every `step` makes one."""
    diffusion_dtod: float = 0.0
    lifetime: float = 0.0
    """Steps in which a weight decays to 1/e; 0: it does not."""
    lifetime_dtod: float = 0.0
    reset: float = 0.0
    """Weight after a reset, to which weights decay too."""
    reset_dtod: float = 0.0
    """Absolute."""
    reset_std: float = 0.01
    """From reset to reset, absolute."""


@dataclass(frozen=True, kw_only=True)
class SpreadDevice(AgeingDevice):
    """A device that pulses move; its bounds and steps follow from its class."""

    corrupt_devices_prob: float = 0.0
    """Probability of a device that is stuck."""
    corrupt_devices_range: float = 0.1
    """Range of weights of stuck devices."""
    drift_nu: float = 0.0
    """Exponent of the drift of weights, (t / drift_t_0)^-nu, with `memsim.Tile.drift`."""
    drift_t_0: float = 1.0
    """Time at which drift begins [s]."""
    drift_reset_tol: float = 1e-7
    """Change of a weight that begins its drift anew."""
    drift_nu_dtod: float = 0.0
    drift_nu_std: float = 0.0
    """Of the exponent from call to call, relative."""
    drift_wg_ratio: float = 1.0
    """Weight over conductance."""
    drift_g_offset: float = 0.0
    """Conductance that does not count as weight."""
    drift_w_offset: float = 0.0
    """Weight of no conductance."""
    drift_nu_k: float = 0.0
    """Fall of the exponent with the logarithm of the conductance."""
    drift_log_g0: float = 0.0
    """Logarithm of the conductance whose exponent is `drift_nu`."""
    drift_w_noise_std: float = 0.0
    """Of noise on weights, a call."""
    dw_min_dtod: float = 0.3
    """Of the step, relative."""
    dw_min_dtod_log_normal: bool = False
    dw_min_std: float = 0.3
    """Of the step from pulse to pulse, relative."""
    enforce_consistency: bool = True
    """Steps are positive, and bounds on their side of 0."""
    perfect_bias: bool = False
    """Whether the last input's devices are ideal."""
    up_down_dtod: float = 0.01
    """Of the difference of up and down."""
    w_max_dtod: float = 0.3
    """Relative."""
    w_min_dtod: float = 0.3
    """Relative."""


@dataclass(frozen=True, kw_only=True)
class PulsedDevice(SpreadDevice):
    """A device that pulses move by about `dw_min` between bounds."""

    dw_min: float = 0.001
    """Mean step of a pulse at weight 0."""
    up_down: float = 0.0
    """> 0: down pulses are smaller by this part; < 0: up pulses."""
    w_max: float = 0.6
    """Mean upper bound."""
    w_min: float = -0.6
    """Mean lower bound."""


@dataclass(frozen=True, kw_only=True)
class WriteNoise(AgeingDevice):
    """A device whose weights are seen with an error that pulses draw anew."""

    write_noise_std: float = 0.0
    """Of what is seen of a weight, in steps of a pulse; drawn by pulses."""
