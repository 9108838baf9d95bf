"""Whether the desk can be heard: nothing is wanted where sounds are off, else what to install is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kiosk.doctor.sound import sound
from kiosk.settings import load_settings

ON = {"KIOSK_UI__SOUNDS": "true"}


def test_sounds_that_are_off_want_nothing() -> None:
    (found,) = sound(load_settings({}))
    assert found.ok
    assert "Đang tắt" in str(found.as_json("vi")["detail"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays them itself")
def test_where_nothing_plays_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (found,) = sound(load_settings(ON))
    assert not found.ok
    assert "pw-play, paplay, aplay" in str(found.as_json("en")["advice"])
    player = tmp_path / "aplay"
    player.write_text("#!/bin/sh\n")
    player.chmod(0o755)
    (found,) = sound(load_settings(ON))
    assert (found.ok, found.as_json("en")["detail"]) == (True, "Played by aplay")
