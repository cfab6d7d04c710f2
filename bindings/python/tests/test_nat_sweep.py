"""Sweeps: what they keep, what they survive, and that the executor does not show."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from memsim import sweep

TASKS = {f"trial-{number}": number for number in range(6)}


def trial(number: int) -> dict[str, object]:
    return {"draws": np.random.default_rng(number).normal(size=3), "number": np.int64(number)}


def odd_ones_fail(number: int) -> int:
    if number % 2:
        raise ValueError(f"no luck with {number}")
    return number


def dies_once(number: int, folder: Path) -> int:
    """Three of the tasks kill their process when they run for the first time."""
    mark = folder / f"died-{number}"
    if number < 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def dies(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def counts(number: int, folder: Path) -> int:
    with (folder / "runs").open("a") as file:
        file.write(f"{number}\n")
    sweep.report(1)
    return number


def values(results: dict[str, sweep.Result]) -> dict[str, object]:
    return {name: result.value for name, result in results.items()}


@pytest.fixture(scope="module")
def workers():
    with sweep.Workers(2) as made:
        yield made


def test_the_executor_does_not_show(tmp_path: Path, workers: sweep.Workers) -> None:
    here = sweep.run(trial, TASKS, progress=False)
    assert list(here) == list(TASKS)
    assert here["trial-3"].value["draws"] == np.random.default_rng(3).normal(size=3).tolist()
    with ThreadPoolExecutor(3) as threads:
        assert values(sweep.run(trial, TASKS, executor=threads, progress=False)) == values(here)
    assert values(sweep.run(trial, TASKS, executor=workers, store=tmp_path, progress=False)) == values(here)
    # And from the store.
    assert values(sweep.run(trial, TASKS, store=tmp_path, progress=False)) == values(here)


def test_finished_tasks_are_not_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counted, store = partial(counts, folder=tmp_path), tmp_path / "store"
    sweep.run(counted, {"a": 1, "b": 2}, store=store, progress=False)
    (store / "b.json").write_text('{"fingerprint": "0')  # damaged
    found = sweep.run(counted, {"a": 1, "b": 2, "c": 3}, store=store, label="counts", unit="count")
    assert values(found) == {"a": 1, "b": 2, "c": 3}
    assert (tmp_path / "runs").read_text().split() == ["1", "2", "2", "3"]
    assert sorted(path.name for path in store.iterdir()) == ["a.json", "b.json", "c.json"]
    assert "counts: 100%" in (told := capsys.readouterr().err) and "3/3" in told
    with pytest.raises(ValueError, match="a.json is of a task with other arguments"):
        sweep.run(counted, {"a": 7}, store=store)


def test_failures_are_told_at_the_end(tmp_path: Path) -> None:
    told = "3 of 6 tasks failed(.|\n)*trial-1: ValueError: no luck with 1"
    with pytest.raises(sweep.SweepError, match=told) as caught:
        sweep.run(odd_ones_fail, TASKS, store=tmp_path, progress=False)
    assert list(caught.value.failures) == ["trial-1", "trial-3", "trial-5"]
    assert values(caught.value.results) == {"trial-0": 0, "trial-2": 2, "trial-4": 4}
    assert len(list(tmp_path.glob("*.json"))) == 3


def test_workers_survive_deaths(tmp_path: Path) -> None:
    with sweep.Workers(2) as workers:
        assert values(sweep.run(partial(dies_once, folder=tmp_path), TASKS, executor=workers, progress=False)) == TASKS
        with pytest.raises(sweep.SweepError, match="1 of 6 tasks failed(.|\n)*trial-2: .*its process died 3 times"):
            sweep.run(dies, TASKS, executor=workers, progress=False)


def test_a_broken_pool_of_others_is_told(tmp_path: Path) -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        with pytest.raises(sweep.SweepError, match="a process of the pool died") as caught:
            sweep.run(dies, TASKS, store=tmp_path, executor=pool, progress=False)
    assert "trial-2" in caught.value.failures
    assert values(sweep.run(odd_ones_fail, {"trial-9": 8}, store=tmp_path, progress=False)) == {"trial-9": 8}


SCRIPT = """
import os, time
from memsim import sweep

def sleep(seconds):
    os.write(1, b"asleep\\n")  # at once: two processes share the pipe
    time.sleep(seconds)

if __name__ == "__main__":
    with sweep.Workers(2) as workers:
        sweep.run(sleep, {"a": 60, "b": 61}, executor=workers)
"""


def children(pid: int) -> list[int]:
    """Of all threads."""
    texts = [(task / "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    return [int(child) for text in texts for child in text.split()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_their_maker(tmp_path: Path, number: int) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        for _ in range(2):
            assert run.stdout.readline() == b"asleep\n"
        family = children(run.pid)
        assert len(family) >= 2
        run.send_signal(number)
        assert run.wait(20) != 0
    limit = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in family):
        assert time.monotonic() < limit, "a worker outlived the process that made it"
        time.sleep(0.05)


def test_bad_arguments(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="name of a task is .*got '../a'"):
        sweep.run(trial, {"../a": 1}, store=tmp_path)
    with pytest.raises(TypeError, match="argument and result are .*got object"):
        sweep.run(trial, {"a": object()}, store=tmp_path / "x")
    with pytest.raises(ValueError, match="count must be >= 1, got 0"):
        sweep.Workers(0)
