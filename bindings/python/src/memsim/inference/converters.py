"""How weights become conductances of devices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from .._core import Error
from ..devices.settings import Settings


@dataclass(frozen=True)
class Converter(Settings):
    """Conductances of the devices of a weight, uS, and back."""

    kind = "inference-converter"


@dataclass(frozen=True, kw_only=True)
class SinglePair(Converter):
    """g+ - g- in proportion to the weight; one of them is `g_min`."""

    name: ClassVar[str] = "single-pair"
    g_max: float = 25.0
    g_min: float = 0.0


@dataclass(frozen=True, kw_only=True)
class NPair(Converter):
    """Sum of f (g+ - g-): the pairs of the factors `f_lst` are filled one after the other."""

    name: ClassVar[str] = "n-pair"
    f_lst: Sequence[float] = (1.0, 1.0)
    g_max: float = 25.0
    g_min: float = 0.0


@dataclass(frozen=True, kw_only=True)
class DualPair(NPair):
    """An NPair of two factors."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.f_lst) != 2:
            raise Error(f"f_lst must be 2 factors, got {len(self.f_lst)}")


@dataclass(frozen=True, kw_only=True)
class CustomPair(Converter):
    """Pairs whose conductances are given curves from -max|w| to max|w|, straight between evenly spaced nodes.

    `g_lst` has g+ and g- of each factor, one after the other; their sum of f (g+ - g-) must be in proportion to the weight.
    """

    name: ClassVar[str] = "custom-pair"
    f_lst: Sequence[float] = (1.0,)
    g_lst: Sequence[float] | Sequence[Sequence[float]] = (0.0, 0.0, 25.0, 25.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        curves: Any = self.g_lst
        if not isinstance(curves, str) and isinstance(curves, Iterable):
            curves = list(curves)
            if curves and all(isinstance(curve, Iterable) and not isinstance(curve, str) for curve in curves):
                curves = [list(curve) for curve in curves]
                if len({len(curve) for curve in curves}) > 1:
                    raise Error(f"g_lst must be curves of as many nodes, got {[len(curve) for curve in curves]}")
                object.__setattr__(self, "g_lst", [g for curve in curves for g in curve])
        super().__post_init__()


@dataclass(frozen=True, kw_only=True)
class SingleDevice(Converter):
    """One device: `g_min` at the least weight, `g_max` at the largest."""

    name: ClassVar[str] = "single-device"
    g_max: float = 88.199997
    g_min: float = 9.0


@dataclass(frozen=True, kw_only=True)
class Fusion(Converter):
    """One device for |w| of each output, up to `g_max` (10...40); signs are kept apart, gains found by least squares."""

    name: ClassVar[str] = "fusion"
    g_max: float = 40.0
