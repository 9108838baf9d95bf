"""Names of facilities by their code, from a list that the hospital fills in."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from pathlib import Path

from kiosk.resources import config_folder

_log = logging.getLogger(__name__)


def facility_names(data_folder: Path) -> Mapping[str, str]:
    """The list in the data folder, which no update touches; where there is none, the shipped one.

    A list that a hand has damaged names nobody: codes are shown, and the log says why. It must not keep a
    patient waiting.
    """
    own = data_folder / "facilities.toml"
    file = own if own.exists() else config_folder() / "facilities.toml"
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        return {code: str(row["name"]) for code, row in rows.items()}
    except (OSError, ValueError, TypeError, KeyError) as error:  # ValueError: not TOML, not UTF-8
        _log.warning("%s cannot be used: %s", file.name, type(error).__name__)
        return {}


__all__ = ["facility_names"]
