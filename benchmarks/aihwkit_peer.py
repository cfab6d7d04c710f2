"""The peer's side of analog.py and inference.py: aihwkit on one thread, in an environment of its own, for its wheel is tied to a torch.

usage: aihwkit_peer.py [JOB ...]
Without jobs: says versions and jobs as a line of JSON, then does each job named on a line of its input once and answers
with its seconds, so that another process's measurements can take turns with these. With jobs: medians of nine.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import json  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import aihwkit  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from aihwkit.inference import PCMLikeNoiseModel  # noqa: E402
from aihwkit.nn import AnalogLinear, AnalogSequential  # noqa: E402
from aihwkit.optim import AnalogSGD  # noqa: E402
from aihwkit.simulator.configs import InferenceRPUConfig, SingleRPUConfig  # noqa: E402
from aihwkit.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice  # noqa: E402
from analog_inputs import (  # noqa: E402
    LATER,
    LEARNING_RATE,
    MLP,
    MLP_BATCH,
    MLP_RATE,
    SIDE,
    Clock,
    images,
    in_a_row,
    in_tiles,
    operands,
    weights,
)

torch.set_num_threads(1)
DEVICES = {"constant-step": ConstantStepDevice, "soft-bounds": SoftBoundsDevice}
Job = tuple[Callable[[], object], Callable[[], object]]
"""What is to be done before, untimed, and what is timed; it may say its seconds itself."""


def _tile(device: str) -> tuple[AnalogLinear, object]:
    layer = AnalogLinear(SIDE, SIDE, bias=False, rpu_config=SingleRPUConfig(device=DEVICES[device]()))
    return layer, next(layer.analog_tiles()).tile


def update(device: str, batch: int) -> Job:
    """A dense pulsed update from the same weights every time."""
    layer, tile = _tile(device)
    x, d = (torch.tensor(values) for values in operands(batch))
    start = torch.tensor(weights(0.3))
    tile.set_learning_rate(LEARNING_RATE)
    return lambda: tile.set_weights(start), lambda: (tile.update(x, d, False), layer)


def forward(limit: float, batch: int, *, often: bool = False) -> Job:
    """Noisy products through default converters, or what one of some in a row takes."""
    layer, tile = _tile("constant-step")
    tile.set_weights(torch.tensor(weights(limit)))
    x = torch.tensor(operands(batch)[0])

    def run() -> object:
        with torch.no_grad():
            return tile.forward(x, False), layer

    return lambda: None, (lambda: in_a_row(run)) if often else run


def mlp(device: str, *, tiles: bool = False) -> Job:
    """An epoch of the network by analog SGD; or what its tiles take of it."""
    torch.manual_seed(2)
    config = SingleRPUConfig(device=DEVICES[device]())
    layers: list[torch.nn.Module] = []
    for a, b in zip(MLP, MLP[1:], strict=False):
        layers += [AnalogLinear(a, b, True, rpu_config=config), torch.nn.Sigmoid()]
    model = AnalogSequential(*layers[:-1], torch.nn.LogSoftmax(dim=1))
    optimizer = AnalogSGD(model.parameters(), lr=MLP_RATE)
    optimizer.regroup_param_groups(model)
    pixels, labels = (torch.tensor(values) for values in images())

    def epoch() -> None:
        for i in range(0, len(pixels), MLP_BATCH):
            optimizer.zero_grad()
            loss = torch.nn.functional.nll_loss(model(pixels[i : i + MLP_BATCH]), labels[i : i + MLP_BATCH])
            loss.backward()
            optimizer.step()

    if not tiles:
        return lambda: None, epoch
    clocks = []
    for tile in model.analog_tiles():
        tile.tile = Clock(tile.tile)
        clocks.append(tile.tile)
    return lambda: None, lambda: in_tiles(clocks, epoch)


def program() -> Job:
    """Programming errors of pairs of phase-change devices, and their drift exponents."""
    model, w = PCMLikeNoiseModel(), torch.tensor(weights(1.0))
    return lambda: None, lambda: model.apply_programming_noise(w)


def drift() -> Job:
    """What such weights read as later."""
    model = PCMLikeNoiseModel()
    w, exponents = model.apply_programming_noise(torch.tensor(weights(1.0)))
    return lambda: None, lambda: model.apply_drift_noise(w, exponents, LATER)


def drifted_forward(batch: int) -> Job:
    """The same in a layer, then products through default converters."""
    config = InferenceRPUConfig(noise_model=PCMLikeNoiseModel(), drift_compensation=None)
    layer = AnalogLinear(SIDE, SIDE, bias=False, rpu_config=config).eval()
    layer.set_weights(torch.tensor(weights(1.0)))
    layer.program_analog_weights()
    x = torch.tensor(operands(batch)[0])

    @torch.no_grad()
    def run() -> object:
        layer.drift_analog_weights(LATER)
        return layer(x)

    return lambda: None, run


JOBS: dict[str, Callable[[], Job]] = {
    **{f"update {name} {n}": lambda name=name, n=n: update(name, n) for name in DEVICES for n in (1, 128)},
    **{f"forward {limit} 128": lambda limit=limit: forward(limit, 128) for limit in (0.5, 0.1)},
    **{f"forward {limit} 128 often": lambda limit=limit: forward(limit, 128, often=True) for limit in (0.5, 0.1)},
    "program": program,
    "drift": drift,
    "drifted forward 128": lambda: drifted_forward(128),
    "mlp constant-step": lambda: mlp("constant-step"),
    "tiles constant-step": lambda: mlp("constant-step", tiles=True),
}
MADE: dict[str, Job] = {}


def seconds(name: str) -> float:
    """Does a job once; its first time is preceded by an untimed one."""
    if name not in MADE:
        MADE[name] = JOBS[name]()
        seconds(name)
    prepare, run = MADE[name]
    prepare()
    start = time.perf_counter()
    said = run()
    return said if isinstance(said, float) else time.perf_counter() - start


def main() -> None:
    versions = {"aihwkit": aihwkit.__version__, "torch": torch.__version__, "numpy": np.__version__}
    if sys.argv[1:]:
        found = {name: statistics.median(seconds(name) for _ in range(9)) for name in sys.argv[1:]}
        print(json.dumps({**versions, "seconds": found}, indent=1))
        return
    print(json.dumps({**versions, "jobs": list(JOBS)}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"seconds": seconds(line.strip())}), flush=True)


if __name__ == "__main__":
    main()
