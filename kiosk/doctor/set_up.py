"""Where the settings come from."""

from __future__ import annotations

import os
from collections.abc import Iterator

from kiosk.doctor.finding import Finding, good
from kiosk.resources import config_folder
from kiosk.settings import Settings


def settings_origin(settings: Settings) -> Iterator[Finding]:
    """Which file and which variables were read; their values stay out of it."""
    file = os.environ.get("KIOSK_CONFIG") or str(config_folder() / "kiosk.toml")
    variables = sorted(name for name in os.environ if name.upper().startswith("KIOSK_") and "__" in name)
    yield good(
        "settings",
        "settings_with_variables" if variables else "settings_fine",
        file=file,
        variables=", ".join(variables),
        facility=settings.facility.code,
    )
