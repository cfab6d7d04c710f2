"""Ordinary networks on pulsed devices."""

import copy
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from torch import nn

from ... import _core
from ..._numbers import UINT64_MAX, integer
from ...tiles import TileConfig
from .conv import AnalogConv1d, AnalogConv2d, AnalogConv3d
from .grid import derived_seed
from .layer import AnalogLayer
from .linear import AnalogLinear

_CONVOLUTIONS = {nn.Conv1d: AnalogConv1d, nn.Conv2d: AnalogConv2d, nn.Conv3d: AnalogConv3d}
_FORMS = (nn.Linear, *_CONVOLUTIONS)


def convert_to_analog(
    model: nn.Module,
    config: TileConfig | None = None,
    *,
    exclude: Sequence[str] = (),
    seed: int | None = None,
    inplace: bool = False,
    **options: Any,
) -> nn.Module:
    """Puts Linear, Conv1d, Conv2d and Conv3d layers of a model into tiles, their weights kept, clipped to their bounds.

    Parameters
    ----------
    model
        Any module.
    config
        Device, converters and pulse trains of all tiles, of memsim.presets.
    exclude
        Names of layers to leave alone, with wildcards: "features.*".
    seed
        Each layer has its own that follows from it; None: taken from PyTorch's generator.
    inplace
        Whether to change `model` itself instead of a copy.
    options
        Of AnalogLinear: device, forward, backward, update, ...

    Returns
    -------
    Module
        The model; a new layer where `model` itself is one that is converted.

    Raises
    ------
    memsim.Error
        For a layer that has no analog form, and a model without layers that have one.
    """
    if not inplace:
        model = copy.deepcopy(model)
    first = None if seed is None else integer("seed", seed, 0, UINT64_MAX)
    made: dict[nn.Module, AnalogLayer] = {}
    for name, module in list(model.named_modules(remove_duplicate=False)):
        if type(module) not in _FORMS or any(fnmatchcase(name, pattern) for pattern in exclude):
            continue
        if module not in made:
            own = None if first is None else derived_seed(first, len(made) + 1)
            made[module] = _converted(name, module, {**options, "config": config, "seed": own})
        if not name:
            return made[module]
        parent, _, last = name.rpartition(".")
        setattr(model.get_submodule(parent), last, made[module])
    if not made:
        raise _core.Error(f"model must have layers to convert, got {type(model).__name__} with none of {_names()}")
    return model


def _names() -> str:
    return ", ".join(form.__name__ for form in _FORMS)


def _converted(name: str, module: Any, options: dict[str, Any]) -> AnalogLayer:
    bias = module.bias is not None
    made: AnalogLayer
    if isinstance(module, nn.Linear):
        made = AnalogLinear(module.in_features, module.out_features, bias, **options)
    else:
        if module.groups != 1 or module.padding_mode != "zeros" or isinstance(module.padding, str):
            raise _core.Error(
                f"layer {name!r} must have groups=1, padding_mode='zeros' and padding in numbers, got groups="
                f"{module.groups}, padding_mode={module.padding_mode!r}, padding={module.padding!r}; or exclude it"
            )
        shape = (module.kernel_size, module.stride, module.padding, module.dilation)
        made = _CONVOLUTIONS[type(module)](module.in_channels, module.out_channels, *shape, bias=bias, **options)
    made.set_weights(module.weight, module.bias)
    return made.train(module.training)
