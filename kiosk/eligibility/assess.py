"""From a card as read and a gateway's answer to a verdict for one day. Pure: no clock, no network, no files
but the table of result codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.card.model import Card, CitizenCard, HealthCard, Notice
from kiosk.eligibility.differences import differences_between, names_differ
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.gateway.model import Answer, GatewayCard, NewCard
from kiosk.gateway.result_codes import ResultRule, Verdict, rule_for

OLD_CARD_ENDED = "003"
OLD_CARD_VALID = "004"
NOT_ON_GATEWAY = "050"

ARMY_POLICE_OBJECT_CODES = frozenset({"QN", "HC", "LS", "XK", "CY", "CA"})
"""Object codes whose cards BHXH Bộ Quốc phòng or Bộ Công an may manage outside the gateway; where it does not
know them, the dates on the paper card decide (QĐ 130/QĐ-BYT, check-in table, GT_THE_TU; NĐ 188/2025 Đ37)."""


def number_to_follow(answer: Answer) -> str | None:
    """The number to look up next: the new card's, where the old one has ended and was replaced (003)."""
    if answer.result_code != OLD_CARD_ENDED or answer.card is None or answer.card.new_card is None:
        return None
    return answer.card.new_card.card_number


def assess(
    card: Card, answer: Answer, *, on: date, facility: str, followed_from: str | None = None
) -> Assessment:
    """Conclude what `answer` means for a visit of `card`'s holder on day `on` (Vietnam's date) at `facility`.

    The benefit of the doubt goes to the patient: what could not be asked is ``undetermined``, and a
    contradiction between card and gateway is for staff to look at, never a refusal.
    """
    rule = rule_for(answer.result_code or answer.failure or "")
    coverage = _coverage(card, answer.card, on) if rule.verdict is not Verdict.UNDETERMINED else None
    differences = differences_between(card, coverage) if coverage else ()
    if rule.verdict is Verdict.ELIGIBLE and coverage is not None:
        rule = _overruled(card, coverage, on) or rule
        if rule.key == OLD_CARD_VALID and _new_card_applies(coverage):
            rule = rule_for("new_card_in_force")  # the same verdict and reason, said of the card that applies
    if answer.result_code == NOT_ON_GATEWAY and _object_code(card) in ARMY_POLICE_OBJECT_CODES:
        rule = rule_for("army_police_not_on_gateway")
    if answer.result_code == OLD_CARD_ENDED and number_to_follow(answer) is None:
        rule = rule_for("new_card_followed_no_number")
    return Assessment(
        verdict=rule.verdict,
        reason=rule.reason,
        result_code=answer.result_code,
        coverage=coverage,
        followed_from=followed_from,
        differences=differences,
        warnings=_warnings(answer),
        staff_text_key=rule.key,
        registered_here=_registered_here(coverage, facility),
    )


def _new_card_applies(coverage: Coverage) -> bool:
    return coverage.new_card is not None and coverage.new_card.card_number == coverage.card_number


def _overruled(card: Card, coverage: Coverage, on: date) -> ResultRule | None:
    """The rule that overrules a good code: another person, or a period that does not cover the visit."""
    if names_differ(card, coverage):
        return rule_for("name_differs")
    if card.birth_date and coverage.birth_date and not card.birth_date.agrees_with(coverage.birth_date):
        return rule_for("birth_date_differs")
    if coverage.valid_to is not None and on > coverage.valid_to:
        return rule_for("card_expired_by_date")
    if coverage.valid_from is not None and on < coverage.valid_from:
        return rule_for("card_not_yet_valid")
    return None


def _coverage(card: Card, found: GatewayCard | None, on: date) -> Coverage | None:
    """The card that applies on day `on`: the new one once it is in force, else the one that was asked for."""
    if found is None or found == GatewayCard():
        return None
    asked_number = card.card_number if isinstance(card, HealthCard) else None
    number = found.card_number or asked_number
    coverage = Coverage(
        card_number=number,
        social_insurance_number=found.social_insurance_number or _last_ten(number),
        full_name=found.full_name,
        birth_date=found.birth_date,
        sex=found.sex,
        address=found.address,
        primary_facility=found.primary_facility,
        primary_facility_name=None,
        issuing_office=found.issuing_office,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        living_area=found.living_area,
        five_years_from=found.five_years_from,
        benefit_level=_benefit_level(number),
        new_card=found.new_card,
    )
    if found.new_card is None or not _in_force(found.new_card, on):
        return coverage
    return _on_new_card(coverage, found.new_card)


def _on_new_card(coverage: Coverage, new: NewCard) -> Coverage:
    """The person's data stay, what belongs to the card is the new one's; its office is not in the answer."""
    return replace(
        coverage,
        card_number=new.card_number,
        social_insurance_number=_last_ten(new.card_number) or coverage.social_insurance_number,
        primary_facility=new.primary_facility or coverage.primary_facility,
        primary_facility_name=new.primary_facility_name,
        issuing_office=None,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        benefit_level=_benefit_level(new.card_number),
    )


def _in_force(new: NewCard, on: date) -> bool:
    """A new card counts from its first day (NĐ 188/2025 Đ21); without that day nobody can say."""
    return (
        new.valid_from is not None and new.valid_from <= on and (new.valid_to is None or on <= new.valid_to)
    )


def _benefit_level(card_number: str | None) -> int | None:
    """Third place of a 15-character number: the gateway does not return the level by itself."""
    if card_number is None or len(card_number) != 15 or card_number[2] not in "12345":
        return None
    return int(card_number[2])


def _last_ten(card_number: str | None) -> str | None:
    if card_number is None or len(card_number) != 15:
        return None
    last = card_number[5:]
    return last if last.isascii() and last.isdigit() else None


def _object_code(card: Card) -> str | None:
    if isinstance(card, CitizenCard) or card.card_number is None:
        return None
    return card.card_number[:2]


def _registered_here(coverage: Coverage | None, facility: str) -> bool | None:
    if coverage is None or coverage.primary_facility is None:
        return None
    return coverage.primary_facility == facility


def _warnings(answer: Answer) -> tuple[Notice, ...]:
    if not answer.unreadable_fields:
        return ()
    return (Notice("gateway_field_unreadable", (("fields", ", ".join(answer.unreadable_fields)),)),)
