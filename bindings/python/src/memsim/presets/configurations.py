"""Ways to train that were published together: a device or a compound, with its converters and pulse trains."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..devices import (
    ChoppedTransfer,
    Compound,
    Device,
    DynamicTransfer,
    MixedPrecision,
    OneSided,
    Transfer,
    Vector,
)
from ..tiles.config import TileConfig
from ..tiles.io import IO
from . import devices
from .devices import PresetIO, PresetUpdate

Preset = Callable[..., TileConfig]
"""Takes changes of the configuration by name."""


def _preset(name: str, text: str, make: Callable[[], Device | Compound], length: int = 31) -> Preset:
    def preset(**changes: Any) -> TileConfig:
        io, update = PresetIO(), PresetUpdate(desired_bl=length)
        return replace(TileConfig(device=make(), forward=io, backward=io, update=update), **changes)

    preset.__name__ = preset.__qualname__ = name
    preset.__doc__ = text
    return preset


def _single(device: Callable[..., Device]) -> Preset:
    name = device.__name__
    return _preset(f"{name}Preset", f"One {name} a weight.", device)


def _several(device: Callable[..., Device], count: int) -> Preset:
    name = device.__name__
    text = f"{count} {name} a weight, one of which takes a vector, chosen at random."
    cells = (device(),) * count
    return _preset(
        f"{name}{count}Preset", text, lambda: Vector(unit_cell_devices=cells, update_policy="single-random")
    )


def _pair(device: Callable[..., Device]) -> Device:
    """For Tiki-Taka; where there is a reference it is at the symmetry point."""
    return device(subtract_symmetry_point=True) if device is devices.ReRamSB else device()


def _tiki_taka(device: Callable[..., Device]) -> Preset:
    def make() -> Transfer:
        cells = (_pair(device),) * 2
        return Transfer(unit_cell_devices=cells, transfer_forward=_reads(), transfer_update=PresetUpdate())

    name = device.__name__
    return _preset(f"TikiTaka{name}Preset", f"Tiki-Taka on pairs of {name}.", make)


def _reads() -> IO:
    return PresetIO(noise_management="none", bound_management="none")


def _chopped(
    kind: type[ChoppedTransfer],
    prefix: str,
    text: str,
    device: Callable[..., Device],
    fast: float,
    granularity: float,
    probability: float,
    length: int = 31,
    **more: float,
) -> Preset:
    def make() -> ChoppedTransfer:
        options: dict[str, Any] = {"fast_lr": fast, "auto_granularity": granularity, **more}
        options["in_chop_prob"] = probability
        cells = (_pair(device),) * 2
        return kind(unit_cell_devices=cells, transfer_forward=_reads(), auto_scale=True, **options)

    name = device.__name__
    return _preset(f"{prefix}{name}Preset", f"{text} on pairs of {name}.", make, length)


def _second(device: Callable[..., Device], fast: float, granularity: float, length: int = 31) -> Preset:
    return _chopped(ChoppedTransfer, "TTv2", "Buffered Tiki-Taka", device, fast, granularity, 0.0, length)


def _third(
    device: Callable[..., Device], fast: float, granularity: float, probability: float, length: int = 31
) -> Preset:
    text = "Buffered Tiki-Taka with choppers"
    return _chopped(ChoppedTransfer, "ChoppedTTv2", text, device, fast, granularity, probability, length)


def _agad(
    device: Callable[..., Device], fast: float, granularity: float, probability: float, tail: float, length: int = 31
) -> Preset:
    return _chopped(
        DynamicTransfer, "AGAD", "AGAD", device, fast, granularity, probability, length, tail_weightening=tail
    )


def _mixed(device: Callable[..., Device]) -> Preset:
    name = device.__name__
    text = f"Gradients in digital, weights in {name}."
    return _preset(f"MixedPrecision{name}Preset", text, lambda: MixedPrecision(device=device()))


def _one_sided() -> OneSided:
    cells = (devices.PCM(),) * 2
    return OneSided(
        unit_cell_devices=cells, refresh_every=1.0, refresh_forward=PresetIO(), refresh_update=PresetUpdate()
    )


ReRamESPreset = _single(devices.ReRamES)
ReRamSBPreset = _single(devices.ReRamSB)
CapacitorPreset = _single(devices.Capacitor)
EcRamPreset = _single(devices.EcRam)
EcRamMOPreset = _single(devices.EcRamMO)
IdealizedPreset = _single(devices.Idealized)
GokmenVlasovPreset = _single(devices.GokmenVlasov)
PCMPreset = _preset("PCMPreset", "Pairs of PCM, refreshed after every batch.", _one_sided)

ReRamES2Preset = _several(devices.ReRamES, 2)
ReRamSB2Preset = _several(devices.ReRamSB, 2)
Capacitor2Preset = _several(devices.Capacitor, 2)
EcRam2Preset = _several(devices.EcRam, 2)
EcRamMO2Preset = _several(devices.EcRamMO, 2)
Idealized2Preset = _several(devices.Idealized, 2)
ReRamES4Preset = _several(devices.ReRamES, 4)
ReRamSB4Preset = _several(devices.ReRamSB, 4)
Capacitor4Preset = _several(devices.Capacitor, 4)
EcRam4Preset = _several(devices.EcRam, 4)
EcRamMO4Preset = _several(devices.EcRamMO, 4)
Idealized4Preset = _several(devices.Idealized, 4)

TikiTakaReRamESPreset = _tiki_taka(devices.ReRamES)
TikiTakaReRamSBPreset = _tiki_taka(devices.ReRamSB)
TikiTakaCapacitorPreset = _tiki_taka(devices.Capacitor)
TikiTakaEcRamPreset = _tiki_taka(devices.EcRam)
TikiTakaEcRamMOPreset = _tiki_taka(devices.EcRamMO)
TikiTakaIdealizedPreset = _tiki_taka(devices.Idealized)

TTv2ReRamESPreset = _second(devices.ReRamES, 0.5, 1000)
TTv2ReRamSBPreset = _second(devices.ReRamSB, 0.5, 1000)
TTv2CapacitorPreset = _second(devices.Capacitor, 0.1, 1000)
TTv2EcRamPreset = _second(devices.EcRam, 0.1, 500, 100)
TTv2EcRamMOPreset = _second(devices.EcRamMO, 0.1, 500, 100)
TTv2IdealizedPreset = _second(devices.Idealized, 0.1, 500, 100)

ChoppedTTv2ReRamESPreset = _third(devices.ReRamES, 0.5, 1000, 0.01)
ChoppedTTv2ReRamSBPreset = _third(devices.ReRamSB, 0.5, 1000, 0.01)
ChoppedTTv2CapacitorPreset = _third(devices.Capacitor, 0.1, 1000, 0.01)
ChoppedTTv2EcRamPreset = _third(devices.EcRam, 1.0, 500, 0.01, 100)
ChoppedTTv2EcRamMOPreset = _third(devices.EcRamMO, 0.1, 500, 0.001, 100)
ChoppedTTv2IdealizedPreset = _third(devices.Idealized, 0.1, 500, 0.001, 100)

AGADReRamESPreset = _agad(devices.ReRamES, 0.5, 1000, 0.02, 5)
AGADReRamSBPreset = _agad(devices.ReRamSB, 0.5, 1000, 0.02, 5)
AGADCapacitorPreset = _agad(devices.Capacitor, 0.1, 1000, 0.01, 20)
AGADEcRamPreset = _agad(devices.EcRam, 0.1, 750, 0.005, 50)
AGADEcRamMOPreset = _agad(devices.EcRamMO, 0.1, 500, 0.005, 50, 100)
AGADIdealizedPreset = _agad(devices.Idealized, 0.1, 500, 0.005, 50, 100)

MixedPrecisionReRamESPreset = _mixed(devices.ReRamES)
MixedPrecisionReRamSBPreset = _mixed(devices.ReRamSB)
MixedPrecisionCapacitorPreset = _mixed(devices.Capacitor)
MixedPrecisionEcRamPreset = _mixed(devices.EcRam)
MixedPrecisionEcRamMOPreset = _mixed(devices.EcRamMO)
MixedPrecisionIdealizedPreset = _mixed(devices.Idealized)
MixedPrecisionGokmenVlasovPreset = _mixed(devices.GokmenVlasov)
MixedPrecisionPCMPreset = _mixed(devices.PCM)
