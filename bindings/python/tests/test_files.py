"""Saving, loading, copying, pickling, and damaged states."""

import copy
import os
import pickle
import resource

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import memsim
from conftest import SHAPE, refused


def go_on(array: memsim.Array) -> tuple[int, bytes]:
    """What an array does next: everything that a copy has to do the same."""
    array.apply(-2.0)
    array.apply(1.1)
    currents = array.read(0.2)
    return array.hash(), currents.tobytes()


@pytest.mark.parametrize(
    "duplicate",
    [
        copy.copy,
        copy.deepcopy,
        lambda array: memsim.Array.from_bytes(array.to_bytes()),
        lambda array: memsim.Array.from_bytes(bytearray(array.to_bytes()), context=memsim.Context(1)),
        *(lambda array, p=protocol: pickle.loads(pickle.dumps(array, p)) for protocol in range(6)),
    ],
)
def test_copies_are_equal_and_independent(cells, duplicate):
    twin = duplicate(cells)
    assert twin.hash() == cells.hash()
    assert (twin.shape, twin.model, twin.nbytes) == (cells.shape, cells.model, cells.nbytes)
    twin.apply(-3)
    assert twin.hash() != cells.hash()
    assert go_on(duplicate(cells)) == go_on(cells)


@pytest.mark.parametrize("options", [{}, {"start": "stationary"}, {"params": {"order": 3, "eta": 2.5}}])
def test_files_hold_everything(tmp_path, options):
    array = memsim.Array("synaptogen", SHAPE, seed=9, **options)
    array.apply(-1.5)
    array.save(tmp_path / "state")
    array.save(str(tmp_path / "state"))
    assert os.listdir(tmp_path) == ["state"]
    assert (tmp_path / "state").read_bytes() == array.to_bytes()
    loaded = memsim.Array.load(tmp_path / "state")
    assert loaded.hash() == array.hash()
    assert go_on(loaded) == go_on(array)


def test_copies_keep_the_context(cells):
    context = memsim.Context(1)
    array = memsim.Array(shape=(2, 2), context=context)
    assert copy.copy(array).context is context
    assert memsim.Array.from_bytes(array.to_bytes(), context=context).context is context


def test_files_that_cannot_be_used(cells, tmp_path):
    for path in (tmp_path / "missing" / "state", tmp_path):
        with refused(cells, memsim.FileError, str(path)):
            cells.save(path)
        with pytest.raises(OSError, match=str(path)):
            memsim.Array.load(path)
    with pytest.raises(TypeError):
        memsim.Array.load(3)
    with pytest.raises(ValueError):
        memsim.Array.load("a\0b")


def test_a_failed_save_leaves_the_old_file(cells, tmp_path):
    path = tmp_path / "state"
    cells.save(path)
    before = path.read_bytes()
    cells.apply(-2)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with refused(cells, memsim.FileError, str(path)):
            cells.save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["state"]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_states_are_refused(data):
    state = memsim.Array(shape=(3, 2), seed=1).to_bytes()
    position = data.draw(st.integers(0, len(state) - 1))
    flipped = bytearray(state)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    for damaged in (flipped, state[:position], state + state[: position + 1]):
        with pytest.raises(memsim.StateFileError) as caught:
            memsim.Array.from_bytes(damaged)
        assert len(str(caught.value)) > 10


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_no_state(noise):
    with pytest.raises(memsim.StateFileError):
        memsim.Array.from_bytes(noise)


def test_damaged_files_are_refused(cells, tmp_path):
    path = tmp_path / "state"
    state = cells.to_bytes()
    for damaged in (b"", state[:-1], state[: len(state) // 2], state[:40] + b"\xff" * 8 + state[48:]):
        path.write_bytes(damaged)
        with pytest.raises(memsim.StateFileError):
            memsim.Array.load(path)
    assert np.all(cells.state("r") == memsim.Array.from_bytes(state).state("r"))
