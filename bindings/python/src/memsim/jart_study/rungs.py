"""The ladder: runs that differ in one thing each."""

from dataclasses import dataclass
from typing import Any

QUANTITIES = {"Ndiscmin": "N_min", "Ndiscmax": "N_max", "rdet": "r", "ldet": "l"}
"""What varies, by parameter of the model; the states that cells have it in."""
ALL = tuple(QUANTITIES)


@dataclass(frozen=True)
class Rung:
    """What sets a training apart; all else is in the settings."""

    name: str
    group: str
    title: str
    digital: bool = False
    """Ideal devices and products, in place of cells and converters."""
    d2d: tuple[str, ...] = ()
    """Quantities with a spread from device to device."""
    c2c: tuple[str, ...] = ()
    """Quantities with a walk from cycle to cycle; with a spread too, all of them."""
    clamped: bool = False
    """Whether the spread is that of the publication: normals of 100 %, moved to the ends of the range."""
    ratio: float | None = None
    """RESET over SET step of a nominal cell at weight 0, by the RESET voltage; None: the published pulses."""
    dw_min: float | None = None
    start: str | None = None
    io: tuple[tuple[str, Any], ...] = ()
    """Of memsim.IO, what differs from its defaults."""
    reported: float | None = None
    """Accuracy in the publication."""

    def to_dict(self) -> dict[str, Any]:
        """All that has a say in results."""
        return {name: value for name, value in vars(self).items() if name not in ("group", "title", "reported")}


NOISE_FREE = "noise-free"
"""The rung that all others are compared with."""
PUBLISHED_DW_MIN = 1e-4
_D2D, _C2C = "device-to-device", "cycle-to-cycle"
_LABELS = {"Ndiscmin": "N_min", "Ndiscmax": "N_max", "rdet": "radius", "ldet": "length"}
_SHORT = {"Ndiscmin": "nmin", "Ndiscmax": "nmax", "rdet": "r", "ldet": "l"}


def _ratio(ratio: float, **more: Any) -> Rung:
    title = more.pop("title", "")
    told = "matched pulses" if ratio == 1 else f"RESET steps {ratio:g} x SET steps"
    name = f"ratio-{ratio:g}{more.pop('suffix', '')}"
    return Rung(name, "matching", told + title, ratio=ratio, **more)


_LIST = (
    Rung("digital", "software", "floating point, uniform start", digital=True, start="uniform"),
    Rung("digital-zero", "software", "floating point, zero start", digital=True, start="zero"),
    Rung(NOISE_FREE, "cells", "no variation", reported=0.938),
    Rung("uniform-start", "cells", "no variation, uniform start", start="uniform"),
    Rung("perfect-io", "cells", "no variation, exact products", io=(("is_perfect", True),)),
    Rung("dw-min", "cells", "no variation, published dw_min 1e-4", dw_min=PUBLISHED_DW_MIN),
    *(Rung(f"d2d-{_SHORT[q]}", _D2D, f"D2D of {_LABELS[q]}", d2d=(q,)) for q in ALL),
    Rung("d2d", _D2D, "D2D of all", d2d=ALL),
    Rung("d2d-clamped", _D2D, "D2D of all, clamped as published", d2d=ALL, clamped=True),
    *(Rung(f"c2c-{_SHORT[q]}", _C2C, f"C2C of {_LABELS[q]}", c2c=(q,)) for q in ALL),
    Rung("c2c", _C2C, "C2C of all", c2c=ALL),
    Rung("realistic", "both", "D2D and C2C of all", d2d=ALL, c2c=ALL, reported=0.883),
    Rung("realistic-clamped", "both", "D2D and C2C of all, clamped as published", d2d=ALL, c2c=ALL, clamped=True),
    Rung("realistic-dw-min", "both", "D2D and C2C of all, dw_min 1e-4", d2d=ALL, c2c=ALL, dw_min=PUBLISHED_DW_MIN),
    Rung("read-additive", "read", "weights read ± 0.03", io=(("w_noise", 0.03), ("w_noise_type", "additive-constant"))),
    Rung("read-root", "read", "weights read ± 0.03 √w", io=(("w_noise", 0.03), ("w_noise_type", "pcm-read"))),
    Rung("out-noise", "read", "outputs with 3 x the noise, 0.18", io=(("out_noise", 0.18),)),
    *(_ratio(ratio) for ratio in (1, 2, 3)),
    _ratio(1, suffix="-d2d-r", title=", D2D of radius", d2d=("rdet",)),
    _ratio(1, suffix="-d2d", title=", D2D of all", d2d=ALL),
    _ratio(1, suffix="-realistic", title=", D2D and C2C of all", d2d=ALL, c2c=ALL),
)
RUNGS = {rung.name: rung for rung in _LIST}
GROUPS = tuple(dict.fromkeys(rung.group for rung in _LIST))


def select(text: str) -> tuple[Rung, ...]:
    """Rungs of a list of names and groups such as "noise-free,cycle-to-cycle", in the order of the ladder."""
    asked = {part.strip() for part in text.split(",")}
    for name in sorted(asked - {*RUNGS, *GROUPS}):
        raise ValueError(f"there is no rung or group {name!r}; there are {', '.join((*GROUPS, *RUNGS))}")
    return tuple(rung for rung in RUNGS.values() if asked & {rung.name, rung.group})


def listing() -> str:
    """All rungs by group."""
    width = max(map(len, RUNGS))
    return "\n".join(
        line
        for group in GROUPS
        for line in (group, *(f"  {r.name:<{width}}  {r.title}" for r in RUNGS.values() if r.group == group))
    )
