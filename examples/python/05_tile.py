"""Analog training in four steps: a tile of pulsed devices, a linear map, its training by pulses, other devices."""
import numpy as np

import memsim

rng = np.random.default_rng(2)

# 1. A tile of devices whose steps become smaller towards their bounds, all as different as real ones
tile = memsim.Tile(4, 8, device=memsim.devices.SoftBounds(), seed=1)
bounds = tile.hidden("max_bound")
print(f"{bounds.size} devices, upper bounds {bounds.min():.2f}...{bounds.max():.2f}")

# 2. A linear map, and inputs to learn it from
wanted = rng.uniform(-0.2, 0.2, (4, 8)).astype(np.float32)
inputs = rng.uniform(-1, 1, (300, 10, 8)).astype(np.float32)


def missed(tile: memsim.Tile) -> float:
    """Root mean square of what the weights miss."""
    return float(np.sqrt(np.mean((tile.weights - wanted) ** 2)))


def train(tile: memsim.Tile, x: np.ndarray) -> None:
    """Noisy products, what they miss, and the pulses that make it less."""
    tile.update(x, tile.forward(x) - x @ wanted.T, learning_rate=0.02)
    tile.step()


# 3. Training: forward through the converters, then pulses
before = missed(tile)
for x in inputs:
    train(tile, x)
after = missed(tile)
print(f"weights missed by {before:.4f} before and by {after:.4f} after training")
assert before > 0.08 and after < before / 3

# 4. The same on devices that were measured: few and uneven steps; and a saved state
for device in (memsim.presets.ReRamSB(), memsim.presets.Capacitor(), memsim.presets.EcRam()):
    other = memsim.Tile(4, 8, device=device, seed=1)
    for x in inputs:
        train(other, x)
    print(f"  {type(device).__name__:20} misses them by {missed(other):.4f}")
copy = memsim.Tile(4, 8, device=memsim.devices.SoftBounds(), seed=1)
copy.load(tile.state())
train(tile, inputs[0])
train(copy, inputs[0])
assert np.array_equal(tile.weights, copy.weights)
