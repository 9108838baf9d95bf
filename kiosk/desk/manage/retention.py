"""Terms of what is kept: each kind with its term and what is due, looked at first, then deleted. No Qt."""

from __future__ import annotations

from kiosk import texts
from kiosk.app import retention
from kiosk.desk.manage.section import ListSection, Room, Typed
from kiosk.desk.manage.view import View
from kiosk.desk.words import Row, day
from kiosk.reception import Reception
from kiosk.visits.retention.run import Outcome, Planned
from kiosk.visits.staff import Right


class RetentionSection(ListSection[Planned]):
    name = "retention"
    right = Right.PERSONS

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._asking = False

    @property
    def _due(self) -> int:
        return sum(each.found.rows for each in self.items or ())

    def open(self) -> None:
        def job(reception: Reception) -> list[Planned]:
            self.noted(reception)
            return retention(self.room.settings, reception.records).plan()

        def done(found: list[Planned]) -> None:
            self._listed(found)
            self.room.told("manage", section=self.name, due=self._due)

        self.work(job, done)

    def _listed(self, found: list[Planned]) -> None:
        self.show(sorted(found, key=lambda each: not each.found.rows))  # what is due first

    # Keys

    def key(self, name: str, typed: Typed) -> None:
        del typed
        if self._asking:
            if name == "return":
                self._delete()
            return
        if self.move(name):
            return
        if name == "F7" and self._due:
            self._asking = True
            self.message = self.problem = ""
            self.room.changed()

    def back(self) -> bool:
        inside, self._asking = self._asking, False
        return inside

    def _delete(self) -> None:
        """Just what was shown: neither other kinds nor later days."""
        days = {each.rule.kind: each.last_day for each in self.items or () if each.found.rows}
        self._asking = False

        def job(reception: Reception) -> tuple[Outcome, list[Planned]]:
            found = retention(self.room.settings, reception.records)
            outcome = found.carry_out(why=self.say("retention_why"), kinds=list(days), days=days)
            return outcome, found.plan()

        def done(found: tuple[Outcome, list[Planned]]) -> None:
            outcome, planned = found
            self._listed(planned)
            self.message = self._told(outcome)
            self.room.told("manage", section=self.name, deleted=outcome.rows)

        self.work(job, done, meanwhile=self.say("retention_deleting"))

    def _told(self, outcome: Outcome) -> str:
        kinds = ", ".join(f"{self._text(kind)} {count}" for kind, count in outcome.removed.items() if count)
        told = self._text("removed", rows=str(outcome.rows), kinds=kinds)
        return told if outcome.finished else f"{told} {self.say('retention_not_finished')}"

    # What is shown

    def view(self) -> View:
        if self._asking:
            keys = [self.hint(self.enter, "do_delete_now")]
        else:
            keys = [self.hint("F7", "do_delete_due")] if self._due else []
            keys.append(self.hint("↑ ↓", "do_choose"))
        count = str(self._due)
        return View(
            self.say("retention_title"),
            self.lead("retention_due" if self._due else "retention_lead", "retention_lead", due=count),
            (*keys, self.back_key()),
            self.problem,
            self.message,
            self.say("retention_question", due=count) if self._asking else "",
            details=self._details(),
            table=self.table("head_kind", "head_term", "head_due", "head_oldest", wide=0),
        )

    def cells(self, item: Planned) -> tuple[str, ...]:
        found = item.found
        return (
            self._text(item.rule.kind),
            self._term(item),
            str(found.rows) if found.rows else "–",
            day(found.oldest) if found.oldest else "",
        )

    def _term(self, item: Planned) -> str:
        term = item.rule.term
        unit, count = ("months", term.months) if term.months else ("days", term.days)
        return self._text(unit, count=str(count))

    def _details(self) -> tuple[Row, ...]:
        item = self.chosen
        if item is None:
            return ()
        rule, language = item.rule, self.room.words.language
        sure = self._text(f"sure_{rule.sure}")
        since = self._text(f"since_{rule.since}")
        rows = [
            (self._text(rule.kind), f"{self._term(item)} {since}"),
            (self.say("row_basis"), f"{sure}: {rule.source_in(language)}"),
        ]
        rows += [
            (self.say("row_stays"), f"{count} ({self._text(f'stay_{reason}')})")
            for reason, count in item.stay.items()
        ]
        if rule.below_advice:
            rows.append(("⚠", self._text("below_advice", months=str(rule.advised_months)).strip(" ⚠")))
        return tuple(rows)

    def _text(self, code: str, **values: str) -> str:
        return texts.text("retention", code, self.room.words.language, **values)


__all__ = ["RetentionSection"]
