"""When the form opens by itself, what native keys prove, what is offered, what is handed over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.desk.absence import why_nothing_reads
from kiosk.desk.choose import choice_words
from kiosk.desk.forms import ManualForm
from kiosk.desk.incoming import incoming, refuse_if_too_large
from kiosk.desk.native_keys import VK_PACKET, meant_by, sent_by_a_program
from kiosk.desk.words import Words, masked_date, masked_name
from kiosk.errors import ImageError
from kiosk.visits.known_patient import KnownPatient

PATIENT = KnownPatient("Nguyễn Văn Mẫu", PartialDate(1990, 2, 1))


@pytest.mark.parametrize(
    ("camera_set", "serial_set", "camera", "serial", "why"),
    [
        ("auto", "auto", "no_camera", "no_scanner", "no_reader"),
        ("auto", "off", "busy", "off", "no_reader"),
        ("auto", "auto", "lost", "no_scanner", "reader_lost"),
        ("off", "/dev/ttyACM0", "off", "missing", "no_reader"),
        ("off", "auto", "off", "lost", "reader_lost"),
        ("off", "off", "off", "off", None),
        ("off", "auto", "off", "no_scanner", None),
        ("auto", "auto", "off", "no_scanner", None),
        ("auto", "auto", "opening", "no_scanner", None),
        ("auto", "auto", "watching", "lost", None),
        ("auto", "auto", "no_camera", "watching", None),
        ("auto", "auto", "no_camera", "opening", None),
    ],
)
def test_the_form_opens_only_where_readers_were_looked_for_and_none_is_there(
    camera_set: str, serial_set: str, camera: str, serial: str, why: str | None
) -> None:
    states = {"camera_set": camera_set, "serial_set": serial_set, "camera": camera, "serial": serial}
    assert why_nothing_reads(**states, wedge_seen=False) == why
    assert why_nothing_reads(**states, wedge_seen=True) is None, "a scanner that types is there"


@pytest.mark.parametrize(
    ("text", "platform", "scan_code", "virtual_key", "shift", "meant"),
    [
        ("ă", "xcb", 10, 0, False, "1"),
        ("đ", "xcb", 19, 0, False, "0"),
        ("\u0323", "xcb", 18, 0, False, "9"),
        ("ư", "xcb", 34, 0, False, "["),
        ("Ô", "xcb", 13, 0, True, "$"),
        ("ă", "windows", 2, 0x31, False, "1"),
        ("ơ", "windows", 27, 0xDD, False, "]"),
        ("ă", "xcb", 38, 0, False, "ă"),  # typed with another key: a person's letter
        ("ă", "windows", 0, VK_PACKET, False, "ă"),
        ("é", "xcb", 11, 0, False, "é"),  # another layout: not known
        ("ă", "cocoa", 10, 0x31, False, "ă"),
        ("1", "xcb", 10, 0, False, "1"),
    ],
)
def test_a_key_proves_its_digit_where_the_vietnamese_layout_gave_a_letter(
    text: str, platform: str, scan_code: int, virtual_key: int, shift: bool, meant: str
) -> None:
    found = meant_by(text, platform=platform, scan_code=scan_code, virtual_key=virtual_key, shift=shift)
    assert found == meant


def test_a_packet_on_windows_is_no_key() -> None:
    assert sent_by_a_program(platform="windows", virtual_key=VK_PACKET)
    assert not sent_by_a_program(platform="windows", virtual_key=0x41)
    assert not sent_by_a_program(platform="xcb", virtual_key=VK_PACKET)


def test_what_is_offered_is_masked() -> None:
    assert masked_name("Nguyễn Văn Mẫu") == "N••••• V•• M••"
    assert masked_date(PartialDate(1990, 2, 1)) == "••/••/1990"
    assert masked_date(PartialDate(1990)) == "1990"


@pytest.fixture
def form(qtbot: QtBot) -> ManualForm:
    made = ManualForm(Words("vi"))
    qtbot.addWidget(made)
    made.open_empty()
    made.show()
    return made


def test_a_known_patient_is_filled_in_only_when_asked_for(form: ManualForm) -> None:
    given: list[str] = []
    form.number_given.connect(given.append)
    form.number_edit.setText("990000000")
    form.number_edit.setText("9900000001")
    form.number_edit.setText("99 0000 0001")
    assert given == ["9900000001"], "asked once for each whole number"
    assert form.offer("9900000001", PATIENT)
    assert form.values[1:] == ("", "")
    form.move_offer(1)
    assert form.values[1:] == ("Nguyễn Văn Mẫu", "01/02/1990")


def test_an_offer_for_a_number_that_was_changed_meanwhile_is_dropped(form: ManualForm) -> None:
    form.number_edit.setText("9900000001")
    form.number_edit.setText("990000000")
    assert not form.offer("9900000001", PATIENT)
    form.move_offer(1)
    assert form.values[1:] == ("", "")


def test_an_offer_gives_way_to_typing_and_to_the_next_opening(form: ManualForm) -> None:
    form.number_edit.setText("9900000001")
    form.offer("9900000001", PATIENT)
    form.edits[1].setText("T")
    form.move_offer(1)
    assert form.values[1:] == ("T", "")
    form.open_empty()
    form.move_offer(1)
    assert form.is_empty


def test_a_scanned_number_is_offered_its_patient_too(form: ManualForm) -> None:
    card = HealthCard(Kind.SOCIAL_INSURANCE_NUMBER, social_insurance_number="9900000001")
    given: list[str] = []
    form.number_given.connect(given.append)
    form.open_for(card)
    assert given == ["9900000001"]
    assert form.offer("9900000001", PATIENT)


def test_a_choice_shows_kind_masked_number_and_name() -> None:
    card = HealthCard(Kind.HEALTH_CARD, card_number="DN4799900000001", full_name="Nguyễn Văn Mẫu")
    assert choice_words(card, Words("vi")) == "Thẻ BHYT  ·  DN4 •••• •••• 0001  ·  Nguyễn Văn Mẫu"


def test_what_is_handed_over_is_a_file_a_picture_or_a_text(qapp: object) -> None:
    files, picture, card, page = QMimeData(), QMimeData(), QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile("/a/b.png"), QUrl("https://example.vn/c.png")])
    picture.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    card.setText("DN4799900000001|…|$")
    page.setText("https://example.vn/c.png")
    page.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    assert [path.name for path in incoming(files).files] == ["b.png"]
    assert incoming(picture).image is not None
    assert incoming(card).text.startswith("DN4")
    assert incoming(page).image is not None, "a text beside a picture is only its address"


def test_a_picture_of_100_megapixels_is_refused_before_it_is_packed(qapp: object) -> None:
    with pytest.raises(ImageError, match="image_too_large"):
        refuse_if_too_large(QImage(10_000, 10_000, QImage.Format.Format_Mono), 50.0)
    refuse_if_too_large(QImage(1000, 1000, QImage.Format.Format_Mono), 50.0)
