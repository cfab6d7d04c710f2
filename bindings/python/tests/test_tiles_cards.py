"""Pulsed devices, converters and updates: what Python says of them is what the library says."""

import dataclasses
import inspect

import numpy as np
import pytest

import memsim
from memsim import _core, devices, presets
from memsim.devices.cards import settings_card

DEVICES = {
    kind.name: kind
    for kind in (getattr(devices, name) for name in devices.__all__)
    if kind.name and issubclass(kind, devices.Device)
}
COMPOUNDS = {
    kind.name: kind
    for kind in (getattr(devices, name) for name in devices.__all__)
    if kind.name and issubclass(kind, devices.Compound)
}
SETTINGS = [*DEVICES.values(), memsim.IO, memsim.Update]
INFERENCE = {"FloatingPoint", "StandardHWATraining", "WebComposer"}  # see test_torch_inference.py
FUNCTIONS = {
    name: getattr(presets, name)
    for name in presets.__all__
    if not name.endswith("Preset") and name not in INFERENCE
}
CONFIGURATIONS = {name: getattr(presets, name) for name in presets.__all__ if name.endswith("Preset")}


def test_every_device_has_its_class():
    assert {*DEVICES, *memsim.models()} == set(_core.card_names("pulsed-device"))
    for name in DEVICES:
        card = settings_card("pulsed-device", name)
        assert card.title and card.text and {"max_bound", "dwmin_up", "persistent_weights"} <= set(card.states)


@pytest.mark.parametrize("model", sorted(memsim.models()))
def test_models_have_what_weights_need_on_top_of_their_own(model):
    own, card = memsim.models()[model], devices.Physical(model=model).card()
    assert {"w_max", "w_min", "dw_min", "read_voltage", "state_range", "pulse_voltage_SET"} <= set(card.params)
    assert set(own.params) <= set(card.params)
    kept = ["max_bound", "min_bound", "decay_scales", "diffusion_rates", "reset_bias", "persistent_weights"]
    assert set(own.options) == set(card.options) and [*own.states, *kept] == list(card.states)
    fields = {field.name: field.default for field in dataclasses.fields(devices.Physical)}
    names = [name for name, default in fields.items() if isinstance(default, float)]
    assert {"w_max", "dw_min", "read_voltage", "w_max_dtod", "lifetime", "reset_std", "write_noise_std"} <= set(names)
    for name in names:
        assert fields[name] == card.params[name].default.item()
    assert fields["state_range"] == tuple(card.params["state_range"].default.reshape(-1))


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.name)
def test_fields_and_defaults_are_those_of_the_card(kind):
    card = kind.card()
    fields = {field.name: field.default for field in dataclasses.fields(kind)}
    assert set(fields) == {*card.params, *card.options}
    for name, default in fields.items():
        if name in card.options:
            assert default == card.options[name].choices[0]
        elif card.params[name].shape[0] == 0:
            assert default == (1.0,)
        else:
            assert float(default) == card.params[name].default.item(), name
            flag = (card.params[name].minimum, card.params[name].maximum) == (0, 1)
            assert not isinstance(default, bool) or flag, name


def test_every_compound_has_its_class():
    assert set(COMPOUNDS) == set(_core.card_names("compound"))
    for name, kind in COMPOUNDS.items():
        card = kind.card()
        assert card.title and card.text and card.source, name
        fields = {field.name: field for field in dataclasses.fields(kind)}
        made = {"unit_cell_devices", "device", "transfer_forward", "transfer_update", "refresh_forward", "refresh_update"}
        assert set(fields) - made == {*card.params, *card.options}
        for key, param in card.params.items():
            default = fields[key].default
            assert (default == ()) if param.shape[0] == 0 else float(default) == param.default.item(), key
        for key, option in card.options.items():
            assert fields[key].default == option.choices[0]
    with pytest.raises(memsim.Error, match="unknown"):
        _core.card("compound", "unknown")


def test_every_preset_of_the_library_has_its_function():
    known = {preset: kind for kind in DEVICES.values() for preset in kind.card().presets}
    assert set(known) == set(FUNCTIONS) - {"PresetIO", "StandardIO", "PresetUpdate"}
    for name, kind in known.items():
        made = FUNCTIONS[name]()
        assert type(made) is kind and inspect.getdoc(FUNCTIONS[name])
        for field in dataclasses.fields(made):
            given = kind.card().presets[name].params.get(field.name)
            expected = field.default if given is None else given.item()
            assert getattr(made, field.name) == expected
            assert type(getattr(made, field.name)) is type(field.default)
        assert memsim.Tile(2, 3, made).device == made


def test_configurations_are_those_of_their_names():
    assert len(CONFIGURATIONS) == 52
    known = {"TikiTaka": "transfer", "TTv2": "chopped-transfer", "ChoppedTTv2": "chopped-transfer",
             "AGAD": "dynamic-transfer", "MixedPrecision": "mixed-precision"}
    for name, make in CONFIGURATIONS.items():
        config, prefix = make(), next((p for p in known if name.startswith(p)), None)
        assert make.__name__ == name and inspect.getdoc(make)
        assert config.forward == config.backward == presets.PresetIO()
        assert config.update == presets.PresetUpdate(desired_bl=config.update.desired_bl)
        if prefix is not None:
            assert config.device.name == known[prefix]
        elif name != "PCMPreset":
            device = name.removesuffix("Preset").rstrip("24")
            cells = getattr(config.device, "unit_cell_devices", (config.device,))
            assert len(cells) == {"2": 2, "4": 4}.get(name[-7], 1) and set(cells) == {FUNCTIONS[device]()}
        assert memsim.Tile(2, 3, config=config).device == config.device
    io = memsim.IO(is_perfect=True)
    assert presets.EcRamPreset(forward=io).forward == io
    assert memsim.Tile(2, 3, memsim.devices.Ideal(), config=presets.EcRamPreset()).device == memsim.devices.Ideal()


def test_configurations_have_the_published_numbers():
    second, third, agad = presets.TTv2EcRamPreset(), presets.ChoppedTTv2EcRamPreset(), presets.AGADEcRamPreset()
    for config, numbers in ((second, (0.1, 500, 0, 100)), (third, (1.0, 500, 0.01, 100)), (agad, (0.1, 750, 0.005, 31))):
        made = config.device
        assert (made.fast_lr, made.auto_granularity, made.in_chop_prob, config.update.desired_bl) == numbers
        assert made.auto_scale and not made.units_in_mbatch and made.transfer_update.desired_bl == 1
    assert agad.device.tail_weightening == 50 and presets.AGADReRamESPreset().device.tail_weightening == 5
    tiki = presets.TikiTakaReRamSBPreset().device
    assert all(cell.subtract_symmetry_point for cell in tiki.unit_cell_devices)
    assert tiki.transfer_update == presets.PresetUpdate() and tiki.transfer_forward.noise_management == "none"
    assert presets.ReRamES4Preset().device.update_policy == "single-random"
    assert (presets.PCMPreset().device.refresh_every, presets.PCMPreset().device.units_in_mbatch) == (1, True)
    assert presets.MixedPrecisionPCMPreset().device == memsim.devices.MixedPrecision(device=presets.PCM())


def test_presets_have_the_published_numbers():
    assert presets.EcRamMO().dw_min == 2.8214e-4
    assert presets.ReRamES().up_down == 0.259359
    assert presets.Capacitor().lifetime == 1e6
    assert presets.ReRamArrayHfO2().dw_min_dtod_log_normal is True
    assert presets.ReRamSB(w_max=2.0) == dataclasses.replace(presets.ReRamSB(), w_max=2.0)
    assert (presets.PresetIO().out_bound, presets.PresetIO().out_noise) == (20.0, 0.1)
    assert presets.StandardIO().inp_res == presets.StandardIO().out_res == 1 / 254
    assert presets.PresetUpdate() == memsim.Update()


@pytest.mark.parametrize("make, sentence", [
    (lambda: devices.ConstantStep(dw_min=0), "dw_min must be .*, got 0"),
    (lambda: devices.ConstantStep(w_min=0.1), "w_min must be .*, got 0.1"),
    (lambda: devices.ConstantStep(dw_min=float("nan")), "dw_min must be .*, got nan"),
    (lambda: devices.PiecewiseStep(piecewise_up=[1, 2]), "piecewise_down must have as many nodes as piecewise_up, 2, got 1"),
    (lambda: devices.PiecewiseStep(piecewise_up=[]), "piecewise_up must be one or more numbers"),
    (lambda: memsim.IO(mv_type="two-pass"), "mv_type must be one of one-pass, .*, got 'two-pass'"),
    (lambda: memsim.IO(noise_management=None), "noise_management must be one of"),
    (lambda: memsim.Update(desired_bl=0), "desired_bl must be 1.*, got 0"),
    (lambda: memsim.Update(desired_bl=1.5), "desired_bl must be a whole number, got 1.5"),
    (lambda: memsim.Tile(0, 3), "outputs must be 1.*, got 0"),
    (lambda: memsim.Tile(3, 3, seed=-1), "seed must be 0"),
    (lambda: memsim.Tile(2, 2, forward=memsim.IO(inp_bound=2.0)), "inp_bound"),
    (lambda: devices.PulsedDevice(), "constant-step"),
])
def test_refusals_name_the_argument(make, sentence):
    with pytest.raises(memsim.Error, match=sentence):
        make()


@pytest.mark.parametrize("make, sentence", [
    (lambda: devices.ConstantStep(dw_min="small"), "dw_min must be a real number, got 'small'"),
    (lambda: memsim.IO(is_perfect=1), "is_perfect must be True or False, got 1"),
    (lambda: devices.PiecewiseStep(piecewise_up="12"), "piecewise_up must be numbers, got '12'"),
    (lambda: memsim.Tile(2, 2, "constant-step"), "device must be an object of memsim.devices or None"),
    (lambda: memsim.Tile(2, 2, forward={}), "forward must be a memsim.IO or None, got {}"),
    (lambda: memsim.Tile(2, 2).hidden(3), "name must be a word, got 3"),
    (lambda: devices.ConstantStep(0.1), "positional"),
    (lambda: presets.EcRam(dwmin=0.1), "dwmin"),
])
def test_types_are_checked(make, sentence):
    with pytest.raises(TypeError, match=sentence):
        make()


def test_settings_compare_hash_and_change():
    assert devices.PiecewiseStep(piecewise_up=[1, 2], piecewise_down=np.array([3, 4])).piecewise_down == (3.0, 4.0)
    assert hash(memsim.IO()) == hash(memsim.IO()) != hash(memsim.IO(out_noise=0.0))
    with pytest.raises(dataclasses.FrozenInstanceError):
        memsim.IO().out_noise = 1.0
    with pytest.raises(memsim.Error, match="unknown"):
        _core.card("pulsed-device", "unknown")
    with pytest.raises(memsim.Error, match="unknown"):
        _core.card("tile-settings", "unknown")
    with pytest.raises(ValueError, match="no cards of kind \"unknown\""):
        _core.card("unknown", "io")
    assert _core.card_names("tile-settings") == ()
