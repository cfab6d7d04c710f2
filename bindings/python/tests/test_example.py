"""The examples of the repository run as their readers would run them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import memsim

FOLDER = Path(__file__).parents[3] / "examples" / "python"


@pytest.mark.skipif(not FOLDER.exists(), reason="not in a checkout: there are no examples")
@pytest.mark.parametrize("example", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_example_runs(example: Path) -> None:
    done = subprocess.run([sys.executable, example], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_converter_of_synaptogen_ml() -> None:
    """docs/synaptogen.md: round to even, steps of 2**-P, clamped at +-2**(R-1)."""
    precision, reach, scale = 4, 3, 8020.0
    current = np.linspace(-1e-3, 1e-3, 4001)
    got = memsim.dac(current * scale / 2 ** (reach - 1), bits=precision + reach, v_max=2.0 ** (reach - 1))
    limit = 2 ** (precision + reach - 1)
    want = np.clip(np.round(current * scale * 2**precision), -limit, limit) / 2**precision
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)
    assert got.max() == 4.0 and got.min() == -4.0
