"""Every text for people exists in both languages, says the same things, and none is missing."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import errors, texts
from kiosk.card.model import Notice
from kiosk.resources import config_folder

PACKAGE = Path(texts.__file__).parent
TEXT_FILES = sorted((config_folder() / "texts").glob("*.toml"))
ERROR_CLASSES = {name for name, kind in vars(errors).items() if isinstance(kind, type)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def codes_given_to(callables: set[str]) -> Iterator[tuple[str, str]]:
    """(code, file) of every call such as ``UsageError("code", …)`` in the program's source."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in callables:
                match node.args:
                    case [ast.Constant(value=str(code)), *_]:
                        yield code, file.name


@pytest.mark.parametrize("file", TEXT_FILES, ids=lambda file: file.stem)
def test_both_languages_are_there_and_are_filled_alike(file: Path) -> None:
    for code, row in tomllib.loads(file.read_text(encoding="utf-8")).items():
        assert set(row) == {"vi", "en"}, code
        assert row["vi"].strip(), code
        assert row["en"].strip(), code
        assert placeholders(row["vi"]) == placeholders(row["en"]), code


def test_every_error_that_is_raised_has_a_text() -> None:
    known = texts.table("errors")
    missing = {code for code, _ in codes_given_to(ERROR_CLASSES) if code not in known}
    assert missing == set()


def test_every_warning_that_is_given_has_a_text() -> None:
    known = texts.table("warnings")
    missing = {code for code, _ in codes_given_to({"Notice"}) if code not in known}
    assert missing == set()


def test_a_text_is_filled_with_its_values() -> None:
    shown = texts.text("errors", "date_invalid", "en", value="soon")
    assert shown.startswith("soon is not a date")


def test_a_missing_value_or_text_never_stops_the_desk() -> None:
    assert texts.text("errors", "date_invalid", "vi").startswith("Ngày –")
    assert texts.text("errors", "nobody_wrote_this", "vi") == "nobody_wrote_this"
    assert texts.notice_message(Notice("nobody_wrote_this"), "en") == "nobody_wrote_this"
