"""Times memsim beside its peers in the same run and prints the ratios.

usage: python benchmarks/run.py [--repeats N] [--only NAME ...] [--readme] [--json FILE]

Ours and the peer's repeats alternate, so that a slow spell of the machine hits both; medians are compared. One thread
each unless a row says otherwise. Peers: torch, NumPy, synaptogen, badcrossbar, aihwkit, from PyPI.
MEMSIM_DATA: a folder that has mnist/, for the training rows.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import memsim  # noqa: E402
from rows import ROWS  # noqa: E402
from timing import Row  # noqa: E402
from tqdm import tqdm  # noqa: E402

MARKS = ("<!-- measured by make bench -->", "<!-- end -->")


def main() -> int:
    """Run the rows asked for; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9, help="of each measurement (default 9)")
    parser.add_argument("--only", nargs="+", choices=sorted(ROWS), metavar="NAME", help=f"some of {', '.join(sorted(ROWS))}")
    parser.add_argument("--readme", action="store_true", help="put the table between the marks in README.md")
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "latest.json")
    options = parser.parse_args()
    done: list[Row] = []
    for name in tqdm(options.only or list(ROWS), unit="row"):
        done.extend(ROWS[name](options.repeats))
    report = table(done)
    print(report)
    if options.readme:
        write_readme(report)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    record = {"machine": machine(), "build": memsim.build_info(), "rows": [row.record() for row in done]}
    options.json.write_text(json.dumps(record, indent=1) + "\n")
    return 0


def table(rows: list[Row]) -> str:
    """The rows as Markdown, under the machine they were measured on."""
    head = f"{machine()}; {memsim.build_info()}\n\n| what | memsim | peer | ratio | asked |\n| --- | --: | --: | --: | --: |"
    return "\n".join([head, *(row.markdown() for row in rows)])


def write_readme(report: str) -> None:
    """Replaces what stands between the marks."""
    path = Path(__file__).parents[1] / "README.md"
    before, _, rest = path.read_text().partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    path.write_text(f"{before}{MARKS[0]}\n{report}\n{MARKS[1]}{after}")


def machine() -> str:
    """Processor, cores and Python of this machine."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = dict(line.split(":", 1) for line in info.read_text().splitlines() if ":" in line)
        model = next((value.strip() for key, value in lines.items() if key.startswith("model name")), model)
    level = "AVX-512" if info.exists() and "avx512f" in info.read_text() else "AVX2"
    return f"{model} ({level}), {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
