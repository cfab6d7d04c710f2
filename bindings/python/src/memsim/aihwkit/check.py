"""What configs of the installed aihwkit are in memsim's terms."""

import textwrap
from collections.abc import Iterator
from typing import Any

from aihwkit import __version__
from aihwkit.simulator import configs, presets
from aihwkit.simulator.parameters.base import RPUConfigBase

from .. import _core
from .conversion import convert


def table() -> str:
    """A line for each device and config that has an equivalent, then the names of those without."""
    targets = {name: _target(config) for name, config in (*_devices(), *_configs())}
    width = max(len(name) for name, target in targets.items() if target)
    lines = [f"{name:{width}}  {target}" for name, target in targets.items() if target]
    without = "no equivalent: " + ", ".join(name for name, target in targets.items() if not target)
    return "\n".join([f"{f'aihwkit {__version__}':{width}}  memsim.devices", *lines, "", textwrap.fill(without, 100)])


def _devices() -> Iterator[tuple[str, Any]]:
    for name, kind in sorted(vars(configs).items()):
        if name.endswith("Device") and kind is not configs.FloatingPointDevice:
            yield name, configs.SingleRPUConfig(device=kind())


def _configs() -> Iterator[tuple[str, Any]]:
    for module in (configs, presets):
        for name, kind in sorted(vars(module).items()):
            if isinstance(kind, type) and issubclass(kind, RPUConfigBase) and getattr(kind, "tile_class", None):
                yield name, kind()


def _target(config: Any) -> str:
    """The class of its device; empty without equivalent."""
    try:
        return type(convert(config).device).__name__
    except _core.Error:
        return ""
