"""The demo from the command line, on the bundled digits and on idx files."""

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")


def demo(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "memsim", "demo", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_digits(tmp_path: Path) -> None:
    report = tmp_path / "report.png"
    run = demo("--chips", 2, "--epochs", 30, "--report", report)
    assert run.returncode == 0, run.stderr
    values = dict(line.split("  ", 1) for line in run.stdout.splitlines() if "  " in line)
    software = float(values["accuracy in software"].split()[0])
    devices = float(values["accuracy on 2 chips"].split()[0])
    assert software > 94 and devices > software - 3
    assert report.read_bytes().startswith(b"\x89PNG")
    assert "training" in run.stderr and "programming chips" in run.stderr


def idx(path: Path, values: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> None:
    header = b"\0\0\x08" + bytes([values.ndim]) + np.array(values.shape, ">u4").tobytes()
    path.write_bytes(gzip.compress(header + values.tobytes()))


def test_idx_files(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    for part, count in (("train", 300), ("t10k", 60)):
        labels = generator.integers(0, 10, count, np.uint8)
        images = np.zeros((count, 10, 10), np.uint8)
        images[np.arange(count), labels] = 255  # one bright row tells the digit
        idx(tmp_path / f"{part}-images-idx3-ubyte.gz", images)
        idx(tmp_path / f"{part}-labels-idx1-ubyte.gz", labels)
    run = demo("--mnist", tmp_path, "--chips", 1, "--epochs", 20, "--hidden", 16, "--report", tmp_path / "r.png")
    assert run.returncode == 0, run.stderr
    assert "accuracy on 1 chips   100.00" in run.stdout


@pytest.mark.parametrize("damage", ["missing", "truncated", "not idx"])
def test_bad_idx_files(tmp_path: Path, damage: str) -> None:
    if damage != "missing":
        raw = b"\0\0\x08\x03" + np.array([5, 4, 4], ">u4").tobytes() + bytes(80 if damage == "not idx" else 20)
        (tmp_path / "train-images-idx3-ubyte").write_bytes(b"\1" + raw if damage == "not idx" else raw)
    run = demo("--mnist", tmp_path, "--report", tmp_path / "r.png")
    assert run.returncode == 1 and "Traceback" not in run.stderr
    assert str(tmp_path) in run.stdout
    assert not (tmp_path / "r.png").exists()


def test_bad_arguments() -> None:
    assert demo("--chips", 0).returncode == 2
    assert demo("--nope").returncode == 2


def test_jart(tmp_path: Path) -> None:
    figure = tmp_path / "jart.png"
    run = demo("jart", "--cells", 8, "--output", figure)
    assert run.returncode == 0, run.stderr
    values = dict(line.split("  ", 1) for line in run.stdout.splitlines() if "  " in line)
    # Nominal cell, reference solution: -0.590 V; points of the sweep are 2.5 mV apart.
    assert float(values["V_SET at 1 V/s"].split("nominal ")[1].split()[0]) == pytest.approx(-0.590, abs=0.004)
    assert float(values["SET times"].split(": ")[1].split()[0]) > 10
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert "kinetics" in run.stderr


def test_jart_bad_arguments(tmp_path: Path) -> None:
    assert demo("jart", "--cells", 0).returncode == 2
    missing = demo("jart", "--cells", 1, "--output", tmp_path / "none" / "a.png")
    assert missing.returncode == 1 and "none" in missing.stdout and "Traceback" not in missing.stderr


def test_names_of_the_demos() -> None:
    unknown = demo("fashion")
    assert unknown.returncode == 2 and "jart" in unknown.stderr
