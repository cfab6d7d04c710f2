"""One task: its identity, its run, and what it tells meanwhile."""

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

Function = Callable[[Any], object]
Told = Callable[[int, int], None]
"""Takes the steps done, and how many of them were found done."""
Returned = tuple[str, float]
"""A result as JSON, so that it is the same from here and from elsewhere; and seconds."""

_told: ContextVar[Told | None] = ContextVar("_told", default=None)


def report(done: int, found: int = 0) -> None:
    """Tells the bar how many steps the calling task has done, `found` of them by an earlier run that was killed.

    Outside a sweep it does nothing.
    """
    told = _told.get()
    if told is not None:
        told(done, found)


def call(function: Function, argument: Any, told: Told | None) -> Returned:
    """Runs a task; `report` goes to `told`."""
    token = _told.set(told)
    start = time.perf_counter()
    try:
        return json.dumps(function(argument), default=plain), time.perf_counter() - start
    finally:
        _told.reset(token)


def beat(path: Path, done: int, found: int) -> None:
    """Tells the steps by a file."""
    try:
        path.write_text(f"{done} {found}")
    except OSError:
        pass  # a machine that does not share the folder; only the bar would know


def fingerprint(function: Callable[..., object], argument: object) -> str:
    """The identity of a task: the name of its function and its argument."""
    while isinstance(function, partial):
        function = function.func
    identity = [function.__module__, function.__qualname__, argument]
    return hashlib.sha256(json.dumps(identity, sort_keys=True, default=plain).encode()).hexdigest()


def plain(value: Any) -> Any:
    """The JSON form of what json does not know."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {"type": type(value).__name__, **fields}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    allowed = "numbers, text, lists, dicts, dataclasses, arrays"
    raise TypeError(f"a task's argument and result are {allowed}, got {type(value).__name__}")
