"""Threads."""

from typing import SupportsIndex

from . import _core
from ._numbers import integer


class Context:
    """Worker threads that arrays and functions may share.

    Results do not depend on the number of threads. Without a context, a call uses as many threads as the
    environment variable ``MEMSIM_NUM_THREADS`` says, else as the process may use cores.

    Parameters
    ----------
    threads
        Threads a call may use, the caller's included, 1...1024; 0: as without a context.
    """

    __slots__ = ("_handle",)

    def __init__(self, threads: SupportsIndex = 0) -> None:
        self._handle = _core.Context(integer("threads", threads, 0, 1024))

    @property
    def threads(self) -> int:
        """Threads a call may use."""
        return self._handle.threads

    def __repr__(self) -> str:
        return f"memsim.Context(threads={self.threads})"


def handle_of(context: Context | None) -> _core.Context | None:
    """What _core takes for `context`."""
    if context is not None and not isinstance(context, Context):
        raise TypeError(f"context must be a memsim.Context or None, got {type(context).__name__}")
    return None if context is None else context._handle
