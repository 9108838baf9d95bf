"""Who is examined before others (Luật KCB 15/2023/QH15, Đ3 k2), as far as a birth date shows it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card.model import PartialDate
from kiosk.eligibility.priority import (
    BY_AGE,
    group_name,
    priority_groups,
    priority_of,
    proposed_priority,
    queued_groups,
)
from kiosk.errors import UsageError

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born", "group"),
    [
        ("2026-11-23", "child_under_6"),  # born today
        ("2020-11-24", "child_under_6"),  # six tomorrow
        ("2020-11-23", None),  # six today
        ("1951-11-24", None),  # 75 tomorrow
        ("1951-11-23", "aged_75"),  # 75 today
        ("1926", "aged_75"),
        ("1990-02-01", None),
    ],
)
def test_a_birth_date_shows_the_group_to_the_day(born: str, group: str | None) -> None:
    proposal = proposed_priority(partial(born), TODAY)
    assert (proposal.group.word if proposal else None) == group
    assert proposal is None or proposal.certain


@pytest.mark.parametrize(
    ("born", "group"),
    [
        ("1951", "aged_75"),  # 75 on some day of this year
        ("1951-11", "aged_75"),
        ("2020", "child_under_6"),
        ("2020-11", "child_under_6"),
    ],
)
def test_a_rough_birth_date_that_leaves_it_open_is_only_a_hint(born: str, group: str) -> None:
    proposal = proposed_priority(partial(born), TODAY)
    assert proposal is not None
    assert (proposal.group.word, proposal.certain) == (group, False)
    assert priority_of(BY_AGE, partial(born), TODAY) is None, "nothing is promised that may not hold"


@pytest.mark.parametrize(
    ("born", "certain"),
    [("1950", True), ("1951-10", True), ("1952", None), ("2021", True), ("2020-12", True), ("2019", None)],
)
def test_a_rough_birth_date_that_leaves_nothing_open_is_enough(born: str, certain: bool | None) -> None:
    proposal = proposed_priority(partial(born), TODAY)
    assert (proposal.certain if proposal else None) == certain


def test_a_birth_date_still_to_come_shows_nothing() -> None:
    assert proposed_priority(partial("2026-11-24"), TODAY) is None
    assert proposed_priority(None, TODAY) is None
    this_year = proposed_priority(partial("2026"), TODAY)
    assert this_year is not None
    assert this_year.certain, "whoever stands here is born"


@pytest.mark.parametrize(("today", "grown"), [(date(2027, 2, 28), False), (date(2027, 3, 1), True)])
def test_born_on_29_february_one_grows_older_on_1_march(today: date, grown: bool) -> None:
    assert (proposed_priority(partial("1952-02-29"), today) is not None) is grown


@given(born=st.dates(date(1900, 1, 1), TODAY))
def test_a_certain_rough_date_never_contradicts_the_whole_one(born: date) -> None:
    whole = proposed_priority(PartialDate.of(born), TODAY)
    for rough in (PartialDate(born.year), PartialDate(born.year, born.month)):
        found = proposed_priority(rough, TODAY)
        if found is None or found.certain:
            assert (found and found.group) == (whole and whole.group)


def test_every_other_group_is_chosen_by_a_person_and_an_emergency_by_nobody_here() -> None:
    by_age = {
        proposed_priority(PartialDate.of(TODAY - timedelta(days=days)), TODAY)
        for days in range(0, 40_000, 30)
    }
    assert {found.group.word for found in by_age if found} == {"child_under_6", "aged_75"}
    assert [group.word for group in queued_groups()] == [
        "child_under_6", "pregnant", "severe_disability", "aged_75", "person_of_merit",
    ]  # fmt: skip
    assert all(group.article == "15/2023/QH15, Đ3 k2" for group in priority_groups().values())
    with pytest.raises(UsageError) as refused:
        priority_of("emergency", None, TODAY)
    assert refused.value.code == "priority_not_queued"


def test_a_person_decides_against_the_birth_date() -> None:
    child = partial("2024")
    assert priority_of(BY_AGE, child, TODAY) == "child_under_6"
    assert priority_of("pregnant", child, TODAY) == "pregnant"
    assert priority_of("none", child, TODAY) is None
    assert priority_of(None, child, TODAY) is None
    with pytest.raises(UsageError) as refused:
        priority_of("vip", child, TODAY)
    assert refused.value.code == "priority_unknown"


def test_a_group_of_a_newer_version_shows_its_word() -> None:
    assert group_name("aged_75", "en") == "Aged 75 or over"
    assert group_name("war_child", "vi") == "war_child"


def partial(iso: str) -> PartialDate:
    return PartialDate(*(int(part) for part in iso.split("-")))
