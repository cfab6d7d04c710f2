"""The study of JART cells in training: rungs that vary what they say, the same bits however it runs, its report."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from idx_files import write_bright_rows

import memsim
from memsim import sweep
from memsim.jart_study import main
from memsim.jart_study.cells import RANGES, device, nominal, reset_voltage
from memsim.jart_study.checkpoint import load
from memsim.jart_study.matching import matching
from memsim.jart_study.network import Network, negative_log_likelihood, sigmoid
from memsim.jart_study.rungs import ALL, GROUPS, QUANTITIES, RUNGS, Rung, select
from memsim.jart_study.runner import Job, study
from memsim.jart_study.settings import Settings

PIXELS = 64
SMALL = Settings(epochs=3, hidden=(16,), learning_rate=2.0, start="uniform")
CHOSEN = "noise-free,realistic-clamped,ratio-2"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images of 8 x 8 pixels whose bright row tells the class, with noise."""
    return write_bright_rows(tmp_path_factory.mktemp("data") / "mnist", noise=40, brightness=200)


def job(data: Path, out: Path, settings: Settings = SMALL, rungs: str = CHOSEN, seeds: int = 2) -> Job:
    return Job(select(rungs), seeds, settings, data, out)


def run(data: Path, out: Path, executor: Executor | None = None) -> dict[str, object]:
    """Results without what depends on the machine."""
    outcome = study(job(data, out), executor, progress=False)
    assert not outcome.failures
    return stable(json.loads(outcome.to_json()))


def stable(results: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in results.items() if name != "seconds"}


@pytest.fixture(scope="module")
def here(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return run(data, tmp_path_factory.mktemp("here"))


def tile(rung: Rung, settings: Settings = SMALL) -> memsim.Tile:
    return Network(rung, settings, PIXELS, 0).tiles[0]


# -- The ladder


def test_ladder_is_complete() -> None:
    single = [rung for rung in RUNGS.values() if len(rung.d2d) + len(rung.c2c) == 1 and rung.ratio is None]
    assert {rung.d2d + rung.c2c for rung in single} == {(name,) for name in ALL} and len(single) == 2 * len(ALL)
    varied = {(rung.d2d, rung.c2c) for rung in RUNGS.values()}
    assert {((), ()), (ALL, ()), ((), ALL), (ALL, ALL)} <= varied
    assert {rung.ratio for rung in RUNGS.values()} == {None, 1, 2, 3}
    assert {rung.dw_min for rung in RUNGS.values()} == {None, 1e-4}
    assert sum(rung.digital for rung in RUNGS.values()) == 2
    assert [(r.name, r.reported) for r in RUNGS.values() if r.reported] == [("noise-free", 0.938), ("realistic", 0.883)]
    assert not {*GROUPS} & {*RUNGS}
    assert select(",".join(GROUPS)) == tuple(RUNGS.values())
    assert [rung.name for rung in select("realistic, noise-free")] == ["noise-free", "realistic"]


@pytest.mark.parametrize("rung", [rung for rung in RUNGS.values() if not rung.digital], ids=lambda rung: rung.name)
def test_what_a_rung_names_varies_and_nothing_else(rung: Rung) -> None:
    cells = tile(rung)
    for name, (least, largest) in RANGES.items():
        values = cells.hidden(QUANTITIES[name])
        if name in rung.d2d:
            assert values.std() > 0.2 * (largest - least) and least <= values.min() and values.max() <= largest
        else:
            assert np.all(values == np.float32(nominal(name)))


@pytest.mark.parametrize("rung", [rung for rung in RUNGS.values() if rung.c2c], ids=lambda rung: rung.name)
def test_walks_are_isolated_too(rung: Rung) -> None:
    cells = tile(replace(rung, d2d=(), clamped=False))
    before = {name: cells.hidden(state) for name, state in QUANTITIES.items()}
    for sign in (1, -1, 1, -1):
        cells.update(np.ones(PIXELS + 1), sign * np.ones(16), 1.0)
    for name, state in QUANTITIES.items():
        assert np.any(cells.hidden(state) != before[name]) == (name in rung.c2c), name


def test_the_clamped_spread_is_the_published_one() -> None:
    radius = tile(RUNGS["d2d-clamped"]).hidden("r")
    least, largest = (np.float32(end) for end in RANGES["rdet"])
    # A normal of 100 % is beyond ±10 % with probability 0.9203; 1040 cells: a standard deviation of 0.0084.
    assert np.mean((radius <= 1.0001 * least) | (radius >= 0.9999 * largest)) == pytest.approx(0.9203, abs=0.04)


@pytest.mark.parametrize("name", [name for name in RUNGS if name != "uniform-start"])
def test_weights_start_at_zero(name: str) -> None:
    weights = tile(RUNGS[name], replace(SMALL, start="zero")).weights
    # Digits are those of float32 currents. The rung that begins in ±1/√64 is the other one of the two.
    assert np.abs(weights).max() < 1e-5 if name != "digital" else np.abs(weights).max() > 0.12


# -- Matching


@pytest.mark.parametrize("ratio", [1, 2, 3])
def test_pulses_have_the_ratio_that_is_asked_for(ratio: float) -> None:
    found = matching(RUNGS[f"ratio-{ratio}"], SMALL, 0)
    assert found is not None
    assert -found["down"] / found["up"] == pytest.approx(ratio, rel=1e-3)
    # |up + down| over the mean size, for steps u and -ratio u.
    assert found["mismatch"] == pytest.approx(2 * (ratio - 1) / (ratio + 1), abs=1e-3)
    assert found["spread"] == pytest.approx(1)
    assert 0.6 < reset_voltage(ratio) < 0.8


def test_published_pulses_do_not_match() -> None:
    found = matching(RUNGS["noise-free"], SMALL, 0)
    assert found is not None and -found["down"] / found["up"] == pytest.approx(1.5, abs=0.1)
    assert found["mismatch"] == pytest.approx(found["mismatch_tenths"][0]) == pytest.approx(found["mismatch_tenths"][1])
    assert matching(RUNGS["digital"], SMALL, 0) is None
    for name in ("d2d-r", "c2c-r", "realistic"):
        varied = matching(RUNGS[name], SMALL, 0)
        assert varied is not None and varied["mismatch_tenths"][1] > 1.1 * varied["mismatch_tenths"][0]
    radius, length = matching(RUNGS["d2d-r"], SMALL, 0), matching(RUNGS["d2d-l"], SMALL, 0)
    assert radius is not None and length is not None and radius["spread"] > 5 * length["spread"]


# -- The network


def test_gradients_are_those_of_the_loss() -> None:
    settings = replace(SMALL, hidden=(6, 5))
    network = Network(RUNGS["digital"], settings, 9, 0)
    generator = np.random.default_rng(3)
    pixels, labels = generator.random((4, 9)).astype(np.float32), np.array([1, 0, 9, 3])
    before = [layer.weights.astype(np.float64) for layer in network.tiles]
    network.descend(pixels, labels, 1.0)
    for layer, (weights, moved) in enumerate(zip(before, (item.weights for item in network.tiles), strict=True)):
        at = tuple(int(generator.integers(extent)) for extent in weights.shape)
        step, found = 1e-6, []
        for sign in (1, -1):
            changed = [array.copy() for array in before]
            changed[layer][at] += sign * step
            found.append(mean_loss(changed, pixels, labels))
        # Weights are float32: a difference of them is known to 1e-7.
        assert weights[at] - moved[at] == pytest.approx((found[0] - found[1]) / (2 * step), rel=1e-3, abs=1e-6)


def mean_loss(weights: list[np.ndarray], pixels: np.ndarray, labels: np.ndarray) -> float:
    """In float64, from its definition."""
    values = pixels.astype(np.float64)
    for index, layer in enumerate(weights):
        values = 1 / (1 + np.exp(-values)) if index else values
        values = np.concatenate([values, np.ones((len(values), 1))], axis=1) @ layer.T
    chances = np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)
    return float(-np.log(chances[np.arange(len(labels)), labels]).mean())


def test_large_scores_do_not_overflow() -> None:
    loss, gradient = negative_log_likelihood(np.array([[1e4, 0], [0, 1e4]], np.float32), np.array([0, 0]))
    assert loss == pytest.approx(1e4) and np.all(gradient == np.array([[0, 0], [-0.5, 0.5]], np.float32))
    assert np.array_equal(sigmoid(np.array([-1e4, 0, 1e4], np.float32)), np.array([0, 0.5, 1], np.float32))


# -- Runs


def test_results_make_sense(here: dict[str, dict[str, dict[str, object]]]) -> None:
    results = here["results"]
    assert sorted(results) == [f"{name}.{seed}" for name in sorted(CHOSEN.split(",")) for seed in (0, 1)]
    assert len({found["weights"] for found in results.values()}) == 6
    for found in results.values():
        curves = found["curves"]
        assert len(curves["loss"]) == len(curves["accuracy"]) == 3 and curves["accuracy"][-1] == found["accuracy"]
        assert found["matching"]["up"] > 0 > found["matching"]["down"]
    for seed in (0, 1):
        curves = results[f"noise-free.{seed}"]["curves"]
        assert curves["loss"][-1] < 0.5 * curves["loss"][0] and curves["accuracy"][-1] > 0.8


def test_same_bits_from_any_workers(data: Path, tmp_path: Path, here: dict[str, object]) -> None:
    with sweep.Workers(2) as workers:
        assert run(data, tmp_path, workers) == here


def test_same_bits_from_any_threads(data: Path, tmp_path: Path, here: dict[str, object]) -> None:
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "import test_jart_study as t; t.run(Path(sys.argv[2]), Path(sys.argv[3]))"
    )
    folders = (Path(__file__).parent, data, tmp_path)
    environment = {**os.environ, "MEMSIM_NUM_THREADS": "3"}
    subprocess.run([sys.executable, "-c", script, *map(str, folders)], env=environment, check=True, timeout=300)
    assert run(data, tmp_path) == here


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "memsim", "jart-study", *map(str, arguments)]


def test_a_killed_command_goes_on_with_the_same_bits(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("tqdm")
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    arguments = ("--data", data.parent, "--quick", "--epochs", 12, "--seeds", 1, "--rungs", "noise-free,realistic")
    checkpoint = killed / "runs/realistic.0.npz"
    started = command(*arguments, "--workers", 2, "--out", killed)
    with subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        limit = time.monotonic() + 120
        while not checkpoint.exists() and time.monotonic() < limit:
            time.sleep(0.002)
        first.kill()
    assert first.returncode == -signal.SIGKILL and not (killed / "report.md").exists()
    with np.load(checkpoint) as content:
        head = json.loads(str(content["head"]))
    assert len(head["curves"]["loss"]) < 12, "the training was over before it was killed"

    second = subprocess.run(command(*arguments, "--out", killed), capture_output=True, text=True, timeout=300)
    assert second.returncode == 0, second.stderr
    assert "study: 100%" in second.stderr and "24/24" in second.stderr
    assert main([*map(str, arguments), "--workers", "1", "--out", str(whole)]) == 0
    results = [stable(json.loads((out / "results.json").read_text())) for out in (killed, whole)]
    assert results[0] == results[1]
    check_report(killed, second.stdout)


def check_report(out: Path, told: str) -> None:
    report = (out / "report.md").read_text()
    assert report in told and str(out) in told and "This is not the published set-up" in report
    row = next(line for line in report.splitlines() if line.startswith("| both | realistic |"))
    assert "| 88.3 |" in row and "| 1 |" in row
    lines = [line for line in report.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1 and len(lines) == 4
    for name in ("accuracy", "curves", "mismatch"):
        assert f"(figures/{name}.png)" in report
        assert (out / f"figures/{name}.png").read_bytes().startswith(b"\x89PNG")
        assert "</svg>" in (out / f"figures/{name}.svg").read_text()


def test_finished_trainings_keep_their_weights_only(data: Path, tmp_path: Path) -> None:
    found = study(job(data, tmp_path, rungs="noise-free", seeds=1), progress=False)
    task = next(iter(job(data, tmp_path, rungs="noise-free", seeds=1).tasks().values()))
    state = load(tmp_path / "runs/noise-free.0.npz", task.identity)
    assert [layer.shape for layer in state.weights] == [(16, 65), (10, 17)] and not state.tiles
    (tmp_path / "runs/noise-free.0.json").unlink()  # killed between the last checkpoint and the result
    again = study(job(data, tmp_path, rungs="noise-free", seeds=1), progress=False)
    assert again.results["noise-free.0"].value == found.results["noise-free.0"].value


def test_foreign_and_damaged_checkpoints_are_refused(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / "noise-free.0.npz").write_bytes(b"PK\x03\x04 not one")
    outcome = study(job(data, tmp_path, rungs="noise-free", seeds=1), progress=False)
    assert "delete it to train anew" in str(outcome.failures["noise-free.0"])
    (folder / "noise-free.0.npz").unlink()
    study(job(data, tmp_path, rungs="noise-free", seeds=1), progress=False)
    with pytest.raises(ValueError, match="is of another training"):
        load(folder / "noise-free.0.npz", "another")


def test_another_configuration_is_refused(data: Path, tmp_path: Path) -> None:
    study(job(data, tmp_path, replace(SMALL, epochs=1), "digital", 1), progress=False)
    study(job(data, tmp_path, replace(SMALL, epochs=1), "digital,digital-zero", 2), progress=False)  # more of the same
    with pytest.raises(ValueError, match=r"has results with epochs 1 \(now 2\), seed 0 \(now 1\); give another --out"):
        study(job(data, tmp_path, replace(SMALL, epochs=2, seed=1), "digital", 1), progress=False)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("--rungs", "d2d-x"), 1, "there is no rung or group 'd2d-x'; there are software, cells"),
        (("--epochs", "0"), 2, "must be >= 1, got 0"),
        (("--learning-rate", "0"), 2, "must be > 0, got 0"),
        (("--dw-min", "-1"), 2, "must be >= 0, got -1"),
        (("--start", "ones"), 2, "invalid choice: 'ones'"),
        (("--dataset", "fashion-mnist"), 1, "must be a folder with idx files or one that has fashion-mnist/"),
        (("--data", "none"), 1, "must be a folder with idx files or one that has mnist/, got none"),
    ],
)
def test_bad_arguments(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: int, told: str
) -> None:
    pytest.importorskip("matplotlib")
    try:
        found = main(["--data", str(data.parent), *arguments])
    except SystemExit as ended:
        found = int(str(ended.code))
    assert found == status and told in capsys.readouterr().err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--list"])
    told = capsys.readouterr().out
    assert ended.value.code == 0 and all(f"  {rung.name} " in told and rung.title in told for rung in RUNGS.values())


def test_pytorch_is_not_needed() -> None:
    script = "import sys; sys.modules['torch'] = None; import memsim.jart_study.runner, memsim.jart_study.cli"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_devices_of_the_published_set_up() -> None:
    cells = device(RUNGS["realistic"], Settings())
    assert isinstance(cells, memsim.devices.JART) and cells.variability == "d2d+c2c"
    assert (cells.w_min, cells.w_max, cells.dw_min) == (-1.5, 1.5, 0.0)
    assert device(RUNGS["dw-min"], Settings()).dw_min == 1e-4
    assert device(RUNGS["d2d"], Settings(dw_min=0.01)).dw_min == 0.01
