"""`python -m memsim`: what is installed, the device models, the demos, the reproductions."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Any

import memsim


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m memsim", description="Memristive device and crossbar simulation.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("info", help="version, build and where the C library is")
    describe = commands.add_parser("models", help="the device models, or all about one")
    describe.add_argument("name", nargs="?", help="a model")
    differ = commands.add_parser("nonidealities", help="what makes devices of trained layers differ, or all about one")
    differ.add_argument("name", nargs="?", help="a nonideality")
    demos = "digits: classify them on simulated devices; jart: a cell's physics; crossbar: wires (demo jart --help)"
    commands.add_parser("demo", help=demos, add_help=False)
    commands.add_parser("nat", help="nonideality-aware training: list, reproduce (nat reproduce --help)", add_help=False)
    commands.add_parser("jart-study", help="what of JART cells hurts training (jart-study --help)", add_help=False)
    arguments, rest = parser.parse_known_args(argv)
    if arguments.command in ("demo", "nat", "jart-study"):
        return int(importlib.import_module(f"memsim.{arguments.command.replace('-', '_')}").main(rest))
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    print(_info() if arguments.command == "info" else _cards(arguments.command, arguments.name))
    return 0


def _info() -> str:
    return "\n".join(
        (
            f"memsim {memsim.__version__}",
            f"build    {memsim.build_info()}",
            f"threads  {memsim.Context().threads}",
            f"library  {memsim.get_library()}",
            f"include  {memsim.get_include()}",
        )
    )


def _cards(kind: str, name: str | None) -> str:
    cards: dict[str, Any] = dict(memsim.models() if kind == "models" else memsim.nonideality.cards())
    if name is None:
        return "\n".join(f"{card.name}: {card.title}" for card in cards.values())
    if name not in cards:
        sys.exit(f"there is no {name!r}; there are {', '.join(cards)}")
    return str(cards[name])


if __name__ == "__main__":
    sys.exit(main())
