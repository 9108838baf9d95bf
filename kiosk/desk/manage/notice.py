"""The notice for patients: its words, its version, earlier ones, and printed for the wall. No Qt."""

from __future__ import annotations

from pathlib import Path

from kiosk.desk.manage.section import Room, Section, Typed
from kiosk.desk.manage.view import View
from kiosk.desk.words import Row
from kiosk.errors import UsageError
from kiosk.reception import Reception
from kiosk.visits.notice import LANGUAGES, PatientNotice
from kiosk.visits.notice_in_force import NoticeStanding
from kiosk.visits.notice_told import notice_now, version_line, warnings_of

EARLIER_SHOWN = 4


class NoticeSection(Section):
    name = "notice"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._language = room.words.language
        self._found: tuple[PatientNotice, NoticeStanding] | None = None

    def open(self) -> None:
        def job(reception: Reception) -> tuple[PatientNotice, NoticeStanding]:
            return notice_now(self.room.settings, reception.records.audit)

        def done(found: tuple[PatientNotice, NoticeStanding]) -> None:
            self._found = found
            self.room.told("manage", section=self.name, version=found[0].version, changed=found[1].changed)

        self.work(job, done)

    def key(self, name: str, typed: Typed) -> None:
        del typed
        if name == "F5":
            self._language = LANGUAGES[(LANGUAGES.index(self._language) + 1) % len(LANGUAGES)]
            self.room.changed()
        elif name in {"print", "F7"} and self._found is not None:
            self._print(*self._found, short=name == "F7")

    def _print(self, notice: PatientNotice, standing: NoticeStanding, *, short: bool) -> None:
        """Both go to a file, which the desk's own programs print; a wall's notice needs no ticket printer."""
        language = self._language
        line = version_line(notice, standing.history[-1].since.date(), language)

        def job(_: Reception) -> Path:
            if standing.changed:
                raise UsageError("notice_changed", version=notice.version)
            from kiosk.desk.notice_pdf import write_notice

            kind = "ngan-" if short else ""
            file = self.report_file(f"thong-bao-du-lieu-ca-nhan-{kind}{notice.version}-{language}.pdf")
            facility = self.room.settings.facility.name
            write_notice(
                notice.words[language], line, file, facility=facility, language=language, short=short
            )
            return file

        def done(file: Path) -> None:
            self.message = self.say("notice_written", file=str(file))
            self.room.told("manage", section=self.name, file=str(file))

        self.work(job, done)

    def view(self) -> View:
        title = self.say("notice_title")
        if self._found is None:
            lead = "" if self.problem else self.say("loading")
            return View(title, lead, (self.back_key(),), self.problem)
        notice, standing = self._found
        words = self.room.words
        warnings = warnings_of(self.room.settings, notice, standing, words.language)
        other = LANGUAGES[(LANGUAGES.index(self._language) + 1) % len(LANGUAGES)]
        told = notice.words[self._language]
        return View(
            title,
            version_line(notice, standing.history[-1].since.date(), words.language),
            (
                self.hint("Ctrl+P", "do_print_notice"),
                self.hint("F7", "do_print_short"),
                self.hint("F5", f"do_read_{other}"),
                self.hint("↑ ↓", "do_scroll"),
                self.back_key(),
            ),
            self.problem or " ".join(warnings),
            self.message,
            details=self._earlier(standing),
            text=tuple((section.title, "\n".join(section.lines)) for section in told.sections),
        )

    def _earlier(self, standing: NoticeStanding) -> tuple[Row, ...]:
        uses = standing.history[-1 - EARLIER_SHOWN : -1]
        return tuple(
            (f"{use.since:%d/%m/%Y %H:%M}", self.say("notice_use", version=use.version, hash=use.hash[:12]))
            for use in reversed(uses)
        )


__all__ = ["NoticeSection"]
