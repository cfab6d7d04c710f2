"""Nonideality-aware training, reproduced: the same bits however it runs, and what it says of them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from idx_files import write_bright_rows

torch = pytest.importorskip("torch")
pytest.importorskip("matplotlib")
pytest.importorskip("tqdm")

from memsim import sweep  # noqa: E402
from memsim.nat import main  # noqa: E402
from memsim.nat.experiments import EXPERIMENTS, select  # noqa: E402
from memsim.nat.runner import Job, claim, reproduce  # noqa: E402
from memsim.nat.settings import QUICK, Settings  # noqa: E402
from memsim.nat.setups import INFERENCES  # noqa: E402

SMALL = Settings(epochs=6, validate_every=2, validation_repeats=2, inference_repeats=2, hidden=5)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images of 8 x 8 pixels whose bright row tells the class, with noise."""
    return write_bright_rows(tmp_path_factory.mktemp("data") / "mnist", noise=100, brightness=150)


def nat(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=300, check=False)


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "memsim", "nat", *map(str, arguments)]


def run(data: Path, out: Path, executor: Executor | None = None, settings: Settings = SMALL) -> dict[str, object]:
    """Results of a standard and a regularised aware training of two networks, without what depends on the machine."""
    job = Job(select("3,5"), 2, settings, data, out, checkpoint_every=1)
    outcome = reproduce(job, executor, progress=False)
    assert not outcome.failures
    return stable(json.loads(outcome.to_json()))


def stable(results: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in results.items() if name != "seconds"}


@pytest.fixture(scope="module")
def here(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return run(data, tmp_path_factory.mktemp("here"))


def test_results_make_sense(here: dict[str, dict[str, dict[str, object]]]) -> None:
    assert sorted(here["trainings"]) == ["high-r-l1.0", "high-r-l1.1", "standard.0", "standard.1"]
    assert len({found["weights"] for found in here["trainings"].values()}) == 4
    assert here["trainings"]["standard.0"]["curves"]["validation_epochs"] == [1, 2, 3, 4, 5, 6]
    assert here["trainings"]["high-r-l1.0"]["curves"]["validation_epochs"] == [1, 2, 4, 6]
    for found in here["trainings"].values():
        curves = found["curves"]
        assert curves["loss"][-1] < curves["loss"][0]
        assert found["best_error"] == min(curves["validation_error"])
    tested = here["inferences"]["high-r-l1.0.on.high-r"]
    assert len(tested["errors"]) == 2 and tested["power"] == pytest.approx(sum(tested["layer_power"]))
    # Two operations for each of (8*8 + 1) * 5 + (5 + 1) * 10 pairs of devices, in 50 ns.
    assert tested["tops_per_watt"] == pytest.approx(2 * 385 / 50e-9 / tested["power"] / 1e12)


def when(ready: Callable[[], bool], act: Callable[[], None]) -> threading.Thread:
    """Acts once, as soon as something is so."""

    def watch() -> None:
        limit = time.monotonic() + 60
        while not ready() and time.monotonic() < limit:
            time.sleep(0.002)
        act()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_same_bits_from_processes_that_are_killed(data: Path, tmp_path: Path, here: dict[str, object]) -> None:
    import multiprocessing

    killed: list[int] = []

    def kill() -> None:
        killed.append(multiprocessing.active_children()[0].pid or 0)
        os.kill(killed[0], signal.SIGKILL)

    with sweep.Workers(2) as workers:
        killer = when(lambda: any(tmp_path.glob("trainings/*.pt")), kill)
        found = run(data, tmp_path, workers)
        killer.join()
    assert killed and found == here


def test_same_bits_from_dask_whose_workers_are_killed(data: Path, tmp_path: Path, here: dict[str, object]) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: its executor is not tested")
    local = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
    with distributed.LocalCluster(**local) as cluster, distributed.Client(cluster) as client:
        processes = list(client.run(os.getpid).values())
        killer = when(lambda: any(tmp_path.glob("trainings/*.pt")), lambda: os.kill(processes[0], signal.SIGKILL))
        found = run(data, tmp_path, client.get_executor(pure=False))
        killer.join()
    assert found == here


def test_a_killed_command_goes_on_with_the_same_bits(data: Path, tmp_path: Path) -> None:
    arguments = ("reproduce", "--data", data.parent, "--experiments", "3,5", "--quick", "--epochs", 60)
    killed = tmp_path / "killed"
    started = command(*arguments, "--out", killed, "--checkpoint-every", 1, "--workers", 2)
    with subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        when(lambda: (killed / "trainings/high-r-l1.0.pt").exists(), first.kill).join()
    assert first.returncode == -signal.SIGKILL and not (killed / "report.md").exists()
    assert epochs(killed / "trainings/high-r-l1.0.pt") < 60, "the training was over before it was killed"

    second = nat(*arguments, "--out", killed, "--workers", 2)
    assert second.returncode == 0, second.stderr
    assert "trainings: 100%" in second.stderr and "120/120" in second.stderr
    job = Job(select("3,5"), 1, Settings(**QUICK | {"epochs": 60}), data, tmp_path / "whole")
    whole = reproduce(job, progress=False)
    assert stable(json.loads((killed / "results.json").read_text())) == stable(json.loads(whole.to_json()))
    check_report(killed, second.stdout)


def epochs(path: Path) -> int:
    return int(torch.load(path, weights_only=True)["epoch"])


def check_report(out: Path, told: str) -> None:
    report = (out / "report.md").read_text()
    assert report in told and str(out) in told
    row = next(line for line in report.splitlines() if line.startswith("| 5 |"))
    assert "high R, L1 | SiOx, high R | 1 |" in row and "| 7.1 |" in row and "| 381 |" in row
    for name in ("error-power", "curves"):
        assert f"(figures/{name}.png)" in report
        assert (out / f"figures/{name}.png").read_bytes().startswith(b"\x89PNG")
        assert "</svg>" in (out / f"figures/{name}.svg").read_text()
    assert not (out / "figures/agnosticism.png").exists()


def test_another_configuration_is_refused(data: Path, tmp_path: Path) -> None:
    claim(Job(select("3"), 1, SMALL, data, tmp_path))
    claim(Job(select("3,5"), 2, SMALL, data, tmp_path))  # more of the same is not another configuration
    with pytest.raises(ValueError, match=r"has results with epochs 6 \(now 7\), seed 0 \(now 1\); give another --out"):
        run(data, tmp_path, settings=replace(SMALL, epochs=7, seed=1))


def test_all_against_all(data: Path, tmp_path: Path) -> None:
    from memsim.nat import figures, report, summary

    settings = replace(SMALL, epochs=1, inference_repeats=1)
    outcome = reproduce(Job(select("12"), 1, settings, data, tmp_path), progress=False)
    rows = summary.rows(select("12"), outcome.inferences, 1, settings)
    assert not outcome.failures and len(rows) == 13 * 9
    drawn = figures.draw(rows, {}, tmp_path / "figures")
    assert list(drawn.values()) == ["figures/agnosticism.png"]
    matrix = report.matrix(rows).splitlines()
    assert len(matrix) == 2 + 13 and all(line.count("|") == 11 for line in matrix)
    assert all(cell.strip() for line in matrix for cell in line.split("|")[1:-1])


def test_experiments_are_those_of_the_paper() -> None:
    assert list(EXPERIMENTS) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
    cases = [case for experiment in EXPERIMENTS.values() for case in experiment.cases]
    trainings, inferences = {case.training for case in cases}, {case.inference for case in cases}
    assert len({training.name for training in trainings}) == len(trainings) == 20
    assert inferences == set(INFERENCES) and len({inference.name for inference in INFERENCES}) == 9
    assert len(EXPERIMENTS[12].cases) == 13 * 9
    reported = {number: EXPERIMENTS[number].cases[0] for number in (1, 3, 4, 5)}
    assert [(case.error, case.tops_per_watt) for case in reported.values()] == [
        (None, 0.715), (0.416, None), (0.091, 234), (0.071, 381)
    ]  # fmt: skip
    for case in cases:
        aware = case.training.aware
        assert aware or (case.training.weights == "standard" and not case.training.regularize)
        if aware and case.training.weights == "standard":
            assert "signed" in case.training.title and not case.training.regularize
    assert [experiment.number for experiment in select("1-12")] == list(EXPERIMENTS)
    assert [experiment.number for experiment in select("3, 9-11,1")] == [1, 3, 9, 10]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("--experiments", "11"), 1, "experiment 11 is left out: the convolutional network on CIFAR-10"),
        (("--experiments", "13"), 1, "there is no experiment 13; there are 1, 2"),
        (("--experiments", "1,b"), 1, "numbers and ranges such as 1,3-5, got '1,b'"),
        (("--experiments", "5-3"), 1, "no experiment in the range 5-3"),
        (("--epochs", "0"), 2, "must be >= 1, got 0"),
        (("--dataset", "cifar-10"), 2, "invalid choice: 'cifar-10'"),
        (("--dataset", "fashion-mnist"), 1, "must be a folder with idx files or one that has fashion-mnist/"),
        (("--data", "none"), 1, "must be a folder with idx files or one that has mnist/, got none"),
    ],
)
def test_bad_arguments(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: int, told: str
) -> None:
    try:
        found = main(["reproduce", "--data", str(data.parent), *arguments])
    except SystemExit as ended:
        found = int(str(ended.code))
    assert found == status and told in capsys.readouterr().err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    told = capsys.readouterr().out
    assert "high R, L1  →  SiOx, high R" in told and "13 trainings  →  9 inferences" in told
    assert "11  left out: the convolutional network on CIFAR-10" in told
