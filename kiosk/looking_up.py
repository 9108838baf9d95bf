"""From a card to a verdict: the gateway is asked, a conclusion drawn, and the records are consulted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from kiosk import clock
from kiosk.card.model import Card
from kiosk.connections import Connections
from kiosk.eligibility import assess, number_to_follow
from kiosk.eligibility.abuse_model import PREFIX, RecordsSay, Situation
from kiosk.eligibility.papers import Paper
from kiosk.eligibility.priority import proposed_priority
from kiosk.eligibility.set_up import FacilityRules
from kiosk.errors import RecordsError
from kiosk.gateway.model import Attempt, Question
from kiosk.gateway.result_codes import Verdict, rule_for
from kiosk.logs import mask_number
from kiosk.lookup import Lookup, birth_date_of, question_for
from kiosk.pictures_shown import PicturesShown
from kiosk.visits.audit import Act, Actor, signed
from kiosk.visits.audit_queue import AuditQueue
from kiosk.visits.identity import keys_of
from kiosk.visits.model import Asked
from kiosk.visits.recent_answers import RecentAnswer, RecentAnswers


class LookUps:
    """Of one desk. Safe to use from several threads."""

    def __init__(
        self,
        connections: Connections,
        audit: AuditQueue,
        actor: Actor,
        rules: FacilityRules,
        *,
        facility: str,
        names_staff: bool,
    ) -> None:
        """`names_staff`: whether the gateway is told who asks."""
        self._connections, self._audit, self._actor = connections, audit, actor
        self.rules = rules
        self.pictures = PicturesShown()
        self._facility, self._names_staff = facility, names_staff
        self._recent = RecentAnswers()

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
        asks = asks or self._actor
        question = replace(question_for(card), staff=asks.staff if self._names_staff else None)
        recent = self._recent.get(question)
        if recent is not None:
            found, attempts, elapsed_ms = recent, tuple(map(_used_again, recent.evidence)), 0.0
        else:
            found, attempts, elapsed_ms = self._ask(question)
        answer = found.answer
        day = on or clock.today()
        assessment = assess(card, answer, on=day, facility=self._facility, followed_from=found.followed_from)
        said: dict[str, Any] = {"result_code": assessment.result_code, "reason": assessment.reason}
        if recent is not None:
            said["used_again"] = True
        self._audit.put(signed(asks, Act.LOOK_UP, mask_number(question.number), None, **said))
        return Lookup(
            card=card,
            assessment=assessment,
            attempts=attempts,
            history=answer.history,
            warnings=card.warnings + assessment.warnings,
            elapsed_ms=elapsed_ms,
            detail=answer.detail,
            reused=recent is not None,
            proposed_priority=proposed_priority(birth_date_of(card, assessment), day),
            benefit=self.rules.propose(card, assessment, papers, day),
            history_known=answer.history_known,
            checks=answer.checks,
            picture=self.pictures.take(card),
        )

    def with_papers(self, found: Lookup, papers: tuple[Paper, ...]) -> Lookup:
        """`found` with the proposal that these papers make."""
        benefit = self.rules.propose(found.card, found.assessment, papers, clock.today())
        found = replace(found, benefit=benefit)
        return found if found.records_say is None else self._examined(found, found.records_say, clock.now())

    def _ask(self, question: Question) -> tuple[RecentAnswer, tuple[Attempt, ...], float]:
        """The answer that decides (after a replaced card that of the new one), all evidence, milliseconds."""
        answer = self._connections.gateway.look_up(question)
        attempts, elapsed_ms = answer.attempts, answer.elapsed_ms
        followed_from = None
        new_number = number_to_follow(answer)
        if new_number is not None and new_number != question.number:
            followed_from = answer.result_code
            answer = self._connections.gateway.look_up(
                replace(question, number=new_number), spent=elapsed_ms / 1000
            )
            attempts += answer.attempts
            elapsed_ms += answer.elapsed_ms
        found = RecentAnswer(answer, followed_from, answer.deciding_attempts)
        if answer.result_code is not None and rule_for(answer.result_code).verdict is Verdict.ELIGIBLE:
            self._recent.keep(question, found)
        return found, attempts, elapsed_ms

    def seen_today(self, found: Lookup) -> Lookup:
        """`found` with what the records say of the same person today: checked in already, put aside."""
        person = (found.card, found.assessment.coverage, clock.today())
        already, held = (
            self._connections.records.already_checked_in(*person),
            self._connections.records.held_today(*person),
        )
        found = replace(found, already_checked_in_today=already, held=held)
        return self.examined(found, but=held.visit_id if held else None)

    def examined(self, found: Lookup, *, at: datetime | None = None, but: str | None = None) -> Lookup:
        """`found` with what the checks against abuse find; reads the records.

        `at`: when the patient came (now); `but`: the visit in question, where it is written already. Records
        that cannot be read leave their rules unchecked: nobody waits for them.
        """
        now = at or clock.now()
        keys = keys_of(found.card, found.assessment.coverage)
        try:
            known = self._connections.records.known_for_checks(Asked(keys, now, found.picture, but))
        except RecordsError:
            known = RecordsSay()
        return self._examined(found, known, now)

    def _examined(self, found: Lookup, known: RecordsSay, now: datetime) -> Lookup:
        findings = self.rules.examine(
            Situation(
                now=now,
                facility=self._facility,
                card=found.card,
                assessment=found.assessment,
                history=found.history if found.history_known else None,
                checks=found.checks,
                records=known,
                papers=found.papers,
            )
        )
        others = tuple(each for each in found.warnings if not each.code.startswith(PREFIX))
        return replace(found, records_say=known, findings=findings, warnings=others + findings.shown)


def _used_again(attempt: Attempt) -> Attempt:
    """The evidence of an answer for another visit: when it was asked stays as it was."""
    return replace(attempt, detail=f"{attempt.detail} answer used again within five minutes".strip())


__all__ = ["LookUps"]
