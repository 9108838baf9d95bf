"""How the parts around the desk are doing, for the strip at the bottom and the page of F12."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk import __version__
from kiosk.desk.words import Row, Words, day, time_of_day
from kiosk.errors import KioskError
from kiosk.gateway.connectivity import GATEWAY_SLOW, Connectivity
from kiosk.gateway.login_guard import Pause
from kiosk.gateway.result_codes import rule_for
from kiosk.settings import Settings
from kiosk.visits.model import Sharing

_SERIAL_TROUBLE = {"missing", "lost", "flooded"}
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


@dataclass(frozen=True, slots=True)
class Health:
    """What is known now; every change makes a new one."""

    gateway_answered: bool | None = None  # None: not asked yet
    gateway_at: datetime | None = None
    gateway_seconds: float = 0.0
    line: Connectivity = _ONLINE
    login_pause: Pause | None = None
    setup_fault: str = ""  # row of config/result_codes.toml that only IT can mend, of the last look-up
    owed: int | None = None
    tasks: int = 0  # late answers that want a person
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

    def gateway(self, words: Words, decimal: str) -> str:
        """In a few words; what keeps every look-up from being sent comes first."""
        if self.line.offline_since is not None:
            why = words(_OFFLINE_WORDS.get(self.line.reason, "offline_bad_answers"))
            return words("gateway_offline", time=time_of_day(self.line.offline_since), why=why)
        if self.setup_fault and self.gateway_at is not None:
            return words("gateway_setup_fault", time=time_of_day(self.gateway_at))
        if self.gateway_answered is None or self.gateway_at is None:
            return words("gateway_not_asked")
        if not self.gateway_answered:
            return words("gateway_silent", time=time_of_day(self.gateway_at))
        seconds = f"{max(self.gateway_seconds, 0.1):.1f}".replace(".", decimal)
        return words("gateway_answers", time=time_of_day(self.gateway_at), seconds=seconds)

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

    @property
    def _probes(self) -> str:
        return f"{self.line.probe_pause:.0f}"

    def owed_words(self, words: Words) -> str:
        if self.owed is None:
            return words("owed_unknown")
        return words("owed_some", count=str(self.owed)) if self.owed else words("owed_none")

    def scanner(self, words: Words) -> str:
        if self.serial in _SERIAL_TROUBLE:
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


def strip(health: Health, words: Words, settings: Settings) -> tuple[str, ...]:
    """The segments of the strip, most important first."""
    segments = [
        words("mode_training" if settings.training else "mode_live"),
        words("strip_gateway", state=health.gateway(words, _decimal(words))),
        words("strip_owed", state=health.owed_words(words)),
    ]
    if health.tasks:
        segments.insert(1, words("strip_tasks", count=str(health.tasks)))
    if health.sharing is not None and health.sharing.spool is not None:
        segments.insert(1, words("strip_no_spool"))
    elif health.sharing is not None and (health.sharing.away is not None or health.sharing.waiting):
        kept = "strip_handing_over" if health.sharing.away is None else "strip_kept_here"
        segments.insert(1, words(kept, count=str(health.sharing.waiting)))
    if health.records_error is not None:
        segments.append(words("strip_records_failing"))
    if health.backup_error is not None:
        segments.append(words("strip_backup_failing"))
    if health.printer_error is not None:
        segments.append(words("strip_printer_failing"))
    segments.append(words("strip_scanner", state=health.scanner(words)))
    segments.append(words("strip_camera", state=words(f"camera_{health.camera}")))
    return tuple(segments)


def state_rows(health: Health, words: Words, settings: Settings, today: date) -> tuple[Row, ...]:
    gateway = health.gateway(words, _decimal(words))
    if advice := health.gateway_advice(words):
        gateway = f"{gateway}. {advice}"
    return (
        (words("state_mode"), words("mode_training" if settings.training else "mode_live")),
        (words("state_facility"), f"{settings.facility.code} – {settings.facility.name}"),
        (words("state_desk"), settings.desk.name),
        (words("state_today"), day(today)),
        (words("state_gateway"), sentence(gateway)),
        (words("state_owed"), sentence(health.owed_words(words))),
        (
            words("state_tasks"),
            sentence(words("tasks_some", count=str(health.tasks)) if health.tasks else words("owed_none")),
        ),
        (words("state_records"), sentence(health.records(words))),
        (words("state_backup"), sentence(health.backup(words))),
        (words("state_scanner"), sentence(health.scanner(words))),
        (words("state_camera"), sentence(camera_words(health, words))),
        (words("state_printer"), sentence(health.printer(words, settings))),
        (words("state_version"), __version__),
    )


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


def _decimal(words: Words) -> str:
    return "," if words.language == "vi" else "."


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
