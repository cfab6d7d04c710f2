"""What differs from a model's defaults: parameters, from a mapping or a parameter file of Synaptogen, and options."""

import json
import os
import unicodedata
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ._core import Error
from .models import ModelCard, ParamCard

Params = Mapping[str, npt.ArrayLike] | str | os.PathLike[str]

_GREEK = {"η": "eta", "γ": "gamma", "μ": "mu"}


def param_pairs(card: ModelCard, params: Params | None) -> tuple[tuple[str, npt.NDArray[np.float64]], ...]:
    """Name and values of every parameter that is given; the others keep their defaults.

    Raises
    ------
    memsim.Error
        For a name the model does not have, a name given twice, or values of another shape.
    """
    if params is None:
        return ()
    if not isinstance(params, (Mapping, str, os.PathLike)):
        raise TypeError(f"params must be a mapping or the path of a JSON file, got {type(params).__name__}")
    given = params if isinstance(params, Mapping) else read_parameter_file(params)
    pairs: dict[str, npt.NDArray[np.float64]] = {}
    for key, values in given.items():
        name = ascii_name(key)
        if name not in card.params:
            raise Error(f"{card.name} has no parameter {key!r}; it has {', '.join(card.params)}")
        if name in pairs:
            raise Error(f"parameter {name} is given twice")
        pairs[name] = _values(card.params[name], values)
    return tuple(pairs.items())


def option_pairs(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Name and choice of every option that is given; the library checks them."""
    if not isinstance(options, Mapping):
        raise TypeError(f"options must be a mapping of words, got {type(options).__name__}")
    for name, choice in options.items():
        if not isinstance(choice, str):
            raise TypeError(f"option {name} must be a word, got {choice!r}")
    return tuple(options.items())


def preset_name(preset: str | None) -> str | None:
    """The name of a preset, or None; the library checks whether there is one."""
    if preset is not None and not isinstance(preset, str):
        raise TypeError(f"preset must be a name or None, got {preset!r}")
    return preset


def read_parameter_file(path: str | os.PathLike[str]) -> dict[str, npt.ArrayLike]:
    """The content of a JSON parameter file: names to numbers, or to nested lists of them."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except ValueError as error:
        raise Error(f"{os.fspath(path)} is not a JSON parameter file: {error}") from None
    if not isinstance(content, dict):
        raise Error(f"{os.fspath(path)} is not a JSON parameter file: it must hold one object of names and values")
    return content


def ascii_name(name: str) -> str:
    """The name a model card uses: "η" is eta, "U₀" is U0, "μDtD" is muDtD."""
    plain = unicodedata.normalize("NFKC", name)
    return "".join(_GREEK.get(letter, letter) for letter in plain)


def _values(card: ParamCard, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Values as float64 of the card's shape; extents of 1 may be left out."""
    try:
        array = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise Error(f"parameter {card.name} must be numbers of shape {card.shape}: {error}") from None
    if array.shape != card.shape and _without_ones(array.shape) != _without_ones(card.shape):
        raise Error(f"parameter {card.name} has shape {array.shape}, it must be {card.shape}")
    return np.ascontiguousarray(array)


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(extent for extent in shape if extent != 1)
