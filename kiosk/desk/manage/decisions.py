"""What was confirmed against a verdict or a finding, by whom and why; what the checks warned of. No Qt."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from kiosk import clock
from kiosk.desk.manage.section import ListSection, Room, Typed
from kiosk.desk.manage.view import View
from kiosk.desk.visit_words import meaning
from kiosk.desk.words import Row
from kiosk.reception import Reception
from kiosk.visits.audit import Act
from kiosk.visits.decisions import WARNED, Decision, decisions

PERIODS = (1, 7, 30)
"""Days, today among them."""


class DecisionsSection(ListSection[Decision]):
    name = "decisions"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._days = PERIODS[0]
        self._only_people = False
        self._all: list[Decision] = []

    def open(self) -> None:
        self._load(note=True)

    def _load(self, *, note: bool = False) -> None:
        since, until = self._period()

        def job(reception: Reception) -> list[Decision]:
            if note:
                self.noted(reception)
            return decisions(reception.records.audit, since, until)

        def done(found: list[Decision]) -> None:
            self._all = found
            self._choose()
            self.room.told("manage", section=self.name, listed=len(found))

        self.work(job, done)

    def _period(self) -> tuple[datetime, datetime]:
        today = clock.today()
        return (
            clock.midnight(today - timedelta(days=self._days - 1)),
            clock.midnight(today + timedelta(days=1)),
        )

    def _choose(self) -> None:
        self.show([each for each in self._all if each.what != WARNED or not self._only_people])

    def key(self, name: str, typed: Typed) -> None:
        del typed
        if self.move(name):
            return
        if name == "F7":
            self._days = PERIODS[(PERIODS.index(self._days) + 1) % len(PERIODS)]
            self.items, self.marked = None, 0
            self._load()
        elif name == "F5":
            self._only_people = not self._only_people
            self._choose()
            self.room.changed()
        elif name == "print" and self.items:
            self._export()

    def view(self) -> View:
        keys = [
            self.hint("F7", "do_period", days=self._days_words(_next(self._days))),
            self.hint("F5", "do_also_warnings" if self._only_people else "do_only_people"),
        ]
        if self.items:
            keys += [self.hint("↑ ↓", "do_choose"), self.hint("Ctrl+P", "do_export")]
        return View(
            self.say("decisions_title"),
            self.lead("decisions_lead", "decisions_none", days=self._days_words(self._days)),
            (*keys, self.back_key()),
            self.problem,
            self.message,
            details=self._details(),
            table=self.table("head_time", "head_queue", "head_what", "head_who", "head_why", wide=4),
        )

    def _days_words(self, days: int) -> str:
        return self.say("today") if days == 1 else self.say("days", days=str(days))

    def cells(self, item: Decision) -> tuple[str, ...]:
        at = item.at.astimezone(clock.VIETNAM)
        why = item.why or (self.room.words.notices(item.findings[:1]) or ("",))[0]
        return (
            f"{at:%H:%M}" if self._days == 1 else f"{at:%d/%m %H:%M}",
            item.queue_label or "–",
            self.say(f"what_{item.what}"),
            item.who or "–",
            why,
        )

    def _details(self) -> tuple[Row, ...]:
        item = self.chosen
        if item is None:
            return ()
        words = self.room.words
        rows: list[Row] = [(self.say("row_card"), f"{item.number}  ·  {item.desk}")]
        if item.verdict:
            reason = meaning(item.reason, words) if item.reason else ""
            rows.append(
                (self.say("row_verdict"), ": ".join(filter(None, (words(f"short_{item.verdict}"), reason))))
            )
        rows += [(self.say("row_finding"), finding) for finding in words.notices(item.findings)]
        if item.why:
            rows.append((self.say("row_why"), f"{item.why} – {item.who}" if item.who else item.why))
        return tuple(rows)

    def _export(self) -> None:
        items = list(self.items or ())
        heads = {
            self.say(code): width
            for code, width in (
                ("head_time", 18), ("head_queue", 8), ("head_what", 24), ("head_who", 16), ("row_desk", 14),
                ("row_card", 20), ("row_verdict", 16), ("row_finding", 60), ("head_why", 40),
            )
        }  # fmt: skip

        def job(reception: Reception) -> Path:
            from kiosk.visits.exports import export_rows

            file = self.report_file("xac-nhan-va-canh-bao-{day}.xlsx")
            reception.note_act(Act.EXPORT, what="decisions", file=file.name)
            export_rows(heads, (self._export_cells(item) for item in items), file)
            return file

        def done(file: Path) -> None:
            self.message = self.say("exported", file=str(file))
            self.room.told("manage", section=self.name, file=str(file))

        self.work(job, done)

    def _export_cells(self, item: Decision) -> list[str]:
        words = self.room.words
        return [
            f"{item.at.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}", item.queue_label or "",
            self.say(f"what_{item.what}"), item.who or "", item.desk, item.number,
            words(f"short_{item.verdict}") if item.verdict else "",
            " ".join(words.notices(item.findings)), item.why or "",
        ]  # fmt: skip


def _next(days: int) -> int:
    return PERIODS[(PERIODS.index(days) + 1) % len(PERIODS)]


__all__ = ["DecisionsSection"]
