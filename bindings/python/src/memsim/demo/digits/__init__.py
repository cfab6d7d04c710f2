"""The main job on real data: digits classified by noisy products of programmed, simulated devices."""

from .run import main

__all__ = ["main"]
