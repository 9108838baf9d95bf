"""What the window says of a verdict, as plain values: no Qt here, so that each sentence can be tested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.card.model import Card, CitizenCard, PartialDate
from kiosk.desk.flow import VerdictShown
from kiosk.desk.words import Extra, KeyHint, Row, Words, day, masked, time_of_day
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.gateway.result_codes import Verdict
from kiosk.lookup import Lookup
from kiosk.texts import text
from kiosk.visits.model import Source

_DATES = frozenset({"birth_date", "valid_from", "valid_to", "five_years_from"})
_NUMBERS = frozenset({"card_number", "social_insurance_number"})
_CORRECTABLE = frozenset({Verdict.NEEDS_STAFF, Verdict.NOT_ELIGIBLE})
"""Without the gateway's data: often a slip in what was asked."""

_SHOWN_BESIDE = "abuse_scan_not_gateway"
"""The notice that code and gateway differ; where they stand side by side it says nothing more."""

_ISO = re.compile(r"\d{4}(-\d{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Differences:
    """What the sources say differently. `rows`: the field's name, then one value for each of `sources`."""

    sources: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    taken: bool = False  # the gateway's values were taken

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class VerdictView:
    verdict: Verdict
    title: str
    reason: str  # why, in one sentence
    advice: str  # what to do next; may be empty
    result_code: str
    question: str  # empty, or what must be asked before confirming
    problem: str  # empty, or why it could not be recorded
    keys: tuple[KeyHint, ...]
    name: str
    person_title: str
    person: tuple[Row, ...]
    differences: Differences
    warnings: tuple[str, ...]
    extras: tuple[Extra, ...] = ()


def verdict_view(
    words: Words, shown: VerdictShown, today: date, extras: tuple[Extra, ...] = ()
) -> VerdictView:
    found = shown.found
    assessment = found.assessment
    code = assessment.result_code
    reason, advice = reason_and_advice(assessment.staff_message(words.language))
    return VerdictView(
        verdict=assessment.verdict,
        title=text("verdicts", assessment.verdict.value, words.language),
        reason=reason,
        advice=advice,
        result_code=words("result_code", number=code) if code else "",
        question=_question(words, found),
        problem=words("not_recorded", why=words.error(shown.problem)) if shown.problem else "",
        keys=tuple(_keys(words, shown)),
        name=(assessment.coverage and assessment.coverage.full_name) or found.card.full_name or "–",
        person_title=_person_title(words, shown),
        person=tuple(_person(words, found, today)),
        differences=_differences(words, shown),
        warnings=words.notices(
            notice
            for notice in found.warnings
            if not (assessment.differences and notice.code == _SHOWN_BESIDE)
        ),
        extras=extras,
    )


def name_and_reason(words: Words, shown: VerdictShown) -> str:
    """Whom the question is about what was checked, and why it is asked."""
    assessment = shown.found.assessment
    name = (assessment.coverage and assessment.coverage.full_name) or shown.found.card.full_name or "–"
    asked_for = assessment.verdict is Verdict.NEEDS_STAFF  # else it is what the checks beside it found
    reason = reason_and_advice(assessment.staff_message(words.language))[0] if asked_for else ""
    return "  ·  ".join(part for part in (name, reason) if part)


def reason_and_advice(message: str) -> tuple[str, str]:
    """The table of result codes writes both in one text: first what happened, then what to do."""
    reason, stop, advice = message.partition(". ")
    return reason + stop.strip(), advice


def _question(words: Words, found: Lookup) -> str:
    if found.held is not None:
        return words("held_today", time=time_of_day(found.held.created_at))
    return words("already_today") if found.already_checked_in_today else ""


def _keys(words: Words, shown: VerdictShown) -> Iterator[KeyHint]:
    found = shown.found
    once_more = found.already_checked_in_today and found.held is None
    main = {
        Verdict.ELIGIBLE: "do_check_in_again" if once_more else "do_check_in",
        Verdict.UNDETERMINED: "do_receive",
        Verdict.NEEDS_STAFF: "do_check",
        Verdict.NOT_ELIGIBLE: "do_refuse",
    }[found.assessment.verdict]
    main = "do_check" if found.must_be_confirmed else main
    yield KeyHint(words("key_enter"), words(main))
    if found.assessment.differences:
        yield KeyHint("F5", words("do_keep_read" if shown.taken else "do_take_gateway"))
    if found.assessment.coverage is None and found.assessment.verdict in _CORRECTABLE:
        yield KeyHint("F2", words("do_correct"))
    yield KeyHint("F6", words("do_self_pay"))
    aside = "do_keep_aside" if found.held else "do_put_aside"
    yield KeyHint(words("key_escape"), words("do_leave_unrecorded" if shown.unrecordable else aside))


# The person


def _person_title(words: Words, shown: VerdictShown) -> str:
    if shown.found.assessment.coverage:
        return words("person_from_gateway")
    return words("person_from_papers" if shown.source is Source.TYPED else "person_from_card")


def _person(words: Words, found: Lookup, today: date) -> Iterator[Row]:
    card, coverage = found.card, found.assessment.coverage
    birth = (coverage and coverage.birth_date) or card.birth_date
    sex = (coverage and coverage.sex) or card.sex
    if birth:
        known = words.birth_date(birth, today)
        yield words.field("birth_date"), f"{known}, {words.sex(sex)}" if sex else known
    elif sex:
        yield words.field("sex"), words.sex(sex)
    yield _number(words, card, coverage)
    if coverage is not None:
        yield from _which_card(words, found.assessment, today)
        yield from _coverage(words, coverage, found.assessment.registered_here)
    elif not isinstance(card, CitizenCard):
        yield from _benefit(words, card.benefit_level)
        if card.primary_facility:
            yield words.field("primary_facility"), _facility(words, card.primary_facility, None)
        yield from _period(words, card.valid_from, card.valid_to)
        if card.five_years_from:
            yield words.field("five_years_from"), day(card.five_years_from)
        yield from _living_area(words, card.living_area)


def _number(words: Words, card: Card, coverage: Coverage | None) -> Row:
    if coverage is not None and coverage.card_number:
        return words.field("card_number"), masked(coverage.card_number)
    if isinstance(card, CitizenCard):
        return words.field("citizen_id"), masked(card.citizen_id)
    if card.card_number:
        return words.field("card_number"), masked(card.card_number)
    return words.field("social_insurance_number"), masked(card.social_insurance_number)


def _which_card(words: Words, assessment: Assessment, today: date) -> Iterator[Row]:
    """Which of two cards applies, and since when or until when."""
    coverage = assessment.coverage
    new = coverage.new_card if coverage else None
    if coverage is None or (new is None and assessment.followed_from is None):
        return
    applies_since = day(coverage.valid_from) if coverage.valid_from else ""
    if new is None or new.card_number == coverage.card_number:
        known = words("card_new_applies", from_date=applies_since)
        yield words("card_applying"), known if applies_since else words("card_new_applies_now")
        return
    number = masked(new.card_number)
    if new.valid_from is None or new.valid_from <= today:  # in force it would be the coverage
        yield words("card_applying"), words("card_old_applies", number=number)
        return
    last_day = new.valid_from - timedelta(days=1)
    if coverage.valid_to is not None:
        last_day = min(last_day, coverage.valid_to)
    yield (
        words("card_applying"),
        words("card_old_applies_until", to_date=day(last_day), number=number, from_date=day(new.valid_from)),
    )


def _coverage(words: Words, coverage: Coverage, here: bool | None) -> Iterator[Row]:
    yield from _benefit(words, coverage.benefit_level)
    if coverage.primary_facility or coverage.primary_facility_name:
        facility = _facility(words, coverage.primary_facility, coverage.primary_facility_name)
        if here is not None:
            facility = words("registered_here" if here else "registered_elsewhere", facility=facility)
        yield words.field("primary_facility"), facility
    yield from _period(words, coverage.valid_from, coverage.valid_to)
    if coverage.five_years_from:
        yield words.field("five_years_from"), day(coverage.five_years_from)
    yield from _living_area(words, coverage.living_area)


def _benefit(words: Words, level: int | None) -> Iterator[Row]:
    if level:
        yield words.field("benefit_level"), words(f"benefit_{level}")


def _facility(words: Words, code: str | None, name: str | None) -> str:
    """By name: the gateway's, which it gives for new cards only, or one that the hospital knows."""
    name = name or words.facilities.get(code or "")
    return f"{name} ({code})" if name and code else name or code or "–"


def _living_area(words: Words, area: str | None) -> Iterator[Row]:
    if area:
        known = area in {"K1", "K2", "K3"}
        yield words.field("living_area"), words(f"living_area_{area.lower()}") if known else area


def _period(words: Words, valid_from: date | None, valid_to: date | None) -> Iterator[Row]:
    values = {
        "from_date": day(valid_from) if valid_from else "",
        "to_date": day(valid_to) if valid_to else "",
    }
    if valid_from and valid_to:
        yield words("validity"), words("validity_both", **values)
    elif valid_from:
        yield words("validity"), words("validity_from", **values)
    elif valid_to:
        yield words("validity"), words("validity_to", **values)


# What differs


def _differences(words: Words, shown: VerdictShown) -> Differences:
    """The code as scanned, the papers as typed, and the gateway; a column for each that has a say."""
    sources = (words("difference_read"), words("difference_papers"), words("difference_gateway"))
    rows = tuple(_three_values(shown))
    said = [place for place in range(3) if any(values[place] for _, values in rows)]
    return Differences(
        tuple(sources[place] for place in said),
        tuple(
            (words.field(field), *(_value(words, field, values[place]) or "–" for place in said))
            for field, values in rows
        ),
        shown.taken,
    )


def _three_values(shown: VerdictShown) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Code, papers, gateway; empty for a source that does not say."""
    coverage = shown.found.assessment.coverage
    found = {difference.field: difference for difference in shown.found.assessment.differences}
    completed = _completed(shown)
    corrected = [field for field, (read, typed) in completed.items() if read and typed and read != typed]
    for field in dict.fromkeys([*corrected, *found]):
        gateway = found[field].gateway if field in found else _plain(getattr(coverage, field, None))
        if field in completed:
            yield field, (*completed[field], gateway)
        elif shown.source is Source.TYPED:
            yield field, ("", found[field].read, gateway)
        else:
            yield field, (found[field].read, "", gateway)


def _completed(shown: VerdictShown) -> dict[str, tuple[str, str]]:
    """What the code said and what a person typed, for the fields that a person was asked for."""
    if shown.scanned is None:
        return {}
    pairs = {
        field: (_plain(getattr(shown.scanned, field)), _plain(getattr(shown.found.card, field)))
        for field in ("full_name", "birth_date")
    }
    return {field: (read, typed if typed != read else "") for field, (read, typed) in pairs.items()}


def _plain(value: str | PartialDate | None) -> str:
    return value.iso if isinstance(value, PartialDate) else value or ""


def _value(words: Words, field: str, value: str) -> str:
    if not value:
        return ""
    if field in _NUMBERS:
        return masked(value)
    if field in _DATES:
        return _as_day(value)
    if field == "sex":
        return words.field(value)
    if field == "primary_facility":
        return _facility(words, value, None)
    if field == "benefit_level":
        return words(f"benefit_{value}")
    return value


def _as_day(written: str) -> str:
    """An ISO date, whole or in part, in Vietnamese order; anything else as it is."""
    return "/".join(reversed(written.split("-"))) if _ISO.fullmatch(written) else written
