"""Which visits are of one person: never two persons' together."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.card.model import PartialDate
from kiosk.visits.person_groups import Bound, Named, groups

NAMES = ("Trần Thị Mẫu", "Lê Thử", "Nguyễn Văn Giả", "Phạm Đối", "Võ Tập Huấn")


def somebody(person: int) -> Named:
    return Named(NAMES[person % len(NAMES)], PartialDate(1950 + person, 1 + person % 12, 1 + person % 28))


@st.composite
def days(draw: st.DrawFn) -> list[tuple[int, Bound]]:
    """Visits of a dozen persons, each with the person that it truly is of.

    A person has three numbers, of which a visit tells some; now and then a receptionist typed a number of
    somebody else, which the gateway then either knew nothing of or answered with its owner.
    """
    made = []
    for count in range(draw(st.integers(1, 14))):
        person, other = draw(st.integers(0, 11)), draw(st.integers(0, 11))
        kinds = draw(st.sets(st.sampled_from(("card", "social", "citizen")), min_size=1))
        mistaken = draw(st.sampled_from(("no", "no", "no", "number", "answer")))
        whose = person if mistaken == "no" else other
        keys = frozenset(f"{kind}:{whose}" for kind in kinds)
        said: tuple[Named, ...] = (somebody(person),)
        if mistaken == "answer" and other != person:
            said = (somebody(person), somebody(other))
        made.append((person, Bound(f"v{count}", keys, said)))
    return made


@settings(max_examples=60)
@given(days())
def test_no_group_holds_visits_of_two_persons(told: list[tuple[int, Bound]]) -> None:
    truth = {visit.visit_id: person for person, visit in told}
    found = groups(visit for _, visit in told)
    assert sorted(each.visit_id for group in found for each in group) == sorted(truth)
    for group in found:
        assert len({truth[each.visit_id] for each in group}) == 1


@settings(max_examples=60)
@given(days())
def test_visits_that_share_a_number_and_a_name_are_together(told: list[tuple[int, Bound]]) -> None:
    place = {
        each.visit_id: number for number, group in enumerate(groups(v for _, v in told)) for each in group
    }
    plain = [visit for _, visit in told if not visit.is_of_two]
    for one in plain:
        for other in plain:
            if one.keys & other.keys and one.said == other.said:
                assert place[one.visit_id] == place[other.visit_id]


def test_a_wrong_spelling_or_a_partial_date_is_still_the_same_person() -> None:
    born = PartialDate(1990, 2, 1)
    visits = [
        Bound("a", frozenset({"social:1", "card:1"}), (Named("LÊ THỬ", born),)),
        Bound("b", frozenset({"card:1"}), (Named("Le Thu", PartialDate(1990)),)),
        Bound("c", frozenset({"social:1"}), (Named("Lê Thứ", born),)),
        Bound("d", frozenset({"social:1"}), ()),
    ]
    assert [[each.visit_id for each in group] for group in groups(visits)] == [["a", "b", "c", "d"]]


def test_without_a_number_name_and_whole_birth_date_decide() -> None:
    born = PartialDate(1990, 2, 1)
    visits = [
        Bound("a", frozenset(), (Named("Lê Thử", born),)),
        Bound("b", frozenset(), (Named("LE THU", born),)),
        Bound("c", frozenset(), (Named("Lê Thử", PartialDate(1990)),)),
        Bound("d", frozenset({"card:1"}), (Named("Lê Thử", born),)),
    ]
    assert [[each.visit_id for each in group] for group in groups(visits)] == [["a", "b"], ["c"], ["d"]]
