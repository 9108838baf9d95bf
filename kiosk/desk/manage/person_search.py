"""One person's data: found, told apart in masks, copied, erased after its plan was shown. No Qt."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from kiosk import clock, texts
from kiosk.app import backups
from kiosk.card import parse
from kiosk.desk.manage.section import ListSection, Room, Typed
from kiosk.desk.manage.view import Entry, Table, View
from kiosk.desk.words import KeyHint, Row, day
from kiosk.errors import CardParseError
from kiosk.logs import mask_number
from kiosk.reception import Reception
from kiosk.visits.audit import Act
from kiosk.visits.notice_in_force import notice_in_force
from kiosk.visits.person_copy import copy_of, write_json
from kiosk.visits.person_erasing import (
    Erased,
    ErasePlan,
    VisitFate,
    bring_together,
    erase,
    erase_plan,
    terms_in,
)
from kiosk.visits.person_paper import paper_of
from kiosk.visits.person_requests import Outcome, PersonRequest, RequestBook
from kiosk.visits.persons import Found, Person, find, span, wanted

FATES_SHOWN = 100


class PersonSearch(ListSection[Person]):
    """Opened from the register; `asked` is the request it is about, where one was marked."""

    name = "persons"

    def __init__(self, room: Room, asked: PersonRequest | None) -> None:
        super().__init__(room)
        self._asked = asked
        self._plan: ErasePlan | None = None
        self._fate_marked: int | None = None  # in the plan's list; None: its beginning, with the ground
        self._alike: frozenset[str] = frozenset()

    @property
    def _finding(self) -> bool:
        return self.items is None

    # Keys

    def key(self, name: str, typed: Typed) -> None:
        chosen = self.chosen
        if self._finding:
            if name == "return":
                self._find(typed)
        elif self._plan is not None:
            if name == "return" and chosen is not None and typed.get("reason", "").strip():
                self._erase(chosen, " ".join(typed["reason"].split()))
            elif name in {"up", "down"}:
                self._read_plan(self._plan, 1 if name == "down" else -1)
        elif self.move(name) or chosen is None:
            return
        elif name == "print":
            self._copy(chosen)
        elif name == "delete":
            self._look_at_plan(chosen)

    def _read_plan(self, plan: ErasePlan, step: int) -> None:
        row = (-1 if self._fate_marked is None else self._fate_marked) + step
        last = min(len(plan.visits), FATES_SHOWN) - 1
        self._fate_marked = min(row, last) if row >= 0 else None
        self.room.changed()

    def back(self) -> bool:
        self.problem = self.message = ""
        if self._plan is not None:
            self._plan = None
            return True
        if not self._finding:
            self.items = None
            return True
        return False

    @property
    def takes_scans(self) -> bool:
        return self._finding

    def scan(self, text: str) -> None:
        """The person's own card, instead of a typed number."""
        try:
            number = parse(text, today=clock.today()).lookup_number
        except CardParseError as error:
            self.problem = self.room.words.error(error)
            self.room.changed()
        else:
            self._find({"number": number or "", "full_name": "", "birth": ""})

    # What they do

    def _find(self, typed: Typed) -> None:
        number = typed["number"].strip() or None
        name, birth = typed["full_name"].strip() or None, typed["birth"].strip() or None

        def job(reception: Reception) -> Found:
            asked = wanted(number=number, full_name=name, birth_date=birth)
            found = find(reception.records, asked)
            subject = mask_number(number) if number else None
            reception.note_act(Act.PERSON, subject, None, what="find", found=len(found.persons))
            return found

        def done(found: Found) -> None:
            self.marked = 0
            self._alike = frozenset(person.handle for person in found.alike)
            if found.persons:
                self.show((*found.persons, *found.alike))
            else:
                self.problem = self._text("nobody")
            if found.missing:
                self.problem = " ".join(map(self.room.words.error, found.missing))
            self.room.told("manage", section=self.name, found=len(found.persons))

        self.work(job, done)

    def _copy(self, person: Person) -> None:
        settings = self.room.settings

        def job(reception: Reception) -> tuple[Path, int]:
            from kiosk.visits.word_file import write_docx

            file = self.report_file(f"ban-sao-{person.handle}-{{day}}.docx")
            records = reception.records
            use = notice_in_force(records.audit, clock.now())
            reception.note_act(Act.EXPORT, person.handle, None, what="person", form=".docx")
            made = copy_of(
                records,
                (person,),
                terms_in(settings.data_folder),
                facility=(settings.facility.code, settings.facility.name),
                training=settings.training,
                notice=(use.version, use.hash) if use is not None else None,
            )
            write_docx(paper_of(made), file)
            write_json(made, file.with_suffix(".json"))
            return file, len(made.visits)

        def done(found: tuple[Path, int]) -> None:
            file, count = found
            self.message = self._text("copied", files=str(file), count=str(count))
            self.room.told("manage", section=self.name, file=str(file))

        self.work(job, done)

    def _look_at_plan(self, person: Person) -> None:
        """Nothing is erased before somebody has read what goes and what stays."""

        def job(reception: Reception) -> ErasePlan:
            bring_together(reception.records)
            return erase_plan(reception.records, (person,), terms_in(self.room.settings.data_folder))

        def done(plan: ErasePlan) -> None:
            self._plan, self._fate_marked = plan, None
            self.room.told("manage", section=self.name, plan=len(plan.visits))

        self.work(job, done)

    def _erase(self, person: Person, reason: str) -> None:
        asked = self._asked
        of_deletion = asked is not None and asked.kind == "delete"

        def job(reception: Reception) -> Erased:
            records = reception.records
            request_id = asked.request_id if asked is not None and of_deletion else None
            terms = terms_in(self.room.settings.data_folder)
            bring_together(records)
            erased = erase(records, (person,), terms, why=reason, request=request_id)
            if request_id is not None and not erased.waiting:
                RequestBook(records.audit).close(request_id, Outcome.DONE, clock.today())
            return erased

        def done(erased: Erased) -> None:
            self._plan, self.items = None, ()
            counts = {"gone": str(erased.gone), "kept": str(erased.kept), "waiting": str(erased.waiting)}
            told = [self._text("erased", **counts)]
            if not erased.swept:
                told.append(self._text("not_swept"))
            if count := self._backups_left():
                told.append(self.say("persons_backups", count=str(count)))
            self.message = " ".join(told)
            self.room.told("manage", section=self.name, erased=erased.gone)

        self.work(job, done, writes=True, meanwhile=self.say("persons_erasing"))

    def _backups_left(self) -> int:
        kept = backups(self.room.settings)
        return len(kept.all()) if kept is not None else 0

    # What is shown

    def view(self) -> View:
        if self._finding:
            return self._find_view()
        if self._plan is not None:
            return self._plan_view(self._plan)
        keys: list[KeyHint] = []
        if self.chosen is not None:
            keys += [
                self.hint("Ctrl+P", "do_copy"),
                self.hint("Delete", "do_plan"),
                self.hint("↑ ↓", "do_choose"),
            ]
        return View(
            self.say("persons_found"),
            self.say("persons_found_lead") if self.chosen is not None else "",
            (*keys, self.back_key()),
            self.problem,
            self.message,
            details=self._details(self.chosen) if self.chosen is not None else (),
            table=self.table("head_name", "head_born", "head_numbers", "head_visits", wide=2),
        )

    def _find_view(self) -> View:
        return View(
            self.say("persons_find"),
            self.say("checking") if self.busy else self.say("persons_find_lead"),
            (
                self.hint(self.enter, "do_find_now"),
                KeyHint("Tab", self.room.words("do_next_field")),
                self.back_key(),
            ),
            self.problem,
            self.message,
            entries=(
                Entry("number", self.say("entry_number"), self.say("entry_number_or_scan")),
                Entry("full_name", self.say("entry_name"), self.say("entry_with_birth")),
                Entry("birth", self.say("entry_birth"), self.say("entry_birth_hint")),
            ),
        )

    def _plan_view(self, plan: ErasePlan) -> View:
        heads = (self.say("head_visit_day"), self.say("head_fate"), self.say("head_why"))
        rows = tuple(self._fate(each) for each in plan.visits[:FATES_SHOWN])
        others = [
            self._text(code, count=str(count))
            for code, count in (
                ("plan_watched", plan.watched),
                ("plan_texts", plan.difficulty_texts),
                ("plan_audit", plan.audit_entries),
            )
            if count
        ]
        asked = self._asked
        closes = asked is not None and asked.kind == "delete"
        lead = self.say("persons_plan_request" if closes else "persons_plan")
        return View(
            self.say("persons_erase"),
            self.message or lead,
            (self.hint(self.enter, "do_erase_now"), self.hint("↑ ↓", "do_scroll"), self.back_key()),
            self.problem,
            question=self.say("persons_question"),
            entries=(Entry("reason", self.say("entry_ground"), self.say("entry_ground_hint")),),
            details=(*self._fates(plan), *(("•", words) for words in others)),
            table=Table(heads, rows, self._fate_marked, 2) if rows else None,
        )

    def _fates(self, plan: ErasePlan) -> tuple[Row, ...]:
        """Each fate once, with its reason whole: the list below has no room for articles."""
        counted = Counter((each.fate.value, each.why) for each in plan.visits)
        rows = []
        for (fate, why), count in counted.items():
            told = self.say("fate_count", fate=self._text(fate), count=str(count))
            rows.append((told, self._text(f"why_{why}", article=plan.article)))
        return tuple(rows)

    def _fate(self, each: VisitFate) -> tuple[str, ...]:
        why = self._text(f"why_{each.why}", article="").rstrip(" ;")
        if each.until is not None and each.evidence_until is not None:
            until = self._text("until", until=day(each.until), evidence=day(each.evidence_until))
            why = f"{why} {until}"
        return (day(each.day), self._text(each.fate.value), why)

    def cells(self, item: Person) -> tuple[str, ...]:
        return (item.shown_name, item.shown_birth, ", ".join(item.shown_numbers), str(len(item.visits)))

    def _details(self, item: Person) -> tuple[Row, ...]:
        rows: list[Row] = []
        days = span(item)
        if days is not None:
            told = self._text("visits", count=str(len(item.visits)), first=day(days[0]), last=day(days[1]))
            rows.append((self.say("head_visits"), told))
        for store, tables in item.counts.items():
            held = ", ".join(f"{self._text(f'table_{table}')} {count}" for table, count in tables.items())
            rows.append((self._text(f"store_{store}"), held))
        if item.area:
            rows.append((self.say("row_area"), item.area))
        if item.handle in self._alike:
            rows.append(("⚠", self._text("alike")))
        if item.doubtful:
            ids = ", ".join(each.visit_id[:12] for each in item.doubtful)
            rows.append(("⚠", self._text("doubtful", visits=ids)))
        return tuple(rows)

    def _text(self, code: str, **values: str) -> str:
        return texts.text("person", code, self.room.words.language, **values)


__all__ = ["PersonSearch"]
