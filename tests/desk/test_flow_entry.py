"""The state machine where a picture shows several cards, and where nothing can be scanned."""

from __future__ import annotations

from pathlib import Path

from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.desk.flow import (
    Choosing,
    Flow,
    LookingUp,
    ManualForm,
    Page,
    PageName,
    Read,
    Reading,
    Ready,
    Scan,
)
from kiosk.visits.model import Source

CARDS = tuple(
    HealthCard(
        Kind.HEALTH_CARD,
        card_number=f"DN479990000000{place}",
        full_name="Nguyễn Văn Mẫu",
        birth_date=PartialDate(1990, 2, 1),
    )
    for place in range(3)
)


def stage_of(flow: Flow) -> object:
    """The stage as it is now; to a type checker, `flow.stage` stays what it was compared with last."""
    return flow.stage


def choosing() -> Flow:
    flow = Flow()
    (read,) = flow.scan(Scan(Source.IMAGE, image=Path("from-zalo.png")))
    assert isinstance(read, Read)
    flow.read_several(read.ticket, CARDS)
    return flow


def test_nothing_is_looked_up_before_a_person_chose() -> None:
    flow = choosing()
    assert flow.confirm() == ()
    flow.choose(7)
    assert stage_of(flow) == Choosing(Scan(Source.IMAGE, image=Path("from-zalo.png")), CARDS)
    flow.choose(1)
    flow.confirm()
    stage = stage_of(flow)
    assert isinstance(stage, LookingUp)
    assert stage.card == CARDS[1]


def test_arrows_go_round() -> None:
    flow = choosing()
    places = []
    for step in (1, 1, -1, -1, -1):
        flow.choose_next(step)
        assert isinstance(flow.stage, Choosing)
        places.append(flow.stage.chosen)
    assert places == [0, 1, 0, 2, 1]


def test_a_scan_meanwhile_waits_and_its_digits_have_chosen_nothing() -> None:
    flow = choosing()
    flow.choose(0)
    assert flow.scan(Scan(Source.WEDGE, text="0791")) == ()
    assert isinstance(flow.stage, Choosing)
    assert flow.stage.chosen is None
    flow.escape()
    assert isinstance(stage_of(flow), Reading), "the one that waited comes up"


def test_the_form_opens_unasked_only_over_nothing() -> None:
    flow = Flow()
    flow.open_page(PageName.STATE)
    flow.open_form_by_itself("no_reader")
    assert flow.top == Page(PageName.STATE)
    flow.escape()
    flow.open_form_by_itself("no_reader")
    assert flow.form_came_by_itself
    flow.scan(Scan(Source.WEDGE, text="x"), form_is_empty=True)
    flow.open_form_by_itself("no_reader")
    assert flow.overlays == ()
    assert isinstance(stage_of(flow), Reading)


def test_a_form_that_was_asked_for_or_used_does_not_give_way_to_a_reader() -> None:
    flow = Flow()
    flow.open_form_by_itself("no_reader")
    flow.withdraw_form(form_is_empty=False)
    assert flow.form_came_by_itself
    flow.open_form()  # F2
    flow.withdraw_form(form_is_empty=True)
    assert isinstance(flow.top, ManualForm)
    flow.escape()
    flow.open_form_by_itself("no_reader")
    flow.withdraw_form(form_is_empty=True)
    assert (flow.overlays, stage_of(flow)) == ((), Ready())
