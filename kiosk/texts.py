"""Texts for people, by stable code, in Vietnamese and English (``config/texts/*.toml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from kiosk.errors import SettingsError
from kiosk.rule_files import RuleFile

if TYPE_CHECKING:
    from kiosk.card.model import Notice

_WHERE_ERRORS_HAVE_NO_TEXTS = {
    "rule_file": {
        "vi": "{file}, dòng {line}: {why}. Sửa thành: {allowed}.",
        "en": "{file}, line {line}: {why}. Make it {allowed}.",
    }
}
"""Where the file with the texts of errors is itself at fault: the others are shown by their bare codes."""


@cache
def table(name: str) -> Mapping[str, Mapping[str, str]]:
    """One text file, ``code -> language -> text``. Raises SettingsError ``rule_file``."""
    return dict(RuleFile.named(f"texts/{name}.toml").rows())


def text(name: str, code: str, language: str, /, **values: str) -> str:
    """The text of `code` in `language`, filled with `values`; the bare code when nobody wrote a text.

    The value ``field`` is a field's stable name and shown as people call it (``config/texts/fields.toml``).
    """
    try:
        row = table(name).get(code)
    except SettingsError:
        if name != "errors":
            raise
        row = _WHERE_ERRORS_HAVE_NO_TEXTS.get(code)
    if row is None:
        return code
    if "field" in values:
        values["field"] = text("fields", values["field"], language)
    template = str(row.get(language) or row.get("vi") or code)
    try:
        return template.format_map(_Lenient(values))
    except (ValueError, LookupError, AttributeError):  # a brace that a hand left open: better than no text
        return template


def notice_message(notice: Notice, language: str) -> str:
    return text("warnings", notice.code, language, **dict(notice.values))


class _Lenient(dict[str, str]):
    """A missing value shows as a dash instead of stopping the desk."""

    def __missing__(self, key: str) -> str:
        return "–"
