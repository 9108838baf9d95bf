"""The camera chosen at the desk is that of the next start, unless the settings say otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.desk.camera_choice import FILE_NAME, CameraChoice, camera_source, load_choice, save_choice
from kiosk.settings import ReadersSettings, Settings


def test_a_choice_is_found_again(tmp_path: Path) -> None:
    choice = CameraChoice("Máy ảnh quầy 1", mirrored=False)
    save_choice(tmp_path / "data", choice)
    assert load_choice(tmp_path / "data") == choice
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE_NAME]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"camera": "x"}',
        '{"camera": 3, "mirrored": true}',
        '{"camera": " ", "mirrored": 1}',
        "\x00",
    ],
)
def test_a_damaged_file_is_no_choice(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    assert load_choice(tmp_path) == CameraChoice()


def test_a_folder_that_cannot_be_written_is_borne(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    save_choice(tmp_path / "file", CameraChoice("x"))
    assert load_choice(tmp_path / "file") == CameraChoice()


@pytest.mark.parametrize(
    ("setting", "source"),
    [("auto", "C920"), ("Auto", "C920"), ("1", "1"), ("off", "off"), ("a.mp4", "a.mp4")],
)
def test_the_settings_win(setting: str, source: str) -> None:
    settings = replace(Settings(), readers=ReadersSettings(camera=setting))
    assert camera_source(settings, CameraChoice("C920")) == source
