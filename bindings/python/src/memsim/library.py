"""The C library inside the package: where it is, for programs in other languages, and how it was built.

A C program is compiled with ``-I get_include()`` and linked with the file ``get_library()``, or with
``-L`` its folder and ``-lmemsim``. The folder also holds a copy for CPUs with AVX-512, which the dynamic loader
takes by itself.
"""

from pathlib import Path

from . import _core

_FOLDER = Path(_core.__file__).resolve().parent  # not this file's, which an editable installation leaves in the sources


def version() -> str:
    """Version of the loaded library, "major.minor.patch"."""
    number = _core.version()
    return f"{number // 1_000_000}.{number // 1_000 % 1_000}.{number % 1_000}"


def build_info() -> str:
    """How the loaded library was built: version, instruction set, compiler."""
    return _core.build_info()


def get_library() -> str:
    """Path of libmemsim.so with its version, the file to link with or to load."""
    return str(_FOLDER / "lib" / f"libmemsim.so.{_core.version() // 1_000_000}")


def get_include() -> str:
    """Path of the folder of memsim.h and memsim.hpp."""
    return str(_FOLDER / "include")
