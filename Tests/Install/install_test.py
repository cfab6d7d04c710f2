"""Installs the build into a folder, moves that elsewhere, and builds and runs strangers' programs against it.

usage: install_test.py BUILD CMAKE CC CXX PKG_CONFIG
"""
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def run(*command: object, **environment: str) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, env=os.environ | environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def installed(build: pathlib.Path, cmake: str, work: pathlib.Path) -> pathlib.Path:
    """The prefix, at a place other than the one it was installed to: nothing may remember that one."""
    shutil.rmtree(work, ignore_errors=True)
    run(cmake, "--install", build, "--prefix", work / "first")
    return (work / "first").rename(work / "moved")


def by_find_package(prefix: pathlib.Path, cmake: str, cc: str, cxx: str, work: pathlib.Path) -> None:
    run(cmake, "-S", HERE, "-B", work / "consumer", f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DCMAKE_C_COMPILER={cc}", f"-DCMAKE_CXX_COMPILER={cxx}")
    run(cmake, "--build", work / "consumer")
    for program in ("consumer_c", "consumer_cpp"):
        print("find_package:", run(work / "consumer" / program))


def by_pkg_config(prefix: pathlib.Path, pkg_config: str, cc: str, cxx: str, work: pathlib.Path) -> None:
    (description,) = prefix.rglob("memsim.pc")
    about = {"PKG_CONFIG_PATH": str(description.parent)}
    flags = run(pkg_config, "--cflags", "--libs", "memsim", **about).split()
    library = run(pkg_config, "--variable=libdir", "memsim", **about)
    for compiler, source in ((cc, "consumer.c"), (cxx, "consumer.cpp")):
        program = work / source.replace(".", "_by_pkg_config_")
        run(compiler, HERE / source, *flags, "-o", program)
        print("pkg-config:", run(program, LD_LIBRARY_PATH=library))


def main() -> None:
    build, cmake, cc, cxx, pkg_config = sys.argv[1:]
    work = pathlib.Path(build) / "install-test"
    prefix = installed(pathlib.Path(build), cmake, work)
    by_find_package(prefix, cmake, cc, cxx, work)
    by_pkg_config(prefix, pkg_config, cc, cxx, work)


main()
