"""Where the settings come from."""

from __future__ import annotations

import os
from collections.abc import Iterator

from kiosk.doctor.finding import Finding, good
from kiosk.resources import config_folder
from kiosk.settings import Settings, file_to_write


def settings_origin(settings: Settings) -> Iterator[Finding]:
    """Which file and which variables were read; their values stay out of it."""
    own = file_to_write(os.environ)
    file = str(own) if own.is_file() else str(config_folder() / "kiosk.toml")
    variables = sorted(name for name in os.environ if name.upper().startswith("KIOSK_") and "__" in name)
    yield good(
        "settings",
        "settings_with_variables" if variables else "settings_fine",
        file=file,
        variables=", ".join(variables),
        facility=settings.facility.code,
    )
