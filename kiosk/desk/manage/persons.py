"""The register of what persons ask for, with its dates; from here a person is looked for. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from kiosk import clock, texts
from kiosk.card import parse_birth_date
from kiosk.desk.manage.person_search import PersonSearch
from kiosk.desk.manage.section import ListSection, Room, Typed
from kiosk.desk.manage.view import Entry, View
from kiosk.desk.words import KeyHint, Row, day
from kiosk.errors import CardParseError, UsageError
from kiosk.reception import Reception
from kiosk.visits.person_requests import Outcome, PersonRequest, RequestBook
from kiosk.visits.personal_data import personal_data
from kiosk.visits.staff import Right


class PersonsSection(ListSection[PersonRequest]):
    name = "persons"
    right = Right.PERSONS

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._form = ""  # add or close
        self._search: PersonSearch | None = None

    def open(self) -> None:
        def job(reception: Reception) -> list[PersonRequest]:
            self.noted(reception)
            return RequestBook(reception.records.audit).all()

        self.work(job, self._listed)

    def _listed(self, found: list[PersonRequest]) -> None:
        self.show(found)
        self.room.told("manage", section=self.name, listed=len(found))

    # Keys

    def key(self, name: str, typed: Typed) -> None:
        if self._search is not None:
            self._search.key(name, typed)
        elif self._form:
            if name == "return":
                self._submit(typed)
        elif not self.move(name):
            self._key_of_list(name)

    def _key_of_list(self, name: str) -> None:
        chosen = self.chosen
        still_open = chosen is not None and chosen.open
        if name == "F5":
            self._turn("add")
        elif name == "F7":
            asked = chosen if still_open else None
            self._search = PersonSearch(self.room, asked)
            self.message = self.problem = ""
            self.room.changed()
        elif name == "F10" and chosen is not None and still_open and chosen.answered_on is None:
            request_id = chosen.request_id
            self._change("answered", lambda book: book.answered(request_id, clock.today()))
        elif name == "delete" and still_open:
            self._turn("close")

    def _turn(self, form: str) -> None:
        self._form, self.message, self.problem = form, "", ""
        self.room.changed()

    def back(self) -> bool:
        if self._search is not None:
            if not self._search.back():
                self._search = None
                self.open()  # what was done there may have closed a request
            return True
        inside, self._form, self.problem = bool(self._form), "", ""
        return inside

    @property
    def takes_scans(self) -> bool:
        return self._search is not None and self._search.takes_scans

    def scan(self, text: str) -> None:
        if self._search is not None:
            self._search.scan(text)

    # What they do

    def _submit(self, typed: Typed) -> None:
        chosen = self.chosen
        if self._form == "add":
            try:
                received = parse_birth_date(typed["received"].strip()).whole_day
            except CardParseError:
                received = None
            if received is None:
                self.problem = self.room.words.error(UsageError("date_invalid", value=typed["received"]))
                self.room.changed()
                return
            kind, about, note = _kind(typed["kind"].strip()), typed["about"], typed["note"]
            self._change("added", lambda book: book.add(kind, about, received, note or None))
        elif chosen is not None:
            refused = " ".join(typed["refused"].split())
            outcome = Outcome.REFUSED if refused else Outcome.DONE
            request_id = chosen.request_id
            self._change(
                "closed", lambda book: book.close(request_id, outcome, clock.today(), refused or None)
            )

    def _change(self, what: str, change: Callable[[RequestBook], PersonRequest]) -> None:
        def job(reception: Reception) -> tuple[PersonRequest, list[PersonRequest]]:
            book = RequestBook(reception.records.audit)
            return change(book), book.all()

        def done(found: tuple[PersonRequest, list[PersonRequest]]) -> None:
            changed, listed = found
            self._form = ""
            self._listed(listed)
            ids = [each.request_id for each in listed]
            self.marked = ids.index(changed.request_id)
            self.message = self.say(f"persons_{what}", due=day(changed.due_on))

        self.work(job, done, writes=True)

    # What is shown

    def view(self) -> View:
        if self._search is not None:
            return self._search.view()
        if self._form:
            return self._form_view()
        chosen = self.chosen
        keys = [self.hint("F5", "do_note_request"), self.hint("F7", "do_find_person")]
        if chosen is not None and chosen.open:
            if chosen.answered_on is None:
                keys.append(self.hint("F10", "do_answered"))
            keys.append(self.hint("Delete", "do_close_request"))
        if self.items:
            keys.append(self.hint("↑ ↓", "do_choose"))
        late = sum(each.is_overdue(clock.today()) for each in self.items or ())
        return View(
            self.say("persons_title"),
            self.lead("persons_late" if late else "persons_lead", "persons_none", late=str(late)),
            (*keys, self.back_key()),
            self.problem,
            self.message,
            details=self._details(chosen) if chosen is not None else (),
            table=self.table("head_received", "head_asks", "head_about", "head_state", wide=2),
        )

    def _form_view(self) -> View:
        title = self.say("persons_title")
        if self._form == "close":
            about = self.chosen.about if self.chosen is not None else ""
            return View(
                title,
                self.say("persons_close", about=about),
                (self.hint(self.enter, "do_close_request_now"), self.back_key()),
                self.problem,
                entries=(Entry("refused", self.say("entry_refused"), self.say("entry_refused_hint")),),
            )
        kinds = ", ".join(
            f"{place} {self._text(f'kind_{kind}')}" for place, kind in enumerate(_kinds(), start=1)
        )
        return View(
            title,
            self.say("persons_add"),
            (
                self.hint(self.enter, "do_note_now"),
                KeyHint("Tab", self.room.words("do_next_field")),
                self.back_key(),
            ),
            self.problem,
            entries=(
                Entry("about", self.say("entry_about"), self.say("entry_about_hint")),
                Entry("kind", self.say("entry_kind"), kinds),
                Entry("received", self.say("entry_received"), value=day(clock.today())),
                Entry("note", self.say("entry_note"), self.say("entry_note_hint")),
            ),
        )

    def cells(self, item: PersonRequest) -> tuple[str, ...]:
        return (day(item.received_on), self._text(f"kind_{item.kind}"), item.about, self._state(item))

    def _state(self, item: PersonRequest) -> str:
        due = item.next_date()
        if due is None:
            return self._text(f"request_{item.outcome}", date=day(item.closed_on) if item.closed_on else "–")
        code = "request_due" if item.answered_on is not None else "request_answer"
        code = "request_overdue" if item.is_overdue(clock.today()) else code
        return self._text(code, date=day(due), due=day(item.due_on))

    def _details(self, item: PersonRequest) -> tuple[Row, ...]:
        rows = [(item.request_id[:8], self._state(item))]
        for code, words in (("row_note", item.note), ("head_why", item.reason)):
            if words:
                rows.append((self.say(code), words))
        return tuple(rows)

    def _text(self, code: str, **values: str) -> str:
        return texts.text("person", code, self.room.words.language, **values)


def _kinds() -> list[str]:
    return list(personal_data().requests.days)


def _kind(typed: str) -> str:
    """By its digit or its word; what is neither is refused by the register."""
    known = _kinds()
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(known):
        return known[int(typed) - 1]
    return typed


__all__ = ["PersonsSection"]
