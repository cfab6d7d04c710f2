"""Nonideality-aware training, reproduced: Joksas et al., Advanced Science 9, 2105784 (2022).

`python -m memsim nat list` and `python -m memsim nat reproduce --data DIR`; docs/nat.md.
"""

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    from .cli import main as run

    return run(argv)


__all__ = ["main"]
