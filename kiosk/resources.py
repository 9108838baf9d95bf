"""Where the tables and texts that a hospital may read and change are found."""

from functools import cache
from pathlib import Path


@cache
def config_folder() -> Path:
    """The ``config`` folder: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).resolve().parent
    beside = package.parent / "config"
    return beside if (beside / "kiosk.toml").is_file() else package / "config"
