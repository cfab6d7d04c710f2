"""No file of MemSimCore names a type or function of a higher folder: see Sources/MemSimCore/README.md."""
import pathlib
import re
import sys

ORDER = ["Support", "Numerics", "Random", "Integration", "Devices", "Arrays", "Crossbar", "Periphery", "Training", "Tiles", "Inference"]
CORE = pathlib.Path(__file__).parents[1] / "Sources/MemSimCore"
COMMENT_OR_STRING = re.compile(r'//.*?$|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S | re.M)
KIND = r"(?:struct|class|enum|protocol|typealias|func|let|var|actor)"
MODIFIER = r"(?:public|package|internal|final|indirect|nonisolated\(unsafe\))"
GLOBAL = re.compile(rf"^(?:@\w+(?:\([^)]*\))?\s+)*(?:{MODIFIER} +)*{KIND} +(\w+)", re.M)  # visible in other files
ANY = re.compile(rf"\b{KIND} +(\w+)")
NAME = re.compile(r"(?<![.\w])[A-Za-z_]\w*")  # not after a dot: members are reached through a value that is named


def layer_of(file: pathlib.Path) -> int:
    folder = file.relative_to(CORE).parts[0]
    return ORDER.index(folder) if folder in ORDER else -1


def upward_names(sources: dict[pathlib.Path, str]) -> list[str]:
    owners: dict[str, int] = {}
    for file, text in sources.items():
        for name in GLOBAL.findall(text):
            owners[name] = min(layer_of(file), owners.get(name, len(ORDER)))  # an overload is the lowest folder's
    found = []
    for file, text in sources.items():
        own = set(ANY.findall(text))  # a member or local may be called like something above
        found += [f"{file.relative_to(CORE)}: {name} belongs to {ORDER[owners[name]]}"
                  for name in sorted(set(NAME.findall(text)) - own) if owners.get(name, 0) > layer_of(file)]
    return found


def main() -> int:
    sources = {file: re.sub(COMMENT_OR_STRING, " ", file.read_text()) for file in sorted(CORE.rglob("*.swift"))}
    found = [f"{file.relative_to(CORE)}: not in one of the layers {', '.join(ORDER)}"
             for file in sources if layer_of(file) < 0]
    found += upward_names({file: text for file, text in sources.items() if layer_of(file) >= 0})
    print("\n".join(found) or f"{len(sources)} files, the layers hold")
    return bool(found or not sources)


sys.exit(main())
