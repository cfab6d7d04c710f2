"""`python -m memsim demo [digits|jart|crossbar]`."""

import importlib
import sys
from collections.abc import Sequence

DEMOS = ("digits", "jart", "crossbar")


def main(argv: Sequence[str]) -> int:
    """Run the demo named first, without a name the digits; returns the exit status."""
    named = bool(argv) and not argv[0].startswith("-")
    name, rest = (argv[0], argv[1:]) if named else (DEMOS[0], argv)
    if name not in DEMOS:
        print(f"there is no demo {name!r}; there are {', '.join(DEMOS)}", file=sys.stderr)
        return 2
    return int(importlib.import_module(f".{name}", __name__).main(rest))
