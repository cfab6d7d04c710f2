"""memsim's tiles under aihwkit's layers beside aihwkit's own tiles: means of updates, noise of products, training.

aihwkit's random numbers cannot be seeded, so bounds are four standard errors of the difference; devices are alike, so
that spreads are not in the way.
"""

import pytest

pytest.importorskip("aihwkit.simulator.rpu_base", reason="aihwkit is not installed: its adapter is not tested")
import torch  # noqa: E402
from aihwkit.nn import AnalogLinear, AnalogSequential  # noqa: E402
from aihwkit.optim import AnalogSGD  # noqa: E402
from aihwkit.simulator import configs  # noqa: E402
from aihwkit.simulator.configs import (  # noqa: E402
    AnalogMVType,
    IOParameters,
    NoiseManagementType,
    PulseType,
    SingleRPUConfig,
    UpdateParameters,
    WeightNoiseType,
)
from torch import nn  # noqa: E402

from memsim.aihwkit import convert  # noqa: E402

ALIKE = {"dw_min_dtod": 0.0, "w_max_dtod": 0.0, "w_min_dtod": 0.0, "up_down_dtod": 0.0}
DEVICES = [
    configs.ConstantStepDevice(dw_min=0.002, up_down=0.2, **ALIKE),
    configs.LinearStepDevice(dw_min=0.002, gamma_up=0.4, gamma_down=0.2, gamma_up_dtod=0.0, gamma_down_dtod=0.0,
                             **ALIKE),
    configs.SoftBoundsDevice(dw_min=0.002, **ALIKE),
    configs.SoftBoundsReferenceDevice(dw_min=0.002, reference_mean=0.1, **ALIKE),
    configs.ExpStepDevice(dw_min=0.002, **ALIKE),
    configs.PowStepDevice(dw_min=0.002, pow_gamma=1.5, pow_gamma_dtod=0.0, **ALIKE),
    configs.PiecewiseStepDevice(dw_min=0.002, piecewise_up=[1.2, 1.0, 0.4], piecewise_down=[0.5, 1.0, 1.5], **ALIKE),
]
START = torch.tensor([-0.3, 0.0, 0.2])


def tiles(config, outputs, inputs):
    """aihwkit's own tile and memsim's, of one config."""
    torch.manual_seed(0)
    return [made.tile_class(outputs, inputs, made, False) for made in (config, convert(config))]


def agree(measure):
    """Whether means over the first axis of the pairs that measure() gives differ by less than four standard errors.

    Of the hundreds of means here one is off by chance in every hundredth run: there is a second look.
    """
    off = [_off(*pair) for pair in measure().values()]
    if max(off) > 4:
        again = {name: _off(*pair) for name, pair in measure().items()}
        assert max(again.values()) <= 4, f"off by standard errors: {again}, before by {off}"


def _off(ours, theirs):
    error = sum(values.var(0) / len(values) for values in (ours, theirs)).sqrt()
    return ((ours.mean(0) - theirs.mean(0)).abs() / (error + 1e-6)).max().item()


def changes(tile, start, x, d, repeats):
    """Mean changes [repeats, inputs] of weights that begin at `start`, by one update each."""
    tile.set_learning_rate(0.05)
    made = []
    for _ in range(repeats):
        tile.set_weights(start)
        tile.update(x, d)
        made.append((tile.get_weights()[0] - start).mean(0))
    return torch.stack(made)


@pytest.mark.parametrize("pulses", [PulseType.STOCHASTIC_COMPRESSED, PulseType.MEAN_COUNT], ids=lambda item: item.value)
@pytest.mark.parametrize("sign", [1, -1], ids=["down", "up"])
@pytest.mark.parametrize("device", DEVICES, ids=lambda item: type(item).__name__)
def test_updates_have_the_same_mean(device, sign, pulses):
    config = SingleRPUConfig(device=device, update=UpdateParameters(pulse_type=pulses))
    x, d = torch.tensor([[0.9, 0.6, 0.4]]), sign * torch.full((1, 16), 0.7)
    start = START.repeat(16, 1)

    def measure():
        return {"update": [changes(tile, start, x, d, 150) for tile in tiles(config, 16, 3)]}

    agree(measure)
    assert bool((measure()["update"][1].mean(0) * sign < 0).all())


CONVERTERS = [
    IOParameters(), IOParameters(out_noise=0.2, inp_noise=0.05),
    IOParameters(w_noise=0.02, w_noise_type=WeightNoiseType.ADDITIVE_CONSTANT,
                 noise_management=NoiseManagementType.NONE),
    IOParameters(w_noise=0.02, w_noise_type=WeightNoiseType.PCM_READ, out_noise=0.0),
    IOParameters(mv_type=AnalogMVType.POS_NEG_SEPARATE_DIGITAL_SUM, inp_asymmetry=0.1, out_asymmetry=0.1),
    IOParameters(ir_drop=1.0, out_sto_round=True, inp_sto_round=True, out_bound=1.0),
]


@pytest.mark.parametrize("converters", CONVERTERS, ids=range(len(CONVERTERS)))
def test_products_have_the_same_mean_and_noise(converters):
    config = SingleRPUConfig(forward=converters, backward=converters, device=DEVICES[0])
    weights = torch.rand(5, 8, generator=torch.Generator().manual_seed(1)) - 0.5
    x, d = (torch.linspace(-0.8, 1, size).repeat(4000, 1) for size in (8, 5))

    def measure():
        made = tiles(config, 5, 8)
        for tile in made:
            tile.set_weights(weights)
        pairs = {"forward": [tile.tile.forward(x) for tile in made],
                 "backward": [tile.tile.backward(d) for tile in made]}
        return pairs | {f"variance {name}": [_squares(values) for values in pair] for name, pair in pairs.items()}

    agree(measure)


def _squares(values):
    return (values - values.mean(0)).square()


def blobs(count, generator):
    """Four classes around four corners."""
    labels = torch.randint(4, (count,), generator=generator)
    centres = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]).repeat(1, 4)
    return centres[labels] + 0.9 * torch.randn(count, 8, generator=generator), labels


def accuracy(config, seed):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = AnalogSequential(AnalogLinear(8, 16, rpu_config=config), nn.Tanh(), AnalogLinear(16, 4, rpu_config=config))
    optimizer = AnalogSGD(model.parameters(), lr=0.05)
    optimizer.regroup_param_groups(model)
    for _ in range(150):
        x, labels = blobs(20, generator)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), labels).backward()
        optimizer.step()
    x, labels = blobs(1000, generator)
    with torch.no_grad():
        return (model(x).argmax(1) == labels).float().mean()


@pytest.mark.parametrize("device", [configs.ConstantStepDevice(dw_min=0.002), configs.SoftBoundsDevice(dw_min=0.002)],
                         ids=lambda item: type(item).__name__)
def test_training_leads_to_the_same_accuracy(device):
    theirs = SingleRPUConfig(device=device)
    ends = [sum(accuracy(config, seed) for seed in range(4)) / 4 for config in (convert(theirs), theirs)]
    assert min(ends) > 0.85 and abs(ends[0] - ends[1]) < 0.03, ends
