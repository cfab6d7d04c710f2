"""aihwkit's configs in memsim's terms, and scripts of aihwkit that run unchanged."""

import dataclasses
import subprocess
import sys

import pytest

pytest.importorskip("aihwkit.simulator.rpu_base", reason="aihwkit is not installed: its adapter is not tested")
from aihwkit.simulator import configs, presets  # noqa: E402
from aihwkit.simulator.configs import (  # noqa: E402
    AnalogMVType,
    BoundManagementType,
    IOParameters,
    MappingParameter,
    NoiseManagementType,
    PulseType,
    SingleRPUConfig,
    UpdateParameters,
    WeightNoiseType,
)
from aihwkit.simulator.parameters.enums import RPUDataType  # noqa: E402
from aihwkit.simulator.presets.devices import (  # noqa: E402
    PCMPresetDevice,
    ReRamArrayHfO2PresetDevice,
    ReRamArrayOMPresetDevice,
)

import memsim  # noqa: E402
from memsim import devices  # noqa: E402
from memsim.aihwkit import RPUConfig, convert  # noqa: E402

KINDS = {configs.IdealDevice: devices.Ideal, configs.ConstantStepDevice: devices.ConstantStep,
         configs.LinearStepDevice: devices.LinearStep, configs.SoftBoundsDevice: devices.SoftBounds,
         configs.SoftBoundsPmaxDevice: devices.SoftBoundsPmax,
         configs.SoftBoundsReferenceDevice: devices.SoftBoundsReference, configs.ExpStepDevice: devices.ExpStep,
         configs.PowStepDevice: devices.PowStep, configs.PiecewiseStepDevice: devices.PiecewiseStep}


@pytest.mark.parametrize("kind, ours", KINDS.items(), ids=lambda kind: kind.__name__)
def test_defaults_are_the_same(kind, ours):
    made = convert(SingleRPUConfig(device=kind()))
    assert made.device == ours() and made.update == memsim.Update()
    assert made.forward == made.backward == memsim.IO()
    assert made.mapping == MappingParameter() and made.construction_seed == 0


@pytest.mark.parametrize("kind, ours", KINDS.items(), ids=lambda kind: kind.__name__)
def test_every_number_of_a_device_is_taken(kind, ours):
    shared = {field.name for field in dataclasses.fields(kind)} & {field.name for field in dataclasses.fields(ours)}
    changed = {}
    for field in dataclasses.fields(ours):
        if field.name in shared:
            value = getattr(ours(), field.name)
            changed[field.name] = (not value if isinstance(value, bool) else [0.5, 1.5] if isinstance(value, tuple)
                                   else value * 0.9 + (field.name.endswith("_dtod") or not value) * 0.1)
    made = convert(SingleRPUConfig(device=kind(**changed))).device
    assert made == ours(**changed) != ours()


def test_presets_are_the_same():
    names = ("Capacitor", "EcRam", "EcRamMO", "GokmenVlasov", "Idealized", "ReRamES", "ReRamSB")
    for name in names:
        made = convert(getattr(presets, f"{name}Preset")())
        ours = getattr(memsim.presets, name)()
        assert type(made.device) is type(ours)
        assert dataclasses.asdict(made.device) == pytest.approx(dataclasses.asdict(ours), rel=1e-12)
        assert made.forward == made.backward == memsim.presets.PresetIO()
        assert made.update == memsim.presets.PresetUpdate()
    for kind, ours in ((PCMPresetDevice, memsim.presets.PCM), (ReRamArrayOMPresetDevice, memsim.presets.ReRamArrayOM),
                       (ReRamArrayHfO2PresetDevice, memsim.presets.ReRamArrayHfO2)):
        assert convert(SingleRPUConfig(device=kind())).device == ours()


def test_words_of_converters_and_updates():
    io = IOParameters(mv_type=AnalogMVType.POS_NEG_SEPARATE_DIGITAL_SUM, w_noise_type=WeightNoiseType.PCM_READ,
                      noise_management=NoiseManagementType.ABS_MAX_NP_SUM, w_noise=0.1, ir_drop=0.5,
                      bound_management=BoundManagementType.ITERATIVE_WORST_CASE)
    made = convert(SingleRPUConfig(forward=io, backward=IOParameters(mv_type=AnalogMVType.IDEAL),
                                   update=UpdateParameters(pulse_type=PulseType.NONE_WITH_DEVICE, desired_bl=7)))
    assert made.forward == memsim.IO(mv_type="pos-neg-separate-digital-sum", w_noise_type="pcm-read", w_noise=0.1,
                                     noise_management="abs-max-np-sum", ir_drop=0.5,
                                     bound_management="iterative-worst-case")
    assert made.backward == memsim.IO(is_perfect=True)
    assert made.update == memsim.Update(pulse_type="none-with-device", desired_bl=7)


@pytest.mark.parametrize("kind, name, field", [
    (NoiseManagementType, "noise_management", "forward"), (WeightNoiseType, "w_noise_type", "forward"),
    (BoundManagementType, "bound_management", "forward"), (PulseType, "pulse_type", "update")])
def test_every_word_is_taken_or_refused(kind, name, field):
    source = IOParameters if field == "forward" else UpdateParameters
    without = {BoundManagementType.SHIFT, PulseType.NONE}
    made = set()
    for value in kind:
        config = SingleRPUConfig(**{field: source(**{name: value})})
        if value in without:
            with pytest.raises(memsim.Error, match=f"{field}.{name}="):
                convert(config)
        else:
            made.add(getattr(getattr(convert(config), field), name))
    assert made == set((memsim.IO if field == "forward" else memsim.Update).card().options[name].choices)


def test_digital_configs_are_ideal_devices():
    made = convert(configs.FloatingPointRPUConfig(device=configs.FloatingPointDevice(lifetime=10.0)))
    assert made.device == devices.Ideal(lifetime=10.0) and made.forward.is_perfect and made.backward.is_perfect


def test_what_is_aihwkits_stays():
    mapping = MappingParameter(weight_scaling_omega=0.3, max_input_size=4)
    made = convert(SingleRPUConfig(mapping=mapping, device=configs.ConstantStepDevice(construction_seed=5)))
    assert made.mapping == mapping and made.mapping is not mapping and made.construction_seed == 5
    assert convert(made) is made


def config_of(**device):
    return SingleRPUConfig(device=configs.SoftBoundsDevice(**device))


def halved():
    config = SingleRPUConfig()
    config.runtime.data_type = RPUDataType.HALF
    return config


@pytest.mark.parametrize("config, sentence", [
    (config_of(count_pulses=True), "no equivalent of device.count_pulses=True"),
    (config_of(drift=configs.DriftParameter(nu=0.1), count_pulses=True), r"device.drift=.*, device.count_pulses=True"),
    (config_of(apply_write_noise_on_set=False, write_noise_std=1.0), "apply_write_noise_on_set=False"),
    (SingleRPUConfig(device=configs.PowStepReferenceDevice()), "device=PowStepReferenceDevice"),
    (SingleRPUConfig(update=UpdateParameters(d_sparsity=True)), "update.d_sparsity=True"),
    (SingleRPUConfig(forward=IOParameters(mv_type=AnalogMVType.BIT_WISE)), "forward.mv_type="),
    (SingleRPUConfig(forward=configs.IOParametersIRDropT()), "forward.ir_drop_segments="),
    (SingleRPUConfig(tile_class=int), "tile_class=<class 'int'>"),
    (halved(), "runtime.data_type="),
    (config_of(w_min=1.0), "w_min must be"),
    (configs.UnitCellRPUConfig(), "memsim has no UnitCellRPUConfig"),
    (configs.InferenceRPUConfig(), "memsim has no InferenceRPUConfig"),
    (presets.TikiTakaEcRamPreset(), "memsim has no TikiTakaEcRamPreset"),
    (None, "memsim has no NoneType"),
])
def test_what_has_no_equivalent_is_named(config, sentence):
    with pytest.raises(memsim.Error, match=sentence):
        convert(config)
    assert convert(config_of(apply_write_noise_on_set=False)).device == devices.SoftBounds()


# -- The command

SCRIPT = """
import sys
import torch
from aihwkit.nn import AnalogLinear
from aihwkit.optim import AnalogSGD
from aihwkit.simulator.configs import FloatingPointRPUConfig, InferenceRPUConfig, SingleRPUConfig, SoftBoundsDevice

torch.manual_seed(1)
config = SingleRPUConfig(device=SoftBoundsDevice(dw_min=0.002))
if sys.argv[1:] == ["infer"]:
    config = InferenceRPUConfig()
model = AnalogLinear(4, 2, rpu_config=config)
optimizer = AnalogSGD(model.parameters(), lr=0.1)
for _ in range(5):
    model(torch.rand(3, 4)).square().mean().backward()
    optimizer.step()
again = AnalogLinear(4, 2, rpu_config=config)
again.load_state_dict(model.state_dict())
assert torch.equal(again(torch.ones(20, 4)), model(torch.ones(20, 4)))
digital = AnalogLinear(4, 2, rpu_config=FloatingPointRPUConfig())
print(__name__, sys.argv[1:], type(digital.analog_module.tile).__name__, next(model.analog_tiles()))
print(model.get_weights()[0].tolist())
"""


def command(*arguments):
    return subprocess.run([sys.executable, "-m", "memsim.aihwkit", *arguments], capture_output=True, text=True)


def test_scripts_run_unchanged(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from beside import SCRIPT\n" + SCRIPT)
    (tmp_path / "beside.py").write_text("SCRIPT = 1\n")
    runs = [command(str(script), "--one", "two") for _ in range(2)]
    assert runs[0].returncode == 0, runs[0].stderr
    tile = "AnalogTile(memsim.Tile(2, 4, device='soft-bounds'"
    assert runs[0].stdout.startswith(f"__main__ ['--one', 'two'] FloatingPointTile {tile}")
    assert runs[0].stdout == runs[1].stdout, "the seed of PyTorch settles everything"
    plain = subprocess.run([sys.executable, str(script), "x"], capture_output=True, text=True)
    assert plain.returncode == 1, "aihwkit's own tiles do not repeat themselves"
    refused = command(str(script), "infer")
    assert refused.returncode == 1 and "no equivalent of aihwkit's InferenceTile" in refused.stderr


def test_check_lists_what_configs_become():
    done = command("--check")
    assert done.returncode == 0, done.stderr
    mapped, without = done.stdout.split("no equivalent:")
    assert "EcRamPreset" in mapped and "PiecewiseStepDevice        PiecewiseStep" in mapped
    assert "PowStepReferenceDevice" in without and "TikiTakaEcRamPreset" in without and "EcRamPreset  " not in without


def test_the_command_wants_a_script_or_check(tmp_path):
    for arguments in ([], ["--check", "script.py"]):
        done = command(*arguments)
        assert done.returncode == 2 and "give a script or --check" in done.stderr
    assert "No such file" in command(str(tmp_path / "none.py")).stderr


def test_configs_print():
    assert "SoftBounds(" in str(RPUConfig(device=devices.SoftBounds()))
