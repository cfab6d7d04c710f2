"""The steps of all tasks on one progress bar."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from .task import Told, beat


class Bar:
    """What earlier runs did counts as done, but not for the time left. Without tqdm nothing is shown."""

    def __init__(self, steps: dict[str, int], shown: bool, label: str, unit: str, folder: Path | None) -> None:
        self._steps, self._folder = steps, folder
        self._done, self._found = dict.fromkeys(steps, 0), dict.fromkeys(steps, 0)
        self._bar = _tqdm(sum(steps.values()), label, unit) if shown else None

    def __enter__(self) -> "Bar":
        for path in self._beats():
            path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
        if self._folder is not None:
            with suppress(OSError):  # of tasks that still run elsewhere
                self._folder.rmdir()

    def set(self, name: str, done: int, found: int = 0) -> None:
        """Steps of a task that are done, and how many of them before this run."""
        if self._bar is not None:
            self._bar.n += done - self._done[name]
            self._bar.initial += found - self._found[name]
            self._bar.update(0)
        self._done[name], self._found[name] = done, found

    def finish(self, name: str, before: bool = False) -> None:
        """A task has ended, `before` this run or in it."""
        self.set(name, self._steps[name], self._steps[name] if before else self._found[name])
        if self._folder is not None:
            (self._folder / name).unlink(missing_ok=True)

    def heartbeat(self, name: str) -> Told | None:
        """What a task that runs elsewhere tells its steps to: a file."""
        return None if self._folder is None else partial(beat, self._folder / name)

    def poll(self) -> None:
        """Reads those files."""
        for path in self._beats():
            try:
                done, found = map(int, path.read_text().split())
            except (ValueError, FileNotFoundError):
                continue  # just being written, or of a task that has ended
            if path.name in self._done:
                self.set(path.name, done, found)
        if self._bar is not None:
            self._bar.refresh()

    def _beats(self) -> Iterator[Path]:
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            yield from self._folder.iterdir()


def _tqdm(total: int, label: str, unit: str) -> Any:
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    # The time left by the mean over the run: tasks end in bursts.
    return tqdm(total=total, desc=label, unit=unit, smoothing=0)
