"""The pictures shipped for training show what they say, readable at one look."""

from __future__ import annotations

from importlib import resources

import pytest

from kiosk.readers.decoder import Decoder, decode_file
from kiosk.readers.engines import EngineState, load_engine
from kiosk.readers.image_files import read_image
from kiosk.training.patients import DEMO_PATIENT
from kiosk.training.pictures import CONTENTS, DEMO_PICTURE, lines, picture


def test_the_demo_shows_the_demo_patients_phone() -> None:
    [found] = decode_file(DEMO_PICTURE).codes
    assert found.text == DEMO_PATIENT.health_card_line()


@pytest.mark.parametrize("name", CONTENTS)
def test_each_picture_holds_exactly_its_patients_lines(name: str) -> None:
    image = read_image(picture(name))
    assert [found.text for found in Decoder().decode(image)] == lines(name)
    assert [found.text for found in Decoder(["zxing"]).decode(image, effort="frame")] == lines(name)


@pytest.mark.skipif(isinstance(load_engine("zbar"), EngineState), reason="libzbar is not installed here")
@pytest.mark.parametrize("name", CONTENTS)
def test_the_second_engine_reads_them_right_or_not_at_all(name: str) -> None:
    found = [code.text for code in Decoder(["zbar"]).decode(read_image(picture(name)))]
    assert found in (lines(name), [])
    assert found or "dark" in name, "zbar misses only the dark screen, whose code is light on dark"


@pytest.mark.parametrize("name", CONTENTS)
def test_each_picture_is_small_enough_to_ship(name: str) -> None:
    assert 50_000 < picture(name).stat().st_size < 300_000


def test_every_file_in_the_folder_is_described() -> None:
    folder = resources.files("kiosk.training.pictures")
    found = {entry.name for entry in folder.iterdir() if entry.name.endswith((".jpg", ".png"))}
    assert found == set(CONTENTS)
    with pytest.raises(KeyError):
        picture("../patients.py")
