"""Which nonidealities of JART VCM v1b cells hurt analog training: MNIST, rung by rung.

`python -m memsim jart-study --data DIR`; docs/jart-study.md. After Yu et al., arXiv 2403.06746.
"""

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    from .cli import main as run

    return run(argv)


__all__ = ["main"]
