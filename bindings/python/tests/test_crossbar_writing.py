"""Cells written through wires: schemes of selection, energies, and what is refused."""

import numpy as np
import pytest

import memsim
from conftest import refused
from memsim import crossbar

SHAPE = (8, 8)
VOLTS, TIME = -1.2, 1e-7
"""Sets a cell of JART VCM v1b within a tenth of the time, and half of it moves one by a millionth."""


def make(**wires) -> memsim.Array:
    array = memsim.Array("jart-vcm-v1b", SHAPE, seed=1)
    array.wires(**({"r_word": 2.0, "r_bit": 2.0} | wires))
    return array


def groups(rows, cols) -> dict[str, np.ndarray]:
    """Masks of cells that are selected, half-selected by word or by bit line, and not at all."""
    row, col = np.isin(np.arange(8), rows)[:, None], np.isin(np.arange(8), cols)
    return {"selected": row & col, "word": row & ~col, "bit": ~row & col, "none": ~row & ~col}


def drift(array: memsim.Array) -> np.ndarray:
    """Of N, from its initial value, relative."""
    return array.state("N") / memsim.Array("jart-vcm-v1b", SHAPE, seed=1).state("N") - 1


@pytest.mark.parametrize(("rows", "cols"), [(0, 7), (np.int64(3), [2]), ([1, 6], (0, 4)), (range(8), 5)], ids=str)
@pytest.mark.parametrize("scheme", ["V/2", "V/3", "floating"])
def test_selected_cells_switch_and_others_hardly_drift(scheme, rows, cols):
    array = make()
    report = array.write(rows, cols, VOLTS, TIME, scheme=scheme)
    moved, cells = drift(array), groups(rows, cols)
    assert (array.state("N")[cells["selected"]] > 1).all()
    for name in ("word", "bit", "none"):
        assert (np.abs(moved[cells[name]]) < 1e-4).all(), name
    assert report.energy > report.device_energy > 0
    assert report.steps >= 1
    assert report.rejected >= 0


def test_half_selected_cells_drift_by_their_share():
    """At V/2 half-selected cells see volts/2, at V/3 all others a third: what `apply` does with that."""
    for scheme, share, names in (("V/2", 1 / 2, ("word", "bit")), ("V/3", 1 / 3, ("word", "bit"))):
        array, twin = make(r_word=0.0, r_bit=0.0), memsim.Array("jart-vcm-v1b", SHAPE, seed=1)
        array.write(3, 4, VOLTS, TIME, scheme=scheme)
        twin.apply(share * VOLTS, duration=TIME)
        for name in names:
            mask = groups(3, 4)[name]
            # One is a solution step by step, the other a map; both are right to 1e-3 of ln N, the drift to less.
            np.testing.assert_allclose(drift(array)[mask], drift(twin)[mask], rtol=0.1, err_msg=scheme)
        assert (drift(array)[groups(3, 4)["word"]] > 0).all()
    none = drift(array)[groups(3, 4)["none"]]
    assert (none <= 0).all()  # at V/3 they see a third in the other direction


def test_ground_writes_whole_word_lines():
    array = make()
    array.write([2, 5], 0, VOLTS, TIME, scheme="ground")
    rows = np.isin(np.arange(8), [2, 5])
    assert (array.state("N")[rows] > 1).all()
    assert (np.abs(drift(array)[~rows]) < 1e-9).all()


def gated() -> crossbar.Selector:
    """A transistor that is open."""
    gates = ((name, crossbar.Selector(name).gate) for name in crossbar.selector_cards())
    name, gate = next((name, gate) for name, gate in gates if gate)
    return crossbar.Selector(name, **{gate: 3.0})


def test_transistors_keep_all_other_cells():
    array = make(selector=gated())
    array.write(2, 3, VOLTS, 10 * TIME, scheme="1T1R")
    moved = drift(array)
    assert moved[2, 3] > 0.1  # the transistor takes part of the voltage
    moved[2, 3] = 0
    assert (np.abs(moved) < 1e-6).all()


def test_transistors_keep_cells_from_a_reset():
    array = make(selector=gated())
    array.set_state("N", 5.0)
    array.write(2, 3, -VOLTS, 10 * TIME, scheme="1T1R")
    moved = array.state("N") / 5.0 - 1
    assert moved[2, 3] < -1e-3
    moved[2, 3] = 0
    assert (np.abs(moved) < 1e-6).all()


def test_wires_weaken_what_is_far_from_the_drivers():
    near, far = make(r_word=400.0, r_bit=400.0), make(r_word=400.0, r_bit=400.0)
    volts, time = -0.95, 3e-8
    near.write(7, 0, volts, time)
    far.write(0, 7, volts, time)
    assert drift(near)[7, 0] > drift(far)[0, 7] > 0


def test_a_write_without_resistance_is_an_apply():
    array, twin = make(r_word=0.0, r_bit=0.0), memsim.Array("jart-vcm-v1b", SHAPE, seed=1)
    array.write(range(8), range(8), -0.8, 1e-6, scheme="ground")
    twin.apply(-0.8, duration=1e-6)
    np.testing.assert_allclose(drift(array), drift(twin), rtol=0.1)  # of 1e-2; maps are right to 1e-3 of ln N
    assert (drift(array) > 1e-3).all()


def test_the_energy_of_a_hold_is_its_power_times_its_time():
    array = make(r_word=300.0, r_bit=200.0)
    found = crossbar.Wires.of(array, 300.0, 200.0).solve(np.full(8, -0.2))
    report = array.write(range(8), range(8), -0.2, 1e-6, scheme="ground")
    power = np.sum(-0.2 * found.word_current[:, 0])
    in_cells = np.sum(found.device_current * found.device_volts)
    # Cells move by less than 1e-12 meanwhile.
    assert report.energy == pytest.approx(power * 1e-6, rel=1e-6)
    assert report.device_energy == pytest.approx(in_cells * 1e-6, rel=1e-6)


def test_smaller_steps_change_little():
    coarse, fine = make(r_word=50.0, r_bit=50.0), make(r_word=50.0, r_bit=50.0)
    few = coarse.write(0, 7, VOLTS, TIME, tolerance=0.02)
    many = fine.write(0, 7, VOLTS, TIME, tolerance=0.002)
    assert many.steps > few.steps
    np.testing.assert_allclose(few.energy, many.energy, rtol=0.1)
    np.testing.assert_allclose(coarse.state("N"), fine.state("N"), rtol=0.1)


def test_writing_repeats_for_any_threads():
    hashes, energies = set(), set()
    for threads in (1, 3):
        array = memsim.Array("jart-vcm-v1b", SHAPE, seed=1, context=memsim.Context(threads))
        array.wires(20.0, 20.0)
        energies.add(array.write([1, 2], 3, -1.0, 1e-7).energy)
        hashes.add(array.hash())
    assert len(hashes) == len(energies) == 1


@pytest.mark.parametrize("model", [name for name, card in memsim.models().items() if card.timed])
def test_every_timed_model_can_be_written(model):
    array = memsim.Array(model, (3, 4), seed=1)
    array.wires(5.0, 5.0)
    hashes = {array.hash()}
    report = array.write(1, 2, -1.5, 1e-6)
    assert report.energy >= report.device_energy >= 0
    hashes.add(array.hash())
    # Models at a bound of their state move away from it with one sign only.
    array.write(1, 2, 1.5, 1e-6)
    assert len(hashes | {array.hash()}) > 1


def test_any_numbers_of_volts_and_time():
    first, second = make(), make()
    first.write(1, 2, np.float32(-0.75), np.array(1e-6))
    second.write([1], np.array([2]), -0.75, 1e-6)
    assert first.hash() == second.hash()
    assert first.write(1, 2, -1, 0).energy == 0  # no time, no change
    assert first.hash() == second.hash()


def test_wires_of_an_array_write_any_voltages():
    first, second = make(), make()
    words, bits = np.full(8, VOLTS / 2), np.full(8, VOLTS / 2)
    words[3], bits[4] = VOLTS, 0
    report = crossbar.Wires.of(first, 2.0, 2.0).write(words, bits, duration=TIME)
    assert report == second.write(3, 4, VOLTS, TIME)
    assert first.hash() == second.hash()


@pytest.mark.parametrize(
    ("keywords", "error", "match"),
    [
        ({"rows": 8}, memsim.Error, r"rows must be 0\.\.\.7, got 8"),
        ({"rows": -1}, memsim.Error, r"rows must be 0\.\.\.7, got -1"),
        ({"cols": [0, 9]}, memsim.Error, r"cols must be 0\.\.\.7, got 9"),
        ({"rows": []}, memsim.Error, "rows must be a line or several"),
        ({"rows": [[1]]}, memsim.Error, "rows must be a line or several"),
        ({"rows": 1.0}, TypeError, "rows must be integers"),
        ({"cols": [True]}, TypeError, "cols must be integers"),
        ({"cols": "a"}, TypeError, "cols must be integers"),
        ({"volts": "x"}, TypeError, "volts must be a real number"),
        ({"volts": np.nan}, memsim.Error, "."),
        ({"volts": 100.0}, memsim.Error, "."),
        ({"duration": -1.0}, memsim.Error, "duration"),
        ({"duration": np.inf}, memsim.Error, "duration"),
        ({"duration": None}, TypeError, "duration must be a real number"),
        ({"tolerance": 0.0}, memsim.Error, "tolerance"),
        ({"tolerance": 2.0}, memsim.Error, "tolerance"),
        ({"scheme": "V/4"}, memsim.Error, "scheme must be V/2, V/3, floating, ground, 1T1R"),
        ({"scheme": None}, memsim.Error, "scheme must be"),
        ({"scheme": "1T1R"}, memsim.Error, "selector"),
    ],
    ids=str,
)
def test_arguments_are_checked(keywords, error, match):
    array = make()
    with refused(array, error, match):
        array.write(**{"rows": 1, "cols": 2, "volts": VOLTS, "duration": TIME, **keywords})


def test_arrays_that_cannot_be_written_say_so(cells):
    with refused(cells, memsim.Error, "array has no wires"):
        cells.write(0, 0, -1.0, 1e-6)
    cells.wires()
    with refused(cells, memsim.Error):
        cells.write(0, 0, -1.0, 1e-6)
