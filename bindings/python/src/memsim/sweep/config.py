"""What all results of a folder have in common."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .store import replace


def claim(folder: Path, config: Mapping[str, Any]) -> None:
    """Writes `config`, which has a JSON form, to the folder's config.json.

    Raises
    ------
    ValueError
        The folder has results of another one.
    """
    path = folder / "config.json"
    if path.exists():
        _compare(folder, json.loads(path.read_bytes()), json.loads(json.dumps(config)))
    else:
        replace(path, (json.dumps(config, indent=1) + "\n").encode())


def _compare(folder: Path, there: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    differing = [name for name in sorted({*there, *asked}) if there.get(name) != asked.get(name)]
    if differing:
        told = ", ".join(f"{name} {there.get(name)} (now {asked.get(name)})" for name in differing)
        raise ValueError(f"{folder} has results with {told}; give another --out, or the options it was made with")
