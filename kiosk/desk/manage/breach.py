"""When data were lost or seen by others: whose, which fields, how many, and by when to tell. No Qt."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from kiosk import clock, texts
from kiosk.card import parse_birth_date
from kiosk.desk.manage.section import Section, Typed
from kiosk.desk.manage.view import Entry, View
from kiosk.desk.words import KeyHint, Row
from kiosk.errors import CardParseError, KioskError, UsageError
from kiosk.reception import Reception
from kiosk.visits.audit import Act
from kiosk.visits.breach import Breach, Scope, breach_of
from kiosk.visits.breach_sheets import summary_of, write_breach
from kiosk.visits.person_rows import stores_of
from kiosk.visits.staff import Right

_MOMENT = "%d/%m/%Y %H:%M"
_IN_FULL = "2"  # the digit of the form


class BreachSection(Section):
    """A form at once: who opens this is in a hurry."""

    name = "breach"
    right = Right.PERSONS
    _found: tuple[Breach, Path] | None = None

    def open(self) -> None:
        def done(_: None) -> None:
            self.room.told("manage", section=self.name)

        self.work(self.noted, done)

    def key(self, name: str, typed: Typed) -> None:
        if name != "return" or self._found is not None:
            return
        try:
            scope, at, full = _asked(typed)
        except KioskError as error:
            self.problem = self.room.words.error(error)
            self.room.changed()
        else:
            self._count(scope, at, full=full)

    def back(self) -> bool:
        inside, self._found = self._found is not None, None
        return inside

    def _count(self, scope: Scope, at: datetime, *, full: bool) -> None:
        settings = self.room.settings

        def job(reception: Reception) -> tuple[Breach, Path]:
            found = breach_of(stores_of(reception.records), scope, discovered_at=at)
            file = self.report_file("su-co-du-lieu-{day}.xlsx")
            counted = {"persons": len(found.persons), "visits": found.visits, "full": full}
            asked = {
                "from": scope.first.isoformat() if scope.first else None,
                "to": scope.last.isoformat() if scope.last else None,
                "desk": scope.desk,
            }
            reception.note_act(Act.EXPORT, None, None, what="breach", **asked, **counted)
            facility = (settings.facility.code, settings.facility.name)
            write_breach(found, file, facility=facility, training=settings.training, full=full)
            return found, file

        def done(found: tuple[Breach, Path]) -> None:
            self._found = found
            self.room.told("manage", section=self.name, persons=len(found[0].persons), file=str(found[1]))

        self.work(job, done, meanwhile=self.say("breach_counting"))

    # What is shown

    def view(self) -> View:
        title = self.say("breach_title")
        if self._found is not None:
            return self._result(title, *self._found)
        return View(
            title,
            self.say("breach_lead"),
            (
                self.hint(self.enter, "do_count"),
                KeyHint("Tab", self.room.words("do_next_field")),
                self.back_key(),
            ),
            self.problem,
            self.message,
            entries=(
                Entry("first", self.say("entry_first"), self.say("entry_first_hint")),
                Entry("last", self.say("entry_last"), self.say("entry_last_hint")),
                Entry("desk", self.say("entry_desk"), self.say("entry_desk_hint")),
                Entry(
                    "discovered",
                    self.say("entry_discovered"),
                    self.say("entry_discovered_hint"),
                    value=f"{clock.now():{_MOMENT}}",
                ),
                Entry("full", self.say("entry_full"), self.say("entry_full_hint"), value="1"),
            ),
        )

    def _result(self, title: str, found: Breach, file: Path) -> View:
        rows: tuple[Row, ...] = tuple(summary_of(found))
        by = f"{found.notify_by:{_MOMENT}}"
        counts = {"persons": str(len(found.persons)), "visits": str(found.visits), "rows": str(found.rows)}
        told = texts.text("breach", "written", self.room.words.language, file=str(file), by=by, **counts)
        return View(title, "", (self.back_key(),), message=told, question="", details=rows)


def _asked(typed: Typed) -> tuple[Scope, datetime, bool]:
    """Raises UsageError ``date_invalid`` or ``breach_days``."""
    first, last = _day(typed["first"]), _day(typed["last"])
    if first and last and first > last:
        raise UsageError("breach_days")
    return (
        Scope(first, last, typed["desk"].strip() or None),
        _moment(typed["discovered"]),
        typed["full"].strip() == "2",
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        found = parse_birth_date(text.strip()).whole_day
    except CardParseError:
        found = None
    if found is None:
        raise UsageError("date_invalid", value=text.strip())
    return found


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), _MOMENT).replace(tzinfo=clock.VIETNAM)
    except ValueError:
        raise UsageError("date_invalid", value=text.strip()) from None


__all__ = ["BreachSection"]
