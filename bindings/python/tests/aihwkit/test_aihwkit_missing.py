"""memsim without aihwkit."""

import subprocess
import sys


def test_the_adapter_says_what_it_needs_and_memsim_does_not_need_it():
    script = "import sys; sys.modules['aihwkit'] = None; import memsim; print('imported'); import memsim.aihwkit"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "imported\n" and done.returncode == 1
    assert "ModuleNotFoundError: memsim.aihwkit needs aihwkit: pip install aihwkit" in done.stderr
