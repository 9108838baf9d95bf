"""What patients are told about their data: a text with a version and a hash (``config/notice.toml``).

The hash is of the words as people read them, in both languages, with the facility's name, its contact and
the terms filled in: whatever of these changes, people are told something else. Pure but for reading the file;
which version was in force when is kept in the audit log (``notice_in_force``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.rule_files import RuleFile

LANGUAGES = ("vi", "en")
_PLACEHOLDERS = frozenset({"facility", "code", "contact", "terms"})
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,19}")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its paragraphs; one that begins with ``- `` is an item of a list."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """The notice in one language."""

    short: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class PatientNotice:
    """A version as people read it. `hash`: SHA-256, lower-case hexadecimal."""

    version: str
    words: Mapping[str, NoticeWords]
    hash: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the notice takes from elsewhere; `contact` and `terms` by language."""

    facility: str
    code: str
    contact: Mapping[str, str]
    terms: Mapping[str, tuple[str, ...]]


def read_notice(told: Told, file: Path | None = None) -> PatientNotice:
    """The notice of ``config/notice.toml``. Raises SettingsError ``rule_file`` (file, line, remedy)."""
    found = RuleFile(file) if file is not None else RuleFile.named("notice.toml")
    found.only("", found.tables, {"version", "short", "section"})
    version = found.text("", found.tables, "version")
    if not _VERSION.fullmatch(version):
        found.refuse(
            "", "version", f"{version!r} is no version", "up to 20 letters, digits, dots such as 2.1"
        )
    short = found.table("short")
    found.only("short", short, set(LANGUAGES))
    sections = found.tables.get("section")
    if not isinstance(sections, list) or not sections:
        found.refuse("section", "", "is missing", "at least one table [[section]]")
    words = {
        language: NoticeWords(
            " ".join(_filled(found, "short", short, language, told)),
            tuple(
                _section(found, f"section#{n}", each, language, told) for n, each in enumerate(sections, 1)
            ),
        )
        for language in LANGUAGES
    }
    return PatientNotice(version, words, hash_of(words))


def hash_of(words: Mapping[str, NoticeWords]) -> str:
    """Over the JSON list of ``[language, short, [[title, lines], …]]``, UTF-8, without blanks."""
    content = [
        [language, words[language].short, [[each.title, each.lines] for each in words[language].sections]]
        for language in LANGUAGES
    ]
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _section(found: RuleFile, head: str, table: Any, language: str, told: Told) -> Section:
    if not isinstance(table, dict):
        found.refuse(head, "", "is no table", "a table [[section]]")
    found.only(head, table, {"title", *LANGUAGES})
    titles = found.table(head, table, "title")
    return Section(
        found.text(head, titles, language).strip(), tuple(_filled(found, head, table, language, told))
    )


def _filled(found: RuleFile, head: str, table: Mapping[str, Any], language: str, told: Told) -> list[str]:
    """The lines of a text; a line that is a list of its own (the terms) becomes several."""
    text = found.text(head, table, language)
    for name in _PLACEHOLDER.findall(text):
        if name not in _PLACEHOLDERS:
            found.refuse(head, language, f"{{{name}}} is unknown", " ".join(sorted(_PLACEHOLDERS)))
    if "<" in text or ">" in text:
        found.refuse(head, language, "has an angle bracket", "plain text, no markup")
    values = {
        "facility": told.facility,
        "code": told.code,
        "contact": told.contact[language],
        "terms": "\n".join(f"- {term}" for term in told.terms[language]),
    }
    text = _PLACEHOLDER.sub(lambda match: values[match.group(1)], text)
    return [line.strip() for line in text.splitlines() if line.strip()]


__all__ = ["LANGUAGES", "NoticeWords", "PatientNotice", "Section", "Told", "hash_of", "read_notice"]
