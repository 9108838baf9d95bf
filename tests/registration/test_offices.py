"""The hospital's own list of BHXH offices."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.registration.tables import Office, load_offices, offices_file


def test_none_is_shipped() -> None:
    assert load_offices(offices_file(Path("/no/data/folder"))) == ()


def test_a_list_in_the_data_folder_goes_first(tmp_path: Path) -> None:
    (tmp_path / "offices.toml").write_text('[[office]]\nid = "a"\nname = "A"\n', encoding="utf-8")
    assert load_offices(offices_file(tmp_path)) == (Office("a", "A"),)


def test_a_list_as_a_hospital_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "offices.toml"
    file.write_text(
        '[[office]]\nid = "a"\nname = "BHXH  cơ sở Mẫu"\nhours = "7:30"\n[[office]]\nid="b"\nname="B"\n',
        "utf-8",
    )
    assert load_offices(file) == (Office("a", "BHXH cơ sở Mẫu", "", "7:30"), Office("b", "B"))


@pytest.mark.parametrize(
    "damaged",
    [
        '[[office]]\nid = "a"',
        '[[office]]\nname = "A"',
        "[[office]",
        'office = "A"',
        '[[office]]\nid = 1\nname = "A"',
        '[[office]]\nid="a"\nname="A"\n[[office]]\nid="a"\nname="B"',
    ],
)
def test_a_damaged_list_is_named(tmp_path: Path, damaged: str) -> None:
    file = tmp_path / "offices.toml"
    file.write_text(damaged, encoding="utf-8")
    with pytest.raises(KioskError, match="offices_file") as error:
        load_offices(file)
    assert error.value.values["file"] == str(file)


def test_where_there_is_no_list_there_are_no_offices(tmp_path: Path) -> None:
    assert load_offices(tmp_path / "nothing.toml") == ()
