"""Cells of the physical model JART VCM v1b: loops, kinetics and pulse trains, with and without variability."""

from .run import main

__all__ = ["main"]
