"""Ordinary networks on devices."""

import copy
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import torch
from torch import nn

from .. import _core
from .conv import MemristiveConv2d
from .layer import MemristiveLayer
from .linear import MemristiveLinear

Rules = Mapping[type[nn.Module] | str, Mapping[str, Any] | None]


def convert(model: nn.Module, rules: Rules, *, inplace: bool = False) -> nn.Module:
    """Puts Linear and Conv2d layers of a model onto devices, their weights kept.

    Parameters
    ----------
    model
        Any module.
    rules
        From a type (nn.Linear, nn.Conv2d) or a name, which may hold wildcards ("features.*"), to the options of the
        memristive layer, or to None to leave the layer alone. Names come before types, and of names the first that fits.
    inplace
        Whether to change `model` itself instead of a copy.

    Returns
    -------
    Module
        The model; a new layer where `model` itself is one that is converted.

    Raises
    ------
    memsim.Error
        For a rule that fits no layer, or a layer that has no memristive form.
    """
    if not inplace:
        model = copy.deepcopy(model)
    used: set[type[nn.Module] | str] = set()
    for name, module in list(model.named_modules()):
        rule = _rule(rules, name, module)
        if rule is None:
            continue
        used.add(rule)
        options = rules[rule]
        if options is None:
            continue
        made = _converted(name, module, options)
        if not name:
            return made
        parent, _, last = name.rpartition(".")
        setattr(model.get_submodule(parent), last, made)
    for rule in rules:
        if rule not in used:
            raise _core.Error(f"the rule for {rule!r} fits no layer of the model")
    return model


def _rule(rules: Rules, name: str, module: nn.Module) -> type[nn.Module] | str | None:
    names = (rule for rule in rules if isinstance(rule, str) and fnmatchcase(name, rule))
    types = (rule for rule in rules if not isinstance(rule, str) and type(module) is rule)
    found = next(names, None)
    if found is not None and "*" in str(found) and not isinstance(module, (nn.Linear, nn.Conv2d)):
        return None  # a wildcard names many; those it cannot mean are left alone
    return found if found is not None else next(types, None)


def _converted(name: str, module: nn.Module, options: Mapping[str, Any]) -> MemristiveLayer:
    given = {"dtype": module.weight.dtype, **options} if isinstance(module, (nn.Linear, nn.Conv2d)) else {}
    bias = getattr(module, "bias", None) is not None
    made: MemristiveLayer
    if isinstance(module, nn.Linear):
        made = MemristiveLinear(module.in_features, module.out_features, bias, **given)
    elif isinstance(module, nn.Conv2d):
        if module.groups != 1 or module.padding_mode != "zeros" or isinstance(module.padding, str):
            raise _core.Error(f"layer {name!r} has groups, padding_mode or a word as padding, which have no memristive form")
        shape = (module.kernel_size, module.stride, module.padding, module.dilation)
        made = MemristiveConv2d(module.in_channels, module.out_channels, *shape, bias, **given)  # type: ignore[arg-type]
    else:
        raise _core.Error(f"layer {name!r} is a {type(module).__name__}; nn.Linear and nn.Conv2d have memristive forms")
    _copy_weights(module, made)
    return made.train(module.training)


def _copy_weights(module: nn.Linear | nn.Conv2d, made: MemristiveLayer) -> None:
    """Signed weights as they are, or as the lowest pairs that have their difference."""
    with torch.no_grad():
        if made.weights == "standard":
            made.weight.copy_(module.weight)
            if made.bias is not None and module.bias is not None:
                made.bias.copy_(module.bias)
            return
        matrix = module.weight.reshape(made.outputs, made.rows).T
        if module.bias is not None:
            matrix = torch.cat([matrix, module.bias[None]])
        made.weight.copy_(torch.stack([matrix.clamp(min=0), (-matrix).clamp(min=0)], -1))
