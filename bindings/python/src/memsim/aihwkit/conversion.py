"""aihwkit's RPU configs in memsim's terms."""

import copy
import re
from dataclasses import MISSING, Field, fields
from enum import Enum
from typing import Any, TypeVar

from aihwkit.simulator import configs
from aihwkit.simulator.parameters.enums import RPUDataType
from aihwkit.simulator.tiles.analog import AnalogTile

from .. import _core, devices
from ..devices.settings import Settings
from ..tiles import IO, Update
from .config import RPUConfig

_DEVICES: dict[type, type[devices.Device]] = {
    configs.IdealDevice: devices.Ideal,
    configs.ConstantStepDevice: devices.ConstantStep,
    configs.LinearStepDevice: devices.LinearStep,
    configs.SoftBoundsDevice: devices.SoftBounds,
    configs.SoftBoundsPmaxDevice: devices.SoftBoundsPmax,
    configs.SoftBoundsReferenceDevice: devices.SoftBoundsReference,
    configs.ExpStepDevice: devices.ExpStep,
    configs.PowStepDevice: devices.PowStep,
    configs.PiecewiseStepDevice: devices.PiecewiseStep,
}
_Kind = TypeVar("_Kind", bound=Settings)


def convert(rpu_config: Any) -> RPUConfig:
    """An aihwkit config in memsim's terms.

    Parameters
    ----------
    rpu_config
        A SingleRPUConfig, presets included, with one of nine devices; a FloatingPointRPUConfig, which becomes ideal
        devices between exact converters; or an RPUConfig, which is returned as it is.

    Raises
    ------
    memsim.Error
        For a config, a device or a value without equivalent: all are named.
    """
    if isinstance(rpu_config, RPUConfig):
        return rpu_config
    digital = isinstance(rpu_config, configs.FloatingPointRPUConfig)
    if not digital and not isinstance(rpu_config, configs.SingleRPUConfig):
        raise _core.Error(f"rpu_config must be a SingleRPUConfig, memsim has no {type(rpu_config).__name__}")
    reader = _Reader()
    settings = _digital(reader, rpu_config) if digital else _analog(reader, rpu_config)
    reader.expect("runtime", "data_type", rpu_config.runtime.data_type, RPUDataType.FLOAT)
    if reader.missing:
        raise _core.Error(f"memsim has no equivalent of {', '.join(reader.missing)}")
    kept = {name: copy.deepcopy(getattr(rpu_config, name)) for name in ("mapping", "pre_post", "runtime")}
    return RPUConfig(**settings, **kept)


class _Reader:
    """Translates objects of aihwkit field by field, and collects what has no equivalent."""

    def __init__(self) -> None:
        self.missing: list[str] = []

    def expect(self, where: str, name: str, value: Any, only: Any) -> None:
        """Notes a value other than the only one that needs no equivalent."""
        if value != only:
            self.missing.append(f"{where}.{name}={value!r}" if where else f"{name}={value!r}")

    def settings(self, where: str, source: Any, base: type, kind: type[_Kind], **changes: Any) -> _Kind:
        """`source`, of aihwkit's class `base` or one that inherits from it, as settings of memsim's."""
        ours = {field.name for field in fields(kind)}
        neutral = {field.name: _default(field) for field in fields(base)}
        values = {}
        for name in (field.name for field in fields(source) if field.name not in changes):
            value = getattr(source, name)
            if name not in ours:
                self.expect(where, name, value, neutral.get(name, MISSING))
            elif not isinstance(value, Enum):
                values[name] = value
            elif _word(value) in kind.card().options[name].choices:
                values[name] = _word(value)
            else:
                self.missing.append(f"{where}.{name}={value!r}")
        given = {name: value for name, value in changes.items() if name in ours}
        return kind(**values, **given)


def _analog(reader: _Reader, config: Any) -> dict[str, Any]:
    reader.expect("", "tile_class", config.tile_class, AnalogTile)
    base = next((kind for kind in type(config.device).__mro__ if kind in _DEVICES), None)
    if base is None:
        reader.missing.append(f"device={type(config.device).__name__}")
        return {}
    return {
        "device": reader.settings("device", config.device, base, _DEVICES[base], **_handled(config.device)),
        "forward": _io(reader, "forward", config.forward),
        "backward": _io(reader, "backward", config.backward),
        "update": reader.settings("update", config.update, configs.UpdateParameters, Update),
        "construction_seed": config.device.construction_seed,
    }


def _handled(device: Any) -> dict[str, Any]:
    """Fields that need no equivalent: the seed goes to the config, noise that is not there needs no moment."""
    quiet = {} if getattr(device, "write_noise_std", 0.0) > 0 else {"apply_write_noise_on_set": None}
    return {"construction_seed": None, **quiet}


def _io(reader: _Reader, where: str, source: Any) -> IO:
    ideal = source.mv_type == configs.AnalogMVType.IDEAL
    changes = {"mv_type": "one-pass", "is_perfect": True} if ideal else {}
    return reader.settings(where, source, configs.IOParameters, IO, **changes)


def _digital(reader: _Reader, config: Any) -> dict[str, Any]:
    device = reader.settings("device", config.device, configs.FloatingPointDevice, devices.Ideal)
    return {"device": device, "forward": IO(is_perfect=True), "backward": IO(is_perfect=True)}


def _default(field: "Field[Any]") -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _word(value: Enum) -> str:
    """ "AbsMaxNPSum" as "abs-max-np-sum"."""
    return re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", value.value).lower()
