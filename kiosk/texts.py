"""Texts for people, by stable code, in Vietnamese and English (``config/texts/*.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from kiosk.resources import config_folder

if TYPE_CHECKING:
    from kiosk.card.model import Notice


@cache
def table(name: str) -> Mapping[str, Mapping[str, str]]:
    """One text file, ``code -> language -> text``."""
    with (config_folder() / "texts" / f"{name}.toml").open("rb") as file:
        rows: Mapping[str, Mapping[str, str]] = tomllib.load(file)
    return rows


def text(name: str, code: str, language: str, /, **values: str) -> str:
    """The text of `code` in `language`, filled with `values`; the bare code when nobody wrote a text.

    The value ``field`` is a field's stable name and shown as people call it (``config/texts/fields.toml``).
    """
    row = table(name).get(code)
    if row is None:
        return code
    if "field" in values:
        values["field"] = text("fields", values["field"], language)
    template = row.get(language) or row["vi"]
    return template.format_map(_Lenient(values))


def notice_message(notice: Notice, language: str) -> str:
    return text("warnings", notice.code, language, **dict(notice.values))


class _Lenient(dict[str, str]):
    """A missing value shows as a dash instead of stopping the desk."""

    def __missing__(self, key: str) -> str:
        return "–"
