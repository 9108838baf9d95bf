"""The page of F12: a row for each matter, what is wrong first and with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from kiosk import __version__
from kiosk.desk.health import (
    CAMERA_TROUBLES,
    SERIAL_TROUBLES,
    Health,
    Matter,
    camera_words,
    say,
    sentence,
    span,
)
from kiosk.desk.words import Words, day
from kiosk.disk import LEAST_FREE_BYTES, in_units
from kiosk.gateway.clock_skew import CLOCK_LIMIT
from kiosk.settings import Settings
from kiosk.sound_players import player


@dataclass(frozen=True, slots=True)
class StateRow:
    matter: Matter
    name: str
    value: str
    trouble: bool = False


def state_rows(
    health: Health, words: Words, settings: Settings, today: date, now: datetime
) -> tuple[StateRow, ...]:
    """Trouble first, each kind in a fixed order."""
    rows = (
        *_work(health, words, now),
        *_parts(health, words, settings),
        *_place(words, settings, today),
    )
    return tuple(sorted(rows, key=lambda row: not row.trouble))


def _work(health: Health, words: Words, now: datetime) -> Iterator[StateRow]:
    """What keeps patients from being looked up and recorded."""
    if health.missing:
        what = ", ".join(say(words, f"missing_{each}") for each in health.missing)
        value = say(words, "set_up_missing", what=what)
        yield StateRow(Matter.SET_UP, say(words, "state_set_up"), sentence(value), trouble=True)
    advice = health.gateway_advice(words)
    gateway = health.gateway(words)
    value = f"{gateway}. {advice}" if advice else gateway
    yield StateRow(Matter.GATEWAY, words("state_gateway"), sentence(value), trouble=bool(advice))
    owed = health.owed_words(words, now)
    value = f"{owed}. {say(words, 'state_owed_advice')}" if health.owed else owed
    yield StateRow(Matter.OWED, words("state_owed"), sentence(value), trouble=health.owed_too_long(now))
    tasks = words("tasks_some", count=str(health.tasks)) if health.tasks else words("owed_none")
    yield StateRow(Matter.TASKS, words("state_tasks"), sentence(tasks), trouble=bool(health.tasks))
    if health.unreported:
        value = say(words, "difficulties_unreported", count=str(health.unreported))
        yield StateRow(Matter.DIFFICULTIES, say(words, "state_difficulties"), sentence(value))
    if health.requests_overdue:
        value = say(words, "requests_overdue", count=str(health.requests_overdue))
        yield StateRow(Matter.REQUESTS, say(words, "state_requests"), sentence(value), trouble=True)
    if health.notice_changed:
        value = say(words, "notice_changed")
        yield StateRow(Matter.NOTICE, say(words, "state_notice"), sentence(value), trouble=True)
    sharing = health.sharing
    away = sharing is not None and (sharing.spool is not None or sharing.away is not None)
    yield StateRow(
        Matter.RECORDS,
        words("state_records"),
        sentence(health.records(words)),
        trouble=away or health.records_error is not None,
    )
    yield StateRow(
        Matter.BACKUP,
        words("state_backup"),
        sentence(health.backup(words)),
        trouble=health.backup_error is not None,
    )


def _parts(health: Health, words: Words, settings: Settings) -> Iterator[StateRow]:
    broken = health.serial in SERIAL_TROUBLES
    scanner = health.scanner(words)
    value = f"{scanner}. {say(words, 'scanner_advice')}" if broken else scanner
    yield StateRow(Matter.SCANNER, words("state_scanner"), sentence(value), trouble=broken)
    yield StateRow(
        Matter.CAMERA,
        words("state_camera"),
        sentence(camera_words(health, words)),
        trouble=health.camera in CAMERA_TROUBLES,
    )
    printer = sentence(health.printer(words, settings))
    trouble = health.printer_error is not None
    yield StateRow(Matter.PRINTER, words("state_printer"), printer, trouble=trouble)
    if settings.ui.sounds:
        by = player()
        code = "sound_missing" if by is None else "sound_failing" if health.sound_failing else "sound_fine"
        value = say(words, code, by=Path(by or "").name)
        trouble = code != "sound_fine"
        yield StateRow(Matter.SOUND, say(words, "state_sound"), sentence(value), trouble=trouble)
    value, trouble = _clock(health, words)
    yield StateRow(Matter.CLOCK, say(words, "state_clock"), sentence(value), trouble=trouble)
    value, trouble = _disk(health, words, str(settings.data_folder))
    yield StateRow(Matter.DISK, say(words, "state_disk"), sentence(value), trouble=trouble)


def _clock(health: Health, words: Words) -> tuple[str, bool]:
    ahead = health.clock_ahead
    if ahead is None:
        return say(words, "clock_unknown"), False
    if abs(ahead) <= CLOCK_LIMIT:
        return say(words, "clock_fine"), False
    code = "clock_ahead" if ahead > timedelta(0) else "clock_behind"
    return f"{say(words, code, off=span(abs(ahead), words))}. {say(words, 'clock_advice')}", True


def _disk(health: Health, words: Words, folder: str) -> tuple[str, bool]:
    if health.disk_free is None:
        code = "disk_unknown" if health.disk_unseen else "disk_not_seen"
        return say(words, code, folder=folder), health.disk_unseen
    free, least = (in_units(count, words.language) for count in (health.disk_free, LEAST_FREE_BYTES))
    if health.disk_free >= LEAST_FREE_BYTES:
        return say(words, "disk_fine", free=free, folder=folder), False
    little = say(words, "disk_little", free=free, folder=folder, least=least)
    return f"{little}. {say(words, 'disk_advice')}", True


def _place(words: Words, settings: Settings, today: date) -> Iterator[StateRow]:
    yield StateRow(
        Matter.MODE, words("state_mode"), words("mode_training" if settings.training else "mode_live")
    )
    facility = f"{settings.facility.code} – {settings.facility.name}"
    yield StateRow(Matter.FACILITY, words("state_facility"), facility)
    yield StateRow(Matter.FACILITY, words("state_desk"), settings.desk.name)
    yield StateRow(Matter.FACILITY, words("state_today"), day(today))
    yield StateRow(Matter.VERSION, words("state_version"), __version__)
