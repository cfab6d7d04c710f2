"""Published devices, converters and updates."""

import dataclasses
from typing import Any, TypeVar

from ..devices import ConstantStep, ExpStep, LinearStep, SoftBoundsReference
from ..tiles.io import IO
from ..tiles.update import Update

_Preset = TypeVar("_Preset", ConstantStep, ExpStep, LinearStep, SoftBoundsReference)


def _preset(device: type[_Preset], name: str, changes: dict[str, Any]) -> _Preset:
    kinds: dict[str, Any] = {field.name: type(field.default) for field in dataclasses.fields(device)}
    values = {key: kinds[key](value.item()) for key, value in device.card().presets[name].params.items()}
    return device(**{**values, **changes})


def ReRamES(**changes: Any) -> ExpStep:
    """ReRAM of Gong et al. (2018), exponential steps."""
    return _preset(ExpStep, "ReRamES", changes)


def PCM(**changes: Any) -> ExpStep:
    """Phase-change memory of Nandakumar et al. (2020): up only, made for one side of a pair."""
    return _preset(ExpStep, "PCM", changes)


def ReRamSB(**changes: Any) -> SoftBoundsReference:
    """ReRAM of Gong et al. (2018), soft bounds."""
    return _preset(SoftBoundsReference, "ReRamSB", changes)


def ReRamArrayOM(**changes: Any) -> SoftBoundsReference:
    """ReRAM array of Gong et al. (2022), optimised material."""
    return _preset(SoftBoundsReference, "ReRamArrayOM", changes)


def ReRamArrayHfO2(**changes: Any) -> SoftBoundsReference:
    """ReRAM array of Gong et al. (2022), HfO2."""
    return _preset(SoftBoundsReference, "ReRamArrayHfO2", changes)


def Capacitor(**changes: Any) -> LinearStep:
    """Capacitor cell of Li et al. (2018)."""
    return _preset(LinearStep, "Capacitor", changes)


def EcRam(**changes: Any) -> LinearStep:
    """Lithium ECRAM of Tang et al. (2018)."""
    return _preset(LinearStep, "EcRam", changes)


def EcRamMO(**changes: Any) -> LinearStep:
    """Metal-oxide ECRAM of Kim et al. (2019)."""
    return _preset(LinearStep, "EcRamMO", changes)


def Idealized(**changes: Any) -> ConstantStep:
    """An idealised device of small steps."""
    return _preset(ConstantStep, "Idealized", changes)


def GokmenVlasov(**changes: Any) -> ConstantStep:
    """Resistive processing unit of Gokmen and Vlasov (2016)."""
    return _preset(ConstantStep, "GokmenVlasov", changes)


def PresetIO(**changes: Any) -> IO:
    """Converters of aihwkit's presets of training: 7 bits in, 9 bits out, noise 0.1, bound 20."""
    return IO(**{"out_bound": 20.0, "out_noise": 0.1, **changes})


def StandardIO(**changes: Any) -> IO:
    """Converters of aihwkit's presets of inference: 8 bits both ways, noise 0.04, bound 10."""
    return IO(**{"inp_res": 1 / 254, "out_bound": 10.0, "out_noise": 0.04, "out_res": 1 / 254, **changes})


def PresetUpdate(**changes: Any) -> Update:
    """Trains of at most 31 pulses with both managements: the defaults."""
    return Update(**changes)
