"""What acts on all layers of inference of a network."""

from torch import nn

from ... import _core
from .layer import InferenceLayer


def inference_layers(model: nn.Module) -> list[InferenceLayer]:
    """The layers of inference of a model, itself one or not. Raises memsim.Error if there are none."""
    found = [module for module in model.modules() if isinstance(module, InferenceLayer)]
    if not found:
        raise _core.Error(f"model must have layers of inference, got {type(model).__name__} with none")
    return found


def program(model: nn.Module) -> None:
    """Programs the weights of all layers of inference into devices, which products in eval() read from then on.

    Raises
    ------
    memsim.Error
        If the model has no such layers.
    """
    for layer in inference_layers(model):
        layer.program()


def drift(model: nn.Module, t: float) -> None:
    """Reads the devices of all layers `t` seconds after programming; each is compensated as its configuration says.

    Raises
    ------
    memsim.Error
        If the model has no such layers, or one has not been programmed.
    """
    for layer in inference_layers(model):
        layer.drift(t)


def compensate(model: nn.Module, kind: str | None = None) -> None:
    """Measures the drift of all layers anew: "global", "per-column", "exact-reference", "none"; None: as configured.

    Raises
    ------
    memsim.Error
        If the model has no such layers, or one has not been programmed.
    """
    for layer in inference_layers(model):
        layer.compensate(kind)
