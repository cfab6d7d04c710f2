"""What the demos say alike."""

from pathlib import Path

BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
"""Layout of a progress bar whose steps have no unit."""


def has_folder(figure: Path) -> bool:
    """Whether a figure could be written there; says so if not."""
    folder = figure.absolute().parent
    if not folder.is_dir():
        print(f"there is no folder {folder} for the figure")
    return folder.is_dir()
