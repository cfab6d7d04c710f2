"""Many independent tasks, here or on other processes and machines; a killed sweep goes on where it was.

    def trial(seed: int) -> dict[str, float]: ...

    with sweep.Workers(8) as workers:
        results = sweep.run(trial, {f"chip-{n}": n for n in range(100)}, store="chips", executor=workers)
    results["chip-7"].value

The public name is memsim.sweep; nothing here knows of nonideality-aware training.
"""

from .config import claim
from .running import SweepError, run
from .seeds import seed_of
from .store import Result, replace
from .task import fingerprint, report
from .workers import Workers

__all__ = ["Result", "SweepError", "Workers", "claim", "fingerprint", "replace", "report", "run", "seed_of"]
