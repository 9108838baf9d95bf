"""The service: text in, visit out. The desk window and the command line are two thin faces of it.

::

    card = reception.read(text)                # CardParseError
    found = reception.look_up(card)            # blocks on the network; call it from a worker thread
    visit = reception.check_in(found, source)  # written to disk before it returns
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kiosk import clock, presented
from kiosk.card import parse_number
from kiosk.card.model import Card
from kiosk.card.numbers import without_separators
from kiosk.checking_in import STATUS_OF_VERDICT, CheckIns
from kiosk.connections import Connections, Gateway
from kiosk.eligibility.benefit import FacilityProfile
from kiosk.eligibility.papers import Paper, Standing
from kiosk.eligibility.priority import BY_AGE
from kiosk.eligibility.set_up import FacilityRules, rules_of
from kiosk.errors import CardParseError, ImageError
from kiosk.gateway.connectivity import Connectivity
from kiosk.gateway.login_guard import Pause
from kiosk.gateway.model import Staff
from kiosk.looking_up import LookUps
from kiosk.lookup import Lookup
from kiosk.visits.audit import Act, Actor, signed
from kiosk.visits.audit_queue import AuditQueue
from kiosk.visits.identity import keys_of
from kiosk.visits.model import OwedLookup, Sharing, Source, StaffTask, Status, Visit

if TYPE_CHECKING:
    from kiosk.readers.decoder import FileDecoding
    from kiosk.visits.day_page import DayPage, DayQuery, Place
    from kiosk.visits.known_patient import KnownPatient
    from kiosk.visits.outbox import LateAnswer, Outbox
    from kiosk.visits.records import VisitRecords
    from kiosk.visits.staff import StaffAccount


class Reception:
    """One desk's way from a read text to a recorded visit. Safe to call from several threads.

    Gateway, records and image decoder are opened when they are first needed: `kiosk lookup` needs no
    database, `kiosk visits` no gateway.
    """

    def __init__(
        self,
        *,
        facility: str,
        desk: str,
        open_gateway: Callable[[], AbstractContextManager[Gateway]],
        open_records: Callable[[], VisitRecords],
        decode_image: Callable[[Path], FileDecoding],
        lookups_per_minute: int = 60,
        names_staff: bool = True,
        rules: FacilityRules | None = None,
    ) -> None:
        """Without `rules` nothing is known of the facility but its code."""
        self._desk = desk
        self._decode_image = decode_image
        self._lookups_per_minute = lookups_per_minute
        self.actor = Actor(desk)
        self._connections = Connections(open_gateway, open_records, self.actor)
        self._audit = AuditQueue(lambda notes: self.records.audit.note(*notes))
        self._look_ups = LookUps(
            self._connections,
            self._audit,
            self.actor,
            rules or rules_of(FacilityProfile(facility)),
            facility=facility,
            names_staff=names_staff,
        )
        self._check_ins = CheckIns(self._connections, self._audit, self.actor, self._look_ups, desk)

    def close(self) -> None:
        """Let go of gateway and records. The reception may be used again afterwards.

        Records that are locked or do not answer are left to the thread that waits for them.
        """
        written = self._audit.close()
        self._connections.close_gateway()
        if written:
            self._connections.close_records()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # From a text to a card

    def read(self, text: str) -> Card:
        """What `text` (a scan) says. Raises CardParseError."""
        return presented.read(text)

    def read_image(self, path: Path) -> Card:
        """The card in a picture: its health card where it shows several kinds.

        Raises ImageError (also ``no_code``), CardParseError (also ``several_cards``).
        """
        card = presented.choose(self._texts_in(path))
        self._look_ups.pictures.note(path, [card])
        return card

    def cards_in(self, path: Path) -> list[Card]:
        """The card of every person in a picture, for somebody to choose; each person once.

        A citizen card beside the health card of a person with the same name and birth date is that person's.
        Raises ImageError (also ``no_code``), CardParseError.
        """
        found = presented.one_a_person(self._texts_in(path))
        self._look_ups.pictures.note(path, found)
        return found

    def _texts_in(self, path: Path) -> list[str]:
        codes = self._decode_image(path).codes
        if not codes:
            raise ImageError("no_code", file=path.name)
        return list(dict.fromkeys(code.text for code in codes))

    def choose(self, texts: list[str]) -> Card:
        """The card among the codes of one picture. Raises CardParseError."""
        return presented.choose(texts)

    def typed(self, number: str, full_name: str, birth_date: str) -> Card:
        """A card from number, name and birth date as a person typed them.

        Raises CardParseError or UsageError; their value ``field`` is number, full_name or birth_date.
        """
        return presented.typed(number, full_name, birth_date)

    def complete(self, card: Card, *, full_name: str | None = None, birth_date: str | None = None) -> Card:
        """`card` with what a person added to it, because the card does not say it or it could not be read."""
        return presented.complete(card, full_name=full_name, birth_date=birth_date)

    # From a card to a verdict

    def look_up(
        self,
        card: Card,
        on: date | None = None,
        *,
        papers: tuple[Paper, ...] = (),
        asks: Actor | None = None,
    ) -> Lookup:
        """Ask the gateway and conclude for a visit on day `on` (today). No network trouble raises.

        `asks`: in whose name, where that is not who is logged in.
        Raises UsageError ``incomplete_card`` (value ``field``) when number, name or birth date is missing.
        """
        return self._look_ups.look_up(card, on, papers=papers, asks=asks)

    def with_papers(self, found: Lookup, papers: tuple[Paper, ...]) -> Lookup:
        """`found` with the proposal that these papers make."""
        return self._look_ups.with_papers(found, papers)

    def paper_standing(self, paper: Paper) -> tuple[Standing, date | None]:
        """What a paper is worth today, and its last day where it has one."""
        return self._look_ups.rules.paper_standing(paper, clock.today())

    def seen_today(self, found: Lookup) -> Lookup:
        """`found` with what the records say of the same person today: checked in already, put aside."""
        return self._look_ups.seen_today(found)

    def examined(self, found: Lookup) -> Lookup:
        """`found` with what the checks against abuse find; reads the records."""
        return self._look_ups.examined(found)

    # From a verdict to a visit

    # `priority` is the word of a group (kiosk.eligibility.priority), None for no group, or BY_AGE.

    def check_in(
        self, found: Lookup, source: Source, confirm: str | None = None, *, priority: str | None = BY_AGE
    ) -> Visit:
        """Record the visit as the verdict says; `confirm` turns ``needs_staff`` into a check-in."""
        return self._check_ins.check_in(found, source, confirm, priority=priority)

    def put_aside(self, found: Lookup, source: Source, *, priority: str | None = BY_AGE) -> Visit:
        """Record the visit as held, for staff to decide later."""
        return self._check_ins.put_aside(found, source, priority=priority)

    def self_pay(
        self, card: Card, source: Source, found: Lookup | None = None, *, priority: str | None = BY_AGE
    ) -> Visit:
        """Record a visit outside BHYT; with the look-up that led to it, where there was one."""
        return self._check_ins.self_pay(card, source, found, priority=priority)

    # What people did

    def note_act(self, act: Act, subject: str | None = None, why: str | None = None, **detail: Any) -> None:
        """Add an act to the audit log, on disk when this returns. Raises RecordsError.

        `subject` is a visit_id, a masked number or an account. Overrides, cancels and look-ups note
        themselves.
        """
        self.records.audit.note(signed(self.actor, act, subject, why, **detail))

    # Who is at the desk

    def accounts(self) -> list[StaffAccount]:
        """Those that may log in; none: single-user mode, nobody is asked. Raises RecordsError."""
        return [account for account in self.records.staff.accounts() if account.active]

    def log_in(self, account: str, secret: str) -> StaffAccount:
        """From now on this person acts here. Takes a tenth of a second.

        Raises UsageError ``staff_wrong`` or ``staff_wait`` (value ``seconds``), or RecordsError.
        """
        return self._seat(self.records.staff.log_in(account, secret))

    def _seat(self, found: StaffAccount) -> StaffAccount:
        if self.actor.account not in {None, found.account}:
            self.note_act(Act.LOG_OUT, self.actor.account, next=found.account)
        now = _actor_of(found, self._desk)
        self.actor.account, self.actor.staff, self.actor.role = now.account, now.staff, now.role
        return found

    def change_secret(self, account: str, secret: str, fresh: str) -> StaffAccount:
        """A new PIN or password by who has the present one, who then acts here. Raises as `log_in`, and
        UsageError ``staff_secret`` or ``staff_secret_same``.
        """
        return self._seat(self.records.staff.change_secret(account, secret, fresh))

    def log_out(self) -> None:
        """Nobody acts here any more; visits are nobody's until somebody logs in."""
        if self.actor.account is not None:
            self.note_act(Act.LOG_OUT, self.actor.account)
        self.actor.account = self.actor.staff = self.actor.role = None

    # What is owed and what was recorded

    def recheck(self) -> Iterator[Visit]:
        """Look up now every visit that waits for the gateway, oldest first; each is settled at most once.

        A visit that cannot be looked up or written is left owed and does not stop the ones after it.
        """
        yield from self.outbox().work_now()

    def outbox(self) -> Outbox:
        """The owed look-ups of the records, to be worked on by one thread. Raises RecordsError."""
        from kiosk.visits.outbox import Outbox

        return Outbox(self.records, self._ask_again, per_minute=self._lookups_per_minute)

    def _ask_again(self, owed: OwedLookup) -> LateAnswer:
        from kiosk.visits.outbox import LateAnswer

        day = clock.day_of(owed.created_at)
        found = self.look_up(owed.card, on=day, papers=owed.papers, asks=self._asks_for(owed))
        found = self._look_ups.examined(found, at=owed.created_at, but=owed.visit_id)
        shown = found.findings.shown if found.findings else ()
        assessment = replace(found.assessment, warnings=found.assessment.warnings + shown)
        return LateAnswer(
            STATUS_OF_VERDICT[found.assessment.verdict], assessment, found.attempts, found.advice
        )

    def _asks_for(self, owed: OwedLookup) -> Actor:
        """Who received the patient, while that account is in force; else who is logged in."""
        account = self.records.staff.get(owed.staff) if owed.staff is not None else None
        return self.actor if account is None or not account.active else _actor_of(account, self._desk)

    def may_ask(self) -> bool:
        """Whether the gateway is worth asking about what is owed: not while it is away or refuses us."""
        return self.connectivity.online and self.login_pause is None

    def tasks(self) -> list[StaffTask]:
        """What late answers left for staff to do, oldest first."""
        return self.records.tasks()

    def finish_task(self, visit_id: str) -> bool:
        """Mark a task as done by this desk. False when somebody had done it already."""
        return self.records.finish_task(visit_id, self._desk, clock.now())

    def cancel(self, visit_id: str, reason: str, seen: Visit | None = None) -> Visit:
        """Take a visit of today back. Raises UsageError as `VisitRecords.cancel` does.

        With the visit as it was `seen` it goes while a shared server is away, too, and is done there later.
        """
        return self.records.cancel(visit_id, reason, self._desk, clock.now(), seen)

    def note_number_shown(self, visit_id: str) -> None:
        """Put on record that a visit's number is shown in full; then it may be."""
        self.note_act(Act.VIEW_FULL, visit_id)

    def day_page(self, wanted: DayQuery, after: Place | None = None) -> DayPage:
        """A page of a day's list, newest first."""
        return self.records.day_page(wanted, after)

    def owed_summary(self) -> tuple[int, datetime | None]:
        """How many look-ups are owed, and since when the oldest is."""
        return self.records.owed_summary()

    def visits(self, on: date | None = None, status: Status | None = None) -> Iterator[Visit]:
        """The recorded visits, oldest first."""
        return self.records.visits(on, status)

    def known_patient(self, number: str) -> KnownPatient | None:
        """Name and birth date that the desk's own records have for a number; None for anything else."""
        try:
            card = parse_number(number)
        except CardParseError:
            return None
        return self.records.known_patient(keys_of(card, None))

    def search_patients(self, number: str, full_name: str) -> list[KnownPatient]:
        """Earlier patients by any part of number and name, accents or not; a few, the latest first."""
        from kiosk.visits.searching import words_of

        return self.records.search_patients(words_of(f"{without_separators(number)} {full_name}"))

    def sharing(self) -> Sharing | None:
        """How this desk stands with records that it shares with others; None: they are its own."""
        return self.records.sharing()

    def owed_count(self) -> int:
        return self.records.owed_summary()[0]

    @property
    def connectivity(self) -> Connectivity:
        """What is remembered of the line; online where nothing is remembered or nobody was asked yet."""
        return self._connections.connectivity

    @property
    def login_pause(self) -> Pause | None:
        """Why no login is sent for now; None when one may be."""
        return self._connections.login_pause

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far this machine's clock is ahead of the gateway's; None while no answer told its time."""
        return self._connections.clock_ahead

    @property
    def gateway(self) -> Gateway:
        return self._connections.gateway

    @property
    def records(self) -> VisitRecords:
        """The visit records. Raises RecordsError when they cannot be opened."""
        return self._connections.records


def _actor_of(account: StaffAccount, desk: str) -> Actor:
    return Actor(desk, account.account, Staff(account.full_name, account.citizen_id), account.role)


__all__ = ["Gateway", "Reception"]
