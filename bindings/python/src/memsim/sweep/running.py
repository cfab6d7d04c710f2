"""The sweep itself: what is in the store, then the rest, in the order in which it ends."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from .bar import Bar
from .store import Result, Store
from .task import Function, Returned, call

Tasks = Mapping[str, Any]
Outcome = tuple[str, Returned | BaseException]
POLL = 1.0
"""s between looks at the steps of tasks that run elsewhere."""


class SweepError(RuntimeError):
    """Some tasks failed: `failures` by name; `results` has those of the others, which are in the store."""

    def __init__(self, results: dict[str, Result], failures: dict[str, BaseException]) -> None:
        self.results, self.failures = results, failures
        told = "".join(f"\n  {name}: {sentence(error)}" for name, error in failures.items())
        super().__init__(f"{len(failures)} of {len(failures) + len(results)} tasks failed, the others are kept:{told}")


def sentence(error: BaseException) -> str:
    """What a failure says, on one line."""
    if isinstance(error, BrokenExecutor):
        return "a process of the pool died: killed, or out of memory; the same call goes on (sweep.Workers retries)"
    return f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")


def run(
    function: Function,
    tasks: Tasks,
    *,
    store: "str | Path | None" = None,
    executor: Executor | None = None,
    progress: bool = True,
    steps: Mapping[str, int] | None = None,
    label: str = "sweep",
    unit: str = "task",
) -> dict[str, Result]:
    """Results of `function(argument)` for every task, by name; the executor does not show in them.

    Parameters
    ----------
    function
        Of one argument; its result must have a JSON form. For other processes a function of a module, or a
        functools.partial of one: what it binds (folders ...) is not part of a task's identity.
    tasks
        Arguments by name, which is also a file name: numbers, text, lists, dicts, dataclasses, arrays.
    store
        A folder for a file a task, written when the task is done. Tasks found there are not run again.
    executor
        One of concurrent.futures, Workers, Dask's `client.get_executor(pure=False)`; None: one after the other, here.
    steps
        How many steps each task tells by `report`, by default 1; for the progress bar, with `label` and `unit`.

    Raises
    ------
    SweepError
        At the end, when all other tasks are done.
    ValueError
        The store has a result under a task's name that belongs to other arguments.
    """
    shelf = Store(None if store is None else Path(store), function, tasks)
    results, failures = shelf.load(), dict[str, BaseException]()
    with Bar({name: (steps or {}).get(name, 1) for name in tasks}, progress, label, unit, shelf.heartbeats) as bar:
        for name in results:
            bar.finish(name, before=True)
        todo = {name: argument for name, argument in tasks.items() if name not in results}
        for name, outcome in _here(function, todo, bar) if executor is None else _there(function, todo, executor, bar):
            if isinstance(outcome, BaseException):
                failures[name] = outcome
            else:
                results[name] = shelf.keep(name, outcome)
            bar.finish(name)
    if failures:
        raise SweepError(results, failures)
    return {name: results[name] for name in tasks}


def _here(function: Function, tasks: Tasks, bar: Bar) -> Iterator[Outcome]:
    for name, argument in tasks.items():
        try:
            yield name, call(function, argument, partial(bar.set, name))
        except Exception as error:
            yield name, error


def _there(function: Function, tasks: Tasks, executor: Executor, bar: Bar) -> Iterator[Outcome]:
    ended: SimpleQueue[Future[Returned]] = SimpleQueue()
    running: dict[Future[Returned], str] = {}
    try:
        for name, argument in tasks.items():
            future = _submit(executor, partial(call, function, argument, bar.heartbeat(name)))
            running[future] = name
            future.add_done_callback(ended.put)
        while running:
            try:
                future = ended.get(timeout=POLL)
            except Empty:
                bar.poll()
            else:
                yield running.pop(future), _outcome(future)
    finally:
        for future in running:
            future.cancel()


def _submit(executor: Executor, work: Callable[[], Returned]) -> "Future[Returned]":
    """A pool that broke meanwhile refuses at once; that is this task's outcome, as it is of those before."""
    try:
        return executor.submit(work)
    except BrokenExecutor as error:
        refused: Future[Returned] = Future()
        refused.set_exception(error)
        return refused


def _outcome(future: "Future[Returned]") -> Returned | BaseException:
    if future.cancelled():
        return RuntimeError("the executor cancelled it")
    return future.exception() or future.result()
