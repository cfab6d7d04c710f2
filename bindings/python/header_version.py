"""Gives scikit-build-core the version, which memsim.h alone states."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HEADER = Path(__file__).resolve().parents[2] / "include" / "memsim.h"


def dynamic_metadata(settings: Mapping[str, Any], project: Mapping[str, Any]) -> dict[str, str]:
    """The version field of the project."""
    if not HEADER.is_file():
        raise SystemExit(
            "memsim for Python is built from a checkout of the whole repository, for it compiles the Swift library "
            f"too: install a wheel, or run `pip install ./bindings/python` there ({HEADER} is missing)"
        )
    text = HEADER.read_text(encoding="utf-8")
    parts = [re.search(rf"MEMSIM_VERSION_{part} (\d+)", text) for part in ("MAJOR", "MINOR", "PATCH")]
    return {"version": ".".join(match[1] for match in parts if match)}
