"""The assistant as a walk through its steps: what is asked, what a scan or a key does. No Qt, no clock.

::

    account ─┬→ scan → open → person → address → photo → office → send → receipt → sheet
             ├→ recovery                          has an account already
             └→ scan → parent → office → sheet    under 18, no citizen card: from a parent's account

Over a step may lie a question: whether to leave (what was entered is then wiped), or, after a patient came
between, whether to go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from kiosk.card import parse
from kiosk.card.model import Notice
from kiosk.errors import CardParseError, KioskError, UsageError
from kiosk.registration.preparation import Applicant, Draft, Entry, Preparation, Problem, prepare
from kiosk.registration.tables import Office
from kiosk.registration.used_addresses import UsedAddresses


class Step(StrEnum):
    ACCOUNT = "account"
    RECOVERY = "recovery"
    SCAN = "scan"
    OPEN = "open"
    PERSON = "person"
    ADDRESS = "address"
    PARENT = "parent"
    PHOTO = "photo"
    OFFICE = "office"
    SEND = "send"
    RECEIPT = "receipt"
    SHEET = "sheet"


class Question(StrEnum):
    LEAVE = "leave"
    RESUME = "resume"


OWN: tuple[Step, ...] = (
    Step.ACCOUNT, Step.SCAN, Step.OPEN, Step.PERSON, Step.ADDRESS,
    Step.PHOTO, Step.OFFICE, Step.SEND, Step.RECEIPT, Step.SHEET,
)  # fmt: skip
PARENT: tuple[Step, ...] = (Step.ACCOUNT, Step.SCAN, Step.PARENT, Step.OFFICE, Step.SHEET)
RECOVERY: tuple[Step, ...] = (Step.ACCOUNT, Step.RECOVERY)
_ROUTES = (OWN, RECOVERY, PARENT)
"""In the order of the answers to the first question."""

KINDS_OF_PHOTO = 3
"""Portrait, front and back of the citizen card."""

FORMS: Mapping[Step, tuple[Entry, ...]] = {
    Step.PERSON: (
        Entry.SOCIAL_INSURANCE_NUMBER, Entry.FULL_NAME, Entry.DOCUMENT, Entry.BIRTH_DATE, Entry.SEX,
        Entry.PHONE, Entry.EMAIL,
    ),
    Step.ADDRESS: (
        Entry.PROVINCE_NEW, Entry.COMMUNE_NEW, Entry.PROVINCE, Entry.DISTRICT, Entry.COMMUNE, Entry.STREET,
    ),
    Step.PARENT: (Entry.SOCIAL_INSURANCE_NUMBER, Entry.FULL_NAME, Entry.BIRTH_DATE, Entry.SEX),
}  # fmt: skip
"""What can be typed on each step, in the app's order."""

_ASKED_ABOUT = {
    "phone_prefix_unknown": Entry.PHONE,
    "email_near_miss": Entry.EMAIL,
    "email_used_today": Entry.EMAIL,
    "name_without_accents": Entry.FULL_NAME,
    "birth_date_partial": Entry.BIRTH_DATE,
    "address_unsure": Entry.COMMUNE,
}
"""Notices that stand beside a field."""


class Walk:
    """One person's preparation at a time. `offices` are the hospital's own."""

    def __init__(self, offices: Sequence[Office] = ()) -> None:
        self.offices = tuple(offices)
        self.used = UsedAddresses()
        self.wipe()

    def wipe(self) -> None:
        """Forget the person; the next one begins at the first step."""
        self.draft = Draft()
        self.route = OWN
        self.step = Step.ACCOUNT
        self.question: Question | None = None
        self.chosen = 0
        self.scan_error: KioskError | None = None
        self._told: set[tuple[str, str]] = set()

    # What is so

    @property
    def waits_for_scan(self) -> bool:
        """A scan belongs to the assistant now, and only now."""
        return self.step is Step.SCAN and self.question is None

    @property
    def options(self) -> int:
        """How many answers the step offers."""
        if self.question is not None:
            return 0
        if self.step is Step.ACCOUNT:
            return len(_ROUTES)
        if self.step is Step.PHOTO:
            return KINDS_OF_PHOTO
        return len(self.offices) if self.step is Step.OFFICE else 0

    @property
    def form(self) -> tuple[Entry, ...]:
        return () if self.question is not None else FORMS.get(self.step, ())

    def prepared(self, today: date) -> Preparation:
        prepared = prepare(self.draft, today)
        number = prepared.social_insurance_number or prepared.document
        if prepared.email and self.used.is_anothers(prepared.email, number, today):
            prepared = replace(prepared, warnings=(*prepared.warnings, Notice("email_used_today")))
        return prepared

    def problems_told(self, prepared: Preparation) -> tuple[Problem, ...]:
        """Beside their fields, once they have been told."""
        return tuple(each for each in prepared.problems if (each.entry, each.error.code) in self._told)

    @staticmethod
    def _of_form(prepared: Preparation, form: Sequence[Entry]) -> list[Problem]:
        """What its fields can mend; where the cards disagree was told when they were scanned."""
        return [
            each for each in prepared.problems if each.entry in form and each.error.code != "cards_disagree"
        ]

    def notices_told(self, prepared: Preparation) -> dict[str, list[Notice]]:
        """By entry, once they have been told."""
        found: dict[str, list[Notice]] = {}
        for notice in prepared.warnings:
            entry = _ASKED_ABOUT.get(notice.code)
            if entry is not None and (entry, notice.code) in self._told:
                found.setdefault(entry, []).append(notice)
        return found

    # What happens

    def scan(self, text: str, today: date) -> bool:
        """Take a card's text. Whether it was one; else `scan_error` says why, and nothing is lost."""
        try:
            self.draft = self.draft.with_card(parse(text, today))
        except (CardParseError, UsageError) as error:
            self.scan_error = error
            return False
        self.scan_error = None
        both = self.draft.health_card is not None and self.draft.citizen_card is not None
        if both and not self.prepared(today).differences:
            self.forward(today)
        return True

    def choose(self, place: int) -> None:
        if 0 <= place < self.options:
            self.chosen = place

    def choose_next(self, step: int) -> None:
        if self.options:
            self.chosen = (self.chosen + step) % self.options

    def enter(self, entries: Mapping[Entry, str]) -> None:
        """What stands in the form's fields. A changed field's remarks are told anew."""
        before = self.draft.texts()
        self.draft = self.draft.with_typed(entries)
        changed = {entry for entry, text in self.draft.texts().items() if text != before[entry]}
        self._told = {(entry, code) for entry, code in self._told if entry not in changed}

    def take_suggestion(self, today: date) -> str:
        """The e-mail address that was perhaps meant, now entered; empty where there is none."""
        suggestion = self.prepared(today).email_suggestion
        if suggestion:
            self.enter({Entry.EMAIL: suggestion})
        return suggestion

    def forward(self, today: date) -> bool:
        """Return. Whether the walk is over."""
        if self.question is not None:
            self.question = None
            return False
        if self.step is Step.ACCOUNT:
            self.route = _ROUTES[self.chosen]
            self.draft = replace(self.draft, for_child=self.route is PARENT)
        elif self.step is Step.SCAN and self.route is OWN:
            if self.prepared(today).applicant is Applicant.PARENT:
                self.route = PARENT
        elif self.step in FORMS and self._hindered(today):
            return False
        elif self.step is Step.OFFICE and self.offices:
            self.draft = replace(self.draft, office=self.offices[self.chosen])
        if self.step is self.route[-1]:
            return True
        self._go(1)
        return False

    def back(self) -> None:
        if self.question is not None:
            self.question = None
        elif self.step is not Step.ACCOUNT:
            self._go(-1)

    def escape(self) -> bool:
        """Whether to leave, with everything wiped: at once while nothing is known, else when asked twice."""
        if self.question is not None or self.draft.empty:
            self.wipe()
            return True
        self.question = Question.LEAVE
        return False

    def interrupted(self) -> None:
        """Something else came in front. What was entered waits for a person's choice."""
        if self.draft.empty:
            self.wipe()
        else:
            self.question = Question.RESUME

    def note_sheet(self, today: date) -> None:
        """A sheet was made: its e-mail address is now this person's."""
        prepared = self.prepared(today)
        self.used.note(prepared.email, prepared.social_insurance_number or prepared.document, today)

    def _go(self, step: int) -> None:
        self.step = self.route[self.route.index(self.step) + step]
        self.scan_error = None
        self.chosen = 0
        if self.step is Step.ACCOUNT:
            self.chosen = _ROUTES.index(self.route)
        elif self.step is Step.OFFICE and self.draft.office in self.offices:
            self.chosen = self.offices.index(self.draft.office)

    def _hindered(self, today: date) -> bool:
        """Whether something in the form keeps us here: what is wrong always, the rest until it was told."""
        prepared, form = self.prepared(today), FORMS[self.step]
        problems = self._of_form(prepared, form)
        found = {(each.entry, each.error.code) for each in problems}
        wrong = any(each.blocks for each in problems)
        found |= {
            (_ASKED_ABOUT[notice.code], notice.code)
            for notice in prepared.warnings
            if _ASKED_ABOUT.get(notice.code) in form
        }
        new = found - self._told
        self._told |= found
        return wrong or bool(new)
