"""Conductance windows (G_off, G_on) of measured devices, S."""

from collections.abc import Mapping
from types import MappingProxyType

Window = tuple[float, float]

TA_HFO2_WINDOW: Window = (4.36e-5, 9.78e-4)
"""Ta/HfO2 array of Joksas et al. 2022: the medians over devices of the least and the largest read, three digits."""

WINDOWS: Mapping[str, Window] = MappingProxyType(
    {
        "siox-low": (0.0006901299245263648, 0.0034506496226318238),
        "siox-high": (5.248407497001691e-07, 2.6242037485008458e-06),
        "siox-low-n": (0.0009971787221729755, 0.003513530595228076),
        "siox-high-n": (7.723066346443375e-07, 2.730684400376049e-06),
        "ta-hfo2": TA_HFO2_WINDOW,
    }
)
"""By device: SiOx in its low- and high-resistance groups, as `PooleFrenkel` was fitted (read at 0.1 V, G_on = 5 G_off)
and as `NParameter` was (read at 0.25 V); Ta/HfO2. From the curves of doi 10.5281/zenodo.5762184."""
