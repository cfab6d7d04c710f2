"""Currents of devices in the words of ngspice."""

from collections.abc import Callable, Iterator

import numpy as np

from .._core import Error
from .._operands import FloatArray
from ..nonideality import Law, NParameter, Sinh

_TINY = 1e-30
"""V: keeps the derivative of a root finite at 0 V; beside any other voltage it vanishes in rounding."""


def currents(g: FloatArray, law: Law | None, normals: FloatArray | None) -> list[str]:
    """What follows the nodes {a} and {b} on the lines of the devices that are not open, row by row.

    Raises
    ------
    memsim.Error
        For laws without such a form.
    """
    if law is None:
        return [repr(ohms) for ohms in (1 / g[g > 0]).tolist()]
    if law.name not in _FORMS:
        raise Error(f"law must be one of {', '.join(_FORMS)} in a netlist, got {law.name}")
    z = np.zeros((*g.shape, 2)) if normals is None else normals
    return list(_FORMS[law.name](law, g[g > 0], z[g > 0]))


def _poole_frenkel(law: Law, g: FloatArray, z: FloatArray) -> Iterator[str]:
    """c V exp(kappa sqrt|V|), c and kappa from currents at voltages that show them."""
    c = law.evaluate(1e-60, g, z).current / 1e-60
    kappa = np.log(law.evaluate(1.0, g, z).current / c)
    for factor, exponent in zip(c.tolist(), kappa.tolist(), strict=True):
        yield f"I={factor!r}*V({{a}},{{b}})*exp({exponent!r}*sqrt(abs(V({{a}},{{b}}))+{_TINY}))"


def _n_parameter(law: Law, g: FloatArray, z: FloatArray) -> Iterator[str]:
    """a sign(V) |V/v_ref|^p, a and p likewise."""
    assert isinstance(law, NParameter)
    a = law.evaluate(law.v_ref, g, z[:, 0]).current
    power = np.log2(law.evaluate(2 * law.v_ref, g, z[:, 0]).current / a)
    for factor, exponent in zip(a.tolist(), power.tolist(), strict=True):
        yield f"I={factor!r}*pwr(V({{a}},{{b}})/{law.v_ref!r},{exponent!r})"


def _sinh(law: Law, g: FloatArray, z: FloatArray) -> Iterator[str]:
    assert isinstance(law, Sinh)
    for factor in (g * law.v0).tolist():
        yield f"I={factor!r}*sinh(V({{a}},{{b}})/{law.v0!r})"


_FORMS: dict[str, Callable[[Law, FloatArray, FloatArray], Iterator[str]]] = {
    "poole-frenkel": _poole_frenkel,
    "n-parameter": _n_parameter,
    "sinh": _sinh,
}
