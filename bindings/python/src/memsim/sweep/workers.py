"""Processes that outlive neither a death beside them nor the process that made them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")
RUNS = 3
"""How often a task whose process dies is started."""


class Workers(Executor):
    """Processes of one thread each. A task whose process dies starts again in a fresh one; no other task notices.

    They end with the process that made them, however that ends. A script that makes them needs
    `if __name__ == "__main__":`, because a worker imports it.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"count must be >= 1, got {count}")
        self._context = multiprocessing.get_context("spawn")
        # Each worker waits at this end: it reads an end of file when this process closes the other one, or dies.
        self._leash, self._held = self._context.Pipe(duplex=False)
        self._threads = ThreadPoolExecutor(count)
        self._local = threading.local()
        self._pools: list[ProcessPoolExecutor] = []

    def submit(self, function: Callable[..., T], /, *arguments: Any, **keywords: Any) -> "Future[T]":
        return self._threads.submit(self._run, partial(function, *arguments, **keywords))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """With `cancel_futures` at once: the processes end in the middle of their tasks."""
        if cancel_futures:
            self._held.close()
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        for pool in self._pools:
            pool.shutdown(wait)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown(cancel_futures=kind is not None)

    def _run(self, work: Callable[[], T]) -> T:
        for _ in range(RUNS):
            if self._held.closed:
                raise RuntimeError("the workers were stopped")
            try:
                return self._pool().submit(work).result()
            except BrokenExecutor:
                del self._local.pool
        raise RuntimeError(f"its process died {RUNS} times: killed, out of memory, or it could not start")

    def _pool(self) -> ProcessPoolExecutor:
        """Of the calling thread: one process, so that a death tells whose it was."""
        if not hasattr(self._local, "pool"):
            self._local.pool = ProcessPoolExecutor(1, self._context, _prepare, (self._leash,))
            self._pools.append(self._local.pool)
        pool: ProcessPoolExecutor = self._local.pool
        return pool


def _prepare(leash: Any) -> None:
    os.environ["MEMSIM_NUM_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which lets go of the leash
    threading.Thread(target=_watch, args=(leash,), daemon=True).start()


def _watch(leash: Any) -> None:
    try:
        leash.recv()
    except (EOFError, OSError):
        pass
    os._exit(1)
