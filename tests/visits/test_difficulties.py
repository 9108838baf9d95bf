"""What files itself as a difficulty, and what of it is read as one. Pure values."""

from __future__ import annotations

from datetime import timedelta

import pytest
from visit_samples import MORNING, assessment, attempt

from kiosk import texts
from kiosk.card.model import Notice
from kiosk.eligibility.model import Assessment
from kiosk.gateway.model import Attempt
from kiosk.gateway.result_codes import Verdict, rule_for
from kiosk.visits.difficulties import (
    Difficulty,
    State,
    cases,
    choices,
    clean_text,
    difficulties_of,
    kinds,
    new_difficulty,
)

CARD = "DN4799900000001"


def concluded(code: str, *, answered: bool = True) -> Assessment:
    """What reception makes of a result code or a failure."""
    rule = rule_for(code)
    return Assessment(rule.verdict, rule.reason, code if answered else None, staff_text_key=rule.key)


def filed(
    found: Assessment | None, *attempts: Attempt, why: str | None = None, visit: str = "v"
) -> list[tuple[str, str | None]]:
    made = difficulties_of(
        visit, at=MORNING, desk="Quầy 1", number=CARD, assessment=found, attempts=attempts, confirm_reason=why
    )
    return [(each.kind, each.code) for each in made]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("gateway_timeout", "gateway_failure"),
        ("gateway_not_json", "gateway_failure"),
        ("gateway_offline", "gateway_failure"),
        ("login_error", "gateway_failure"),
        ("login_locked", "account"),
        ("account_not_set", "account"),
        ("054", "account"),
        ("403", "account"),
        ("100", "gateway_code"),
        ("205", "gateway_code"),
        ("401", "gateway_code"),
        ("777", "gateway_code"),  # in no list
        ("080", "gateway_code"),  # of a function that was stopped
        ("new_card_followed_no_number", "gateway_code"),
    ],
)
def test_what_cannot_be_asked_or_understood_files_itself(code: str, kind: str) -> None:
    rule = rule_for(code)
    answered = code[0].isdigit()
    found = concluded(code, answered=answered)
    if not answered and rule.verdict is not Verdict.UNDETERMINED:
        found = Assessment(rule.verdict, rule.reason, "003", staff_text_key=code)
    assert filed(found) == [(kind, code)]


@pytest.mark.parametrize("code", ["000", "004", "010", "050", "060", "110", "124", "130"])
def test_an_ordinary_answer_files_nothing(code: str) -> None:
    assert filed(concluded(code), attempt(None)) == []
    assert filed(None) == []


def test_a_failure_is_filed_once_however_often_it_was_met_and_also_when_the_repeat_went_well() -> None:
    broken = attempt("gateway_dropped")
    assert filed(
        concluded("gateway_timeout", answered=False), attempt("gateway_timeout"), broken, broken
    ) == [
        ("gateway_failure", "gateway_timeout"),
        ("gateway_failure", "gateway_dropped"),
    ]
    assert filed(concluded("000"), broken, attempt(None)) == [("gateway_failure", "gateway_dropped")]


def test_an_answer_with_an_unreadable_field_is_odd() -> None:
    odd = assessment(warnings=(Notice("gateway_field_unreadable"),), staff_text_key="000")
    assert filed(odd) == [("gateway_code", "gateway_field_unreadable")]


def test_staff_who_confirm_against_the_gateway_file_it_with_their_reason() -> None:
    (only,) = difficulties_of(
        "v",
        at=MORNING,
        desk="Quầy 1",
        number=CARD,
        assessment=concluded("060"),
        confirm_reason="Đã xem CCCD 001190000001",
    )
    assert (only.kind, only.code, only.text) == ("override", "060", "Đã xem CCCD ••••••••0001")
    assert filed(concluded("000"), why="không cần") == []


def test_no_full_number_is_kept() -> None:
    (only,) = difficulties_of(
        "v", at=MORNING, desk="Quầy 1", number=CARD, assessment=concluded("205"), attempts=()
    )
    assert only.number == "DN4 •••• •••• 0001"
    assert clean_text("gọi \n 0900000000,  thẻ DN4799900000001") == "gọi ••••••0000, thẻ •••••••••••0001"
    assert clean_text("  ") is None


def outage(count: int, **changes: object) -> list[Difficulty]:
    """That many visits without an answer, one a minute; every tenth timed out, at the others nobody asked."""
    return [
        Difficulty(
            f"{changes.get('desk', 'a')}{n:04}",
            "gateway_failure",
            "gateway_offline" if n % 10 else "gateway_timeout",
            State(str(changes.get("state", "new"))),
            MORNING + timedelta(minutes=n),
            MORNING + timedelta(minutes=n),
            str(changes.get("desk", "Quầy 1")),
            about_visit=f"v{n}",
        )
        for n in range(count)
    ]


def test_an_outage_of_300_look_ups_at_two_desks_is_one_thing_to_read() -> None:
    (case,) = cases([*outage(200), *outage(100, desk="Quầy 2")])
    assert len(case.members) == 300
    assert case.codes == (("gateway_offline", 270), ("gateway_timeout", 30))
    assert case.desks == ("Quầy 1", "Quầy 2")
    assert (case.first_at, case.last_at) == (MORNING, MORNING + timedelta(minutes=199))


def test_what_came_after_the_report_is_new_again() -> None:
    later = new_difficulty(
        "gateway_failure", difficulty_id="z", at=MORNING, desk="Quầy 1", code="gateway_tls"
    )
    new, reported = cases([*outage(5, state="reported"), later])
    assert (new.state, len(new.members)) == (State.NEW, 1)
    assert (reported.state, len(reported.members)) == (State.REPORTED, 5)


def test_codes_are_read_apart_and_suspicions_each_by_itself() -> None:
    def one(name: str, kind: str, code: str | None = None) -> Difficulty:
        return new_difficulty(kind, difficulty_id=name, at=MORNING, desk="Quầy 1", code=code)

    found = cases(
        [
            *(one(f"c{n}", "gateway_code", code) for n, code in enumerate(("777", "205", "777"))),
            *(one(f"s{n}", "suspected_card") for n in range(2)),
            *(one(f"u{n}", "card_unreadable") for n in range(3)),
        ]
    )
    assert sorted((case.kind.name, len(case.members)) for case in found) == [
        ("card_unreadable", 3),
        ("gateway_code", 1),
        ("gateway_code", 2),
        ("suspected_card", 1),
        ("suspected_card", 1),
    ]
    assert found[-1].kind.name == "card_unreadable", "what is not serious comes last"


def test_every_kind_has_words_and_every_key_one_kind() -> None:
    assert [kind.digit for kind in choices()] == list(range(1, len(choices()) + 1))
    for kind in kinds():
        for language in ("vi", "en"):
            assert texts.text("difficulties", f"kind_{kind}", language) != f"kind_{kind}"
        for part in ("cause", "request"):
            assert texts.text("difficulties", f"{part}_{kind}", "vi") != f"{part}_{kind}"
