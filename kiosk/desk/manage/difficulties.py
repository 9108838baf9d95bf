"""Difficulties of the last 30 days by cause, and when the gateway was away; F8 works on them. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kiosk import clock, texts
from kiosk.desk.difficulty_words import code_words
from kiosk.desk.manage.section import ListSection, Room, Typed
from kiosk.desk.manage.view import View
from kiosk.desk.words import Row, day, time_of_day
from kiosk.reception import Reception
from kiosk.visits.difficulties import Difficulty, State
from kiosk.visits.difficulty_report import Cause, Period, Report, report_from

DAYS = 30
OUTAGES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Line:
    cause: Cause
    newest: Difficulty


class DifficultiesSection(ListSection[_Line]):
    name = "difficulties"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._report: Report | None = None

    def open(self) -> None:
        today = clock.today()
        period = Period(today - timedelta(days=DAYS - 1), today)

        def job(reception: Reception) -> Report:
            self.noted(reception)
            return report_from(reception.records.difficulties, self.room.settings, period)

        def done(report: Report) -> None:
            self._report = report
            self.show(
                [_Line(cause, max(cause.members, key=lambda each: each.last_at)) for cause in report.causes]
            )
            self.room.told("manage", section=self.name, listed=len(report.causes))

        self.work(job, done)

    def key(self, name: str, typed: Typed) -> None:
        del typed
        self.move(name)

    def view(self) -> View:
        return View(
            self.say("difficulties_title"),
            self.lead("difficulties_lead", "difficulties_none", days=str(DAYS)),
            (self.hint("F8", "do_difficulties"), self.hint("↑ ↓", "do_choose"), self.back_key()),
            self.problem,
            self.message,
            details=self._outages(),
            table=self.table("head_cause", "head_code", "head_count", "head_open", "head_last", wide=0),
        )

    def cells(self, item: _Line) -> tuple[str, ...]:
        members = item.cause.members
        language = self.room.words.language
        still_open = sum(each.state in {State.NEW, State.REPORTED, State.ANSWERED} for each in members)
        at = item.newest.last_at.astimezone(clock.VIETNAM)
        return (
            texts.text("difficulties", f"kind_{item.cause.kind.name}", language),
            code_words(item.cause.code, self.room.words) if item.cause.code else "–",
            str(len(members)),
            str(still_open),
            f"{at:%d/%m %H:%M}",
        )

    def _outages(self) -> tuple[Row, ...]:
        if self._report is None:
            return ()
        found = self._report.outages[-OUTAGES_SHOWN:]
        rows = [
            (
                day(clock.day_of(each.first_at)),
                self.say(
                    "outage",
                    begins=time_of_day(each.first_at),
                    ends=time_of_day(each.recovered_at or each.last_at),
                    count=str(each.count),
                    desks=", ".join(each.desks),
                ),
            )
            for each in reversed(found)
        ]
        return tuple(rows) or ((self.say("row_outages"), self.say("no_outages")),)


__all__ = ["DifficultiesSection"]
