"""Every check against abuse by a hit and a near miss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.clock import VIETNAM
from kiosk.eligibility.abuse import STAFF_RULE, abuse_rules, examine, examine_staff, read_abuse_rules
from kiosk.eligibility.abuse_checks import CHECKS
from kiosk.eligibility.abuse_model import (
    PREFIX,
    Action,
    Findings,
    OwnVisit,
    PictureUse,
    RecordsSay,
    Situation,
    StaffCount,
    findings_as_json,
)
from kiosk.eligibility.model import Assessment, Coverage, Difference
from kiosk.eligibility.papers import Paper, PaperKind
from kiosk.errors import SettingsError
from kiosk.gateway.model import EarlierCheck, HistoryRow
from kiosk.gateway.result_codes import Verdict
from kiosk.resources import config_folder
from kiosk.rule_files import RuleFile
from kiosk.texts import notice_message

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
HERE, SAME_PROVINCE, OTHER_PROVINCE = "99999", "99998", "01001"
COVERAGE = Coverage(
    card_number="DN4799900000001",
    social_insurance_number="9900000001",
    full_name="Nguyễn Văn Mẫu",
    birth_date=PartialDate(1990, 2, 1),
    sex=None,
    address=None,
    primary_facility=HERE,
    primary_facility_name=None,
    issuing_office=None,
    valid_from=None,
    valid_to=None,
    living_area=None,
    five_years_from=None,
    benefit_level=4,
    new_card=None,
)
CARD = HealthCard(kind=Kind.HEALTH_CARD, card_number="DN4799900000001")


def ago(**back: float) -> datetime:
    return NOW - timedelta(**back)


def situation(*, coverage: Coverage | None = COVERAGE, **changes: Any) -> Situation:
    told = {name: changes.pop(name) for name in ("reason", "differences", "followed_from") if name in changes}
    found = Assessment(Verdict.ELIGIBLE, told.pop("reason", "ok"), "000", coverage, **told)
    return Situation(NOW, HERE, CARD, found, **changes)


def differing(field: str) -> dict[str, Any]:
    return {"differences": (Difference(field, "a", "b"),)}


def stay(admitted: datetime, discharged: datetime | None = None, facility: str = SAME_PROVINCE) -> HistoryRow:
    return HistoryRow(facility=facility, admitted_at=admitted, discharged_at=discharged)


def history(*rows: HistoryRow) -> dict[str, Any]:
    return {"history": rows}


def check(at: datetime, facility: str = SAME_PROVINCE, code: str = "000") -> EarlierCheck:
    return EarlierCheck(at, facility, code)


def own(*moments: datetime, papers: tuple[Paper, ...] = ()) -> dict[str, Any]:
    return {"records": RecordsSay(own=tuple(OwnVisit(at, papers) for at in moments))}


def pictures(*uses: PictureUse) -> dict[str, Any]:
    return {"records": RecordsSay(pictures=uses)}


def daily(count: int) -> tuple[datetime, ...]:
    return tuple(ago(days=day) for day in range(1, count + 1))


APPOINTMENT = Paper(PaperKind.APPOINTMENT, date(2026, 11, 1), HERE)
CHILD = replace(COVERAGE, card_number="TE1799900000001", birth_date=PartialDate(2018, 1, 1))
TURNED = stay(ago(days=3), ago(days=1))

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # rule; a hit; a near miss
    ("person_not_card", differing("sex"), differing("address")),
    (
        "person_not_card",
        {"coverage": CHILD},
        {"coverage": replace(CHILD, birth_date=PartialDate(2019, 11, 23))},  # 84 months today
    ),
    ("scan_not_gateway", differing("birth_date"), differing("valid_to")),
    (
        "scan_not_gateway",
        differing("card_number"),
        {**differing("card_number"), "followed_from": "003"},  # a renewed card has another number
    ),
    (
        "scan_not_gateway",
        differing("social_insurance_number"),
        {**differing("social_insurance_number"), "followed_from": "003"},
    ),
    (
        "card_group_benefit",
        {"coverage": replace(COVERAGE, card_number="DN1799900000001")},
        {"coverage": replace(COVERAGE, card_number="CN2799900000001")},  # raised in 2026
    ),
    ("card_withdrawn", {"reason": "card_withdrawn"}, {"reason": "card_expired"}),
    ("open_stay_elsewhere", history(stay(ago(days=5))), history(stay(ago(days=31)))),
    ("open_stay_elsewhere", history(stay(ago(days=1), NOW + timedelta(days=2))), history(TURNED)),
    ("open_stay_elsewhere", history(stay(ago(days=5))), history(stay(ago(days=5), facility=HERE))),
    (
        "checked_elsewhere_since",
        {"checks": (check(ago(hours=11)),)},
        {"checks": (check(ago(hours=13)),)},
    ),
    (
        "checked_elsewhere_since",
        {"checks": (check(ago(hours=3)),)},
        {"checks": (check(ago(hours=3)),), **history(stay(ago(days=1), ago(hours=2)))},  # discharged since
    ),
    (
        "checked_elsewhere_since",
        {"checks": (check(ago(hours=3)),)},
        {"checks": (check(ago(hours=3), code="060"), check(ago(hours=3), HERE))},
    ),
    ("seen_elsewhere_today", history(stay(ago(hours=2), ago(hours=1))), history(stay(ago(hours=10)))),
    ("seen_here_today", own(ago(hours=2)), own(ago(hours=10))),
    ("too_frequent", own(*daily(15)), own(*daily(14))),
    (
        "too_frequent",
        {**own(*daily(8)), **history(*(stay(ago(days=day)) for day in range(9, 16)))},
        {**own(*daily(8)), **history(*(stay(ago(days=day)) for day in range(2, 9)))},  # the same days
    ),
    (
        "many_facilities",
        history(*(stay(ago(days=9), facility=f"9990{n}") for n in range(4))),
        history(
            *(stay(ago(days=9), facility=f"9990{n}") for n in range(3)), stay(ago(days=9), facility=HERE)
        ),
    ),
    (
        "far_apart",
        history(stay(ago(hours=5), ago(minutes=30), OTHER_PROVINCE)),
        history(stay(ago(hours=5), ago(minutes=30), SAME_PROVINCE)),
    ),
    (
        "far_apart",
        {**history(), "checks": (check(ago(minutes=59), OTHER_PROVINCE),)},
        {**history(), "checks": (check(ago(minutes=61), OTHER_PROVINCE),)},
    ),
    (
        "many_checks_elsewhere",
        {"checks": tuple(check(ago(days=n)) for n in range(1, 7))},
        {
            "checks": (*(check(ago(days=n)) for n in range(1, 6)), check(ago(days=1, minutes=5)))
        },  # asked twice
    ),
    (
        "picture_of_two_persons",
        pictures(PictureUse(ago(minutes=5), same_person=False)),
        pictures(PictureUse(ago(minutes=5), same_person=True)),
    ),
    (
        "picture_reused",
        pictures(PictureUse(ago(days=1), same_person=True)),
        pictures(PictureUse(ago(minutes=5), same_person=True)),
    ),
    (
        "paper_reused",
        {**own(ago(days=3), papers=(APPOINTMENT,)), "papers": (APPOINTMENT,)},
        {
            **own(ago(days=3), papers=(replace(APPOINTMENT, issued_on=date(2026, 10, 1)),)),
            "papers": (APPOINTMENT,),
        },
    ),
    (
        "paper_expired",
        {"expired_papers": (Paper(PaperKind.REFERRAL, date(2026, 1, 5)),)},
        {"papers": (Paper(PaperKind.REFERRAL, date(2026, 11, 20)),)},
    ),
    (
        "watch_listed",
        {"records": RecordsSay(watched=("Báo mất thẻ",))},
        {"records": RecordsSay(watched=())},
    ),
]


def found(**changes: Any) -> dict[str, Action]:
    return {each.rule: each.action for each in examine(situation(**changes), abuse_rules()).found}


@pytest.mark.parametrize(("rule", "hit", "miss"), CASES, ids=[row[0] for row in CASES])
def test_a_hit_and_a_near_miss(rule: str, hit: dict[str, Any], miss: dict[str, Any]) -> None:
    assert rule in found(**hit)
    assert rule not in found(**miss)


def test_every_rule_has_a_case_a_limit_in_the_file_and_a_text_that_is_filled() -> None:
    assert {row[0] for row in CASES} == set(CHECKS) == set(abuse_rules()) - {STAFF_RULE}
    for rule, hit, _ in CASES:
        for finding in examine(situation(**hit), abuse_rules()).found:
            for language in ("vi", "en"):
                shown = notice_message(finding.notice, language)
                assert shown != PREFIX + rule
                assert "–" not in shown


@pytest.mark.parametrize(
    ("lookups", "visits", "hit"), [(20, 10, True), (20, 11, False), (19, 0, False), (20, 0, True)]
)
def test_staff_who_look_up_without_visits(lookups: int, visits: int, hit: bool) -> None:
    values = examine_staff(StaffCount(lookups, visits), abuse_rules())
    assert (values is not None) is hit
    if values is not None:
        assert values == {"count": str(lookups - visits), "lookups": str(lookups)}


@pytest.mark.parametrize(
    ("rule", "as_delivered", "changed", "now", "told"),
    [
        ("too_frequent", "visits = 16", "visits = 17", own(*daily(15)), False),
        ("open_stay_elsewhere", "days = 30", "days = 40", history(stay(ago(days=31))), True),
        ("many_checks_elsewhere", "checks = 6", "checks = 1", {"checks": (check(ago(days=20)),)}, True),
        ("paper_expired", 'data = ["papers"]\naction = "warn"', 'data = ["papers"]\naction = "off"',
         {"expired_papers": (APPOINTMENT,)}, False),
    ],
)  # fmt: skip
def test_what_a_hospital_changes_in_the_file_counts(
    rule: str, as_delivered: str, changed: str, now: dict[str, Any], told: bool, tmp_path: Path
) -> None:
    text = (config_folder() / "abuse_rules.toml").read_text(encoding="utf-8")
    begin = text.index(f"[{rule}]")
    assert as_delivered in text[begin:]
    file = tmp_path / "abuse_rules.toml"
    file.write_text(text[:begin] + text[begin:].replace(as_delivered, changed, 1), encoding="utf-8")

    assert (rule in found(**now)) is not told
    after = examine(situation(**now), read_abuse_rules(RuleFile(file))).found
    assert (rule in {each.rule for each in after}) is told


def test_a_quiet_patient_is_left_in_peace() -> None:
    quiet = situation(
        history=(TURNED,),
        checks=(check(ago(days=20)),),
        records=RecordsSay(own=(OwnVisit(ago(days=40)),), watched=()),
    )
    assert examine(quiet, abuse_rules()).found == ()


def test_what_cannot_be_looked_at_is_not_called_clean() -> None:
    nothing = examine(situation(coverage=None), abuse_rules())
    assert nothing.found == ()
    assert {"open_stay_elsewhere", "too_frequent", "watch_listed", "picture_reused"} <= set(nothing.unchecked)
    assert "paper_expired" not in nothing.unchecked


def test_no_rule_holds_a_visit_as_delivered() -> None:
    """Statuses and exit codes stay those of the verdict until a hospital decides otherwise."""
    assert not any(rule.action is Action.HOLD for rule in abuse_rules().values())


def set_to(action: str) -> Findings:
    rules = {**abuse_rules()}
    rules["watch_listed"] = replace(rules["watch_listed"], action=Action(action))
    return examine(situation(records=RecordsSay(watched=("Báo mất thẻ",))), rules)


def test_what_each_action_means() -> None:
    assert set_to("off").found == ()
    note, warn, hold = (set_to(action) for action in ("note", "warn", "hold"))
    assert [len(each.shown) for each in (note, warn, hold)] == [0, 1, 1]
    assert [each.holds for each in (note, warn, hold)] == [False, False, True]
    assert findings_as_json(note)["found"] == [
        {"rule": "watch_listed", "action": "note", "values": {"reason": "Báo mất thẻ"}}
    ]


@pytest.mark.parametrize("birth", [PartialDate(2018), PartialDate(2018, 1)])
def test_an_age_known_roughly_is_taken_at_its_least(birth: PartialDate) -> None:
    child = replace(CHILD, birth_date=birth)
    expected = birth.month is not None or NOW.year - birth.year >= 8
    assert ("person_not_card" in found(coverage=child)) is expected


class TestRuleFile:
    GOOD = (config_folder() / "abuse_rules.toml").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda text: text.replace("visits = 16", "visits = -1"), "-1 is impossible"),
            (lambda text: text.replace('data = ["checks"]', 'data = ["check"]', 1), "is unknown"),
            (lambda text: text.replace('action = "warn"', 'action = "refuse"', 1), "'refuse' is unknown"),
            (lambda text: text.replace("visits = 16", "visits = 0"), "0 is impossible"),
            (lambda text: text.replace("percent = 50", "percent = 101"), "101 is impossible"),
            (lambda text: text.replace('"birth_date"]', '"birthday"]'), "'birthday'] is unknown"),
            (lambda text: text.replace('data = ["coverage"]', 'data = ["staff"]', 1), "in silence"),
            (lambda text: text.replace("[far_apart]", "[far_away]"), "unknown key"),
            (lambda text: text.replace("minutes = 60", ""), "minutes: None is impossible"),
            (lambda text: text.split("[staff_without_visits]")[0], "[staff_without_visits]"),
        ],
    )
    def test_a_fault_stops_the_start(self, change: Callable[[str], str], told: str, tmp_path: Path) -> None:
        file = tmp_path / "abuse_rules.toml"
        file.write_text(change(self.GOOD), encoding="utf-8")
        with pytest.raises(SettingsError) as caught:
            read_abuse_rules(RuleFile(file))
        assert caught.value.code == "rule_file"
        assert told in caught.value.values["why"]
        assert int(caught.value.values["line"]) >= 1
