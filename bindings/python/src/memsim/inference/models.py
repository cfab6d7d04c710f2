"""Statistical models of programmed conductances."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from .._core import Error
from ..devices.settings import Settings


@dataclass(frozen=True)
class InferenceModel(Settings):
    """How conductances miss their targets, and what they are read as later. `card()` has texts, ranges and sources."""

    kind = "inference-model"


@dataclass(frozen=True, kw_only=True)
class _Scales(InferenceModel):
    prog_noise_scale: float = 1.0
    """Factor of programming noise."""
    read_noise_scale: float = 1.0
    """Factor of read noise."""
    drift_scale: float = 1.0
    """Factor of drift."""


@dataclass(frozen=True, kw_only=True)
class _PhaseChange(_Scales):
    prog_coeff: Sequence[float] = (0.26348, 1.9650, -1.1731)
    """Deviation of programming by powers of g / g_max, uS; at most five."""
    prog_coeff_g_max_reference: float = 25.0
    """g_max that `prog_coeff` were found at, uS."""
    t_0: float = 20.0
    """From programming to the first read, s: drift counts from there."""
    t_read: float = 250e-9
    """Duration of a read, s."""


@dataclass(frozen=True, kw_only=True)
class PCMLike(_PhaseChange):
    """Phase-change memory: Nandakumar et al., ICECS, 727 (2019)."""

    name: ClassVar[str] = "pcm-like"


@dataclass(frozen=True, kw_only=True)
class CustomDriftPCMLike(_PhaseChange):
    """As PCMLike, the mean drift exponent and its deviation by conductance, straight between nodes."""

    name: ClassVar[str] = "custom-drift-pcm-like"
    g_lst: Sequence[float] = (0.19, 0.5, 1.0, 2.0, 5.11, 8.22)
    """Conductances of the nodes, uS, rising."""
    nu_mean_lst: Sequence[float] = (0.1, 0.085, 0.0743, 0.0635, 0.049, 0.049)
    nu_std_lst: Sequence[float] = (0.045, 0.043, 0.0343, 0.0257, 0.0139, 0.008)

    def __post_init__(self) -> None:
        super().__post_init__()
        counts = len(self.g_lst), len(self.nu_mean_lst), len(self.nu_std_lst)
        if len(set(counts)) > 1:
            raise Error(f"g_lst, nu_mean_lst and nu_std_lst must have as many values, got {counts}")
        if any(a >= b for a, b in zip(self.g_lst, self.g_lst[1:], strict=False)):
            raise Error(f"g_lst must rise, got {self.g_lst}")


@dataclass(frozen=True, kw_only=True)
class StateIndependent(_PhaseChange):
    """Programming noise and drift exponents that do not depend on the conductance."""

    name: ClassVar[str] = "state-independent"
    prog_coeff: Sequence[float] = (0.2,)
    nu_mean: float = 0.1
    nu_std: float = 0.05


@dataclass(frozen=True, kw_only=True)
class Hermes(_Scales):
    """Phase-change memory of the HERMES chip: Le Gallo et al., Nat. Electron. 6, 680 (2023)."""

    name: ClassVar[str] = "hermes"
    num_devices: int = 2
    """Devices of a side of a weight, 1 or 2."""
    prog_coeff: Sequence[float] = ()
    """As of PCMLike; none: those of the chip."""
    prog_coeff_g_max_reference: float = 0.0
    """0: 20.7 uS, with one device 10.35 uS."""
    t_0: float = 0.0
    """0: 300 s, with one device 200 s."""
    t_read: float = 512e-9


@dataclass(frozen=True, kw_only=True)
class ReRamWan2022(InferenceModel):
    """Resistive memory as measured 1 s, one day and two days after programming: Wan et al., Nature 608, 504 (2022).

    Other times are refused.
    """

    name: ClassVar[str] = "reram-wan2022"
    noise_scale: float = 1.0
    coeff_g_max_reference: float = 40.0
    """g_max that the deviations were found at, uS."""


@dataclass(frozen=True, kw_only=True)
class ReRamCMO(_Scales):
    """Resistive memory with a conductive metal oxide, in single devices."""

    name: ClassVar[str] = "reram-cmo"
    acceptance_range: float = 0.02
    """Part of the target that programming accepts: 0.002 or 0.02."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.acceptance_range not in (0.002, 0.02):
            raise Error(f"acceptance_range must be 0.002 or 0.02, got {self.acceptance_range:g}")
