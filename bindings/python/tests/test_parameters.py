"""Model cards, and parameters from mappings and Synaptogen files."""

import json

import numpy as np
import pytest

import memsim

SHAPE = (16, 16)
GREEK = {"eta": "η", "U0": "U₀", "gamma": "γ", "muDtD": "μDtD"}


def hash_of(params) -> int:
    array = memsim.Array("synaptogen", SHAPE, seed=3, params=params)
    array.apply(-2.0)
    array.apply(1.2)
    return array.hash()


@pytest.fixture
def original():
    """The default parameters under the names of Synaptogen's own file."""
    card = memsim.models()["synaptogen"]
    return {
        GREEK.get(name, name): param.default.item() if param.default.size == 1 else np.squeeze(param.default).tolist()
        for name, param in card.params.items()
        if name != "order"
    }


def test_cards_describe_the_model():
    card = memsim.models()["synaptogen"]
    assert card.name == "synaptogen"
    assert card.options["start"].choices[0] == "fresh"
    assert card.states["r"].settable
    assert not card.states["cycle"].settable
    assert card.params["VAR_007"].shape == (4, 32)
    assert card.params["eta"].default.item() == pytest.approx(3.0567)
    assert not card.params["eta"].default.flags.writeable
    for param in card.params.values():
        assert np.all((param.default >= param.minimum) & (param.default <= param.maximum))
    for word in ("synaptogen", "eta", "start", "stationary", "HRS", "ohm", "current", "Not timed", "1000 V"):
        assert word in repr(card)


@pytest.mark.parametrize("name", memsim.models())
def test_cards_know_quantities_and_presets(name):
    card = memsim.models()[name]
    assert next(iter(card.quantities)) == "current"
    assert card.quantities["current"].unit == "A"
    assert card.voltage_limit > 0
    assert card.timed == ("pulse_length" in card.params)
    for preset in card.presets.values():
        assert preset.text and preset.source and preset.name in repr(card)
        for key, values in preset.params.items():
            assert values.shape == card.params[key].shape
            assert not values.flags.writeable


def test_files_of_synaptogen(tmp_path, original):
    path = tmp_path / "parameters.json"
    path.write_text(json.dumps(original, ensure_ascii=False), encoding="utf-8")
    assert hash_of(path) == hash_of(str(path)) == hash_of(original) == hash_of(None)


def test_parameters_that_are_left_out_keep_their_defaults(tmp_path, original):
    path = tmp_path / "parameters.json"
    path.write_text(json.dumps({"η": 2.0}), encoding="utf-8")
    assert hash_of(path) == hash_of({"eta": 2.0}) == hash_of({**original, "η": 2}) != hash_of(None)


def test_micro_sign_and_greek_mu_are_one_letter(original):
    values = np.array(original["μDtD"]) * 1.01
    assert hash_of({"\u00b5DtD": values}) == hash_of({"muDtD": values}) == hash_of({"\u03bcDtD": values})


def test_order_selects_the_autoregression(original):
    assert len({hash_of({"order": order}) for order in range(1, 11)}) == 10
    scaled = {"order": 2, "VAR_002": np.array(original["VAR_002"]) * 0.9}
    assert hash_of(scaled) != hash_of({"order": 2})


def test_extents_of_one_may_be_left_out(original):
    assert hash_of({"eta": [[2.0]]}) == hash_of({"eta": [2.0]}) == hash_of({"eta": 2.0})
    assert hash_of({"wk": np.array([original["wk"]])}) == hash_of({"wk": original["wk"]})


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "not a JSON parameter file"),
        ("[1, 2]", "not a JSON parameter file"),
        ('{"eta": 3', "not a JSON parameter file"),
        ('{"etta": 3}', "synaptogen has no parameter 'etta'"),
        ('{"eta": "three"}', "eta"),
        ('{"eta": null}', "eta"),
        ('{"eta": NaN}', "eta"),
        ('{"eta": 1e999}', "eta"),
        ('{"gamma": [[1, 2], [3]]}', "gamma"),
        ('{"VAR_001": [[1, 2, 3, 4]]}', "VAR_001"),
    ],
)
def test_files_are_checked(tmp_path, text, match):
    path = tmp_path / "parameters.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(memsim.Error, match=match):
        hash_of(path)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError):
        hash_of(tmp_path / "missing")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(memsim.Error, match="not a JSON parameter file"):
        hash_of(tmp_path / "binary")


def test_bounds_of_the_card_are_enforced():
    for name, param in memsim.models()["synaptogen"].params.items():
        for value in (param.maximum * 1.1 + 1, param.minimum - abs(param.minimum) - 1):
            with pytest.raises(memsim.Error, match=name):
                hash_of({name: np.full(param.shape, value)})
