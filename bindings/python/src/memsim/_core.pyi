from os import PathLike
from typing import Any, Literal, TypedDict, final, type_check_only

import typing_extensions
from numpy.typing import NDArray

_Buffer = typing_extensions.Buffer | NDArray[Any]  # NumPy types ndarray as a buffer from Python 3.12 on only
_Param = tuple[str, str, str, int, int, float, float, bytes]
_Option = tuple[str, str, str]
_State = tuple[str, str, str, int]
_Quantity = tuple[str, str, str]
_Preset = tuple[str, str, str, tuple[tuple[str, bytes], ...]]
_Pairs = tuple[tuple[str, _Buffer], ...]
_Words = tuple[tuple[str, str], ...]
_Named = tuple[str, _Pairs]
_Given = tuple[_Pairs, _Words]
_CardKind = Literal[
    "model",
    "nonideality",
    "selector",
    "pulsed-device",
    "compound",
    "tile-settings",
    "inference-model",
    "inference-converter",
    "inference-settings",
]

@type_check_only
class _Card(TypedDict):
    title: str
    text: str
    source: str
    params: tuple[_Param, ...]
    options: tuple[_Option, ...]
    states: tuple[_State, ...]
    quantities: tuple[_Quantity, ...]
    presets: tuple[_Preset, ...]
    timed: bool
    voltage_limit: float

class Error(ValueError): ...
class OutOfMemoryError(Error, MemoryError): ...
class FileError(Error, OSError): ...
class StateFileError(Error): ...
class BusyError(Error, RuntimeError): ...

@final
class Context:
    def __new__(cls, threads: int, /) -> Context: ...
    @property
    def threads(self) -> int: ...

@final
class Array:
    def __new__(
        cls,
        model: str,
        rows: int,
        columns: int,
        seed: int,
        preset: str | None,
        params: _Pairs,
        options: _Words,
        context: Context | None,
        /,
    ) -> Array: ...
    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def model(self) -> str: ...
    @property
    def memory(self) -> int: ...
    def apply(self, volts: _Buffer, where: _Buffer | None, /) -> None: ...
    def apply_for(self, volts: _Buffer, durations: _Buffer, where: _Buffer | None, /) -> None: ...
    def pulse(self, counts: _Buffer, where: _Buffer | None, /) -> None: ...
    def sweep(self, times: _Buffer, volts: _Buffer, where: _Buffer | None, out: _Buffer, /) -> None: ...
    def read(self, volts: _Buffer, noise: int, bandwidth: float, out: _Buffer, /) -> None: ...
    def conductance(self, volts: _Buffer, out: _Buffer, /) -> None: ...
    def vmm(self, volts: _Buffer, noise: int, bandwidth: float, out: _Buffer, /) -> None: ...
    def get_state(self, name: str, out: _Buffer, /) -> None: ...
    def set_state(self, name: str, values: _Buffer, where: _Buffer | None, /) -> None: ...
    def hash(self) -> int: ...
    def save(self, path: str | bytes | PathLike[str], /) -> None: ...
    @classmethod
    def load(cls, path: str | bytes | PathLike[str], context: Context | None, /) -> Array: ...
    def to_bytes(self) -> bytes: ...
    @classmethod
    def from_bytes(cls, data: _Buffer, context: Context | None, /) -> Array: ...

def version() -> int: ...
def build_info() -> str: ...
def card_names(kind: _CardKind, /) -> tuple[str, ...]: ...
def card(kind: _CardKind, name: str, /) -> _Card: ...
def evaluate(
    context: Context | None,
    model: str,
    preset: str | None,
    params: _Pairs,
    options: _Words,
    volts: _Buffer,
    states: _Pairs,
    outputs: _Pairs,
    count: int,
    /,
) -> None: ...
def uniform(
    context: Context | None, seed: int, stream: int, offset: int, low: float, high: float, out: _Buffer, /
) -> None: ...
def normal(
    context: Context | None, seed: int, stream: int, offset: int, mean: float, std: float, out: _Buffer, /
) -> None: ...
def lognormal(
    context: Context | None, seed: int, stream: int, offset: int, mean: float, sigma: float, out: _Buffer, /
) -> None: ...
def exponential(
    context: Context | None, seed: int, stream: int, offset: int, scale: float, out: _Buffer, /
) -> None: ...
def poisson(context: Context | None, seed: int, stream: int, offset: int, rate: float, out: _Buffer, /) -> None: ...
def bernoulli(context: Context | None, seed: int, stream: int, offset: int, p: float, out: _Buffer, /) -> None: ...
def integers(
    context: Context | None, seed: int, stream: int, offset: int, low: int, high: int, out: _Buffer, /
) -> None: ...
def philox(
    counter: tuple[int, int, int, int], key: tuple[int, int], /
) -> tuple[int, int, int, int]: ...
def vmm(
    context: Context | None,
    conductance: _Buffer,
    volts: _Buffer,
    rows: int,
    columns: int,
    noise: int,
    bandwidth: float,
    seed: int,
    stream: int,
    offset: int,
    out: _Buffer,
    /,
) -> None: ...
def adc(
    context: Context | None,
    bits: int,
    minimum: float,
    maximum: float,
    clamp_low: bool,
    values: _Buffer,
    out: _Buffer,
    /,
) -> None: ...
def dac(context: Context | None, bits: int, v_max: float, values: _Buffer, out: _Buffer, /) -> None: ...

@final
class Layer:
    def __new__(
        cls,
        context: Context | None,
        inputs: int,
        outputs: int,
        bias: int,
        g_off: float,
        g_on: float,
        k_v: float,
        nonidealities: tuple[tuple[str, _Pairs], ...],
        redraw: int,
        /,
    ) -> Layer: ...
    def workspace(self, dtype: int, /) -> int: ...
    def draw(
        self, weights: int, dtype: int, key: tuple[int, ...], normals: int, workspace: int, capacity: int, /
    ) -> None: ...
    def conductances(self, weights: int, dtype: int, key: tuple[int, ...], out: int, /) -> None: ...
    def forward(
        self, workspace: int, capacity: int, x: int, dtype: int, batch: int, y: int, power: int, /
    ) -> None: ...
    def backward(
        self,
        workspace: int,
        capacity: int,
        weights: int,
        x: int,
        y: int,
        grad_y: int,
        dtype: int,
        batch: int,
        penalty: float,
        grad_x: int,
        grad_weights: int,
        /,
    ) -> None: ...

def law_evaluate(
    name: str,
    params: _Pairs,
    volts: _Buffer,
    conductance: _Buffer,
    normals: _Buffer,
    current: _Buffer,
    d_conductance: _Buffer,
    d_voltage: _Buffer,
    /,
) -> None: ...
def pairs(weights: int, dtype: int, count: int, mapping: int, out: int, /) -> None: ...
def pairs_backward(
    weights: int, dtype: int, count: int, mapping: int, grad_pairs: int, grad_weights: int, /
) -> None: ...

@final
class Wires:
    def __new__(
        cls,
        context: Context | None,
        conductance: _Buffer | None,
        array: Array | None,
        rows: int,
        columns: int,
        r_word: _Buffer,
        r_bit: _Buffer,
        r_source: _Buffer,
        r_sense: _Buffer,
        double_sided: int,
        law: _Named | None,
        normals: _Buffer | None,
        selector: _Named | None,
        tolerance: float,
        max_iterations: int,
        max_steps: int,
        /,
    ) -> Wires: ...
    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def memory(self) -> int: ...
    def solve(
        self,
        volts: _Buffer,
        bit_volts: _Buffer | None,
        batch: int,
        output: _Buffer,
        device_volts: _Buffer | None,
        device_current: _Buffer | None,
        word_current: _Buffer | None,
        bit_current: _Buffer | None,
        word_volts: _Buffer | None,
        bit_volts_field: _Buffer | None,
        /,
    ) -> tuple[int, int, float, float]: ...
    def transfer(self, method: int, out: _Buffer, /) -> None: ...
    def vjp(
        self,
        device_volts: _Buffer,
        batch: int,
        grad_output: _Buffer,
        grad_volts: _Buffer | None,
        grad_bit_volts: _Buffer | None,
        grad_conductance: _Buffer | None,
        grad_r_word: _Buffer | None,
        grad_r_bit: _Buffer | None,
        /,
    ) -> None: ...
    def write(
        self, volts: _Buffer, bit_volts: _Buffer | None, duration: float, tolerance: float, /
    ) -> tuple[int, int, float, float]: ...

@final
class Tile:
    def __new__(
        cls,
        context: Context | None,
        device: str,
        outputs: int,
        inputs: int,
        seed: int,
        parameters: _Given,
        forward: _Given,
        backward: _Given,
        update: _Given,
        compound: tuple[str, _Given, tuple[tuple[str, _Given], ...], _Given, _Given] | None,
        /,
    ) -> Tile: ...
    @property
    def memory(self) -> int: ...
    def set_weights(self, values: _Buffer, /) -> None: ...
    def weights(self, out: _Buffer, /) -> None: ...
    def hidden(self, name: str, out: _Buffer, /) -> None: ...
    def set_hidden(self, name: str, values: _Buffer, /) -> None: ...
    def forward(self, x: _Buffer, out: _Buffer, /) -> None: ...
    def backward(self, d: _Buffer, out: _Buffer, /) -> None: ...
    def update(self, x: _Buffer, d: _Buffer, learning_rate: float, /) -> None: ...
    def step(self) -> None: ...
    def drift(self, seconds: float, /) -> None: ...
    def reset(self, start: int, count: int, probability: float, /) -> None: ...
    def state(self) -> bytes: ...
    def load(self, state: _Buffer, /) -> None: ...

@final
class Inference:
    def __new__(
        cls,
        context: Context | None,
        model: str,
        model_parameters: _Given,
        converter: str | None,
        converter_parameters: _Given,
        outputs: int,
        inputs: int,
        seed: int,
        weights: _Buffer,
        /,
    ) -> Inference: ...
    @property
    def memory(self) -> int: ...
    @property
    def planes(self) -> int: ...
    def weights(self, t: float, out: _Buffer, /) -> None: ...
    def quantity(self, name: str, out: _Buffer, /) -> None: ...
    def state(self) -> bytes: ...
    def load(self, state: _Buffer, /) -> None: ...

def inference_modify(
    context: Context | None,
    modifier: _Given,
    seed: int,
    event: int,
    weights: _Buffer,
    outputs: int,
    inputs: int,
    out: _Buffer,
    /,
) -> None: ...
def inference_clip(clip: _Given, weights: _Buffer, outputs: int, inputs: int, /) -> None: ...
def inference_remap(
    remap: _Given, weights: _Buffer, scales: _Buffer, outputs: int, inputs: int, /
) -> None: ...
