"""The log of who did what: examined in words, its latest entries, exported for an inspection. No Qt."""

from __future__ import annotations

from pathlib import Path

from kiosk import texts
from kiosk.app import backups
from kiosk.desk.manage.section import ListSection, Room, Typed
from kiosk.desk.manage.view import View
from kiosk.desk.words import Row
from kiosk.reception import Reception
from kiosk.visits.audit import Act, AuditEntry
from kiosk.visits.audit_log import ALL, Wanted
from kiosk.visits.audit_words import detail_of, detail_words

LATEST = 200
FAULTS_SHOWN = 5
LONGEST_SUBJECT = 22

# What is asked for most often; None: everything.
_FILTERS: tuple[tuple[str, frozenset[str] | None], ...] = (
    ("all", None),
    ("views", frozenset({Act.VIEW_FULL, Act.EXPORT, Act.REVIEW})),
    ("changes", frozenset({Act.SETTINGS, Act.STAFF, Act.BACKUP, Act.RESTORE, Act.ERASE, Act.NOTICE})),
    ("logins", frozenset({Act.LOG_IN, Act.LOG_IN_REFUSED, Act.LOG_OUT, Act.LOCK})),
)


class AuditSection(ListSection[AuditEntry]):
    name = "audit"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._filter = 0
        self._faults: tuple[Row, ...] = ()

    def open(self) -> None:
        self._load(note=True)

    def _load(self, *, note: bool = False) -> None:
        acts = _FILTERS[self._filter][1]
        wanted = Wanted(acts=frozenset(map(str, acts))) if acts is not None else ALL

        def job(reception: Reception) -> list[AuditEntry]:
            if note:
                self.noted(reception)
            return reception.records.audit.newest(LATEST, wanted)

        def done(found: list[AuditEntry]) -> None:
            self.marked = 0
            self.show(found)
            self.room.told("manage", section=self.name, listed=len(found))

        self.work(job, done)

    def key(self, name: str, typed: Typed) -> None:
        del typed
        if self.move(name):
            return
        if name == "F5":
            self._examine()
        elif name == "F7":
            self._filter = (self._filter + 1) % len(_FILTERS)
            self.items = None
            self._load()
        elif name == "print":
            self._export()

    # Examined

    def _examine(self) -> None:
        """All of it, with the backups' marks; in a worker, for as long as it takes."""
        if self.busy:
            return

        def job(reception: Reception) -> tuple[bool, dict[str, str], tuple[str, ...]]:
            from kiosk.visits.audit_check import examine_all

            reports = list(examine_all(reception.records.audit, backups(self.room.settings)))
            faults = tuple(
                self._audit_say(fault.code, sequence=str(fault.sequence or "?"), place=fault.place or "?")
                for report in reports
                for fault in report.faults
            )
            counted = {
                "entries": str(sum(report.entries for report in reports)),
                "chains": str(sum(len(report.heads) for report in reports)),
                "witnesses": str(sum(report.witnesses for report in reports)),
                "faults": str(len(faults)),
            }
            return not faults, counted, faults

        def done(found: tuple[bool, dict[str, str], tuple[str, ...]]) -> None:
            sound, counted, faults = found
            told = self._audit_say("sound" if sound else "not_sound", **counted)
            self.message, self.problem = (told, "") if sound else ("", told)
            if sound and counted["witnesses"] == "0":
                self.message = f"{told} {self._audit_say('no_witness')}"
            self._faults = tuple(("✗", fault) for fault in faults[:FAULTS_SHOWN])
            self.room.told("manage", section=self.name, sound=sound)

        self._faults = ()
        self.work(job, done, meanwhile=self.say("audit_examining"))

    def _audit_say(self, code: str, **values: str) -> str:
        return texts.text("audit", code, self.room.words.language, **values)

    # Exported

    def _export(self) -> None:
        language = self.room.words.language

        def job(reception: Reception) -> tuple[Path, int]:
            from kiosk.visits.audit_sheet import cells, heads
            from kiosk.visits.exports import export_rows

            file = self.report_file("nhat-ky-{day}.xlsx")
            reception.note_act(Act.EXPORT, what="audit", file=file.name)
            rows = (cells(entry, language) for entry in reception.records.audit.entries())
            return file, export_rows(heads(language), rows, file)

        def done(found: tuple[Path, int]) -> None:
            file, count = found
            self.message = self._audit_say("exported", file=str(file), count=str(count))
            self.room.told("manage", section=self.name, file=str(file))

        self.work(job, done)

    # What is shown

    def view(self) -> View:
        name = _FILTERS[(self._filter + 1) % len(_FILTERS)][0]
        return View(
            self.say("audit_title"),
            self.lead("audit_lead", "audit_none", what=self.say(f"audit_only_{_FILTERS[self._filter][0]}")),
            (
                self.hint("F5", "do_examine"),
                self.hint("F7", "do_show_only", what=self.say(f"audit_only_{name}")),
                self.hint("Ctrl+P", "do_export_all"),
                self.hint("↑ ↓", "do_choose"),
                self.back_key(),
            ),
            self.problem,
            self.message,
            details=self._faults or self._details(),
            table=self.table(
                "head_time", "row_desk", "head_who", "head_what", "head_subject", "head_why", wide=5
            ),
        )

    def cells(self, item: AuditEntry) -> tuple[str, ...]:
        return (
            f"{item.moment:%d/%m %H:%M:%S}",
            item.desk,
            item.who,
            self._audit_say(item.act),
            self._subject(item, short=True),
            " · ".join(part for part in (item.why or "", self._detail(item)) if part),
        )

    def _subject(self, item: AuditEntry, *, short: bool = False) -> str:
        """A visit's code is long and says nothing to people; a section of this page has a name."""
        subject = item.subject or "–"
        if item.act == Act.REVIEW:
            return self.say(f"{subject}_title")
        return f"{subject[:12]}…" if short and len(subject) > LONGEST_SUBJECT else subject

    def _detail(self, item: AuditEntry) -> str:
        return detail_words(detail_of(item), self.room.words.language)

    def _details(self) -> tuple[Row, ...]:
        item = self.chosen
        if item is None:
            return ()
        told = " · ".join(part for part in (item.why or "", self._detail(item)) if part) or "–"
        return (
            (self.say("head_subject"), self._subject(item)),
            (self.say("head_why"), told),
        )


__all__ = ["AuditSection"]
