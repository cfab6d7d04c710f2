"""The demo of crossbars with wires, from the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")


def demo(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "memsim", "demo", "crossbar", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def table(run: subprocess.CompletedProcess[str]) -> dict[str, str]:
    rows = (line.strip().split("  ", 1) for line in run.stdout.splitlines() if "  " in line.strip())
    return {name: value.strip() for name, value in rows}


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.replace(",", " ").split() if word[0].isdigit()]


def test_quick(tmp_path: Path) -> None:
    figure = tmp_path / "crossbar.png"
    run = demo("--quick", "--output", figure)
    assert run.returncode == 0, run.stderr
    values = table(run)
    lost = numbers(values["current lost in wires"])
    assert 0 < lost[0] < lost[2] < 100
    ohms, software = numbers(values["Ω of a segment"]), numbers(values["accuracy in software"])[0]
    assert ohms == [0.01, 0.1, 1, 10, 100] and software > 80
    for method in ("exact", "alpha-beta", "dmr", "jeong"):
        shares = numbers(values[f"accuracy, {method} (%)"])
        # 599 images: some tenths of a per cent each; at 100 ohm, beside devices of 6 kohm, little is left.
        assert abs(shares[0] - software) < 1 and shares[-1] < software - 20
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert all(name in run.stderr for name in ("training", "classifying through wires", "writing row by row"))


def test_half_selected_cells_keep_more_by_thirds(tmp_path: Path) -> None:
    run = demo("--quick", "--size", 6, "--epochs", 1, "--resistances", 1, "--output", tmp_path / "a.png")
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    halves, thirds = (
        numbers(lines[index + 1].split("change of G")[1])
        for index, line in enumerate(lines) if line.startswith("written by")
    )  # fmt: skip
    # Half selected cells see 0.6 V or 0.4 V of 1.2 V: kinetics of about a decade for 60 mV.
    assert 0 < 100 * thirds[0] < halves[0] and 0 < 100 * thirds[1] < halves[1] < 1
    assert all("100.0 % of" in line and " 0 others" in line for line in lines if line.startswith("written by"))


def test_arrays_of_one_cell(tmp_path: Path) -> None:
    run = demo("--quick", "--size", 1, "--epochs", 1, "--resistances", 1, "--output", tmp_path / "a.png")
    assert run.returncode == 0, run.stderr


def test_bad_arguments(tmp_path: Path) -> None:
    assert demo("--size", 0).returncode == 2
    assert demo("--nope").returncode == 2
    missing = demo("--quick", "--output", tmp_path / "none" / "a.png")
    assert missing.returncode == 1 and "none" in missing.stdout and "Traceback" not in missing.stderr
    absent = demo("--quick", "--mnist", tmp_path, "--output", tmp_path / "a.png")
    assert absent.returncode == 1 and str(tmp_path) in absent.stdout and "Traceback" not in absent.stderr
