"""The whole way from a text to a visit, over a real socket into a real file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import date, datetime, time
from pathlib import Path

import pytest
import time_machine
from store_file import open_store

from kiosk import clock
from kiosk.card.model import CitizenCard, HealthCard, Kind, PartialDate
from kiosk.errors import CardParseError, ImageError, KioskError, RecordsError, UsageError
from kiosk.gateway.client import GatewayClient, GatewayClientConfig
from kiosk.gateway.connectivity import Connectivity
from kiosk.gateway.model import Answer, Attempt, Question
from kiosk.gateway.result_codes import Verdict, rule_for
from kiosk.lookup import question_for
from kiosk.readers.decoder import decode_file
from kiosk.reception import Gateway, Reception
from kiosk.training import gateway_server as training
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS, TRAINING_FACILITY, Patient, patient
from kiosk.training.pictures import DEMO_PICTURE
from kiosk.visits.model import Source, Status
from kiosk.visits.records import VisitRecords


@pytest.fixture
def gateway() -> Iterator[TrainingGateway]:
    with TrainingGateway() as server:
        yield server


def client_of(server: TrainingGateway) -> Callable[[], AbstractContextManager[Gateway]]:
    config = GatewayClientConfig(
        base_url=server.base_url,
        username=training.USERNAME,
        password=training.PASSWORD,
        staff_name=training.STAFF_NAME,
        staff_citizen_id=training.STAFF_CITIZEN_ID,
        connect_timeout=3,
        read_timeout=3,
    )
    return lambda: GatewayClient(config)


@pytest.fixture
def reception(gateway: TrainingGateway, tmp_path: Path) -> Iterator[Reception]:
    made = Reception(
        facility=TRAINING_FACILITY,
        desk="Quầy thử",
        open_gateway=client_of(gateway),
        open_records=lambda: VisitRecords.open(
            tmp_path / "visits.sqlite3", facility=TRAINING_FACILITY, training=True
        ),
        decode_image=decode_file,
    )
    with made:
        yield made


@pytest.mark.parametrize("each", PATIENTS, ids=lambda each: each.key)
def test_every_training_patient_gets_the_verdict_of_the_table(reception: Reception, each: Patient) -> None:
    found = reception.look_up(reception.read(each.health_card_line()))
    expected = rule_for(each.result_code).verdict
    if each.key == "army_unknown":  # the paper card's dates decide
        expected = Verdict.NEEDS_STAFF
    elif each.result_code == "003" and each.next_card is not None:  # followed to the new card
        expected = Verdict.ELIGIBLE
    assert found.assessment.verdict is expected


def test_a_health_card_is_asked_for_by_its_number_and_a_citizen_by_theirs(
    reception: Reception, gateway: TrainingGateway
) -> None:
    for line in (DEMO_PATIENT.health_card_line(), DEMO_PATIENT.citizen_card_line()):
        found = reception.look_up(reception.read(line))
        assert found.assessment.coverage is not None
        assert found.assessment.coverage.card_number == DEMO_PATIENT.card_number
    asked = [each.body["maThe"] for each in gateway.requests if "maThe" in each.body]
    assert asked == [DEMO_PATIENT.printed_number, DEMO_PATIENT.citizen_id]


def test_the_evidence_of_both_look_ups_is_kept_when_one_card_led_to_another(reception: Reception) -> None:
    old = next(each for each in PATIENTS if each.result_code == "003")
    found = reception.look_up(reception.read(old.health_card_line()))
    visit = reception.check_in(found, Source.WEDGE)
    assert visit.followed_from == "003"
    attempts: tuple[Attempt, ...] = reception.records.attempts(visit.visit_id)
    answers = [attempt.answer or "" for attempt in attempts]
    assert any('"003"' in answer for answer in answers)
    assert old.next_card is not None
    assert any(old.next_card.card_number in attempt.request for attempt in attempts)


def test_when_the_new_card_cannot_be_asked_for_the_patient_is_received(
    reception: Reception, gateway: TrainingGateway
) -> None:
    old = next(each for each in PATIENTS if each.result_code == "003")
    card = reception.read(old.health_card_line())

    class SecondAnswerIsAPage:
        """The real client; the gateway breaks down between its two look-ups."""

        connectivity = Connectivity()
        login_pause = None
        clock_ahead = None

        def look_up(self, question: Question, *, spent: float = 0.0) -> Answer:
            answer = reception.gateway.look_up(question, spent=spent)
            gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
            return answer

    found = Reception(
        facility=TRAINING_FACILITY,
        desk="Quầy thử",
        open_gateway=lambda: nullcontext(SecondAnswerIsAPage()),
        open_records=lambda: reception.records,
        decode_image=decode_file,
    ).look_up(card)
    assert (found.assessment.verdict, found.assessment.reason) == (Verdict.UNDETERMINED, "gateway_not_json")
    assert (found.assessment.result_code, found.assessment.followed_from) == (None, "003")


class TestCards:
    @pytest.mark.parametrize(
        ("card", "missing"),
        [
            (HealthCard(Kind.HEALTH_CARD, full_name="Lê Mẫu", birth_date=PartialDate(1990)), "number"),
            (HealthCard(Kind.SOCIAL_INSURANCE_NUMBER, social_insurance_number="9900000001"), "full_name"),
            (CitizenCard(Kind.CITIZEN_ID, citizen_id="099090000001", full_name="Lê Mẫu"), "birth_date"),
        ],
    )
    def test_what_is_missing_for_a_question_is_named(
        self, card: HealthCard | CitizenCard, missing: str
    ) -> None:
        with pytest.raises(UsageError) as caught:
            question_for(card)
        assert dict(caught.value.values) == {"field": missing}

    def test_what_could_not_be_read_can_be_added_by_a_person(self, reception: Reception) -> None:
        number = reception.read(DEMO_PATIENT.social_insurance_number)
        card = reception.complete(
            number, full_name=f" {DEMO_PATIENT.full_name} ", birth_date=DEMO_PATIENT.birth_date.slashed
        )
        assert reception.look_up(card).assessment.verdict is Verdict.ELIGIBLE

    @pytest.mark.parametrize(
        ("number", "name", "birth", "field"),
        [
            ("123", "Lê Mẫu", "1990", "number"),
            ("9900000001", "", "1990", "full_name"),
            ("9900000001", "Lê 2", "1990", "full_name"),
            ("9900000001", "x" * 200, "1990", "full_name"),
            ("9900000001", "Lê Mẫu", "31/02/1990", "birth_date"),
        ],
    )
    def test_the_field_of_the_form_that_is_wrong_is_named(
        self, reception: Reception, number: str, name: str, birth: str, field: str
    ) -> None:
        with pytest.raises(KioskError) as caught:
            reception.typed(number, name, birth)
        assert caught.value.values["field"] == field

    def test_a_picture_with_one_card(self, reception: Reception) -> None:
        assert reception.read_image(DEMO_PICTURE) == reception.read(DEMO_PATIENT.health_card_line())

    def test_a_picture_with_a_health_and_a_citizen_card_gives_the_health_card(
        self, reception: Reception
    ) -> None:
        chosen = reception.choose([DEMO_PATIENT.citizen_card_line(), DEMO_PATIENT.health_card_line(), "x"])
        assert chosen.kind is Kind.HEALTH_CARD

    def test_a_picture_with_two_people_s_health_cards_is_refused(self, reception: Reception) -> None:
        with pytest.raises(CardParseError, match="several_cards"):
            reception.choose([each.health_card_line() for each in PATIENTS[:2]])

    def test_a_picture_without_a_card(self, reception: Reception, tmp_path: Path) -> None:
        with pytest.raises(CardParseError, match="unknown_code"):
            reception.choose(["https://example.org"])
        empty = tmp_path / "white.bmp"
        empty.write_bytes(WHITE_BMP)
        with pytest.raises(ImageError, match="no_code"):
            reception.read_image(empty)


WHITE_BMP = (
    bytes.fromhex(
        "424d4a000000000000003600000028000000020000000200000001001800000000001400000000000000000000000000000000000000"
    )
    + bytes([255] * 6 + [0] * 2) * 2
    + bytes(4)
)


class TestVisits:
    def test_the_same_person_is_noticed_before_and_after(self, reception: Reception) -> None:
        found = reception.look_up(reception.read(DEMO_PATIENT.health_card_line()))
        assert reception.seen_today(found).already_checked_in_today is False
        reception.check_in(found, Source.WEDGE)
        assert reception.seen_today(found).already_checked_in_today is True

    def test_put_aside_then_nothing_is_owed(self, reception: Reception) -> None:
        found = reception.look_up(reception.read(DEMO_PATIENT.health_card_line()))
        visit = reception.put_aside(found, Source.CAMERA)
        assert (visit.status, visit.queue_number) == (Status.HELD, None)
        assert reception.owed_count() == 0

    def test_self_pay_after_a_refusal_keeps_the_look_up(self, reception: Reception) -> None:
        card = reception.read(patient("expired").health_card_line())
        found = reception.look_up(card)
        visit = reception.self_pay(card, Source.WEDGE, found)
        assert (visit.status, visit.verdict, visit.queue_number) == (Status.SELF_PAY, "not_eligible", 1)

    def test_a_late_answer_is_judged_by_the_day_of_the_visit(
        self, reception: Reception, gateway: TrainingGateway
    ) -> None:
        """The card ends between the visit and the late look-up; it covered the visit."""
        last_day = DEMO_PATIENT.valid_to(clock.today())
        noon = datetime.combine(last_day, time(12), clock.VIETNAM)
        gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
        with time_machine.travel(noon, tick=True):
            visit = reception.check_in(
                reception.look_up(reception.read(DEMO_PATIENT.health_card_line())), Source.WEDGE
            )
        assert visit.status is Status.PENDING
        gateway.fault = None
        (settled,) = reception.recheck()
        assert (settled.status, settled.queue_number) == (Status.CHECKED_IN, visit.queue_number)

    def test_one_owed_visit_that_cannot_be_written_does_not_stop_the_others(
        self, reception: Reception, gateway: TrainingGateway, tmp_path: Path
    ) -> None:
        gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
        for each in PATIENTS[:2]:
            reception.check_in(reception.look_up(reception.read(each.health_card_line())), Source.WEDGE)
        gateway.fault = None
        first = reception.records.owed()[0].visit_id
        with closing(open_store(tmp_path / "visits.sqlite3")) as other:
            other.execute(
                "CREATE TRIGGER refuse BEFORE UPDATE ON visit WHEN old.visit_id = '" + first + "'"
                " BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
            other.commit()
        with pytest.raises(RecordsError):
            list(reception.recheck())
        assert reception.owed_count() == 1
        assert reception.records.owed()[0].visit_id == first

    def test_a_second_scan_of_the_same_card_asks_nobody(
        self, reception: Reception, gateway: TrainingGateway
    ) -> None:
        card = reception.read(DEMO_PATIENT.health_card_line())
        first = reception.look_up(card)
        asked = len(gateway.requests)

        again = reception.look_up(card)
        visit = reception.check_in(again, Source.WEDGE)

        assert len(gateway.requests) == asked
        assert (first.reused, again.reused) == (False, True)
        assert again.assessment == first.assessment
        (evidence,) = reception.records.attempts(visit.visit_id)
        assert "used again" in evidence.detail
        assert (evidence.answer, evidence.asked_at) == (
            first.attempts[-1].answer,
            first.attempts[-1].asked_at,
        )

    @pytest.mark.parametrize("key", ["expired", "name_wrong"])
    def test_only_good_answers_are_used_again(
        self, reception: Reception, gateway: TrainingGateway, key: str
    ) -> None:
        card = reception.read(next(each for each in PATIENTS if each.key == key).health_card_line())
        reception.look_up(card)
        asked = len(gateway.requests)
        assert reception.look_up(card).reused is False
        assert len(gateway.requests) > asked

    def test_a_clock_set_back_is_told_and_numbers_go_on(self, reception: Reception) -> None:
        found = reception.look_up(reception.read(DEMO_PATIENT.health_card_line()))
        with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=clock.VIETNAM), tick=True):
            reception.check_in(found, Source.WEDGE)
        with time_machine.travel(datetime(2026, 11, 23, 7, tzinfo=clock.VIETNAM), tick=True):
            visit = reception.check_in(found, Source.WEDGE)
            after = reception.self_pay(found.card, Source.WEDGE)
        told = {notice.code: dict(notice.values) for notice in visit.warnings}
        assert told["clock_set_back"]["time"] == "09:00 23/11/2026"
        assert "clock_set_back" not in {notice.code for notice in after.warnings}
        assert (visit.queue_number, after.queue_number) == (2, 3)

    def test_visits_are_listed_by_day_and_status(self, reception: Reception) -> None:
        reception.check_in(reception.look_up(reception.read(DEMO_PATIENT.health_card_line())), Source.WEDGE)
        assert len(list(reception.visits(on=clock.today(), status=Status.CHECKED_IN))) == 1
        assert list(reception.visits(on=date(2020, 1, 1))) == []

    def test_it_can_be_used_again_after_closing(self, reception: Reception) -> None:
        card = reception.read(DEMO_PATIENT.health_card_line())
        reception.check_in(reception.look_up(card), Source.WEDGE)
        reception.close()
        assert len(list(reception.visits())) == 1
        assert reception.look_up(card).assessment.verdict is Verdict.ELIGIBLE
