"""Every build of the library and every thread count computes the same bits.

usage: check_same_bits.py DIGEST_PROGRAM
Runs the program on 1, 2 and 5 threads and, on x86-64, with the loader told to take each build of the library in turn.
"""
import os
import platform
import subprocess
import sys

THREADS = ("1", "2", "5")
LOADER = "/lib64/ld-linux-x86-64.so.2"
BUILDS = {"the loader's choice": [], "x86-64-v3": [LOADER, "--glibc-hwcaps-mask", "x86-64-v3"]}


def digests(command: list[str], threads: str) -> tuple[str, list[str]]:
    done = subprocess.run(command, env=os.environ | {"MEMSIM_NUM_THREADS": threads}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stderr.strip(), done.stdout.splitlines()


def main() -> int:
    builds = BUILDS if platform.machine() == "x86_64" else {"the loader's choice": []}
    runs = [(name, threads, *digests([*command, sys.argv[1]], threads))
            for name, command in builds.items() for threads in THREADS]
    expected = runs[0][3]
    differing = [f"{info} ({name}), {threads} threads, differs in:\n  " +
                 "\n  ".join(sorted({line[:24].strip() for line in set(lines) ^ set(expected)}))
                 for name, threads, info, lines in runs if lines != expected]
    print("\n".join(differing) or
          f"{len(expected)} digests are the same in {len(runs)} runs of {', '.join(sorted({run[2] for run in runs}))}")
    return bool(differing or not expected)


sys.exit(main())
