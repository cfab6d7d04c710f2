"""Wires with resistance in six steps: a crossbar, its IR drop, estimates, gradients, other devices, a write."""
import numpy as np

import memsim
import memsim.nonideality as ni
from memsim import crossbar

rng = np.random.default_rng(1)

# 1. Devices of 10...100 kOhm between wires of 2 Ohm a segment
G, V = rng.uniform(1e-5, 1e-4, (64, 64)), rng.uniform(0, 0.2, 64)
wires = crossbar.Wires(G, r_word=2.0, r_bit=2.0)
s = wires.solve(V)
print(f"solved in {s.iterations} iterations, Kirchhoff's law missed by {s.kirchhoff_volts:.0e} V")
assert s.residual <= 1e-12

# 2. IR drop: what arrives, of the currents and of the voltages
ideal = memsim.vmm(V, G)
loss = 1 - s.output.sum() / ideal.sum()
print(f"lost on the wires: {loss:.1%} of the current; the last device has {s.device_volts[-1, -1] / V[-1]:.1%} of V")
assert 0.05 < loss < 0.5

# 3. The same as a matrix, for many inputs, and as estimates by closed forms
M = wires.transfer()
assert np.allclose(V @ M, s.output, rtol=1e-10, atol=0)
for method in ("alpha-beta", "dmr", "jeong"):
    estimate = V @ crossbar.approximate(G, 2.0, 2.0, method=method)
    print(f"  {method:10} errs by {np.abs(estimate / s.output - 1).mean():.1%}")
print(f"  no wires   errs by {np.abs(ideal / s.output - 1).mean():.1%}")

# 4. Gradients of the total current, from one more solve
g = wires.vjp(s, np.ones(64))
more, less = G.copy(), G.copy()
more[32, 0], less[32, 0] = 1.001 * G[32, 0], 0.999 * G[32, 0]
difference = sum(sign * crossbar.solve(x, V, 2.0, 2.0).output.sum() for sign, x in ((1, more), (-1, less)))
print(f"d(total)/dG of one device: {g.G[32, 0]:.8f} V, by differences {difference / (0.002 * G[32, 0]):.8f} V")
assert abs(g.G[32, 0] - difference / (0.002 * G[32, 0])) < 1e-6

# 5. SiOx memristors, whose current grows faster than the voltage: Newton's method around the same
curved = crossbar.solve(0.02 * G, 2.5 * V, 100.0, 100.0, law=ni.PooleFrenkel.siox_high())
print(f"SiOx devices: {1e6 * curved.output.sum():.1f} uA in {curved.steps} Newton steps")
assert curved.steps <= 10 and curved.residual <= 1e-12

# 6. A write through the wires: half of the voltage on the lines that are not selected
a = memsim.Array("jart-vcm-v1b", (64, 64), seed=1)
a.wires(2.0, 2.0)
report = a.write(5, 7, -0.8, 100e-6, scheme="V/2")
n = np.asarray(a.state("N"))
print(f"written with {1e9 * report.energy:.2g} nJ in {report.steps} steps: N {n[5, 7]:.2f}, beside it {n[5, 8]:.3f}")
assert n[5, 7] > 10 * n[5, 8] and report.energy > report.device_energy > 0
