"""What the records tell the checks against abuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from visit_samples import MORNING, assessment, coverage, health_card, new_visit

from kiosk.eligibility.papers import Paper, PaperKind, paper_as_json
from kiosk.errors import UsageError
from kiosk.visits.identity import keys_of
from kiosk.visits.model import Advice, Asked, NewVisit, Status
from kiosk.visits.records import VisitRecords
from kiosk.visits.watching import BadLine, Watched, read_watch_list

ME = keys_of(health_card(1), None)


def of(
    number: int, visit_id: str, at: datetime, status: Status = Status.CHECKED_IN, **more: object
) -> NewVisit:
    found = assessment(coverage=coverage(number))
    return new_visit(health_card(number), status, visit_id=visit_id, created_at=at, assessment=found, **more)


def asked(**changes: object) -> Asked:
    return Asked(**{"keys": ME, "now": MORNING, **changes})  # type: ignore[arg-type]


def test_earlier_visits_of_the_person_newest_first(records: VisitRecords) -> None:
    paper = Paper(PaperKind.APPOINTMENT, date(2026, 11, 1), "99999")
    advice = Advice(benefit={"papers": [paper_as_json(paper), {"kind": "from a newer version"}]})
    records.record(of(1, "older", MORNING - timedelta(days=3), advice=advice))
    records.record(of(1, "newer", MORNING - timedelta(days=1), Status.SELF_PAY))
    records.record(of(1, "refused", MORNING - timedelta(days=2), Status.REFUSED))
    records.record(of(2, "somebody else", MORNING - timedelta(days=1)))
    records.record(of(1, "long ago", MORNING - timedelta(days=400)))

    own = records.known_for_checks(asked()).own

    assert own is not None
    assert [visit.at for visit in own] == [MORNING - timedelta(days=1), MORNING - timedelta(days=3)]
    assert own[1].papers == (paper,)
    without = records.known_for_checks(asked(but="newer")).own
    assert without is not None
    assert len(without) == 1


def test_nobody_is_nobody(records: VisitRecords) -> None:
    said = records.known_for_checks(asked(keys=frozenset()))
    assert (said.own, said.pictures, said.watched) == ((), None, ())


def test_another_facility_in_the_same_database_is_never_seen(
    open_records: Callable[..., VisitRecords],
) -> None:
    open_records("99998").record(of(1, "theirs", MORNING - timedelta(days=1), picture="abc"))
    open_records(training=True).record(of(1, "practice", MORNING - timedelta(days=1), picture="abc"))
    said = open_records().known_for_checks(asked(picture="abc"))
    assert (said.own, said.pictures) == ((), ())


def test_who_was_shown_on_the_same_picture(records: VisitRecords) -> None:
    records.record(of(1, "me", MORNING - timedelta(days=2), picture="abc"))
    records.record(of(2, "other", MORNING - timedelta(days=1), picture="abc"))
    records.record(of(3, "third", MORNING - timedelta(days=1), picture="def"))

    uses = records.known_for_checks(asked(picture="abc")).pictures

    assert uses is not None
    assert [(use.at, use.same_person) for use in uses] == [
        (MORNING - timedelta(days=1), False),
        (MORNING - timedelta(days=2), True),
    ]
    assert records.known_for_checks(asked(picture="new")).pictures == ()
    assert records.known_for_checks(asked()).pictures is None


def test_the_watch_list_is_this_facilitys_and_ends(
    open_records: Callable[..., VisitRecords],
) -> None:
    records, others = open_records(), open_records("99998")
    entries = [
        Watched(ME, "Báo mất thẻ", MORNING.date()),
        Watched(keys_of(health_card(2), None), "Đã hết theo dõi", MORNING.date() - timedelta(days=1)),
    ]
    records.replace_watch_list(entries, MORNING)

    assert records.known_for_checks(asked()).watched == ("Báo mất thẻ",)
    assert records.known_for_checks(asked(keys=keys_of(health_card(2), None))).watched == ()
    assert others.known_for_checks(asked()).watched == ()
    records.replace_watch_list([], MORNING)
    assert records.known_for_checks(asked()).watched == ()


class TestFile:
    def write(self, folder: Path, text: str, encoding: str = "utf-8") -> Path:
        file = folder / "list.csv"
        file.write_bytes(text.encode(encoding))
        return file

    def test_good_lines_are_taken_and_broken_ones_listed(self, tmp_path: Path) -> None:
        text = (
            "number;reason;until\r\n"
            "DN4799900000001;Báo mất thẻ;31/12/2026\r\n"
            "không phải số;x;\r\n"
            "9900000002;;\r\n"
            "\r\n"
            "9900000003;Nghi cho mượn;32/12/2026\r\n"
            "099090000004;Nghi cho mượn;\r\n"
        )
        found = read_watch_list(self.write(tmp_path, text, "utf-8-sig"))
        assert [(entry.reason, entry.until) for entry in found.entries] == [
            ("Báo mất thẻ", date(2026, 12, 31)),
            ("Nghi cho mượn", None),
        ]
        assert "social:9900000001" in found.entries[0].keys
        assert found.bad == (BadLine(3, "card_number"), BadLine(4, "reason"), BadLine(6, "until"))

    @pytest.mark.parametrize("head", ["so_the,ly_do", "Lý do,Số thẻ", "REASON\tNUMBER"])
    def test_columns_go_by_name(self, head: str, tmp_path: Path) -> None:
        delimiter = "\t" if "\t" in head else ","
        number_first = head.startswith("so_the")
        cells = ["DN4799900000001", "x"] if number_first else ["x", "DN4799900000001"]
        found = read_watch_list(self.write(tmp_path, f"{head}\n{delimiter.join(cells)}\n"))
        assert (len(found.entries), found.bad) == (1, ())

    @pytest.mark.parametrize(
        ("content", "code"),
        [("", "watch_list_columns"), ("a,b\n1,2\n", "watch_list_columns")],
    )
    def test_a_file_without_the_columns_is_refused(self, content: str, code: str, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as caught:
            read_watch_list(self.write(tmp_path, content))
        assert caught.value.code == code

    def test_a_file_that_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as caught:
            read_watch_list(tmp_path / "missing.csv")
        assert caught.value.code == "watch_list_file"
