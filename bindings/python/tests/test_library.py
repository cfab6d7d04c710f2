"""What the package gives to programs in other languages, and its command line."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import memsim
from memsim.__main__ import main

PROGRAM = r"""
#include <memsim.h>
#include <stdio.h>

int main(void) {
  memsim_array_def def;
  memsim_array_def_init(&def, sizeof def);
  def.rows = 9, def.columns = 4, def.seed = 6;
  memsim_array *array;
  if (memsim_array_create(&def, &array) != MEMSIM_OK) return 1;
  float volts = -2;
  uint64_t hash = 0;
  if (memsim_array_apply(array, &volts, MEMSIM_FLOAT32, 1, NULL) != MEMSIM_OK) return 2;
  if (memsim_array_hash(array, &hash) != MEMSIM_OK) return 3;
  printf("%llu\n", (unsigned long long)hash);
  memsim_array_destroy(array);
  return 0;
}
"""


def test_library_is_the_one_loaded():
    library = ctypes.CDLL(memsim.get_library())
    assert library.memsim_version() == memsim._core.version()
    assert Path(memsim.get_include(), "memsim.h").is_file()
    assert Path(memsim.get_include(), "memsim.hpp").is_file()
    assert Path(memsim.get_include(), "memsim", "core.hpp").is_file()


def test_version_is_that_of_the_header():
    header = Path(memsim.get_include(), "memsim.h").read_text()
    parts = [re.search(rf"MEMSIM_VERSION_{part} (\d+)", header)[1] for part in ("MAJOR", "MINOR", "PATCH")]
    assert memsim.__version__ == memsim.version() == ".".join(parts)
    assert memsim.__version__ in memsim.build_info()


@pytest.mark.parametrize("by_name", [False, True], ids=["path", "-lmemsim"])
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_c_program_links_and_agrees(tmp_path, compiler, by_name):
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    folder = str(Path(memsim.get_library()).parent)
    link = [f"-L{folder}", "-lmemsim"] if by_name else [memsim.get_library()]
    source, program = tmp_path / "program.c", tmp_path / "program"
    source.write_text(PROGRAM)
    flags = [f"-I{memsim.get_include()}", *link, f"-Wl,-rpath,{folder}"]
    subprocess.run([compiler, "-std=c99", "-Wall", "-Werror", str(source), *flags, "-o", str(program)], check=True)
    array = memsim.Array(shape=(9, 4), seed=6)
    array.apply(-2)
    assert int(subprocess.check_output([program])) == array.hash()


def test_both_instruction_sets_give_the_same_bits():
    """The loader takes the AVX-512 copy where there is one and the CPU has it; preloading the other one stops it."""
    script = """if True:
        import memsim
        cells = memsim.Array(shape=(200, 100), seed=3)
        for volts in (-2.0, 1.1, -2.0, 1.5):
            cells.apply(memsim.random.normal((200, 100), volts, 0.3, seed=1))
        currents = cells.vmm(memsim.random.uniform((5, 200), -0.3, 0.3, seed=2))
        print(memsim.build_info(), cells.hash(), currents.tobytes().hex(), sep="\\n")
    """

    def run(**environment: str) -> list[str]:
        command = [sys.executable, "-c", script]
        return subprocess.check_output(command, env={**os.environ, **environment}, text=True).splitlines()

    taken, plain = run(), run(LD_PRELOAD=memsim.get_library())
    if taken[0] == plain[0]:
        pytest.skip(f"this machine or wheel has one instruction set only: {plain[0]}")
    assert taken[1:] == plain[1:]


def test_command_line(capsys):
    assert main(["info"]) == 0
    assert memsim.get_library() in capsys.readouterr().out
    assert main(["models"]) == 0
    assert "synaptogen: " in capsys.readouterr().out
    assert main(["models", "synaptogen"]) == 0
    assert "stationary" in capsys.readouterr().out
    for wrong in ([], ["nonsense"], ["info", "--loud"], ["models", "nonsense"]):
        with pytest.raises(SystemExit) as caught:
            main(wrong)
        assert caught.value.code != 0


def test_module_runs():
    printed = subprocess.check_output([sys.executable, "-m", "memsim", "info"], text=True, env=dict(os.environ))
    assert printed.startswith(f"memsim {memsim.__version__}")
