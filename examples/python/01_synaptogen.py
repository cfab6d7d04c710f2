"""The whole library in eight steps: random numbers, an array, pulses, reads, products, states, files, the library."""
import pathlib
import tempfile

import numpy as np

import memsim

# 1. A million normals, addressed by seed, stream and offset
normals = np.asarray(memsim.random.normal((1000, 1000), seed=7, stream=3, offset=0))
print(f"normals: mean {normals.mean():.4f}, standard deviation {normals.std():.4f}")
assert abs(normals.mean()) < 0.005 and abs(normals.std() - 1) < 0.005

# 2. An array: word lines x bit lines, all cells in the high-resistance state
a = memsim.Array("synaptogen", (256, 128), seed=1)

# 3. Pulses: one voltage for all cells, then others for the cells of a mask
mask = np.zeros((256, 128), bool)
mask[:, :64] = True  # the first half of the bit lines
a.apply(-1.5)
a.apply(np.full(128, 1.5), where=mask)

# 4. Reads at 0.2 V: currents with read noise, conductances without
currents, conductances = np.asarray(a.read(0.2)), np.asarray(a.conductance(0.2))
for name, cell in {"reset": (0, 0), "set": (0, 127)}.items():
    print(f"cell {cell}, {name}: {1e6 * currents[cell]:.2f} uA, {1e6 * conductances[cell]:.2f} uS")
assert conductances[0, 127] > 2 * conductances[0, 0]
assert abs(currents.mean() / conductances.mean() - 0.2) < 1e-3
np.testing.assert_allclose(np.asarray(a.read(0.2, noise=False)), 0.2 * conductances, rtol=1e-5)

# 5. A product of the crossbar: word-line voltages in, bit-line currents out
y = np.asarray(a.vmm(np.full(256, 0.2, np.float32)))
print(f"bit line 0: {1e3 * y[0]:.2f} mA")
assert y.shape == (128,) and abs(y.mean() / (256 * currents.mean()) - 1) < 1e-3

# 6. States by name
weights = (np.arange(256 * 128, dtype=np.float32) % 100 / 128).reshape(256, 128)
print(f"mean high resistance: {1e-3 * np.asarray(a.state('HRS')).mean():.0f} kohm; states: {', '.join(a.state_names)}")
a.set_state("r", weights)
assert np.array_equal(np.asarray(a.state("r")), weights)

# 7. Files
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "01_synaptogen.state"
    a.save(path)
    assert memsim.Array.load(path).hash() == a.hash()
print(f"hash: {a.hash():016x}")

# 8. What the library is and knows, and where C programs find it
print(memsim.models()["synaptogen"])
print(memsim.get_library(), memsim.get_include())
