"""Annotations: the package checks strictly, and the stub says what the extension has."""

import subprocess
import sys

import pytest

pytest.importorskip("mypy", reason="mypy is not installed: annotations are not checked")
USER = """
from typing import Any

import numpy as np
import numpy.typing as npt

import memsim

array = memsim.Array("synaptogen", (4, 3), seed=1, params={"order": 5}, start="stationary", context=memsim.Context(1))
array.apply(np.zeros((4, 3)), where=np.ones(3, bool))
currents: npt.NDArray[np.floating[Any]] = array.vmm([0.1] * 4) + memsim.vmm([0.1], [[1.0, 2.0, 3.0]])
mask: npt.NDArray[np.bool_] = memsim.random.bernoulli((4, 3), 0.5, seed=1)
card: memsim.ModelCard = memsim.models()["synaptogen"]
loaded: memsim.Array = memsim.Array.load("state")
timed = memsim.Array("jart-vcm-v1b", (4, 3), preset="user-guide", variability="d2d")
timed.apply(-0.5, duration=[1e-6, 1e-7, 1e-8])
timed.pulse(np.arange(12).reshape(4, 3), where=np.ones(3, bool))
trace: npt.NDArray[np.floating[Any]] = timed.sweep([0.0, 1e-6], [0.0, 0.5], dtype=np.float32)
e: memsim.Evaluation = memsim.evaluate("jart-vcm-v1b", 0.2, {"N": [1.0, 2.0]}, {"Rth0": 1e7}, constants="det")
rate: npt.NDArray[np.floating[Any]] = e.rate * 2 + e.current
limit: float = memsim.models()["jart-vcm-v1b"].voltage_limit
reveal_type(array.shape)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True)


def test_package_is_strict(tmp_path):
    # scikit-learn and tqdm have no annotations; without Matplotlib its types are unknown.
    allowed = ("--disable-error-code=import-untyped", "--disable-error-code=import-not-found")
    done = run("mypy", "--strict", *allowed, "--cache-dir", str(tmp_path), "--package", "memsim")
    assert done.returncode == 0, done.stdout


def test_users_see_types(tmp_path):
    script = tmp_path / "user.py"
    script.write_text(USER)
    done = run("mypy", "--strict", "--cache-dir", str(tmp_path), str(script))
    assert done.returncode == 0, done.stdout
    assert "tuple[int, int]" in done.stdout
    script.write_text(USER + 'array.apply("x", wher=None)\n')
    assert run("mypy", "--strict", "--cache-dir", str(tmp_path), str(script)).returncode == 1


def test_stub_matches_the_extension():
    done = run("mypy.stubtest", "memsim._core", "--ignore-disjoint-bases")
    assert done.returncode == 0, done.stdout
