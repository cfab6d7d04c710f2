"""The library exports exactly what the header declares and documents, needs nothing unusual, and is small.

usage: check_symbols.py memsim.h libmemsim.so...
"""
import pathlib
import re
import subprocess
import sys

NEEDED = re.compile(r"(libc|libm|libstdc\+\+|libgcc_s|ld-linux[\w-]*)\.so\.\d+")
LARGEST = 10 * 2**20


def declared(header: str) -> set[str]:
    return set(re.findall(r"^MEMSIM_API\b[^;(]*?\b(memsim_\w+)\(", header, re.M))


def documented(header: str) -> set[str]:
    """Functions whose declaration directly follows the end of a /** comment."""
    comment = r"/\*\*(?:(?!\*/).)*\*/\n"
    return set(re.findall(comment + r"MEMSIM_API\b[^;(]*?\b(memsim_\w+)\(", header, re.S))


def output_of(*command: str) -> list[list[str]]:
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split() for line in run.stdout.splitlines()]


def exported(library: str) -> set[str]:
    names = {words[2].split("@")[0] for words in output_of("nm", "-D", "--defined-only", library)}
    return {name for name in names if not name.startswith("MEMSIM_")}  # the version node itself


def needed(library: str) -> set[str]:
    return {words[-1].strip("[]") for words in output_of("readelf", "-d", library) if "(NEEDED)" in words}


def faults(header: str, library: str) -> list[str]:
    want, have = declared(header), exported(library)
    size = pathlib.Path(library).stat().st_size
    lists = {
        "declared, not exported": want - have,
        "exported, not declared": have - want,
        "undocumented": want - documented(header),
        "unexpected dependency": {name for name in needed(library) if not NEEDED.fullmatch(name)},
    }
    found = [f"{library}: {what}: {name}" for what, names in lists.items() for name in sorted(names)]
    if size > LARGEST:
        found.append(f"{library}: {size} bytes, at most {LARGEST} are allowed")
    if not want:
        found.append("the header declares nothing")
    return found


def main() -> int:
    header = pathlib.Path(sys.argv[1]).read_text()
    found = [fault for library in sys.argv[2:] for fault in faults(header, library)]
    print("\n".join(found) or f"{len(declared(header))} functions declared, exported and documented")
    return bool(found)


sys.exit(main())
