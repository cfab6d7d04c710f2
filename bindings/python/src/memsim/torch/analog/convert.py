"""Ordinary networks on pulsed devices."""

import copy
import functools
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any, cast

from torch import nn

from ... import _core
from ..._numbers import UINT64_MAX, integer
from ...inference import InferenceConfig
from ...tiles import TileConfig
from .. import inference as layers
from .cells import AnalogCell, AnalogGRUCell, AnalogLSTMCell, AnalogRNNCell
from .conv import AnalogConv1d, AnalogConv2d, AnalogConv3d
from .layer import AnalogLayer
from .linear import AnalogLinear
from .recurrent import AnalogGRU, AnalogLSTM, AnalogRecurrent, AnalogVanillaRNN
from .seeds import derived_seed

_CONVOLUTIONS: dict[type[nn.Module], Any] = {nn.Conv1d: AnalogConv1d, nn.Conv2d: AnalogConv2d, nn.Conv3d: AnalogConv3d}
_CELLS = {nn.RNNCell: AnalogRNNCell, nn.LSTMCell: AnalogLSTMCell, nn.GRUCell: AnalogGRUCell}
_NETWORKS = {nn.RNN: AnalogVanillaRNN, nn.LSTM: AnalogLSTM, nn.GRU: AnalogGRU}
_PULSED: dict[type[nn.Module], Any] = {nn.Linear: AnalogLinear, **_CONVOLUTIONS, **_CELLS, **_NETWORKS}
_PROGRAMMED: dict[type[nn.Module], Any] = {
    nn.Linear: layers.InferenceLinear,
    nn.Conv1d: layers.InferenceConv1d,
    nn.Conv2d: layers.InferenceConv2d,
    nn.Conv3d: layers.InferenceConv3d,
}


def convert_to_analog(
    model: nn.Module,
    config: TileConfig | None = None,
    *,
    inference: InferenceConfig | None = None,
    exclude: Sequence[str] = (),
    seed: int | None = None,
    inplace: bool = False,
    **options: Any,
) -> nn.Module:
    """Puts layers of a model into tiles, their weights kept, clipped to their bounds: Linear, Conv1d, Conv2d, Conv3d,
    RNN, LSTM, GRU and their cells, but not what inherits from them.

    With `inference` Linear and convolutions become layers that are trained as numbers and then programmed, InferenceLinear
    and so on, and the model gets methods program(), drift(t) and compensate(kind), where its class has none of that name.

    Parameters
    ----------
    model
        Any module.
    config
        Device, converters and pulse trains of all tiles, of memsim.presets.
    inference
        What layers of inference are told; None: layers are trained by pulses.
    exclude
        Names of layers to leave alone, with wildcards: "features.*".
    seed
        Each layer has its own that follows from it; None: taken from PyTorch's generator.
    inplace
        Whether to change `model` itself instead of a copy.
    options
        Of AnalogLinear: device, forward, backward, update, ...; of InferenceLinear: generator, context.

    Returns
    -------
    Module
        The model; a new layer where `model` itself is one that is converted.

    Raises
    ------
    memsim.Error
        For a layer that has no analog form, a model without layers that have one, and inference together with what
        layers trained by pulses are told.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    _check_options(config, inference, options)
    if not inplace:
        model = copy.deepcopy(model)
    first = None if seed is None else integer("seed", seed, 0, UINT64_MAX)
    forms = _PULSED if inference is None else _PROGRAMMED
    options = {"config": config if inference is None else inference, **options}
    made: dict[nn.Module, nn.Module] = {}
    for name, module in list(model.named_modules(remove_duplicate=False)):
        if type(module) not in forms or any(fnmatchcase(name, pattern) for pattern in exclude):
            continue
        if module not in made:
            own = None if first is None else derived_seed(first, len(made) + 1)
            made[module] = _converted(name, module, forms[type(module)], {**options, "seed": own})
        if not name:
            return made[module]
        parent, _, last = name.rpartition(".")
        setattr(model.get_submodule(parent), last, made[module])
    if not made:
        names = ", ".join(form.__name__ for form in forms)
        raise _core.Error(f"model must have layers to convert, got {type(model).__name__} with none of {names}")
    if inference is not None:
        _give_methods(model)
    return model


def _check_options(config: object, inference: object, options: dict[str, Any]) -> None:
    """What only pulsed layers are told does not go with inference."""
    if inference is None:
        return
    pulsed = ([] if config is None else ["config"]) + [name for name in options if name not in ("generator", "context")]
    if pulsed:
        raise _core.Error(
            f"inference does not go with {', '.join(pulsed)}: drop {'it' if len(pulsed) == 1 else 'them'} to train weights as "
            "numbers, of which the InferenceConfig says all (converters: forward; devices: model), or drop inference to train "
            "by pulses"
        )


def _give_methods(model: nn.Module) -> None:
    """Methods of the whole network; partial functions, unlike bound methods, can be pickled and copied with it."""
    for function in (layers.program, layers.drift, layers.compensate):
        if not hasattr(model, function.__name__):
            setattr(model, function.__name__, functools.partial(function, model))


def _converted(name: str, module: Any, form: Any, options: dict[str, Any]) -> nn.Module:
    made: nn.Module
    if isinstance(module, nn.Linear):
        made = _linear(module, form, options)
    elif isinstance(module, nn.RNNCellBase):
        made = _cell(module, form, options)
    elif isinstance(module, nn.RNNBase):
        made = _network(name, module, form, options)
    else:
        made = _convolution(name, module, form, options)
    return made.train(module.training)


def _linear(module: nn.Linear, form: Any, options: dict[str, Any]) -> nn.Module:
    made: AnalogLayer | layers.InferenceLayer = form(module.in_features, module.out_features, module.bias is not None, **options)
    made.set_weights(module.weight, module.bias)
    return made


def _convolution(name: str, module: Any, form: Any, options: dict[str, Any]) -> nn.Module:
    if module.groups != 1 or module.padding_mode != "zeros" or isinstance(module.padding, str):
        raise _core.Error(
            f"layer {name!r} must have groups=1, padding_mode='zeros' and padding in numbers, got groups="
            f"{module.groups}, padding_mode={module.padding_mode!r}, padding={module.padding!r}; or exclude it"
        )
    shape = (module.kernel_size, module.stride, module.padding, module.dilation)
    sizes = (module.in_channels, module.out_channels, *shape)
    made: AnalogLayer | layers.InferenceLayer = form(*sizes, bias=module.bias is not None, **options)
    made.set_weights(module.weight, module.bias)
    return made


def _cell(module: Any, form: Any, options: dict[str, Any]) -> AnalogCell:
    made: AnalogCell = form(
        module.input_size, module.hidden_size, module.bias, **_nonlinearity(module), **options
    )
    made.set_weights(module.weight_ih, module.weight_hh, module.bias_ih, module.bias_hh)
    return made


def _network(name: str, module: Any, form: Any, options: dict[str, Any]) -> AnalogRecurrent:
    if module.proj_size:
        raise _core.Error(f"layer {name!r} must have proj_size=0, got proj_size={module.proj_size}; or exclude it")
    same = ("num_layers", "bias", "batch_first", "dropout", "bidirectional")
    made: AnalogRecurrent = form(
        module.input_size,
        module.hidden_size,
        **{key: getattr(module, key) for key in same},
        **_nonlinearity(module),
        **options,
    )
    for cell, weights in zip(made.cells, module.all_weights, strict=True):
        cast(AnalogCell, cell).set_weights(*weights)
    return made


def _nonlinearity(module: Any) -> dict[str, str]:
    return {"nonlinearity": module.nonlinearity} if hasattr(module, "nonlinearity") else {}
