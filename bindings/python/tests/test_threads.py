"""Threads, the GIL, processes."""

import hashlib
import multiprocessing
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import memsim


def used(context: memsim.Context | None = None) -> str:
    """Digest of work that is shared between threads."""
    array = memsim.Array("synaptogen", (300, 250), seed=8, context=context)
    for volts in (-2.0, 1.1, -2.0, 1.5):
        array.apply(volts)
    array.apply(memsim.random.normal((300, 250), 0, 1.2, seed=1, context=context))
    currents = array.read(0.2), array.vmm(np.full((40, 300), 0.1)), array.vmm(np.full((40, 300), 0.1), noise="cell")
    return hashlib.sha256(b"".join((array.to_bytes(), *(current.tobytes() for current in currents)))).hexdigest()


def test_results_do_not_depend_on_threads():
    assert used(memsim.Context(1)) == used(memsim.Context(3)) == used(memsim.Context(8)) == used()


def test_context():
    assert memsim.Context(3).threads == 3
    assert memsim.Context().threads >= 1
    assert repr(memsim.Context(2)) == "memsim.Context(threads=2)"
    array = memsim.Array(shape=(4, 4), context=memsim.Context(2))  # the context object itself is gone
    array.apply(-2)
    for threads in (-1, 1025):
        with pytest.raises(memsim.Error, match="threads"):
            memsim.Context(threads)
    with pytest.raises(TypeError, match="threads must be an integer"):
        memsim.Context(2.0)


SCRIPT = """
import memsim, numpy as np
a = memsim.Array("synaptogen", (300, 250), seed=8)
for volts in (-2.0, 1.1, -2.0, 1.5):
    a.apply(volts)
print(memsim.Context().threads, a.hash(), a.vmm(np.full(300, 0.1)).tobytes().hex())
"""


def test_environment_variable():
    def run(threads: str) -> list[str]:
        environment = {**os.environ, "MEMSIM_NUM_THREADS": threads}
        return subprocess.check_output([sys.executable, "-c", SCRIPT], env=environment, text=True).split()

    one, three = run("1"), run("3")
    assert (one[0], three[0]) == ("1", "3")
    assert one[1:] == three[1:]


def test_two_threads_on_one_array_get_an_error():
    array = memsim.Array(shape=(1024, 1024), seed=1)
    stop = threading.Event()
    busy = [0, 0]

    def work(index: int) -> None:
        while not stop.is_set():
            try:
                array.apply(-2.0 if index else 1.5)
            except memsim.BusyError as error:
                assert str(error)
                busy[index] += 1
                stop.set()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    stopped = stop.wait(60)
    stop.set()
    for thread in threads:
        thread.join()
    assert stopped
    assert sum(busy) >= 1
    array.apply(-3.0)
    assert np.all(array.state("in_LRS") == 1)


def test_distinct_arrays_are_independent():
    expected = used()
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(used())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4


def test_other_python_threads_run_meanwhile():
    out = np.empty(2**25, np.float32)
    context = memsim.Context(1)
    span: list[float] = []

    def fill() -> None:
        span.append(time.perf_counter())
        memsim.random.normal(out=out, context=context)
        span.append(time.perf_counter())

    for _ in range(5):  # a busy machine may leave this thread no time once
        span.clear()
        ticks: list[float] = []
        thread = threading.Thread(target=fill)
        thread.start()
        while thread.is_alive():
            ticks.append(time.perf_counter())
            time.sleep(0.001)
        third = (span[1] - span[0]) / 3
        if any(span[0] + third < tick < span[1] - third for tick in ticks):
            return
    pytest.fail("no Python ran in the middle of a library call")


def test_an_array_outlives_a_call_in_another_thread():
    results: list[int] = []
    arrays = [memsim.Array(shape=(512, 512), seed=1) for _ in range(4)]
    threads = [threading.Thread(target=lambda a=array: results.append(a.hash())) for array in arrays]
    for thread in threads:
        thread.start()
    arrays.clear()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1


def hash_and_work(array: memsim.Array) -> tuple[int, str]:
    """Run in another process."""
    return array.hash(), used()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes(method):
    array = memsim.Array(shape=(20, 20), seed=2)
    array.apply(-2.0)
    expected = array.hash(), used()  # starts this process's workers, which a fork does not inherit
    with multiprocessing.get_context(method).Pool(2) as pool:
        results = pool.map_async(hash_and_work, [array, array]).get(timeout=120)
    assert results == [expected] * 2
    assert used() == expected[1]


def test_a_forked_child_may_use_its_parents_array():
    array = memsim.Array(shape=(300, 300), seed=2)
    array.apply(-2.0)
    child = os.fork()
    if child == 0:
        try:
            array.apply(1.5)
            os._exit(0 if np.mean(array.state("in_HRS")) > 0.99 else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert np.all(array.state("in_LRS") + array.state("in_HRS") == 1)
    assert not np.all(array.state("in_HRS") == 1)
