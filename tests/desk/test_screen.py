"""No screen is an error with a text, not an abort."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import pytest

from kiosk.desk.screen import need_a_screen
from kiosk.errors import KioskError
from kiosk.texts import table

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")


@linux
@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({}, "no_screen"),
        ({"WAYLAND_DISPLAY": "wayland-9"}, "no_screen"),
        ({"DISPLAY": ":987"}, "screen_unreachable"),
        ({"DISPLAY": "nonsense"}, "screen_unreachable"),
    ],
)
def test_without_a_screen_there_is_a_text(environ: Mapping[str, str], code: str) -> None:
    with pytest.raises(KioskError) as caught:
        need_a_screen(environ, "linux")
    assert caught.value.code == code
    assert set(table("errors")[code]) == {"vi", "en"}


@pytest.mark.parametrize("environ", [{"QT_QPA_PLATFORM": "offscreen"}, {"QT_QPA_PLATFORM": "vnc:size=1x1"}])
def test_platforms_that_draw_elsewhere_need_none(environ: Mapping[str, str]) -> None:
    need_a_screen(environ, "linux")


def test_windows_always_has_one() -> None:
    need_a_screen({}, "win32")


@pytest.mark.window
def test_an_x_server_is_a_screen(x_display: str) -> None:
    need_a_screen({"DISPLAY": x_display}, "linux")


@linux
def test_the_command_ends_with_a_line_instead_of_an_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    ended = subprocess.run(
        [sys.executable, "-m", "kiosk", "desk", "--json"],
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert ended.returncode == 2
    assert '"code": "no_screen"' in ended.stdout
    assert "Traceback" not in ended.stderr
