"""Sub-interpreters, each with its own GIL from Python 3.12 on.

NumPy does not load in them, so it is the extension module that is tested there, with buffers of the standard library.
The tests run in processes of their own: once an interpreter has made another one, CPython no longer tells who holds the
GIL, and PyTorch's autograd refuses to run.
"""

import subprocess
import sys
import threading

import pytest

from memsim import _core

SCRIPT = f"""
import array, importlib.util
spec = importlib.util.spec_from_file_location("memsim._core", {_core.__file__!r})
core = importlib.util.module_from_spec(spec)
spec.loader.exec_module(core)
cells = core.Array("synaptogen", 50, 40, 3, None, (), (), core.Context(2))
for volts in (-2.0, 1.2):
    cells.apply(array.array("d", [volts]), None)
assert cells.hash() == {{expected}}, cells.hash()
try:
    cells.apply(array.array("d", [float("nan")]), None)
except core.Error as error:
    assert "volts" in str(error)
else:
    raise AssertionError("a NaN was applied")
"""


def expected_hash() -> int:
    import array

    cells = _core.Array("synaptogen", 50, 40, 3, None, (), (), None)
    for volts in (-2.0, 1.2):
        cells.apply(array.array("d", [volts]), None)
    return cells.hash()


def run_in_new_interpreter(script: str) -> None:
    if sys.version_info >= (3, 13):
        import _interpreters as interpreters

        identity = interpreters.create("isolated")
    else:
        import _xxsubinterpreters as interpreters

        identity = interpreters.create(isolated=sys.version_info >= (3, 12))
    try:
        failure = interpreters.run_string(identity, script)
        assert failure is None, failure
    finally:
        interpreters.destroy(identity)


def works() -> None:
    script = SCRIPT.format(expected=expected_hash())
    for _ in range(3):
        run_in_new_interpreter(script)


def works_side_by_side() -> None:
    script = SCRIPT.format(expected=expected_hash())
    failures: list[BaseException] = []

    def run() -> None:
        try:
            run_in_new_interpreter(script)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def run_here(name: str) -> None:
    done = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_extension_works_in_sub_interpreters():
    run_here("works")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="before Python 3.12 interpreters share one GIL")
def test_sub_interpreters_run_side_by_side():
    run_here("works_side_by_side")


if __name__ == "__main__":
    globals()[sys.argv[1]]()
