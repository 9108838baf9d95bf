"""What the window says, as values."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk import clock
from kiosk import desk as desk_package
from kiosk.card.model import PartialDate
from kiosk.desk import palette
from kiosk.desk.flow import Scan
from kiosk.desk.health import CAMERA_TROUBLES, Health, state_rows, strip
from kiosk.desk.words import OVERRIDE_REASONS, Words, masked
from kiosk.errors import ImageError, RecordsError
from kiosk.gateway.connectivity import GATEWAY_SLOW, Connectivity
from kiosk.gateway.login_guard import Pause
from kiosk.gateway.result_codes import Verdict
from kiosk.readers.camera import CameraState
from kiosk.readers.hints import Hint
from kiosk.settings import Settings
from kiosk.texts import table
from kiosk.visits.model import Sharing, Source, Status

TODAY = date(2026, 11, 23)
VI, EN = Words("vi"), Words("en")


@pytest.mark.parametrize(
    ("birth", "says"),
    [
        (PartialDate(2026, 11, 1), "01/11/2026 (0 tháng tuổi)"),
        (PartialDate(2021, 11, 24), "24/11/2021 (59 tháng tuổi)"),
        (PartialDate(2020, 11, 23), "23/11/2020 (6 tuổi)"),
        (PartialDate(1990, 11, 24), "24/11/1990 (35 tuổi)"),
        (PartialDate(1952, 2), "02/1952 (74 tuổi)"),
        (PartialDate(1948), "1948 (78 tuổi)"),
    ],
)
def test_ages(birth: PartialDate, says: str) -> None:
    assert VI.birth_date(birth, TODAY) == says


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("DN4799900000001", "DN4 •••• •••• 0001"),
        ("9900000001", "•••••• 0001"),
        ("099190000001", "•••••••• 0001"),
        (None, "–"),
    ],
)
def test_numbers_are_masked(number: str | None, shown: str) -> None:
    assert masked(number) == shown


def test_the_line_says_how_many_wait_and_who_is_next_without_the_number() -> None:
    assert VI.line(0, None) == ("", "")
    count, then = EN.line(2, Scan(Source.WEDGE, text="DN4799900000001|x"))
    assert count == "2 scans are waiting"
    assert "DN4 •••• •••• 0001" in then
    assert "QR code" in EN.line(1, Scan(Source.CAMERA, text="0|1"))[1]
    too_large = Scan(Source.IMAGE, refused=RecordsError("image_too_large"))
    assert EN.line(1, too_large) == EN.line(1, Scan(Source.IMAGE, image=Path("pasted.png")))


def test_the_strip_says_training_first_and_the_state_page_says_everything() -> None:
    settings = Settings()
    segments = strip(Health(), VI, settings)
    assert segments[0] == "CHẾ ĐỘ TẬP HUẤN"
    broken = Health(gateway_answered=False, gateway_at=None, records_error=RecordsError("database_locked"))
    assert len(strip(broken, VI, settings)) == len(segments) + 1
    rows = dict(state_rows(Health(owed=3), EN, settings, TODAY))
    assert rows["Look-ups owed"] == "3"
    assert rows["Today"] == "23/11/2026"


def test_a_machine_that_could_keep_no_visit_says_so_while_the_server_works() -> None:
    spool = RecordsError("records_damaged", place="spool.sqlite3")
    health = Health(sharing=Sharing(None, None, 0, spool))
    assert strip(health, EN, Settings())[1] == "Records: this machine CANNOT keep any for now (F12)"
    assert "the server is fine" in health.records(EN)
    cut_off = Health(sharing=Sharing(RecordsError("records_unreachable", place="db"), MORNING, 0, spool))
    assert cut_off.records(EN) == EN.error(spool)


MORNING = datetime(2026, 11, 23, 7, 31, tzinfo=clock.VIETNAM)


def line_down(reason: str) -> Health:
    return Health(gateway_answered=False, gateway_at=MORNING, line=Connectivity((), MORNING, reason))


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
    segment = strip(line_down(reason), EN, Settings())[1]
    assert segment == f"Gateway: OFFLINE since 07:31 ({words_for_it}); receiving at once, looking up later"
    row = dict(state_rows(line_down(reason), EN, Settings(), TODAY))["BHXH gateway"]
    assert "nobody waits" in row
    assert "every 5 s" in row
    assert ("For IT: " in row) == (reason != GATEWAY_SLOW)


def test_what_only_it_can_mend_is_shown_with_its_own_text_and_when_the_next_login_comes() -> None:
    pause = Pause("login_locked", MORNING, MORNING + timedelta(minutes=5))
    health = Health(gateway_answered=False, gateway_at=MORNING, login_pause=pause, setup_fault="login_locked")
    assert "LỖI CÀI ĐẶT lúc 07:31" in strip(health, VI, Settings())[1]
    row = dict(state_rows(health, VI, Settings(), TODAY))["Cổng BHXH"]
    assert "từ 07:36" in row
    assert "The provincial BHXH unlocks it" in row
    unregistered = replace(health, setup_fault="054", login_pause=None, gateway_answered=True)
    row = dict(state_rows(unregistered, VI, Settings(), TODAY))["Cổng BHXH"]
    assert "gateway.staff_citizen_id" in row
    assert "đăng nhập lại" not in row


# The texts are complete


def codes_in_the_source() -> set[str]:
    """Every literal text code that the desk's modules ask for."""
    folder = Path(desk_package.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    literal = set(re.findall(r"""(?:words|self\.words|self|_words)\(\s*"([a-z_0-9]+)\"""", source))
    return literal | set(re.findall(r'"((?:do|registered|new_card|message|line|owed)_[a-z_]+)"', source))


def codes_made_from_values() -> set[str]:
    return {
        *(f"short_{verdict}" for verdict in Verdict),
        *(f"recorded_{status}" for status in Status),
        *(f"recorded_{status}_text" for status in Status),
        *(f"override_{reason}" for reason in OVERRIDE_REASONS),
        *(f"benefit_{level}" for level in range(1, 6)),
        *(f"camera_{state}" for state in (*CameraState, "paused")),
        *(f"camera_{state}_advice" for state in CAMERA_TROUBLES),
        *(f"hint_{hint}" for hint in Hint),
        *(f"column_{column}" for column in ("time", "queue", "name", "number", "status", "verdict")),
    }


@pytest.mark.parametrize("code", sorted(codes_in_the_source() | codes_made_from_values()))
def test_every_text_that_is_asked_for_was_written(code: str) -> None:
    assert code in table("desk")


@pytest.mark.parametrize("code", sorted(table("desk")))
def test_every_text_has_both_languages_with_the_same_places(code: str) -> None:
    texts = table("desk")[code]
    assert set(texts) == {"vi", "en"}
    assert all(texts.values())
    vi, en = (set(re.findall(r"{([a-z_]+)}", texts[language])) for language in ("vi", "en"))
    assert vi == en


@pytest.mark.parametrize(("name", "pair"), sorted(palette.all_pairs().items()))
def test_text_stands_out_from_its_ground(name: str, pair: palette.Pair) -> None:
    assert pair.contrast >= 4.5, name


def test_contrast_is_what_wcag_says() -> None:
    assert palette.Pair("#000000", "#FFFFFF").contrast == pytest.approx(21)
    assert palette.Pair("#777777", "#FFFFFF").contrast == pytest.approx(4.48, abs=0.01)


def test_a_pasted_picture_is_not_called_by_the_name_the_desk_gave_it() -> None:
    pasted = VI.error(ImageError("no_code", file="pasted-cwq8sk2u.png"))
    opened = VI.error(ImageError("no_code", file="the.png"))
    assert pasted.startswith("Không thấy mã QR trong ảnh vừa dán.")
    assert opened.startswith("Không thấy mã QR trong ảnh the.png.")
