"""Programmed weights, converters, modifiers, clip and remap: exact values, reproducibility, states, bad arguments."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

import memsim
from memsim import _core
from memsim import inference as inf

MODELS = [inf.PCMLike(), inf.CustomDriftPCMLike(), inf.StateIndependent(), inf.Hermes(), inf.ReRamWan2022(), inf.ReRamCMO()]
CURVES = [[1, 1, 6], [6, 1, 1], [2, 4, 10], [10, 4, 2]]
CONVERTERS = [
    inf.SinglePair(), inf.SinglePair(g_max=50, g_min=2), inf.NPair(f_lst=(1, 2, 4)), inf.DualPair(f_lst=(4, 1)),
    inf.CustomPair(f_lst=(1, 2), g_lst=CURVES), inf.SingleDevice(), inf.Fusion(),
]  # fmt: skip
SILENT = inf.PCMLike(prog_noise_scale=0, read_noise_scale=0, drift_scale=0)


def ident(item):
    return item.name


def weights(outputs=9, inputs=31, seed=0):
    return np.random.default_rng(seed).normal(size=(outputs, inputs)).astype(np.float32)


# -- Cards


def test_every_model_and_converter_has_its_class():
    assert {m.name for m in MODELS} == set(_core.card_names("inference-model"))
    assert {c.name for c in CONVERTERS} == set(_core.card_names("inference-converter"))


@pytest.mark.parametrize("item", [*MODELS, *CONVERTERS, inf.WeightModifier(), inf.WeightClip(), inf.WeightRemap()], ids=ident)
def test_fields_and_defaults_are_those_of_the_card(item):
    card = item.card()
    fields = {field.name: field.default for field in dataclasses.fields(item)}
    assert set(fields) == {*card.params, *card.options} and card.title and card.text and card.source
    for name, default in fields.items():
        if name in card.options:
            assert default == card.options[name].choices[0]
        elif not isinstance(default, tuple):
            assert float(default) == card.params[name].default.item(), name
        elif card.params[name].default is not None and card.params[name].default.size:
            np.testing.assert_allclose(np.ravel(default), np.ravel(card.params[name].default))


# -- Converters


@pytest.mark.parametrize("converter", CONVERTERS, ids=ident)
@pytest.mark.parametrize("size", [(1, 1), (9, 31), (70, 130)], ids=str)
def test_conversion_is_inverted(converter, size):
    w = weights(*size)
    made = inf.Programmed(w, SILENT, converter)
    np.testing.assert_allclose(made.weights(0.0), w, rtol=0, atol=3e-6 * np.abs(w).max())
    np.testing.assert_array_equal(made.conductances, made.quantity("target"))


def test_conductances_of_pairs():
    w = np.array([[1.0, 0.5, -0.5, 0.0, -2.0]], np.float32)
    single = inf.Programmed(w, SILENT, inf.SinglePair(g_max=20, g_min=4)).conductances[:, 0]
    np.testing.assert_allclose(single, [[12, 8, 4, 4, 4], [4, 4, 8, 4, 20]], rtol=1e-6)
    # Factors 1 and 3: the first pair is full at a quarter of max |w|, 0.5
    pairs = inf.Programmed(w, SILENT, inf.NPair(f_lst=(1, 3), g_max=20)).conductances[:, 0]
    np.testing.assert_allclose(
        pairs, [[20, 20, 0, 0, 0], [0, 0, 20, 0, 20], [20 / 3, 0, 0, 0, 0], [0, 0, 0, 0, 20]], rtol=1e-6, atol=1e-5)
    device = inf.Programmed(w, SILENT, inf.SingleDevice(g_max=40, g_min=10)).conductances[0, 0]
    np.testing.assert_allclose(device, [40, 35, 25, 30, 10], rtol=1e-6)
    fusion = inf.Programmed(w, SILENT, inf.Fusion(g_max=40)).conductances[0, 0]
    np.testing.assert_allclose(fusion, [20, 10, 10, 0, 40], rtol=1e-6)


def test_fusion_finds_its_gain():
    """Devices that are all 10 % low after programming come back with the right weights."""
    w = weights(4, 200)
    made = inf.Programmed(w, inf.PCMLike(read_noise_scale=0), inf.Fusion(), seed=2)
    g = made.conductances[0].astype(float)
    slope = (g * np.abs(w)).sum(1) / (w.astype(float) ** 2).sum(1)
    np.testing.assert_allclose(made.weights(0), np.sign(w) * g / slope[:, None], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("model", MODELS, ids=ident)
@pytest.mark.parametrize("converter", [None, *CONVERTERS], ids=lambda c: c.name if c else "own")
def test_all_pairs_of_models_and_converters(model, converter):
    made = inf.Programmed(weights(), model, converter, seed=4)
    for t in (0, 1, 86400):
        assert np.isfinite(made.weights(t)).all()
    assert (made.conductances >= 0).all()


def test_weights_of_zero_stay_zero():
    for converter in (None, *CONVERTERS):
        made = inf.Programmed(np.zeros((3, 5)), inf.PCMLike(), converter)
        np.testing.assert_array_equal(made.weights(3600), 0)


# -- Time


def test_drift_is_the_power_law_from_the_programmed_state():
    w = weights(20, 50)
    made = inf.Programmed(w, inf.PCMLike(read_noise_scale=0), seed=3)
    g, nu = made.conductances.astype(float), made.quantity("drift_exponent").astype(float)
    for t in (86400.0, 1.0, 86400.0):
        drifted = g * ((t + 20) / 20) ** -nu
        expected = (drifted[0] - drifted[1]) * np.abs(w).max() / 25
        np.testing.assert_allclose(made.weights(t), expected, rtol=0, atol=1e-5)
    np.testing.assert_allclose(made.weights(0), (g[0] - g[1]) * np.abs(w).max() / 25, rtol=0, atol=1e-5)


def test_read_noise_is_fresh_and_programming_is_not():
    made = inf.Programmed(weights(), seed=3)
    before = made.conductances
    assert not np.array_equal(made.weights(60), made.weights(60))
    np.testing.assert_array_equal(made.weights(), made.weights(0.0))
    np.testing.assert_array_equal(before, made.conductances)


def test_wan_knows_its_times():
    made = inf.Programmed(weights(), inf.ReRamWan2022())
    np.testing.assert_array_equal(made.weights(86400), made.weights(86400))
    with pytest.raises(memsim.Error, match=r"t must be 0, 1, 86400 or 172800"):
        made.weights(3600)


# -- Reproducible


@pytest.mark.parametrize("model", MODELS, ids=ident)
def test_threads_do_not_matter(model):
    w = weights(130, 257)
    results = []
    for threads in (1, 2, 5):
        made = inf.Programmed(w, model, seed=9, context=memsim.Context(threads))
        results.append([made.weights(t) for t in (0, 86400, 1)] + [made.conductances])
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_seeds_matter():
    w = weights()
    made = [inf.Programmed(w, seed=s).weights(10.0) for s in (1, 1, 2)]
    np.testing.assert_array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


@pytest.mark.parametrize("converter", CONVERTERS, ids=ident)
def test_a_state_goes_on_with_the_same_bits(converter):
    first = inf.Programmed(weights(), inf.PCMLike(), converter, seed=6)
    first.weights(100.0)
    other = inf.Programmed(weights(seed=1), inf.PCMLike(), converter, seed=7)
    other.load(first.state())
    for restored in (other, pickle.loads(pickle.dumps(first)), copy.deepcopy(first)):
        assert restored.state() == first.state()
    expected = first.weights(3600.0)
    np.testing.assert_array_equal(other.weights(3600.0), expected)


def test_a_damaged_state_changes_nothing():
    made = inf.Programmed(weights(), seed=6)
    state = made.state()
    broken = bytearray(state)
    broken[len(broken) // 2] ^= 1
    others = [inf.Programmed(weights(), inf.Hermes()).state(), inf.Programmed(weights(3, 4)).state(),
              inf.Programmed(weights(), converter=inf.DualPair()).state(), memsim.Tile(9, 31).state()]  # fmt: skip
    for bad in (b"", state[:-8], bytes(broken), state + bytes(8), *others):
        with pytest.raises(memsim.StateFileError):
            made.load(bad)
        assert made.state() == state


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: inf.Programmed([1.0, 2.0]), "weights must be of shape"),
        (lambda: inf.Programmed([[np.nan]]), "weights must be finite"),
        (lambda: inf.Programmed([[1.0]]).weights(-1), "t must be"),
        (lambda: inf.Programmed([[1.0]]).weights(float("nan")), "t must be"),
        (lambda: inf.Programmed([[1.0]]).quantity("age"), "age"),
        (lambda: inf.Programmed([[1.0]], seed=-1), "seed"),
        (lambda: inf.Programmed(np.zeros((0, 3))), "outputs must be"),
        (lambda: inf.PCMLike(t_0=0), "t_0"),
        (lambda: inf.Programmed([[1.0]], inf.PCMLike(prog_coeff=(1, 2, 3, 4, 5, 6))), "prog_coeff"),
        (lambda: inf.CustomDriftPCMLike(g_lst=(1, 2)), "as many values"),
        (lambda: inf.CustomDriftPCMLike(g_lst=(2, 1), nu_mean_lst=(0, 0), nu_std_lst=(0, 0)), "rise"),
        (lambda: inf.Hermes(num_devices=3), "num_devices"),
        (lambda: inf.ReRamCMO(acceptance_range=0.01), "acceptance_range"),
        (lambda: inf.DualPair(f_lst=(1,)), "2 factors"),
        (lambda: inf.Programmed([[1.0]], converter=inf.SinglePair(g_min=30)), "g_min"),
        (lambda: inf.Programmed([[1.0]], converter=inf.CustomPair(g_lst=[[0, 1, 25], [25, 0, 0]])), "node 1"),
        (lambda: inf.CustomPair(g_lst=[[0, 1], [1]]), "as many nodes"),
        (lambda: inf.Programmed([[1.0]], converter=inf.CustomPair(g_lst=(1, 2, 3))), "g_lst"),
        (lambda: inf.Fusion(g_max=50), "g_max"),
        (lambda: inf.WeightModifier(type="loud"), "type"),
        (lambda: inf.WeightModifier()([1.0]), "weights must be of shape"),
        (lambda: inf.WeightModifier(type="add-normal")([[np.inf]]), "weights must be finite"),
        (lambda: inf.WeightClip(type="fixed-value"), "fixed_value"),
        (lambda: inf.remap([[1.0]], [0.0], inf.WeightRemap()), "scales must be > 0"),
        (lambda: inf.remap([[1.0]], [1.0, 1.0], inf.WeightRemap()), "scales must be of shape"),
        (lambda: inf.InferenceConfig(drift_compensation="some"), "drift_compensation"),
        (lambda: inf.InputRange(init_value=0), "init_value"),
    ],
)
def test_bad_arguments(call, text):
    with pytest.raises(memsim.Error, match=text):
        call()


def test_bad_types():
    for call in (
        lambda: inf.Programmed([[1.0]], "pcm-like"),
        lambda: inf.Programmed([[1.0]], converter=inf.PCMLike()),
        lambda: inf.clip([[1.0]], inf.WeightRemap()),
        lambda: inf.InferenceConfig(model=inf.SinglePair()),
        lambda: inf.InferenceConfig(learn_out_scaling=1),
    ):
        with pytest.raises(TypeError):
            call()


# -- What training does to weights

WIDE = (np.random.default_rng(3).uniform(-1, 1, (128, 1024)) * 2).astype(np.float32)
WIDE[0, 0] = 2


def change(**options):
    return inf.WeightModifier(**options)(WIDE, seed=1, event=2).astype(float) - WIDE


def is_normal(z, std):
    assert abs(z.mean()) < 4 * std / z.size**0.5 and abs(z.std() / std - 1) < 4 / (2 * z.size) ** 0.5


def test_modifiers_of_steps():
    for res in (1 / 16, 16.0):  # the range is -2...2: steps of 4/16
        w = inf.WeightModifier(type="discretize", res=res)(WIDE)
        np.testing.assert_allclose(w, np.round(WIDE / 0.25) * 0.25, atol=1e-6)
    w = inf.WeightModifier(type="discretize", res=1 / 16, sto_round=True)(WIDE)
    assert np.abs(w - WIDE).max() <= 0.25 and abs((w - WIDE).mean()) < 4 * 0.25 / WIDE.size**0.5
    w = inf.WeightModifier(type="dorefa", res=1 / 8, dorefa_clip=0.6)(WIDE)
    np.testing.assert_allclose(w, np.round(np.tanh(WIDE) * 0.6 / np.tanh(2) / 0.15) * 0.15, atol=1e-6)
    w = inf.WeightModifier(type="discretize", res=1 / 16, rel_to_actual_wmax=False, assumed_wmax=4)(WIDE)
    np.testing.assert_allclose(w, np.round(WIDE / 0.5) * 0.5, atol=1e-6)


def test_modifiers_of_noise():
    is_normal(change(type="add-normal", std_dev=0.1), 0.2)
    is_normal(change(type="mult-normal", std_dev=0.1) / WIDE, 0.1)
    a = np.abs(WIDE) / 2
    sigma = 0.3 * 2 * (0.5 + 0.25 * a - 0.125 * a * a)
    is_normal(change(type="poly", std_dev=0.3, coeffs=(0.5, 0.25, -0.125)) / sigma, 1)
    rounded = np.round(WIDE / 0.25) * 0.25 - WIDE
    is_normal(change(type="discretize-add-normal", std_dev=0.1, res=1 / 16) - rounded, 0.2)
    w = inf.WeightModifier(type="prog-noise", std_dev=25.0, coeffs=(0.5,))(WIDE, seed=1, event=2)
    assert (np.sign(w) == np.sign(WIDE)).all()
    np.testing.assert_allclose(np.abs(w), np.abs(WIDE + change(type="poly", std_dev=1.0, coeffs=(0.5,))), atol=1e-5)


def test_dropping_and_the_last_column():
    w = inf.WeightModifier(type="drop-connect", pdrop=0.25)(WIDE)
    dropped = w == 0
    assert abs(dropped.mean() - 0.25) < 4 * (0.25 * 0.75 / WIDE.size) ** 0.5 and (w[~dropped] == WIDE[~dropped]).all()
    w = inf.WeightModifier(type="add-normal", std_dev=0.1, pdrop=0.5, copy_last_column=True)(WIDE)
    np.testing.assert_array_equal(w[:, -1], WIDE[:, -1])
    assert (w[:, :-1] == 0).mean() > 0.4
    np.testing.assert_array_equal(inf.WeightModifier()(WIDE), WIDE)


def test_pcm_noise_has_the_spread_of_programmed_devices():
    """At one weight: programming noise, then the variation of drift and 1/f noise."""
    w = np.full((1, 1 << 17), 0.5, np.float32)
    options = {"type": "pcm-noise", "std_dev": 1.0, "rel_to_actual_wmax": False, "coeffs": (0.01, 0.08, -0.05)}
    g = inf.WeightModifier(**options)(w, seed=1).astype(float)
    is_normal(g - 0.5, 0.01 + 0.04 - 0.0125)
    t = 3600.0
    later = inf.WeightModifier(**options, pcm_t_inference=t)(w, seed=1).astype(float)
    z = np.abs(np.random.default_rng(2).standard_normal(1 << 20))
    decay = (1 + t / 20) ** -(0.008 * z)
    noise = 0.0088 / 0.5**0.65 * np.sqrt(np.log((t + 20 + 250e-9) / 500e-9))
    expected = np.sqrt((0.0375**2 + 0.25) * (decay**2).mean() * (1 + noise**2) - (0.5 * decay.mean()) ** 2)
    assert abs(later.mean() / (0.5 * decay.mean()) - 1) < 0.003 and abs(later.std() / expected - 1) < 0.02
    failed = inf.WeightModifier(type="pcm-noise", rel_to_actual_wmax=False, pcm_prob_at_reset=0.1, pcm_prob_at_gmax=0.2,
                                pcm_prob_at_random=0.3)(-w)  # fmt: skip
    parts = [(failed == 0).mean(), (failed == -1).mean(), (failed == -0.5).mean()]
    np.testing.assert_allclose(parts, [0.1, 0.2, 0.4], atol=0.01)


def test_modifiers_are_addressed():
    modifier = inf.WeightModifier(type="add-normal", std_dev=0.1)
    one = modifier(WIDE, 5, 6, memsim.Context(1))
    np.testing.assert_array_equal(one, modifier(WIDE, 5, 6, memsim.Context(3)))
    assert not np.array_equal(one, modifier(WIDE, 5, 7)) and not np.array_equal(one, modifier(WIDE, 6, 6))
    few = modifier(WIDE[:, :5], 5, 6)  # other extents, the same numbers in the order of weights
    np.testing.assert_allclose((few - WIDE[:, :5]).ravel(), (one - WIDE).ravel()[: few.size], atol=1e-6)


def test_clip():
    w = weights()
    np.testing.assert_array_equal(inf.clip(w, inf.WeightClip(type="fixed-value", fixed_value=0.5)), np.clip(w, -0.5, 0.5))
    bound = np.float32(1.5 * w.astype(float).std(ddof=1))
    np.testing.assert_allclose(inf.clip(w, inf.WeightClip(type="layer-gaussian", sigma=1.5)), np.clip(w, -bound, bound), rtol=1e-6)
    bound = np.abs(w).max(1).mean()
    np.testing.assert_allclose(inf.clip(w, inf.WeightClip(type="average-channel-max")), np.clip(w, -bound, bound), rtol=1e-6)
    both = inf.clip(w, inf.WeightClip(type="average-channel-max", fixed_value=0.25))
    np.testing.assert_array_equal(both, np.clip(w, -0.25, 0.25))
    np.testing.assert_array_equal(inf.clip(w, inf.WeightClip()), w)


def test_remap():
    w, scales = weights(), np.linspace(1, 2, 9).astype(np.float32)
    w[3] = 0
    channel, by_channel = inf.remap(w, scales, inf.WeightRemap(type="channelwise-symmetric", remapped_wmax=0.8))
    layer, by_layer = inf.remap(w, scales, inf.WeightRemap(type="layerwise-symmetric"))
    for out, factors in ((channel, by_channel), (layer, by_layer)):
        np.testing.assert_allclose(out * factors[:, None], w * scales[:, None], rtol=1e-5, atol=1e-6)
    sizes = np.abs(channel).max(1)
    np.testing.assert_allclose(np.delete(sizes, 3), 0.8, rtol=1e-6)
    assert sizes[3] == 0 and by_channel[3] == scales[3]
    assert np.abs(layer).max() == pytest.approx(1) and np.allclose(by_layer / scales, by_layer[0] / scales[0])
    _, bounded = inf.remap(w, scales, inf.WeightRemap(type="channelwise-symmetric", max_scale_range=1.5))
    assert bounded.max() <= 1.5
    _, bounded = inf.remap(w, scales, inf.WeightRemap(type="channelwise-symmetric", max_scale_range=1.5, max_scale_ref=3))
    assert 1.5 < bounded.max() <= 3
