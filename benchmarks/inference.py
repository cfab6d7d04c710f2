"""Programmed weights beside aihwkit's phase-change model, in its own environment, in turns."""

from functools import partial

import memsim
import memsim.torch as mt
import torch
from analog import ONE, PEER, TWO, Job, Peer, beside
from analog_inputs import LATER, SIDE, operands, weights
from memsim import inference
from timing import Row

DEVICES = 2 * SIDE * SIDE
"""Pairs."""


def _programmed(context: memsim.Context) -> inference.Programmed:
    return inference.Programmed(weights(1.0), inference.PCMLike(), seed=1, context=context)


def inference_devices(repeats: int) -> list[Row]:
    """512 x 512 weights on pairs of phase-change devices: programmed, then read with drift and 1/f noise a day later."""
    rows, peer = [], Peer()
    jobs: tuple[tuple[str, str, tuple[Job, Job]], ...] = (
        ("program", "programming a device of 512 x 512 pairs, pcm-like", (partial(_programmed, ONE), partial(_programmed, TWO))),
        ("drift", "drifted, noisy read of such a device",
         (partial(_programmed(ONE).weights, LATER), partial(_programmed(TWO).weights, LATER))),
    )
    for name, what, (one, two) in jobs:
        a, b = beside(peer, name, repeats, one)
        c, _ = beside(Peer(wanted=False), "", repeats, two)
        rows.append(Row(f"{what} / {PEER}", a / DEVICES, b and b / DEVICES))
        rows.append(Row("the same, 2 threads / 1", c / DEVICES, a / DEVICES))
    peer.close()
    return rows


def inference_forward(repeats: int) -> list[Row]:
    """A layer of them on 128 vectors: all devices are read anew, with 1/f noise, before the product through converters."""
    peer, x = Peer(), torch.from_numpy(operands(128)[0])
    torch.set_num_threads(1)
    config = inference.InferenceConfig(model=inference.PCMLike(), drift_compensation="none")
    layer = mt.InferenceLinear(SIDE, SIDE, bias=False, config=config, seed=1, context=ONE).eval()
    layer.set_weights(torch.from_numpy(weights(1.0)))
    layer.program()

    @torch.no_grad()
    def run() -> object:
        layer.drift(LATER)
        return layer(x)

    a, b = beside(peer, "drifted forward 128", repeats, run)
    peer.close()
    return [Row(f"512 x 512 layer a day later: read of all devices, then batch 128 / {PEER}", a, b)]


INFERENCE = (inference_devices, inference_forward)
