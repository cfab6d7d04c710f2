"""Crossbars with the resistance of their wires: what is inside, digits classified, half-selected cells disturbed."""

from .run import main

__all__ = ["main"]
