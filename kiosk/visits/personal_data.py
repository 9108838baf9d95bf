"""Where data of persons lie (``config/personal_data.toml``): every column of the records, and the files.

::

    known = personal_data()
    known.fields_of("visit", row)      # which fields of a person this row holds a value of
    known.is_sensitive("medical_history")
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiosk.gateway.model import HISTORY_STEP
from kiosk.rule_files import RuleFile

REST = "*"
"""In a column's map: every name in the JSON that is not named."""

EVERYTHING = "all"
"""What a file holds: everything that the tables hold."""

_WHOSE = {"patient", "staff", "nobody"}
_CERTAINTY = {"one source", "inference"}

Column = tuple[str, ...] | Mapping[str, str]
"""The fields that a column holds, or, for JSON, the field by the name in it; an empty field is nobody's."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """`certainty`: how sure it is that the law calls the field sensitive, or does not."""

    name: str
    sensitive: bool
    certainty: str


@dataclass(frozen=True, slots=True)
class TableMap:
    name: str
    whose: str  # patient, staff or nobody
    by: str | None  # the column that leads to a person: a visit's code, or a number of the person
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class FileMap:
    name: str
    where: str
    whose: str
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestTerms:
    """How long the hospital has for what a person asks for, by kind, in days."""

    answer_working_days: int
    days: Mapping[str, int]
    article: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """What an erasure leaves, because a law orders it."""

    bhyt_visits: bool
    article: str
    certainty: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The whole map."""

    fields: Mapping[str, FieldRule]
    tables: Mapping[str, TableMap]
    files: tuple[FileMap, ...]
    requests: RequestTerms
    keeping: Keeping
    breach_hours: int
    breach_article: str

    def is_sensitive(self, field: str) -> bool:
        return self.fields[field].sensitive

    def fields_of(self, table: str, row: Mapping[str, Any]) -> frozenset[str]:
        """The fields of a person that a row of `table` holds a value of."""
        found: set[str] = set()
        for name, column in self.tables[table].columns.items():
            value = row.get(name)
            if _is_empty(value):
                continue
            if isinstance(column, tuple):
                found.update(column)
            else:
                found.update(_fields_in(column, _opened(value)))
        if table == "lookup_attempt" and row.get("request") == HISTORY_STEP and row.get("answer"):
            found.add("medical_history")
        return frozenset(found)


def _fields_in(column: Mapping[str, str], value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _fields_in(column, each)
        return
    if not isinstance(value, Mapping):
        return
    for name, inside in _flat(column, value):
        field = column.get(name, column.get(REST, ""))
        if field and not _is_empty(inside):
            yield field


def _flat(column: Mapping[str, str], value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """``new_card.card_number`` for what lies one deeper, where the map names it so."""
    for name, inside in value.items():
        if isinstance(inside, Mapping) and any(each.startswith(f"{name}.") for each in column):
            yield from ((f"{name}.{deeper}", each) for deeper, each in inside.items())
        else:
            yield name, inside


def _opened(value: Any) -> Any:
    """JSON that is kept as a text, as the gateway's bodies are; what is none holds no named field."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}, False)


@cache
def personal_data() -> PersonalData:
    """Raises SettingsError ``rule_file``."""
    return read_personal_data(RuleFile.named("personal_data.toml"))


def read_personal_data(file: RuleFile) -> PersonalData:
    file.only("", file.tables, {"field", "table", "file", "request", "keeping", "breach"})
    fields = {name: _field(file, name, row) for name, row in file.table("field").items()}
    tables = {name: _table(file, name, row, fields) for name, row in file.table("table").items()}
    files = tuple(_file(file, name, row, fields) for name, row in file.table("file").items())
    asked, keeping, breach = file.table("request"), file.table("keeping"), file.table("breach")
    days = file.table("request.days", asked, "days")
    return PersonalData(
        fields=fields,
        tables=tables,
        files=files,
        requests=RequestTerms(
            answer_working_days=file.whole("request", asked, "answer_working_days", 1, 60),
            days={kind: file.whole("request.days", days, kind, 1, 365) for kind in days},
            article=file.text("request", asked, "article"),
            certainty=file.word("request", asked, "certainty", _CERTAINTY),
        ),
        keeping=Keeping(
            bhyt_visits=_yes_or_no(file, "keeping", keeping, "bhyt_visits"),
            article=file.text("keeping", keeping, "article"),
            certainty=file.word("keeping", keeping, "certainty", _CERTAINTY),
        ),
        breach_hours=file.whole("breach", breach, "hours", 1, 720),
        breach_article=file.text("breach", breach, "article"),
    )


def _field(file: RuleFile, name: str, row: Any) -> FieldRule:
    head = f"field.{name}"
    if not isinstance(row, dict):
        file.refuse(head, "", "is no table", f"a table [{head}]")
    file.only(head, row, {"sensitive", "certainty"})
    return FieldRule(
        name, _yes_or_no(file, head, row, "sensitive"), file.word(head, row, "certainty", _CERTAINTY)
    )


def _table(file: RuleFile, name: str, row: Any, fields: Mapping[str, FieldRule]) -> TableMap:
    head = f"table.{name}"
    if not isinstance(row, dict):
        file.refuse(head, "", "is no table", f"a table [{head}]")
    file.only(head, row, {"whose", "by", "columns"})
    columns = file.table(f"{head}.columns", row, "columns")
    return TableMap(
        name,
        file.word(head, row, "whose", _WHOSE),
        row.get("by"),
        {each: _column(file, f"{head}.columns", each, value, fields) for each, value in columns.items()},
    )


def _column(file: RuleFile, head: str, name: str, value: Any, fields: Mapping[str, FieldRule]) -> Column:
    match value:
        case str():
            named: Iterable[Any] = [value]
        case list():
            named = value
        case dict():
            head, named = f"{head}.{name}", value.values()
        case _:
            file.refuse(head, name, "is no field", "a field, a list of fields, or a table of JSON names")
    for each in named:
        if each != "" and each not in fields:
            file.refuse(head, name, f"{each!r} is unknown", " | ".join(sorted(fields)))
    if isinstance(value, dict):
        return value
    return tuple(each for each in named if each)


def _file(file: RuleFile, name: str, row: Any, fields: Mapping[str, FieldRule]) -> FileMap:
    head = f"file.{name}"
    if not isinstance(row, dict) or not isinstance(row.get("holds"), list):
        file.refuse(head, "holds", "is missing", "a list of fields")
    file.only(head, row, {"where", "whose", "holds"})
    for each in row["holds"]:
        if each != EVERYTHING and each not in fields:
            file.refuse(head, "holds", f"{each!r} is unknown", " | ".join(sorted(fields)))
    where, whose = file.text(head, row, "where"), file.word(head, row, "whose", _WHOSE)
    return FileMap(name, where, whose, tuple(row["holds"]))


def _yes_or_no(file: RuleFile, head: str, row: Mapping[str, Any], key: str) -> bool:
    value = row.get(key)
    if not isinstance(value, bool):
        file.refuse(head, key, "is missing", "true | false")
    return value


__all__ = [
    "EVERYTHING",
    "REST",
    "FieldRule",
    "FileMap",
    "Keeping",
    "PersonalData",
    "RequestTerms",
    "TableMap",
    "personal_data",
    "read_personal_data",
]
