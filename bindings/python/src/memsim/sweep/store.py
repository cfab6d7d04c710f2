"""A folder of one JSON file a task."""

import json
import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .task import Function, Returned, fingerprint

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@dataclass(frozen=True)
class Result:
    """What a task returned, as JSON gives it back, and how long its last run took, s."""

    value: Any
    seconds: float


def replace(path: Path, content: bytes) -> None:
    """Writes a file at once: whoever reads it, or kills the writer, finds the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # before the name: a power cut must not leave the new name on old blocks
    os.replace(new, path)


class Store:
    """What is kept of a sweep; without a folder nothing."""

    def __init__(self, folder: Path | None, function: Function, tasks: Mapping[str, Any]) -> None:
        for name in tasks:
            if not NAME.fullmatch(name):
                raise ValueError(f"the name of a task is of letters, digits and . _ + -, no sign first, got {name!r}")
        self._folder = folder
        self._identities = {} if folder is None else {name: fingerprint(function, tasks[name]) for name in tasks}
        self.heartbeats = None if folder is None else folder / "progress"

    def load(self) -> dict[str, Result]:
        """Results that are there; a damaged file counts as not there."""
        found = {name: self._read(name) for name in self._identities}
        return {name: result for name, result in found.items() if result is not None}

    def keep(self, name: str, returned: Returned) -> Result:
        """Writes a result, as it came: equal results are equal bytes."""
        text, seconds = returned
        if self._folder is not None:
            head = {"task": name, "fingerprint": self._identities[name], "seconds": seconds}
            replace(self._path(name), f'{json.dumps(head)[:-1]}, "result": {text}}}\n'.encode())
        return Result(json.loads(text), seconds)

    def _read(self, name: str) -> Result | None:
        try:
            kept = json.loads(self._path(name).read_bytes())
            identity, result = kept["fingerprint"], Result(kept["result"], kept["seconds"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        if identity != self._identities[name]:
            raise ValueError(f"{self._path(name)} is of a task with other arguments; give another folder")
        return result

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}.json"
