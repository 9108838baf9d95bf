"""What the patients' window is doing: one state machine, without Qt, clock or threads.

::

    Welcome → Checking → Offered → Taking → Done → Welcome
                  │          └→ Welcome (not me)
                  └→ ToDesk (a person has to look; what was found is put aside for the desk)

A machine that nobody attends refuses nobody: whoever is not simply received is asked to the desk, and is told
no reason that others could read over the shoulder.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.errors import KioskError
from kiosk.gateway.result_codes import Verdict
from kiosk.lookup import Lookup
from kiosk.tickets.ticket import initials
from kiosk.visits.model import Source, Visit

RECEIVED = (Verdict.ELIGIBLE, Verdict.UNDETERMINED)
"""Verdicts with which a patient is received without anybody looking (contract, section 3)."""


class Why(StrEnum):
    """What a patient who is asked to the desk is told."""

    STAFF = "staff"
    TODAY = "today"
    UNREADABLE = "unreadable"
    NO_NUMBER = "no_number"


@dataclass(frozen=True, slots=True)
class Welcome:
    """Nobody is at the machine."""


@dataclass(frozen=True, slots=True)
class Help:
    """How to come to VssID, for those who have none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is done with patients' data."""


@dataclass(frozen=True, slots=True)
class Checking:
    ticket: int
    source: Source


@dataclass(frozen=True, slots=True)
class Offered:
    """Waits for the patient's touch."""

    source: Source
    found: Lookup


@dataclass(frozen=True, slots=True)
class Taking:
    ticket: int
    offered: Offered


@dataclass(frozen=True, slots=True)
class Done:
    """On disk, and only then shown."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class ToDesk:
    why: Why


@dataclass(frozen=True, slots=True)
class Leaving:
    """Asks the staff's code before the window closes."""


Stage = Welcome | Help | Reading | Checking | Offered | Taking | Done | ToDesk | Leaving
_BUSY = (Checking, Taking)
CLEARED = (Help, Reading, Offered, Done, ToDesk, Leaving)
"""Stages that give way to the next patient when nobody touches them."""


@dataclass(frozen=True, slots=True)
class Check:
    """Read the text, ask the gateway, see whether the patient was here today."""

    ticket: int
    source: Source
    text: str


@dataclass(frozen=True, slots=True)
class CheckIn:
    ticket: int
    source: Source
    found: Lookup


@dataclass(frozen=True, slots=True)
class PutAside:
    """For the desk, which goes on with it when the patient comes there. Nothing waits for it."""

    source: Source
    found: Lookup


Effect = Check | CheckIn | PutAside
Effects = tuple[Effect, ...]


class SelfServiceFlow:
    """The machine; `stage` is for looking at. Methods take what happened and return what is to be done."""

    def __init__(self) -> None:
        self.stage: Stage = Welcome()
        self._tickets = 0

    def scan(self, text: str, source: Source) -> Effects:
        """A scan begins anew, whatever is shown; while one patient is worked on, no other is begun."""
        if isinstance(self.stage, _BUSY) or not text:
            return ()
        self._tickets += 1
        self.stage = Checking(self._tickets, source)
        return (Check(self._tickets, source, text),)

    def checked(self, ticket: int, found: Lookup) -> Effects:
        stage = self.stage
        if not isinstance(stage, Checking) or stage.ticket != ticket:
            return ()
        if found.already_checked_in_today:
            self.stage = ToDesk(Why.TODAY)
        elif found.held is not None:
            self.stage = ToDesk(Why.STAFF)
        elif found.assessment.verdict in RECEIVED and not found.must_be_confirmed:
            self.stage = Offered(stage.source, found)
        else:
            self.stage = ToDesk(Why.STAFF)
            return (PutAside(stage.source, found),)
        return ()

    def check_failed(self, ticket: int, error: KioskError) -> Effects:
        if isinstance(self.stage, Checking) and self.stage.ticket == ticket:
            readable = error.code in {"incomplete_card", "internal"} or error.code.startswith("records")
            self.stage = ToDesk(Why.STAFF if readable else Why.UNREADABLE)
        return ()

    def take_number(self) -> Effects:
        stage = self.stage
        if not isinstance(stage, Offered):
            return ()
        self._tickets += 1
        self.stage = Taking(self._tickets, stage)
        return (CheckIn(self._tickets, stage.source, stage.found),)

    def taken(self, ticket: int, visit: Visit) -> Effects:
        if isinstance(self.stage, Taking) and self.stage.ticket == ticket:
            self.stage = Done(visit) if visit.queue_number is not None else ToDesk(Why.STAFF)
        return ()

    def taking_failed(self, ticket: int) -> Effects:
        """It could not be written down: nobody is told that it was."""
        if isinstance(self.stage, Taking) and self.stage.ticket == ticket:
            self.stage = ToDesk(Why.NO_NUMBER)
        return ()

    def help(self) -> Effects:
        if isinstance(self.stage, Welcome):
            self.stage = Help()
        return ()

    def read_notice(self) -> Effects:
        if isinstance(self.stage, Welcome):
            self.stage = Reading()
        return ()

    def leave(self) -> Effects:
        """Staff want to close the window."""
        if not isinstance(self.stage, _BUSY):
            self.stage = Leaving()
        return ()

    def clear(self) -> Effects:
        """Done, not me, back, or nobody has touched it for a while."""
        if not isinstance(self.stage, _BUSY):
            self.stage = Welcome()
        return ()


def covered_name(found: Lookup) -> str:
    """The initials; no name in full stands where a queue can read it."""
    coverage = found.assessment.coverage
    return initials((coverage.full_name if coverage else None) or found.card.full_name or "")


def last_digits(found: Lookup) -> str:
    """The last four of the number that was looked up."""
    return (found.card.lookup_number or "")[-4:]
