"""What aihwkit asks of a simulator tile, over memsim.Tile."""

from typing import Any

import torch
from torch import Tensor

from .. import _core
from ..tiles import Tile
from ..torch.analog.seeds import given_seed
from .indexed import Indexed


class Simulator(Indexed):
    """A matrix [d_size, x_size] that aihwkit's tile modules call.

    Vectors are the last axis of inputs, or with `in_trans` and `out_trans` the first; `bias` adds an input of 1.

    Parameters
    ----------
    x_size, d_size
        Inputs and outputs, the bias's column included.
    config
        A memsim.aihwkit.RPUConfig.
    seed
        Of noise and pulses, and of devices without a `construction_seed`; None: taken from PyTorch's generator.
    """

    def __init__(self, x_size: int, d_size: int, config: Any, seed: int | None = None) -> None:
        self._settings = (config.device, config.forward, config.backward, config.update)
        self._tile = Tile(d_size, x_size, *self._settings, seed=given_seed(seed, None))
        if config.construction_seed:
            self.set_hidden_parameters(_hidden(Tile(d_size, x_size, *self._settings, seed=config.construction_seed)))
        self._rate = 0.01

    # -- Products and updates

    def forward(
        self,
        x: Tensor,
        bias: bool = False,
        in_trans: bool = False,
        out_trans: bool = False,
        is_test: bool = False,
        non_blocking: bool = False,
    ) -> Tensor:
        """W x; noise in tests too, as aihwkit's."""
        y = self._forward(_with_bias(_vectors(x, in_trans), bias))
        return y.movedim(-1, 0) if out_trans else y

    def backward(
        self,
        d: Tensor,
        bias: bool = False,
        in_trans: bool = False,
        out_trans: bool = False,
        non_blocking: bool = False,
    ) -> Tensor:
        """W^T d, without the bias."""
        gradient = self._backward(_vectors(d, in_trans))
        gradient = gradient[..., :-1] if bias else gradient
        return gradient.movedim(-1, 0) if out_trans else gradient

    def update(
        self,
        x: Tensor,
        d: Tensor,
        bias: bool = False,
        in_trans: bool = False,
        out_trans: bool = False,
        non_blocking: bool = False,
    ) -> None:
        """Pulses by which W changes by -learning_rate d x^T in the mean."""
        self._update(_with_bias(_vectors(x, in_trans), bias), _vectors(d, out_trans))

    def _forward(self, x: Tensor) -> Tensor:
        return torch.from_numpy(self._tile.forward(x.detach()))

    def _backward(self, d: Tensor) -> Tensor:
        return torch.from_numpy(self._tile.backward(d.detach()))

    def _update(self, x: Tensor, d: Tensor) -> None:
        self._tile.update(x.detach(), d.detach(), self._rate)

    def step(self) -> None:
        """Diffusion, then decay."""
        self._tile.step()

    def reset_columns(self, start: int, count: int, probability: float) -> None:
        """Resets `count` inputs from `start` on; -1: all."""
        self._tile.reset(start, None if count < 0 else count, probability)

    def decay_weights(self, alpha: float = 1.0) -> None:
        """Refused."""
        raise _core.Error("decay_weights is not there: an optimizer's step lets memsim's tiles diffuse and decay")

    def diffuse_weights(self) -> None:
        """Refused."""
        raise _core.Error("diffuse_weights is not there: an optimizer's step lets memsim's tiles diffuse and decay")

    def drift_weights(self, delta_t: float = 1.0) -> None:
        """Refused."""
        raise _core.Error("drift_weights is not there: memsim's tiles do not drift")

    # -- Weights and devices

    def get_weights(self) -> Tensor:
        """A copy [d_size, x_size]."""
        return torch.from_numpy(self._tile.weights)

    def set_weights(self, weight: Tensor) -> None:
        """Clipped to the bounds of each device."""
        self._tile.weights = weight.detach()

    def set_weights_uniform_random(self, bmin: float, bmax: float) -> None:
        """Writes weights between bounds, of PyTorch's generator."""
        self.set_weights(torch.empty(self._tile.shape).uniform_(bmin, bmax))

    def get_hidden_parameter_names(self) -> list[str]:
        """What devices differ in."""
        return list(self._tile.device.card().states)

    def get_hidden_parameters(self) -> Tensor:
        """[names, d_size, x_size]."""
        return _hidden(self._tile)

    def set_hidden_parameters(self, params: Tensor) -> None:
        """[names, d_size, x_size]; none: unchanged."""
        for name, values, now in zip(self.get_hidden_parameter_names(), params, _hidden(self._tile), strict=False):
            if not torch.equal(values, now):  # a tile does not keep what all its devices have alike
                self._tile.set_hidden(name, values)

    # -- Small things

    def get_x_size(self) -> int:
        """Inputs."""
        return self._tile.shape[1]

    def get_d_size(self) -> int:
        """Outputs."""
        return self._tile.shape[0]

    def get_learning_rate(self) -> float:
        """Of updates."""
        return self._rate

    def set_learning_rate(self, learning_rate: float | None) -> None:
        """Of updates; None: unchanged."""
        if learning_rate is not None:
            self._rate = float(learning_rate)

    def get_hidden_update_index(self) -> int:
        """0: one device a weight."""
        return 0

    def set_verbosity_level(self, verbose: int) -> None:
        """Nothing is printed."""

    def get_brief_info(self) -> str:
        """Sizes and device."""
        return repr(self._tile)

    # -- The whole state

    def dump_extra(self) -> dict[str, Any]:
        """The whole state, the position in the random numbers too."""
        return {"memsim": {"settings": self._settings, "seed": self._tile.seed, "state": self._tile.state()}}

    def load_extra(self, extra: dict[str, Any], strict: bool = False) -> None:
        """Goes on with the bits of a tile of the same settings; others give weights and devices alone.

        Raises
        ------
        memsim.StateFileError
            For a damaged state, with `strict` for one of other settings; the tile is then unchanged.
        """
        own = extra.get("memsim", {})
        if own.get("settings") == self._settings:
            tile = self._tile._reseeded(own["seed"])
            tile.load(own["state"])
            self._tile = tile
        elif strict:
            raise _core.StateFileError(f"extra must be of a tile of the settings {self._settings}, it is not")


def _hidden(tile: Tile) -> Tensor:
    return torch.stack([torch.from_numpy(tile.hidden(name)) for name in tile.device.card().states])


def _vectors(values: Tensor, first: bool) -> Tensor:
    """Vectors along the last axis of values that may have them along the first."""
    return values.movedim(0, -1) if first else values


def _with_bias(x: Tensor, bias: bool) -> Tensor:
    return torch.cat([x, x.new_ones(*x.shape[:-1], 1)], -1) if bias else x
