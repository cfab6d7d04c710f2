"""Running ngspice, and reading what it prints."""

import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._core import Error, FileError
from .._operands import FloatArray

_SHAPE = re.compile(r"^memsim (\d+) (\d+)\s*$", re.MULTILINE)
_VALUE = re.compile(r"^(vout|w|b)(\d+)(?:_(\d+)|#branch) = (\S+)\s*$", re.MULTILINE)


class SpiceSolution(NamedTuple):
    """What ngspice found. Voltages of nodes that no source reaches are NaN."""

    output: FloatArray
    """A into the bit lines' terminals, [columns]."""
    word_volts: FloatArray
    """V of the word-line nodes, [rows, columns]."""
    bit_volts: FloatArray
    """V of the bit-line nodes, [rows, columns]."""


def ngspice(text: str, *, program: str | os.PathLike[str] = "ngspice", timeout: float | None = None) -> SpiceSolution:
    """Runs the program ngspice on what `netlist` wrote: independent of `solve`, and slow beyond 64 x 64 devices.

    Parameters
    ----------
    program
        Name or path of ngspice.
    timeout
        s after which it is given up; None: never.

    Raises
    ------
    memsim.FileError
        If there is no such program.
    memsim.Error
        If it finds no solution, or takes too long.
    """
    with tempfile.TemporaryDirectory(prefix="memsim-") as folder:
        path = Path(folder, "crossbar.cir")
        path.write_text(text)
        # Without initialisation files, which may print and set anything; C: decimal points.
        command, environment = [program, "-n", "-b", path.name], {**os.environ, "LC_ALL": "C"}
        try:
            run = subprocess.run(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=timeout, check=False,
            )  # fmt: skip
        except OSError as error:
            raise FileError(f"ngspice does not start: {error}") from None
        except subprocess.TimeoutExpired:
            raise Error(f"ngspice found no solution within {timeout:g} s") from None
    return parse(run.stdout, run.stderr)


def parse(text: str, errors: str = "") -> SpiceSolution:
    """Currents and voltages that ngspice printed for a text by `netlist`; `errors` is what it said beside them.

    Raises
    ------
    memsim.Error
        If some are missing.
    """
    shape = _SHAPE.search(text)
    if shape is None:
        raise Error(f"ngspice did not run the netlist: {_last(errors or text)}")
    rows, columns = (int(extent) for extent in shape.groups())
    found = {(name, int(i), int(j or 0)): float(value) for name, i, j, value in _VALUE.findall(text)}
    try:
        return SpiceSolution(
            np.array([found["vout", j, 0] for j in range(columns)]),
            *(np.array([[found[line, i, j] for j in range(columns)] for i in range(rows)]) for line in "wb"),
        )
    except KeyError:
        raise Error(f"ngspice found no solution: {_last(errors or text)}") from None


def _last(text: str) -> str:
    """The end of what a program said, as one line."""
    return " ".join(text.split())[-300:] or "it said nothing"
