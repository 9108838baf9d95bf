"""Whether the desk's sounds can be played, where they are on. None is played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kiosk.doctor.finding import Finding, bad, good
from kiosk.settings import Settings
from kiosk.sound_players import PLAYERS, player


def sound(settings: Settings) -> Iterator[Finding]:
    if not settings.ui.sounds:
        yield good("sound", "sound_off")
        return
    by = player()
    if by is None:
        yield bad("sound", "sound_missing", "advice_sound", players=", ".join(PLAYERS))
    else:
        yield good("sound", "sound_fine", by=Path(by).name)
