"""Inference in four steps: weights programmed into phase-change memory, their drift, its compensation, other devices."""
import numpy as np

import memsim
from memsim import inference

rng = np.random.default_rng(2)
day, month = 86400.0, 2.6e6

# 1. A matrix programmed into pairs of devices: every conductance misses its target a little
w = rng.normal(size=(32, 64)).astype(np.float32)
programmed = inference.Programmed(w, inference.PCMLike(), seed=1)
target, reached = programmed.quantity("target"), programmed.conductances
print(f"{reached.size} devices, conductances off by {np.std(reached - target):.2f} uS")


def missed(weights: np.ndarray) -> float:
    """Part of the weights that is missed."""
    return float(np.linalg.norm(weights - w) / np.linalg.norm(w))


# 2. Drift: reads at later times, each from the programmed state, with the noise of a read
for name, t in (("programmed", 0.0), ("an hour", 3600.0), ("a day", day), ("a month", month)):
    print(f"  {name:10} missed by {missed(programmed.weights(t)):.1%}")

# 3. What all devices have lost in common a factor gives back
late = programmed.weights(month)
gain = np.abs(programmed.weights()).mean() / np.abs(late).mean()
print(f"a factor of {gain:.2f} after a month: missed by {missed(gain * late):.1%}")
assert missed(gain * late) < 0.5 * missed(late)

# 4. Other devices and converters; and weights disturbed as training for them does
for model in (inference.Hermes(), inference.ReRamWan2022(), inference.ReRamCMO()):
    print(f"  {type(model).__name__:14} missed by {missed(inference.Programmed(w, model, seed=1).weights(day)):.1%}")
several = inference.Programmed(w, inference.PCMLike(), inference.DualPair(f_lst=(1, 4)), seed=1)
noise = inference.WeightModifier(type="add-normal", std_dev=0.05)(w, seed=1) - w
print(f"two pairs a weight: missed by {missed(several.weights()):.1%}; noise of training {np.std(noise):.3f}")
tile = memsim.Tile(32, 64, device=memsim.presets.EcRam(), seed=1)
print(f"written by pulses: {tile.program(0.1 * w, tolerance=0.01).within:.1%} of devices within the tolerance")
