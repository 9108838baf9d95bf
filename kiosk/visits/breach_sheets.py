"""A breach as XLSX, in Vietnamese as the notification is; names and numbers in full only on request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from kiosk import texts
from kiosk.clock import shown
from kiosk.visits.breach import Breach, Concerned
from kiosk.visits.exports import Value
from kiosk.visits.personal_data import personal_data
from kiosk.visits.sheets import Sheet, write_book

Row = tuple[Value, ...]

_ENCRYPTED = {True: "encrypted", False: "not_encrypted", None: "encryption_unknown"}


def write_breach(found: Breach, file: Path, *, facility: tuple[str, str], training: bool, full: bool) -> None:
    """Write what is to be told. `full`: with an annex of names and numbers in full; else masked everywhere.

    Raises UsageError ``export_write``.
    """
    sheets = [
        Sheet(_text("sheet_summary"), _heads(("what", 52), ("value", 70)), _summary(found, facility)),
        Sheet(
            _text("sheet_fields"),
            _heads(("field", 56), ("kind", 14), ("sure", 22), ("persons", 12), ("visits", 12), ("rows", 12)),
            _fields(found),
        ),
        Sheet(
            _text("sheet_persons"),
            _heads(
                ("number", 8), ("name", 22), ("birth", 14), ("numbers", 44), ("area", 22), ("visits", 12),
                ("first", 12), ("last", 12), ("sensitive", 14), ("fields", 90),
            ),
            (_masked(each) for each in found.persons),
        ),
        Sheet(_text("sheet_stores"), _heads(("store", 34), ("table", 34), ("rows", 12)), _stores(found)),
        Sheet(_text("sheet_files"), _heads(("file", 52), ("where", 70), ("fields", 70)), _files()),
    ]  # fmt: skip
    if full:
        sheets.append(
            Sheet(
                _text("sheet_annex"),
                _heads(
                    ("number", 8), ("full_name", 30), ("full_birth", 14), ("full_numbers", 60), ("visits", 12)
                ),
                (_full(each) for each in found.persons),
            )
        )
    write_book(sheets, file, above=[_text("training")] if training else [])


def summary_of(found: Breach) -> list[tuple[str, str]]:
    """The figures of the notification, in words: label and value."""
    scope = found.scope
    limited = scope.first is not None or scope.last is not None
    period = _text("period" if limited else "every_day", first=_day(scope.first), last=_day(scope.last))
    lost = _text("lost_backup", file=str(scope.backup)) if scope.backup else None
    lost = lost or (_text("lost_desk", desk=scope.desk) if scope.desk else _text("lost_records"))
    return [
        (_text("what_discovered"), shown(found.discovered_at)),
        (_text("what_notify_by"), _text("by", time=shown(found.notify_by), article=found.article)),
        (_text("what_lost"), lost),
        (_text("what_encrypted"), _text(_ENCRYPTED[found.encrypted])),
        (_text("what_period"), period),
        (_text("what_persons"), _number(len(found.persons))),
        (_text("what_alike"), _number(found.perhaps_twice)),
        (_text("what_sensitive"), _number(found.sensitive_persons)),
        (_text("what_visits"), _number(found.visits)),
        (_text("what_rows"), _number(found.rows)),
        (_text("what_watched"), _number(found.watched)),
        (_text("what_staff"), _number(found.staff)),
        (_text("what_fields"), _names(found, sensitive=False)),
        (_text("what_sensitive_fields"), _names(found, sensitive=True)),
        (_text("what_biometrics"), _text("no_biometrics")),
    ]


def _summary(found: Breach, facility: tuple[str, str]) -> Iterator[Row]:
    yield _text("what_facility"), f"{facility[1]} ({facility[0]})"
    yield from summary_of(found)
    yield _text("what_made"), shown(found.made_at)
    for code in ("fill_how", "fill_measures", "fill_contact"):
        yield _text(code), "………………"
    yield _text("note"), _text("note_text")


def _fields(found: Breach) -> Iterator[Row]:
    for each in found.fields:
        yield (
            _field(each.field),
            _kind(sensitive=each.sensitive),
            _text(f"sure_{each.certainty.replace(' ', '_')}"),
            each.persons,
            each.visits,
            each.rows,
        )


def _masked(each: Concerned) -> Row:
    days = [visit.day for visit in each.person.visits]
    return (
        each.number,
        each.person.shown_name,
        each.person.shown_birth,
        ", ".join(each.person.shown_numbers),
        each.person.area,
        each.visits,
        min(days),
        max(days),
        _kind(sensitive=each.sensitive),
        ", ".join(_field(name) for name in personal_data().fields if name in each.fields),
    )


def _full(each: Concerned) -> Row:
    person = each.person
    names = dict.fromkeys(said.full_name for said in person.said if said.full_name)
    births = dict.fromkeys(said.birth_date.slashed for said in person.said if said.birth_date)
    numbers = sorted({key.partition(":")[2] for key in person.keys})
    return each.number, ", ".join(names), ", ".join(births), ", ".join(numbers), each.visits


def _stores(found: Breach) -> Iterator[Row]:
    for store, tables in found.tables.items():
        for table, count in tables.items():
            yield (
                texts.text("person", f"store_{store}", "vi"),
                texts.text("person", f"table_{table}", "vi"),
                count,
            )


def _files() -> Iterator[Row]:
    """Where else such data lie: somebody has to look whether these were lost too."""
    for each in personal_data().files:
        if each.holds:
            held = ", ".join(_text("everything") if name == "all" else _field(name) for name in each.holds)
            where = _text(f"where_{each.name}")
            where = each.where if where == f"where_{each.name}" else where
            yield texts.text("person", f"file_{each.name}", "vi"), where, held


def _names(found: Breach, *, sensitive: bool) -> str:
    return ", ".join(_field(each.field) for each in found.fields if each.sensitive is sensitive) or "–"


def _heads(*columns: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((_text(f"column_{head}"), width) for head, width in columns)


def _field(name: str) -> str:
    return texts.text("person", f"field_{name}", "vi")


def _kind(*, sensitive: bool) -> str:
    return _text("sensitive" if sensitive else "basic")


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "…"


def _text(code: str, /, **values: str) -> str:
    return texts.text("breach", code, "vi", **values)


__all__ = ["summary_of", "write_breach"]
