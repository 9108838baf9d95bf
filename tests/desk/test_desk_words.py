"""What the window says, as values."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from kiosk import desk as desk_package
from kiosk.card.model import PartialDate
from kiosk.desk import palette
from kiosk.desk.flow import Scan
from kiosk.desk.health import CAMERA_TROUBLES
from kiosk.desk.style import style_sheet
from kiosk.desk.words import OVERRIDE_REASONS, Words, masked
from kiosk.errors import ImageError, RecordsError
from kiosk.gateway.result_codes import Verdict
from kiosk.readers.camera import CameraState
from kiosk.readers.hints import Hint
from kiosk.texts import table
from kiosk.visits.model import Source, Status

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
    assert code in {*table("desk"), *table("setup"), *table("manage")}


@pytest.mark.parametrize("code", sorted(table("desk")))
def test_every_text_has_both_languages_with_the_same_places(code: str) -> None:
    texts = table("desk")[code]
    assert set(texts) == {"vi", "en"}
    assert all(texts.values())
    vi, en = (set(re.findall(r"{([a-z_]+)}", texts[language])) for language in ("vi", "en"))
    assert vi == en


@pytest.mark.parametrize(("name", "pair"), sorted(palette.all_pairs().items()))
def test_text_stands_out_from_its_ground(name: str, pair: tuple[str, str]) -> None:
    assert palette.contrast(*pair) >= 4.5, name


def test_contrast_is_what_wcag_says() -> None:
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_style_sheet_of_the_dark_window_has_no_light_ground(monkeypatch: pytest.MonkeyPatch) -> None:
    light = style_sheet(1)
    monkeypatch.setattr(palette, "_theme", palette.DARK)
    dark = style_sheet(1)
    grounds = set(re.findall(r"background(?:-color)?: (#[0-9A-F]{6})", dark))
    assert palette.PAGE.light[1] in light
    assert palette.PAGE.dark[1] in grounds
    bright = {shade for shade in grounds if palette.contrast(shade, "#FFFFFF") < 4.5}
    assert bright == {palette.FOCUS, palette.BORDER}


def test_a_pasted_picture_is_not_called_by_the_name_the_desk_gave_it() -> None:
    pasted = VI.error(ImageError("no_code", file="pasted-cwq8sk2u.png"))
    opened = VI.error(ImageError("no_code", file="the.png"))
    assert pasted.startswith("Không thấy mã QR trong ảnh vừa dán.")
    assert opened.startswith("Không thấy mã QR trong ảnh the.png.")
