"""What patients are told about their data: its version, its hash, and which was in force when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from kiosk import clock
from kiosk.errors import SettingsError
from kiosk.resources import config_folder
from kiosk.settings import FacilitySettings, Settings, load_settings
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.notice import PatientNotice, Told, read_notice
from kiosk.visits.notice_in_force import NoticeMark, notice_history, notice_in_force, put_in_force
from kiosk.visits.notice_told import notice_of, notice_used
from kiosk.visits.records import VisitRecords

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=clock.VIETNAM)
HOSPITAL = Settings(facility=FacilitySettings(name="Bệnh viện Mẫu", contact="Phòng KHTH, 024 0000 0000"))
TOLD = Told("Bệnh viện Mẫu", "99999", {"vi": "Phòng A", "en": "Room A"}, {"vi": ("a", "b"), "en": ("c",)})
SMALL = """\
version = "{version}"
[short]
vi = "{short}"
en = "short"
[[section]]
title = {{ vi = "Ai", en = "Who" }}
vi = \"\"\"
{text}
{{terms}}\"\"\"
en = "Who {{contact}}"
"""


def written(file: Path, *, version: str = "1", short: str = "ngắn", text: str = "{facility}") -> Path:
    file.write_text(SMALL.format(version=version, short=short, text=text), encoding="utf-8")
    return file


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[AuditLog]:
    with VisitRecords.open(tmp_path / "visits.sqlite3", facility="99999", training=True) as records:
        yield records.audit


def test_the_shipped_notice_says_who_what_why_and_whom_to_ask_in_both_languages() -> None:
    notice = notice_of(HOSPITAL)
    for words in notice.words.values():
        everything = "\n".join([words.short, *(line for each in words.sections for line in each.lines)])
        for needed in ("Bệnh viện Mẫu", "99999", "Phòng KHTH, 024 0000 0000", "91/2025/QH15"):
            assert needed in everything
        assert "{" not in everything
    assert len(notice.words["vi"].sections) == len(notice.words["en"].sections) == 8


def test_facility_contact_and_terms_are_filled_in_line_by_line(tmp_path: Path) -> None:
    notice = read_notice(TOLD, written(tmp_path / "notice.toml"))
    assert notice.words["vi"].sections[0].lines == ("Bệnh viện Mẫu", "- a", "- b")
    assert notice.words["en"].sections[0].lines == ("Who Room A",)


def test_the_hash_follows_every_word_that_people_read_and_nothing_else(tmp_path: Path) -> None:
    first = read_notice(TOLD, written(tmp_path / "1.toml"))
    same = read_notice(TOLD, written(tmp_path / "2.toml", version="2"))
    others = [
        read_notice(TOLD, written(tmp_path / "3.toml", short="khác")),
        read_notice(replace(TOLD, facility="Bệnh viện Khác"), written(tmp_path / "4.toml")),
        read_notice(replace(TOLD, terms={"vi": ("a", "c"), "en": ("c",)}), written(tmp_path / "5.toml")),
    ]
    assert first.hash == same.hash
    assert len({first.hash, *(each.hash for each in others)}) == 4


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [("{name}", "8", "{name} is unknown"), ("<b>{facility}</b>", "8", "angle bracket")],
)
def test_what_cannot_be_filled_in_names_file_line_and_remedy(
    tmp_path: Path, text: str, line: str, why: str
) -> None:
    file = written(tmp_path / "notice.toml", text=text)
    with pytest.raises(SettingsError) as raised:
        read_notice(TOLD, file)
    values = raised.value.values
    assert (raised.value.code, values["file"], why in values["why"]) == ("rule_file", str(file), True)
    assert values["allowed"]
    assert abs(int(values["line"]) - int(line)) <= 2


def test_a_notice_without_a_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="rule_file"):
        read_notice(TOLD, written(tmp_path / "notice.toml", version=""))


def notice(version: str, hash_: str) -> PatientNotice:
    return replace(notice_of(HOSPITAL), version=version, hash=hash_ * 64)


def test_which_version_patients_were_told_is_provable_for_every_moment(audit: AuditLog) -> None:
    with time_machine.travel(MORNING, tick=False):
        assert put_in_force(audit, notice("1", "a")).is_new
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        assert not put_in_force(audit, notice("1", "a")).is_new
    with time_machine.travel(MORNING + timedelta(days=2), tick=False):
        standing = put_in_force(audit, notice("2", "b"))
    assert [(use.version, use.since.day) for use in standing.history] == [("1", 23), ("2", 25)]

    def told(at: datetime) -> str | None:
        use = notice_in_force(audit, at)
        return use.version if use else None

    assert told(MORNING - timedelta(seconds=1)) is None
    assert told(MORNING) == "1"
    assert told(MORNING + timedelta(days=2, seconds=-1)) == "1"
    assert told(MORNING + timedelta(days=300)) == "2"


def test_other_words_under_the_same_version_are_noticed_and_written_down(audit: AuditLog) -> None:
    assert not put_in_force(audit, notice("1", "a")).changed
    standing = put_in_force(audit, notice("1", "b"))
    assert (standing.changed, standing.is_new) == (True, True)
    assert [use.hash[0] for use in standing.history] == ["a", "b"]
    assert put_in_force(audit, notice("1", "b")).changed, "until the version is raised"
    assert not put_in_force(audit, notice("2", "b")).changed


def test_the_mark_knows_the_very_text_and_nothing_else(tmp_path: Path) -> None:
    mark = NoticeMark(tmp_path / "notice-in-force.json")
    assert mark.changed(notice("1", "a")) is None
    mark.keep(notice("1", "a"), changed=True)
    assert mark.changed(notice("1", "a")) is True
    assert mark.changed(notice("1", "b")) is None
    (tmp_path / "notice-in-force.json").write_text("[]", encoding="utf-8")
    assert mark.changed(notice("1", "a")) is None


def test_without_a_contact_people_are_sent_to_the_reception() -> None:
    assert "nhân viên tại quầy tiếp nhận" in notice_of(load_settings()).words["vi"].short
    assert (config_folder() / "notice.toml").is_file()


def test_a_changed_text_is_told_at_every_start_until_its_version_is_raised(
    audit: AuditLog, tidy_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tidy_environment / "training").mkdir(parents=True)
    assert not notice_used(load_settings(), audit)[1]
    monkeypatch.setenv("KIOSK_FACILITY__CONTACT", "Phòng khác")
    for _ in range(2):  # the second time the mark alone knows it
        assert notice_used(load_settings(), audit)[1]
    assert len(notice_history(audit)) == 2
