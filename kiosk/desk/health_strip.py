"""The strip at the bottom: one segment for each matter, a few words each, trouble first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.desk.health import CAMERA_TROUBLES, SERIAL_TROUBLES, Health, Matter, say, span
from kiosk.desk.words import Words, time_of_day
from kiosk.disk import LEAST_FREE_BYTES, in_units
from kiosk.gateway.clock_skew import CLOCK_LIMIT
from kiosk.settings import Settings


class Sign(StrEnum):
    """How a matter stands; each has its picture, so that colour never says it alone."""

    GOOD = "check"
    TROUBLE = "warning"
    WAITING = "clock"
    OFF = "pause"


@dataclass(frozen=True, slots=True)
class Segment:
    matter: Matter
    text: str
    sign: Sign


def strip(health: Health, words: Words, settings: Settings, now: datetime) -> tuple[Segment, ...]:
    """Training first, since nothing else counts there; then trouble; all else in a fixed order."""
    mode = Segment(Matter.MODE, say(words, "short_training"), Sign.WAITING)
    if not settings.training:
        mode = Segment(Matter.MODE, say(words, "short_live"), Sign.GOOD)
    segments = [mode, *_segments(health, words, settings, now)]

    def place(segment: Segment) -> int:
        if segment.matter is Matter.MODE:
            return 0 if settings.training else 2
        return 1 if segment.sign is Sign.TROUBLE else 2

    return tuple(sorted(segments, key=place))


def _segments(health: Health, words: Words, settings: Settings, now: datetime) -> Iterator[Segment]:
    if health.missing:
        what = ", ".join(say(words, f"missing_{each}") for each in health.missing)
        yield Segment(Matter.SET_UP, say(words, "short_set_up", what=what), Sign.TROUBLE)
    if health.tasks:
        yield Segment(Matter.TASKS, say(words, "short_tasks", count=str(health.tasks)), Sign.TROUBLE)
    if health.unreported:
        text = say(words, "short_difficulties", count=str(health.unreported))
        yield Segment(Matter.DIFFICULTIES, text, Sign.WAITING)
    if health.requests_overdue:
        text = say(words, "short_requests", count=str(health.requests_overdue))
        yield Segment(Matter.REQUESTS, text, Sign.WAITING)
    if health.notice_changed:
        yield Segment(Matter.NOTICE, say(words, "short_notice"), Sign.WAITING)
    yield from _records(health, words)
    yield _gateway(health, words)
    yield _owed(health, words, now)
    yield _scanner(health, words)
    trouble = health.camera in CAMERA_TROUBLES
    quiet = Sign.GOOD if health.camera == "watching" else Sign.OFF
    state = words(f"camera_{health.camera}")
    yield Segment(Matter.CAMERA, say(words, "short_camera", state=state), Sign.TROUBLE if trouble else quiet)
    yield from _printer(health, words, settings)
    yield from _machine(health, words)


def _printer(health: Health, words: Words, settings: Settings) -> Iterator[Segment]:
    if settings.ticket.printer == "off":
        return
    if health.printer_error is not None:
        yield Segment(Matter.PRINTER, say(words, "short_printer_failing"), Sign.TROUBLE)
    elif health.printed_at is None:
        yield Segment(Matter.PRINTER, say(words, "short_printer_unused"), Sign.WAITING)
    else:
        time = time_of_day(health.printed_at)
        yield Segment(Matter.PRINTER, say(words, "short_printer_fine", time=time), Sign.GOOD)


def _records(health: Health, words: Words) -> Iterator[Segment]:
    sharing = health.sharing
    if health.records_error is not None:
        yield Segment(Matter.RECORDS, say(words, "short_records_failing"), Sign.TROUBLE)
    elif sharing is not None and sharing.spool is not None:
        yield Segment(Matter.RECORDS, say(words, "short_no_spool"), Sign.TROUBLE)
    elif sharing is not None and sharing.away is not None:
        text = say(words, "short_kept_here", count=str(sharing.waiting))
        yield Segment(Matter.RECORDS, text, Sign.TROUBLE)
    elif sharing is not None and sharing.waiting:
        text = say(words, "short_handing_over", count=str(sharing.waiting))
        yield Segment(Matter.RECORDS, text, Sign.WAITING)
    if health.backup_error is not None:
        yield Segment(Matter.BACKUP, say(words, "short_backup_failing"), Sign.TROUBLE)


def _gateway(health: Health, words: Words) -> Segment:
    def segment(code: str, since: datetime | None, sign: Sign = Sign.TROUBLE) -> Segment:
        time = time_of_day(since) if since else "–"
        seconds = health.gateway_seconds_words(words)
        return Segment(Matter.GATEWAY, say(words, code, time=time, seconds=seconds), sign)

    if health.line.offline_since is not None:
        return segment("short_gateway_offline", health.line.offline_since)
    if health.setup_fault and health.gateway_at is not None:
        return segment("short_gateway_setup", health.gateway_since)
    if health.gateway_answered is None or health.gateway_at is None:
        return segment("short_gateway_not_asked", None, Sign.WAITING)
    if not health.gateway_answered:
        return segment("short_gateway_silent", health.gateway_since)
    return segment("short_gateway_answers", health.gateway_since, Sign.GOOD)


def _owed(health: Health, words: Words, now: datetime) -> Segment:
    if health.owed is None:
        return Segment(Matter.OWED, say(words, "short_owed_unknown"), Sign.WAITING)
    if not health.owed:
        return Segment(Matter.OWED, say(words, "short_owed_none"), Sign.GOOD)
    sign = Sign.TROUBLE if health.owed_too_long(now) else Sign.WAITING
    count = str(health.owed)
    if health.owed_since is None:
        return Segment(Matter.OWED, say(words, "short_owed", count=count), sign)
    age = span(now - health.owed_since, words)
    return Segment(Matter.OWED, say(words, "short_owed_since", count=count, age=age), sign)


def _scanner(health: Health, words: Words) -> Segment:
    if health.serial in SERIAL_TROUBLES:
        return Segment(Matter.SCANNER, say(words, f"short_serial_{health.serial}"), Sign.TROUBLE)
    if health.last_scan is None:
        return Segment(Matter.SCANNER, say(words, "short_scanner_waiting"), Sign.WAITING)
    return Segment(
        Matter.SCANNER, say(words, "short_scanner_last", time=time_of_day(health.last_scan)), Sign.GOOD
    )


def _machine(health: Health, words: Words) -> Iterator[Segment]:
    """What is well and has no figure to tell is left out while it is not known."""
    ahead = health.clock_ahead
    if ahead is not None and abs(ahead) <= CLOCK_LIMIT:
        yield Segment(Matter.CLOCK, say(words, "short_clock_fine"), Sign.GOOD)
    elif ahead is not None:
        code = "short_clock_ahead" if ahead > timedelta(0) else "short_clock_behind"
        yield Segment(Matter.CLOCK, say(words, code, off=span(abs(ahead), words)), Sign.TROUBLE)
    if health.disk_free is not None:
        little = health.disk_free < LEAST_FREE_BYTES
        code = "short_disk_little" if little else "short_disk_fine"
        free = in_units(health.disk_free, words.language)
        yield Segment(Matter.DISK, say(words, code, free=free), Sign.TROUBLE if little else Sign.GOOD)
    elif health.disk_unseen:
        yield Segment(Matter.DISK, say(words, "short_disk_unknown"), Sign.TROUBLE)
