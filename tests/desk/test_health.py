"""What strip and page of F12 say of the parts around the desk, as values."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kiosk import clock
from kiosk.desk.health import Health, Matter, span
from kiosk.desk.health_rows import StateRow, state_rows
from kiosk.desk.health_strip import Segment, Sign, strip
from kiosk.desk.words import Words
from kiosk.errors import RecordsError
from kiosk.gateway.connectivity import GATEWAY_SLOW, Connectivity
from kiosk.gateway.login_guard import Pause
from kiosk.resources import config_folder
from kiosk.settings import GatewaySettings, Settings
from kiosk.visits.model import Sharing

VI, EN = Words("vi"), Words("en")
TODAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 7, 31, tzinfo=clock.VIETNAM)
NOON = MORNING.replace(hour=12, minute=0)
TRAINING, LIVE = Settings(), Settings(gateway=GatewaySettings(mode="live"))


def segments(health: Health, words: Words = EN, settings: Settings = TRAINING) -> list[Segment]:
    return list(strip(health, words, settings, NOON))


def segment(matter: Matter, health: Health, words: Words = EN) -> Segment:
    return next(each for each in segments(health, words) if each.matter is matter)


def row(matter: Matter, health: Health, words: Words = EN) -> StateRow:
    rows = state_rows(health, words, TRAINING, TODAY, NOON)
    return next(each for each in rows if each.matter is matter)


def line_down(reason: str) -> Health:
    return Health(gateway_answered=False, gateway_at=MORNING, line=Connectivity((), MORNING, reason))


def test_training_stands_first_then_trouble_then_the_rest() -> None:
    health = Health(records_error=RecordsError("database_locked"), camera="dark", owed=0)
    assert [each.matter for each in segments(health)[:3]] == [Matter.MODE, Matter.RECORDS, Matter.CAMERA]
    assert [each.sign for each in segments(health)[1:3]] == [Sign.TROUBLE, Sign.TROUBLE]
    assert [each.matter for each in segments(health, settings=LIVE)[:2]] == [Matter.RECORDS, Matter.CAMERA]
    rows = state_rows(health, EN, LIVE, TODAY, NOON)
    assert [each.matter for each in rows if each.trouble] == [each.matter for each in rows[:2]]


def test_the_gateway_is_told_with_since_when_and_how_fast() -> None:
    health = Health(gateway_answered=True, gateway_at=NOON, gateway_since=MORNING, gateway_seconds=0.42)
    assert segment(Matter.GATEWAY, health, VI).text == "Cổng BHXH: 0,4 giây, từ 07:31"
    assert segment(Matter.GATEWAY, health).sign is Sign.GOOD
    assert row(Matter.GATEWAY, health).value == "Answering since 07:31; last at 12:00 (0.4 s)"


@pytest.mark.parametrize(
    ("reason", "words_for_it"),
    [
        ("gateway_unreachable", "cannot be reached"),
        ("gateway_timeout", "too slow"),
        (GATEWAY_SLOW, "too slow"),
        ("gateway_tls", "no secure connection"),
        ("gateway_not_json", "server trouble"),
    ],
)
def test_a_line_that_is_down_is_shown_with_since_when_why_and_what_the_desk_does(
    reason: str, words_for_it: str
) -> None:
    assert segment(Matter.GATEWAY, line_down(reason)).text == "Gateway: OFFLINE since 07:31"
    told = row(Matter.GATEWAY, line_down(reason))
    assert words_for_it in told.value
    assert "nobody waits" in told.value
    assert "every 5 s" in told.value
    assert ("For IT: " in told.value) == (reason != GATEWAY_SLOW)
    assert told.trouble


def test_what_only_it_can_mend_is_shown_with_its_own_text_and_when_the_next_login_comes() -> None:
    pause = Pause("login_locked", MORNING, MORNING + timedelta(minutes=5))
    health = Health(
        gateway_answered=False,
        gateway_at=MORNING,
        gateway_since=MORNING,
        login_pause=pause,
        setup_fault="login_locked",
    )
    assert "LỖI CÀI ĐẶT từ 07:31" in segment(Matter.GATEWAY, health, VI).text
    told = row(Matter.GATEWAY, health, VI).value
    assert "từ 07:36" in told
    assert "The provincial BHXH unlocks it" in told
    unregistered = replace(health, setup_fault="054", login_pause=None, gateway_answered=True)
    told = row(Matter.GATEWAY, unregistered, VI).value
    assert "gateway.staff_citizen_id" in told
    assert "đăng nhập lại" not in told


def test_owed_work_is_told_with_the_age_of_the_oldest() -> None:
    health = Health(owed=3, owed_since=MORNING)
    assert segment(Matter.OWED, health, VI).text == "Nợ tra cứu: 3, lâu nhất 4 giờ"
    assert segment(Matter.OWED, health).sign is Sign.WAITING
    assert row(Matter.OWED, health).value.startswith("3, the oldest since 07:31, 23/11/2026 (4 h)")
    old = replace(health, owed_since=MORNING - timedelta(days=2))
    assert segment(Matter.OWED, old).sign is Sign.TROUBLE
    assert row(Matter.OWED, old).trouble


@pytest.mark.parametrize(
    ("ahead", "text"),
    [
        (timedelta(seconds=59), "Clock: right"),
        (timedelta(minutes=7), "Clock: 7 min AHEAD"),
        (timedelta(hours=-26), "Clock: 1 d BEHIND"),
    ],
)
def test_the_clock_is_compared_with_the_gateways(ahead: timedelta, text: str) -> None:
    health = Health(clock_ahead=ahead)
    assert segment(Matter.CLOCK, health).text == text
    assert row(Matter.CLOCK, health).trouble == (text != "Clock: right")


def test_a_clock_nobody_compared_and_a_disk_nobody_looked_at_are_not_called_right() -> None:
    assert {each.matter for each in segments(Health())} & {Matter.CLOCK, Matter.DISK} == set()
    assert row(Matter.CLOCK, Health()).value.startswith("Not compared yet")
    assert segment(Matter.DISK, Health(disk_unseen=True)).sign is Sign.TROUBLE


def test_a_disk_that_fills_up_is_trouble_before_it_is_full() -> None:
    assert segment(Matter.DISK, Health(disk_free=120_000_000_000)).text == "Disk: 120.0 GB free"
    little = Health(disk_free=300_000_000)
    assert segment(Matter.DISK, little).text == "Disk: ONLY 300 MB LEFT"
    assert "No visit" in row(Matter.DISK, little).value or "no visit" in row(Matter.DISK, little).value


def test_a_machine_that_could_keep_no_visit_says_so_while_the_server_works() -> None:
    spool = RecordsError("records_damaged", place="spool.sqlite3")
    health = Health(sharing=Sharing(None, None, 0, spool))
    assert segments(health)[1].text == "Records: this machine CANNOT keep any"
    assert "the server is fine" in health.records(EN)
    cut_off = Health(sharing=Sharing(RecordsError("records_unreachable", place="db"), MORNING, 0, spool))
    assert cut_off.records(EN) == EN.error(spool)


def test_what_live_work_still_lacks_is_said_with_what_it_does() -> None:
    health = Health(missing=("account", "staff"))
    first = segments(health, VI, LIVE)[0]
    assert first.text == "CHƯA CÀI ĐẶT XONG: tài khoản Cổng, nhân viên tra cứu"
    assert "F10" in row(Matter.SET_UP, health).value


def test_every_segment_has_a_row_behind_it() -> None:
    trouble = RecordsError("database_locked")
    health = Health(
        missing=("staff",), tasks=1, records_error=trouble, backup_error=trouble, disk_free=1, camera="dark",
        clock_ahead=timedelta(days=1), serial="lost", owed=1,
    )  # fmt: skip
    rows = {each.matter for each in state_rows(health, EN, LIVE, TODAY, NOON)}
    assert {each.matter for each in segments(health, settings=LIVE)} <= rows


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=-3), "1 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(minutes=119), "1 h"),
        (timedelta(hours=50), "2 d"),
    ],
)
def test_spans(length: timedelta, text: str) -> None:
    assert span(length, EN) == text


def test_no_text_is_a_bare_code() -> None:
    """A text nobody wrote shows as its code."""
    codes = set(tomllib.loads((config_folder() / "texts" / "health.toml").read_text(encoding="utf-8")))
    for serial in ("missing", "lost", "flooded"):
        assert f"short_serial_{serial}" in codes
    rich = Health(owed=1, owed_since=MORNING, disk_free=5, clock_ahead=timedelta(0), missing=("facility",))
    said = [each.text for each in segments(rich)]
    said += [each.value for each in state_rows(rich, EN, LIVE, TODAY, NOON)]
    assert not [text for text in said if text in codes or "{" in text]


def test_requests_past_their_date_and_a_changed_notice_are_told_with_the_key_that_helps() -> None:
    health = Health(requests_overdue=2, notice_changed=True)
    assert segment(Matter.REQUESTS, health, VI).text == "Yêu cầu quá hạn: 2 (F6)"
    assert segment(Matter.NOTICE, health).text == "Notice: raise its version (F6)"
    assert row(Matter.REQUESTS, health).trouble
    assert "config/notice.toml" in row(Matter.NOTICE, health, VI).value
    told = {each.matter for each in segments(Health())}
    assert told.isdisjoint({Matter.REQUESTS, Matter.NOTICE}), "nothing to do, nothing said"
