"""What the desk's state machine is made of: stages, what lies over them, and what it asks to be done.

Frozen values; how one follows from the other stands in `kiosk.desk.flow`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.visits.model import Source, Visit

if TYPE_CHECKING:  # what a patient's way needs is loaded behind the window
    from kiosk.card.model import Card
    from kiosk.errors import KioskError
    from kiosk.gateway.model import Attempt
    from kiosk.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Scan:
    """Something that reached the desk: a text, a picture, or a card that was typed."""

    source: Source
    text: str = ""
    image: Path | None = None
    card: Card | None = None
    refused: KioskError | None = None  # why it cannot even be read; told at its turn

    @property
    def number_hint(self) -> str:
        """The number in it, if its first field is one, for showing it masked; else empty."""
        number = self.card.lookup_number if self.card else self.text.split("|", 1)[0].strip()
        return number if number and number.isalnum() and 10 <= len(number) <= 15 else ""


class Decision(StrEnum):
    """What the receptionist decided on a verdict."""

    CHECK_IN = "check_in"
    PUT_ASIDE = "put_aside"
    SELF_PAY = "self_pay"


# Stages: where the patient at the desk stands.


@dataclass(frozen=True, slots=True)
class Ready:
    """Nobody at the desk."""


@dataclass(frozen=True, slots=True)
class Reading:
    ticket: int
    scan: Scan


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Read, but the gateway cannot be asked without what a person must add."""

    scan: Scan
    card: Card


@dataclass(frozen=True, slots=True)
class Choosing:
    """A picture shows several persons' cards; a person says which is meant. `chosen` is None until then."""

    scan: Scan
    cards: tuple[Card, ...]
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class LookingUp:
    """`scanned`: what the code said before a person completed or corrected it. `earlier`: asked before."""

    ticket: int
    source: Source
    card: Card
    scanned: Card | None = None
    earlier: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictShown:
    """Waits for the receptionist. `problem`: why recording it failed a moment ago.

    `unrecordable`: not even putting aside could be recorded; Escape then lets the patient go, or nobody else
    could be received. `taken`: where the gateway says something else, its values are taken. `scanned`: what
    the code said before a person completed it. `priority`: what the birth date shows for sure, until a person
    chooses.
    """

    source: Source
    found: Lookup
    problem: KioskError | None = None
    unrecordable: bool = False
    taken: bool = False
    scanned: Card | None = None
    priority: str | None = None  # word of a group of kiosk.eligibility.priority

    @property
    def to_record(self) -> Lookup:
        """With what was taken from the gateway marked."""
        assessment = self.found.assessment
        marked = tuple(replace(each, taken=self.taken) for each in assessment.differences)
        return replace(self.found, assessment=replace(assessment, differences=marked))


@dataclass(frozen=True, slots=True)
class Recording:
    ticket: int
    verdict: VerdictShown
    decision: Decision


@dataclass(frozen=True, slots=True)
class Recorded:
    """On disk, and only then shown."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Message:
    """Something went wrong before there was a verdict."""

    error: KioskError


Stage = Ready | Reading | Choosing | Incomplete | LookingUp | VerdictShown | Recording | Recorded | Message
FREE = (Ready, Recorded, Message)
"""The next patient can be taken."""

# Overlays: what lies over the stage.


@dataclass(frozen=True, slots=True)
class ManualForm:
    """The form of F2. `opening` tells one opening from the next; `ticket` is set while it is checked.

    `why`: why it opened by itself; empty when somebody asked for it. `corrects`: it was filled in with the
    patient whose verdict it lies over; what is submitted takes the place of that verdict.
    """

    opening: int
    ticket: int | None = None
    why: str = ""
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """Asks what was checked, for a verdict that needs staff."""

    opening: int


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers that the patient shows, over a verdict."""

    opening: int


@dataclass(frozen=True, slots=True)
class PriorityList:
    """Asks which priority group the patient is in; `marked` is a place in `priority_choices`."""

    marked: int


@dataclass(frozen=True, slots=True)
class SetUp:
    """The wizard of the first set-up. Other pages may lie over it for a while."""

    opening: int


class PageName(StrEnum):
    TODAY = "today"
    DIFFICULTY = "difficulty"
    ASSISTANT = "assistant"
    STATE = "state"
    SCANNER_TEST = "scanner_test"
    CAMERA = "camera"
    SETTINGS = "settings"
    MANAGE = "manage"


@dataclass(frozen=True, slots=True)
class Page:
    name: PageName


@dataclass(frozen=True, slots=True)
class VisitOpened:
    """One visit of today's list, opened over it."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class CancelQuestion:
    """Asks why `visit` is taken back. `ticket` is set while that is written; `problem`: why it failed."""

    opening: int
    visit: Visit
    ticket: int | None = None
    problem: KioskError | None = None


Overlay = ManualForm | Override | Papers | PriorityList | SetUp | Page | VisitOpened | CancelQuestion

# Effects: what the machine asks to be done.


@dataclass(frozen=True, slots=True)
class Read:
    ticket: int
    scan: Scan


@dataclass(frozen=True, slots=True)
class CheckTyped:
    """Make a card of what was typed; `base` is the incomplete card it completes, if any."""

    ticket: int
    number: str
    full_name: str
    birth_date: str
    base: Card | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    ticket: int
    card: Card


@dataclass(frozen=True, slots=True)
class Record:
    ticket: int
    decision: Decision
    verdict: VerdictShown
    confirm: str | None = None


@dataclass(frozen=True, slots=True)
class CancelVisit:
    ticket: int
    visit: Visit
    reason: str


@dataclass(frozen=True, slots=True)
class TakeNextAfter:
    seconds: float


@dataclass(frozen=True, slots=True)
class FormRefused:
    """What was typed is not right; the form says so at the field."""

    error: KioskError


Effect = Read | CheckTyped | LookUp | Record | CancelVisit | TakeNextAfter | FormRefused
Effects = tuple[Effect, ...]
