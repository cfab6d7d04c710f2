"""A cell with physics in six steps: the model, its statics, pulses, training pulses, a waveform, variety."""
import numpy as np

import memsim

MODEL = "jart-vcm-v1b"

# 1. What the model is: parameters with bounds and sources, options, states, presets
card = memsim.models()[MODEL]
print(f"{card.title}: presets {', '.join(card.presets)}, |V| <= {card.voltage_limit:g} V")

# 2. Statics at given states: no array, no time
high, low = 0.008, 20.0  # N of the high- and the low-resistance state, 1e26 m^-3
e = memsim.evaluate(MODEL, -0.75, {"N": [high, low]})
print(f"-0.75 V: {np.round(1e6 * e.current, 2)} uA at {np.round(e.temperature)} K")
# Solutions of the same equations by other means, to more digits than the model is good for.
assert abs(e.current[0] / -9.085510814e-6 - 1) < 1e-8

# 3. Pulses: a voltage [V] for a time [s], for every cell its own. At -0.75 V this cell switches after 58 us.
a = memsim.Array(MODEL, (1, 4))
a.apply(-0.75, duration=[20e-6, 57e-6, 60e-6, 1e-3])
n = np.asarray(a.state("N"))[0]
print(f"N after 20, 57, 60 us and 1 ms: {np.round(n, 3)}")
assert np.all(np.diff(n) > 0) and n[1] < 0.4 < n[2]

# 4. Training pulses, +n SET and -n RESET: each is one exact step of the flow, and so are n of them
a.set_state("N", 0.15)
before = np.asarray(a.conductance(0.2))[0]
a.pulse([100, 200, -100, -200])
after = np.asarray(a.conductance(0.2))[0]
print(f"conductance: {1e6 * before[0]:.0f} uS, then {np.round(1e6 * after)} uS")
assert after[1] > after[0] > before[0] > after[2] > after[3]

# 5. A waveform, for fifty cells that differ from device to device and from cycle to cycle
cells = memsim.Array(MODEL, (1, 50), seed=1, variability="d2d+c2c")
cells.set_state("N", cells.state("N_min"))  # each in its own high-resistance state
v = np.interp(np.arange(2401) / 600, [0, 1, 3, 4], [0, -1.5, 1.5, 0])
t = np.arange(2401) * 2.5e-3  # 1 V/s
i = np.asarray(cells.sweep(t, v))[:, 0]

# 6. How they vary: where the conductance grows most on the way to -1.5 V
first = np.diff(np.log(i[60:600] / v[60:600, None]), axis=0)
v_set = v[61:600][first.argmax(0)]
print(f"SET at {np.median(v_set):.2f} V, between {v_set.min():.2f} and {v_set.max():.2f} V")
assert -1.2 < v_set.min() < v_set.max() < -0.4
