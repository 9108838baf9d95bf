"""Sounds of results: three that differ, only when asked for, and never in anybody's way."""

from __future__ import annotations

import io
import sys
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk import clock
from kiosk.app import build_reception
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import Flow, Message, Ready, Recorded, VerdictShown
from kiosk.desk.health import Health, Matter
from kiosk.desk.health_rows import StateRow, state_rows
from kiosk.desk.sound_desk import SoundDesk
from kiosk.desk.sounds import Sound, play, wave_of
from kiosk.desk.words import Words
from kiosk.desk.work import Mailbox
from kiosk.errors import CardParseError
from kiosk.settings import load_settings
from kiosk.sound_players import PLAYERS, player
from kiosk.training.patients import patient
from kiosk.visits.model import Source

WAIT_MS = 30_000
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")


def a_player(folder: Path, script: str, name: str = PLAYERS[0]) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def sound_row() -> StateRow | None:
    rows = state_rows(Health(), Words("en"), load_settings(), clock.today(), clock.now())
    return next((row for row in rows if row.matter is Matter.SOUND), None)


def test_the_three_sounds_are_short_and_of_different_length() -> None:
    lengths = set()
    for sound in Sound:
        with wave.open(io.BytesIO(wave_of(sound))) as file:
            assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
            lengths.add(file.getnframes() / file.getframerate())
    assert len(lengths) == len(Sound)
    assert max(lengths) <= 0.6


@posix
def test_a_program_of_the_system_is_given_the_whole_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    a_player(folder, 'cat "$1" > "${0%/*}/heard"; exit 3', PLAYERS[2])
    by = a_player(folder, 'cat "$1" > "${0%/*}/heard"', PLAYERS[1])
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    if player() != str(by):
        pytest.skip("the machine has a player that comes first")
    assert play(Sound.GOOD, str(by), tmp_path / "cache")
    assert (folder / "heard").read_bytes() == wave_of(Sound.GOOD)
    assert not play(Sound.GOOD, str(folder / PLAYERS[2]), tmp_path / "cache")
    assert not play(Sound.GOOD, str(folder / "gone"), tmp_path / "cache")


@posix
def test_f12_speaks_of_sounds_only_where_they_are_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sound_row() is None
    monkeypatch.setenv("KIOSK_UI__SOUNDS", "true")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    row = sound_row()
    assert row is not None
    assert row.trouble
    assert "pw-play" in row.value
    a_player(tmp_path / "bin", "true")
    row = sound_row()
    assert row is not None
    assert not row.trouble


class Heard:
    """A player that keeps what it was given; while `held`, it is still playing."""

    def __init__(self) -> None:
        self.sounds: list[Sound] = []
        self.held = threading.Event()
        self.held.set()

    def __call__(self, sound: Sound, by: str) -> bool:
        self.sounds.append(sound)
        return self.held.wait(10) and by == "a player"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    found = Heard()
    monkeypatch.setattr("kiosk.desk.sound_desk.player", lambda: "a player")
    monkeypatch.setattr("kiosk.desk.sounds.play", lambda sound, by, _: found(sound, by))
    return found


@pytest.fixture
def desk(
    qtbot: QtBot, heard: Heard, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setenv("KIOSK_UI__SOUNDS", getattr(request, "param", "true"))
    settings = load_settings()
    output = io.StringIO()
    made = Desk(settings, lambda: build_reception(settings), None, EventStream(output))
    made.start()
    qtbot.waitUntil(lambda: "opened" in output.getvalue(), timeout=WAIT_MS)
    yield made
    heard.held.set()
    made.window.close()
    made.window.deleteLater()


def test_each_result_has_its_sound_and_the_window_does_not_wait_for_it(
    qtbot: QtBot, desk: Desk, heard: Heard
) -> None:
    heard.held.clear()  # the first goes on playing
    for key in ("demo", "army", "expired"):
        desk.scan(patient(key).health_card_line(), Source.SERIAL)
        qtbot.waitUntil(lambda: isinstance(desk.flow.stage, VerdictShown), timeout=WAIT_MS)
        if key == "demo":
            qtbot.waitUntil(lambda: bool(heard.sounds), timeout=WAIT_MS)
        desk.command("escape")
        qtbot.waitUntil(lambda: isinstance(desk.flow.stage, Recorded), timeout=WAIT_MS)
        desk.command("escape")
        qtbot.waitUntil(lambda: isinstance(desk.flow.stage, Ready), timeout=WAIT_MS)
    assert heard.sounds == [Sound.GOOD]
    heard.held.set()
    qtbot.waitUntil(lambda: len(heard.sounds) > 1, timeout=WAIT_MS)
    assert heard.sounds == [Sound.GOOD, Sound.REFUSED], "what was overtaken is not played late"


@pytest.mark.parametrize("desk", ["false"], indirect=True)
def test_no_sound_unless_it_was_asked_for(qtbot: QtBot, desk: Desk, heard: Heard) -> None:
    desk.scan("khong-phai-the", Source.SERIAL)
    qtbot.waitUntil(lambda: isinstance(desk.flow.stage, Message), timeout=WAIT_MS)
    assert not [each for each in threading.enumerate() if each.name.startswith("sounds")]
    assert heard.sounds == []


def test_a_player_that_fails_is_told_once_and_again_when_it_is_heard(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_UI__SOUNDS", "true")
    flow, works = Flow(), [False]
    told: list[bool] = []
    sounds = SoundDesk(
        load_settings(), flow, Mailbox(),
        on_failed=told.append, find_player=lambda: "a player", play=lambda _, __: works[0],
    )  # fmt: skip

    def refuse() -> None:
        flow.stage = Message(CardParseError("unknown_format"))
        sounds.mind()
        flow.stage = Ready()
        sounds.mind()

    refuse()
    qtbot.waitUntil(lambda: told == [True], timeout=WAIT_MS)
    refuse()
    works[0] = True
    refuse()
    qtbot.waitUntil(lambda: told == [True, False], timeout=WAIT_MS)
    sounds.stop()


def test_a_locked_desk_says_nothing_of_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_UI__SOUNDS", "true")
    flow, heard = Flow(), Heard()
    sounds = SoundDesk(
        load_settings(), flow, Mailbox(),
        on_failed=lambda _: None, find_player=lambda: "a player", play=heard,
    )  # fmt: skip
    flow.locked = True
    flow.stage = Message(CardParseError("unknown_format"))
    sounds.mind()
    flow.locked = False
    sounds.mind()
    assert sounds._lane is not None
    assert sounds._lane.stop(10), "all that was given to it is done"
    assert heard.sounds == []
