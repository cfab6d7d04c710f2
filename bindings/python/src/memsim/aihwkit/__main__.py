"""`python -m memsim.aihwkit`: scripts of aihwkit on memsim's tiles."""

import argparse
import sys
from collections.abc import Sequence

from .check import table
from .running import run


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a script, or prints what configs become; returns the exit status."""
    purpose = "Runs an unchanged script of aihwkit with its analog tiles on memsim."
    parser = argparse.ArgumentParser(prog="python -m memsim.aihwkit", description=purpose)
    parser.add_argument("--check", action="store_true", help="print what configs of the installed aihwkit become")
    parser.add_argument("script", nargs="?", help="a Python file")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="handed to the script")
    given = parser.parse_args(argv)
    if given.check == bool(given.script):
        parser.error("give a script or --check")
    if given.check:
        print(table())
    else:
        run(given.script, given.arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
