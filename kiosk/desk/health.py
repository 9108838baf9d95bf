"""How the parts around the desk are doing, for the strip at the bottom and the page of F12."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk import clock
from kiosk.desk.words import Words, day, time_of_day
from kiosk.errors import KioskError
from kiosk.gateway.connectivity import GATEWAY_SLOW, Connectivity
from kiosk.gateway.result_codes import rule_for
from kiosk.settings import Settings
from kiosk.texts import text

if TYPE_CHECKING:
    from kiosk.gateway.login_guard import Pause
    from kiosk.visits.model import Sharing

SERIAL_TROUBLES = frozenset({"missing", "lost", "flooded"})
CAMERA_TROUBLES = frozenset({"missing", "busy", "not_permitted", "lost", "dark", "no_file"})
"""States of the camera that somebody can do something about; each has its text ``camera_STATE_advice``."""
_OFFLINE_WORDS = {
    GATEWAY_SLOW: "offline_slow",
    "gateway_timeout": "offline_slow",
    "gateway_unreachable": "offline_unreachable",
    "gateway_dropped": "offline_dropped",
    "gateway_tls": "offline_tls",
}
"""Why the line counts as down, by the reason of `Connectivity`; all else is a server that answers badly."""
_ONLINE = Connectivity()
OWED_TOO_LONG = timedelta(days=1)
"""Our own measure: an outage is over by then, so what is still owed wants a person."""


class Matter(StrEnum):
    """What a segment of the strip, and the row of the page of F12 behind it, is about."""

    MODE = "mode"
    SET_UP = "set_up"
    FACILITY = "facility"
    TASKS = "tasks"
    DIFFICULTIES = "difficulties"
    REQUESTS = "requests"
    NOTICE = "notice"
    RECORDS = "records"
    GATEWAY = "gateway"
    OWED = "owed"
    SCANNER = "scanner"
    CAMERA = "camera"
    CLOCK = "clock"
    DISK = "disk"
    BACKUP = "backup"
    PRINTER = "printer"
    SOUND = "sound"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Health:
    """What is known now; every change makes a new one."""

    gateway_answered: bool | None = None  # None: not asked yet
    gateway_at: datetime | None = None
    gateway_since: datetime | None = None  # when it began to answer, or to fail
    gateway_seconds: float = 0.0
    line: Connectivity = _ONLINE
    login_pause: Pause | None = None
    setup_fault: str = ""  # row of config/result_codes.toml that only IT can mend, of the last look-up
    owed: int | None = None
    owed_since: datetime | None = None  # when the oldest was received
    tasks: int = 0  # late answers that want a person
    unreported: int = 0  # serious kinds of difficulty that BHXH was not told of in time
    requests_overdue: int = 0  # what persons asked for, past its date
    notice_changed: bool = False  # the patients' notice has other words under a version that was used
    records_open: bool = False
    records_error: KioskError | None = None
    backup_at: datetime | None = None
    backup_error: KioskError | None = None
    sharing: Sharing | None = None  # None: the records are the desk's own
    last_scan: datetime | None = None
    camera: str = "off"  # a state of kiosk.readers.camera, or "paused"
    camera_name: str = ""  # what it calls itself, while it shows something
    printed_at: datetime | None = None  # when a ticket was last tried
    printer_error: KioskError | None = None  # what came of it
    serial: str = "off"  # a state of kiosk.readers.serial_port
    clock_ahead: timedelta | None = None  # of the gateway's clock, None: not compared yet
    disk_free: int | None = None  # bytes where the program writes
    disk_unseen: bool = False  # looking at it failed
    sound_failing: bool = False  # a player there is, but it ended with an error
    missing: tuple[str, ...] = ()  # of facility, account, staff: what live work still lacks

    def gateway(self, words: Words) -> str:
        """In a few words; what keeps every look-up from being sent comes first."""
        if self.line.offline_since is not None:
            why = words(_OFFLINE_WORDS.get(self.line.reason, "offline_bad_answers"))
            return words("gateway_offline", time=time_of_day(self.line.offline_since), why=why)
        if self.setup_fault and self.gateway_at is not None:
            return words("gateway_setup_fault", time=time_of_day(self.gateway_at))
        if self.gateway_answered is None or self.gateway_at is None:
            return words("gateway_not_asked")
        if not self.gateway_answered:
            since = time_of_day(self.gateway_since or self.gateway_at)
            return say(words, "gateway_silent_since", since=since, time=time_of_day(self.gateway_at))
        since = time_of_day(self.gateway_since or self.gateway_at)
        seconds = self.gateway_seconds_words(words)
        return say(
            words, "gateway_answers_since", since=since, time=time_of_day(self.gateway_at), seconds=seconds
        )

    def gateway_advice(self, words: Words) -> str:
        """What the desk does meanwhile and what IT can do; empty while all is well."""
        if self.line.offline_since is not None:
            return _for_it(words, self.line.reason, words("gateway_offline_advice", seconds=self._probes))
        if self.setup_fault:
            advice = words("gateway_setup_advice")
            if self.login_pause is not None:
                advice += " " + words("gateway_login_advice", time=time_of_day(self.login_pause.until))
            return _for_it(words, self.setup_fault, advice)
        return words("gateway_advice") if self.gateway_answered is False else ""

    def gateway_seconds_words(self, words: Words) -> str:
        seconds = f"{max(self.gateway_seconds, 0.1):.1f}"
        return seconds.replace(".", ",") if words.language == "vi" else seconds

    @property
    def _probes(self) -> str:
        return f"{self.line.probe_pause:.0f}"

    def owed_too_long(self, now: datetime) -> bool:
        return self.owed_since is not None and now - self.owed_since > OWED_TOO_LONG

    def owed_words(self, words: Words, now: datetime) -> str:
        if self.owed is None:
            return words("owed_unknown")
        if not self.owed:
            return words("owed_none")
        if self.owed_since is None:
            return words("owed_some", count=str(self.owed))
        return say(
            words,
            "state_owed_since",
            count=str(self.owed),
            time=time_of_day(self.owed_since),
            date=day(clock.day_of(self.owed_since)),
            age=span(now - self.owed_since, words),
        )

    def scanner(self, words: Words) -> str:
        if self.serial in SERIAL_TROUBLES:
            return words(f"serial_{self.serial}")
        if self.last_scan is None:
            return words("serial_watching" if self.serial == "watching" else "scanner_waiting")
        return words("scanner_last", time=time_of_day(self.last_scan))

    def records(self, words: Words) -> str:
        if self.records_error is not None:
            return words.error(self.records_error)
        if self.sharing is not None and self.sharing.spool is not None:
            if self.sharing.away is not None:
                return words.error(self.sharing.spool)
            return words("records_no_spool", place=self.sharing.spool.values.get("place", "?"))
        if self.sharing is not None and self.sharing.away is not None:
            since = time_of_day(self.sharing.since) if self.sharing.since else "–"
            return words("records_kept_here", time=since, count=str(self.sharing.waiting))
        if self.sharing is not None and self.sharing.waiting:
            return words("records_handing_over", count=str(self.sharing.waiting))
        return words("records_fine" if self.records_open else "records_opening")

    def backup(self, words: Words) -> str:
        if self.backup_error is not None:
            return words.error(self.backup_error)
        if self.backup_at is None:
            return words("backup_unknown")
        return words("backup_made", time=time_of_day(self.backup_at), date=day(self.backup_at.date()))

    def printer(self, words: Words, settings: Settings) -> str:
        if settings.ticket.printer == "off":
            return words("printer_off")
        if self.printer_error is not None:
            return words.error(self.printer_error)
        if self.printed_at is None:
            return words("printer_unused", name=settings.ticket.printer)
        return words("printer_fine", name=settings.ticket.printer, time=time_of_day(self.printed_at))


def camera_words(health: Health, words: Words) -> str:
    """State, name and, where there is trouble, what to do."""
    said = words(f"camera_{health.camera}")
    if health.camera_name and health.camera in {"watching", "dark"}:
        said = f"{said} ({health.camera_name})"
    advice = f"camera_{health.camera}_advice"
    return f"{said}. {words(advice)}" if health.camera in CAMERA_TROUBLES else said


def _for_it(words: Words, key: str, advice: str) -> str:
    """`advice`, and the technicians' text of `key` where the table of result codes has one."""
    rule = rule_for(key)
    return f"{advice} {words('gateway_for_it', text=rule.technician)}" if rule.key == key else advice


def say(words: Words, code: str, **values: str) -> str:
    """A text of ``config/texts/health.toml``."""
    return text("health", code, words.language, **values)


def span(length: timedelta, words: Words) -> str:
    """In the largest unit that it fills: minutes, hours, days."""
    minutes = max(round(length.total_seconds() / 60), 1)
    for unit, size in (("days", 1440), ("hours", 60)):
        if minutes >= size:
            return say(words, unit, count=str(minutes // size))
    return say(words, "minutes", count=str(minutes))


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
