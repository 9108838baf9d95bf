"""Whether what is past its term is let go of, and what will go next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kiosk import clock
from kiosk.app import files_beside, records_address, records_on_disk
from kiosk.doctor.finding import Finding, Phrase, bad, good, not_checked
from kiosk.errors import RecordsError, SettingsError
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.visits.database import Database
    from kiosk.visits.retention.run import Retention

LEFT_DAYS = 7
"""Due for so long, although a desk should have acted: then somebody has to look."""

LEFT_DAYS_BY_HAND = 31
"""Due for so long where only people delete."""

SOON = timedelta(days=30)
_MOST = 20_000
"""More rows of a kind are not counted: the check takes a second, not a minute."""


def retention(settings: Settings) -> Iterator[Finding]:
    try:
        database = _database(settings)
        if database is None:
            yield good("retention", "retention_nothing_yet")
            return
        with closing(database):
            yield _of(settings, database)
    except RecordsError:
        yield not_checked("retention", "database")
    except SettingsError:
        yield not_checked("retention", "settings")


def _database(settings: Settings) -> Database | None:
    from kiosk.visits.database import Database, sqlite_url

    file = records_on_disk(settings)
    address = sqlite_url(file) if file is not None else records_address(settings.records.url)
    return Database.as_it_is(address)


def _of(settings: Settings, database: Database) -> Finding:
    from kiosk.visits.audit_log import AuditLog
    from kiosk.visits.retention.automatic import upcoming
    from kiosk.visits.retention.rules import retention_rules
    from kiosk.visits.retention.run import Retention

    rules = retention_rules(settings.data_folder)
    short = [kind for kind, rule in rules.items() if rule.below_advice]
    mode = "training" if settings.training else "live"
    log = AuditLog(database, facility=settings.facility.code, mode=mode)
    due = Retention([log], rules, files_beside(settings), clock.today())
    with database.read() as connection:
        ahead = upcoming(connection, log.home, rules, settings.retention.notice_days)
    patience = LEFT_DAYS if settings.retention.automatic else LEFT_DAYS_BY_HAND
    left = _rows(due, timedelta(days=-patience))
    rows, soon = _rows(due, timedelta()), _rows(due, SOON)
    last = f"{ahead.last_run:%H:%M %d/%m/%Y}" if ahead.last_run else "–"
    values = {"rows": _number(rows), "last": last}
    waits = settings.retention.automatic and ahead.from_day is not None
    if short:
        finding = bad(
            "retention",
            "retention_below_advice",
            "advice_retention_below_advice",
            kinds=", ".join(short),
        )
    elif left and not waits:
        finding = bad("retention", "retention_left", "advice_retention_left", **values)
    elif rows and ahead.from_day is not None and settings.retention.automatic:
        finding = good("retention", "retention_begins", **values, date=f"{ahead.from_day:%d/%m/%Y}")
    elif rows and settings.retention.automatic:
        finding = good("retention", "retention_due", **values)
    elif rows:
        finding = good("retention", "retention_left", **values)
    else:
        finding = good("retention", "retention_fine", **values)
    more = soon - rows
    return replace(finding, more=Phrase("retention_soon", {"rows": _number(more)})) if more > 0 else finding


def _rows(due: Retention, ahead: timedelta) -> int:
    return sum(each.found.rows for each in due.plan(ahead, _MOST))


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".") + ("+" if count > _MOST else "")
