"""The watch list: which cards the desks look at twice; one added, a file brought in, one removed. No Qt."""

from __future__ import annotations

from pathlib import Path

from kiosk import clock
from kiosk.card import parse, parse_number
from kiosk.desk.manage.section import ListSection, Room, Typed
from kiosk.desk.manage.view import Entry, View
from kiosk.desk.words import KeyHint, Row, day, masked
from kiosk.errors import CardParseError, UsageError
from kiosk.reception import Reception
from kiosk.visits.identity import keys_of
from kiosk.visits.watch_book import WatchBook, WatchedCard
from kiosk.visits.watching import LONGEST_REASON, BadLine, Watched, WatchList, last_day, read_watch_list

BAD_SHOWN = 6


class WatchSection(ListSection[WatchedCard]):
    name = "watch"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._adding = False
        self._removing = False
        self._bad: tuple[BadLine, ...] = ()

    def open(self) -> None:
        def job(reception: Reception) -> list[WatchedCard]:
            self.noted(reception)
            return WatchBook(reception.records.audit).cards()

        self.work(job, self._listed)

    def _listed(self, found: list[WatchedCard]) -> None:
        self.show(found)
        self.room.told("manage", section=self.name, listed=len(found))

    # Keys

    def key(self, name: str, typed: Typed) -> None:
        if self._adding:
            if name == "return":
                self._add(typed)
            return
        if self._removing:
            if name == "return":
                self._remove()
            return
        if self.move(name):
            return
        match name:
            case "F5":
                self._turn(adding=True)
            case "F7":
                self.room.ask_file(self.say("watch_file"), "*.csv", self._import)
            case "delete" if self.chosen is not None:
                self._turn(removing=True)

    def _turn(self, *, adding: bool = False, removing: bool = False) -> None:
        self._adding, self._removing = adding, removing
        self.message = self.problem = ""
        self._bad = ()
        self.room.changed()

    def back(self) -> bool:
        inside = self._adding or self._removing
        self._adding = self._removing = False
        self.problem = ""
        return inside

    @property
    def takes_scans(self) -> bool:
        return self._adding

    def scan(self, text: str) -> None:
        """The card itself, instead of its typed number."""
        try:
            number = parse(text, today=clock.today()).lookup_number
        except CardParseError as error:
            self.problem = self.room.words.error(error)
        else:
            self.problem = ""
            self.room.fill("number", number or "")
        self.room.changed()

    # What they do

    def _add(self, typed: Typed) -> None:
        try:
            entry = _entry(typed)
        except (CardParseError, UsageError) as error:
            self.problem = self.room.words.error(error)
            self.room.changed()
            return

        def job(reception: Reception) -> list[WatchedCard]:
            book = WatchBook(reception.records.audit)
            book.add((entry,))
            return book.cards()

        def done(found: list[WatchedCard]) -> None:
            self._adding, self.marked = False, 0
            self._listed(found)
            self.message = self.say("watch_added")

        self.work(job, done, writes=True)

    def _import(self, file: Path) -> None:
        def job(reception: Reception) -> tuple[WatchList, list[WatchedCard]]:
            read = read_watch_list(file)
            book = WatchBook(reception.records.audit)
            book.add(read.entries)
            return read, book.cards()

        def done(found: tuple[WatchList, list[WatchedCard]]) -> None:
            read, cards = found
            self._bad = read.bad
            self._listed(cards)
            code = "watch_imported_some" if read.bad else "watch_imported"
            self.message = self.say(code, count=str(len(read.entries)), bad=str(len(read.bad)))
            if read.guessed:
                self.message += f" {self.say('watch_guessed', encoding=read.guessed)}"

        self.work(job, done, writes=True)

    def _remove(self) -> None:
        card = self.chosen
        if card is None:
            return

        def job(reception: Reception) -> list[WatchedCard]:
            book = WatchBook(reception.records.audit)
            book.remove(card)
            return book.cards()

        def done(found: list[WatchedCard]) -> None:
            self._removing = False
            self._listed(found)
            self.message = self.say("watch_removed", number=masked(card.number))

        self.work(job, done, writes=True)

    # What is shown

    def view(self) -> View:
        if self._adding:
            return self._form()
        keys: list[KeyHint] = []
        question = ""
        if self._removing and self.chosen is not None:
            question = self.say("watch_question", number=masked(self.chosen.number))
            keys.append(self.hint(self.enter, "do_remove_now"))
        else:
            keys += [self.hint("F5", "do_add_card"), self.hint("F7", "do_import")]
            if self.items:
                keys += [self.hint("Delete", "do_remove"), self.hint("↑ ↓", "do_choose")]
        return View(
            self.say("watch_title"),
            self.lead("watch_lead", "watch_none"),
            (*keys, self.back_key()),
            self.problem,
            self.message,
            question,
            details=tuple(self._bad_lines()) or self._details(),
            table=self.table("head_number", "head_reason", "head_until", "head_added", wide=1),
        )

    def _form(self) -> View:
        return View(
            self.say("watch_title"),
            self.say("watch_add"),
            (
                self.hint(self.enter, "do_add_now"),
                KeyHint("Tab", self.room.words("do_next_field")),
                self.back_key(),
            ),
            self.problem,
            entries=(
                Entry("number", self.say("entry_number"), self.say("entry_number_hint")),
                Entry("reason", self.say("entry_reason"), self.say("entry_reason_hint")),
                Entry("until", self.say("entry_until"), self.say("entry_until_hint")),
            ),
        )

    def cells(self, item: WatchedCard) -> tuple[str, ...]:
        return (
            masked(item.number),
            item.reason,
            day(item.until) if item.until else self.say("no_end"),
            day(clock.day_of(item.added_at)),
        )

    def _details(self) -> tuple[Row, ...]:
        return ((self.say("head_reason"), self.chosen.reason),) if self.chosen is not None else ()

    def _bad_lines(self) -> list[Row]:
        rows = [
            (self.say("bad_line", line=str(bad.line)), self.say(f"bad_{bad.field}"))
            for bad in self._bad[:BAD_SHOWN]
        ]
        left = len(self._bad) - len(rows)
        return [*rows, ("…", self.say("bad_more", count=str(left)))] if left else rows


def _entry(typed: Typed) -> Watched:
    """Raises CardParseError or UsageError: what is wrong with what was typed."""
    card = parse_number(typed["number"].strip())
    reason = " ".join(typed["reason"].split())[:LONGEST_REASON]
    if not reason:
        raise UsageError("watch_reason")
    try:
        until = last_day(typed["until"].strip())
    except ValueError:
        raise UsageError("date_invalid", value=typed["until"].strip()) from None
    return Watched(keys_of(card, None), reason, until)


__all__ = ["WatchSection"]
