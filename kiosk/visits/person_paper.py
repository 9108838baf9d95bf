"""A person's copy as a page for people, in Vietnamese: what `kiosk.visits.word_file` or the desk draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from kiosk import texts
from kiosk.clock import shown
from kiosk.eligibility.priority import group_name
from kiosk.visits.difficulty_words import report_text
from kiosk.visits.kept_visits import KEPT
from kiosk.visits.paper import Grid, Head, Line, Paper, Signatures
from kiosk.visits.person_copy import PersonCopy
from kiosk.visits.personal_data import personal_data

MOST_ROWS = 500
"""Rows of one table that are printed; all of them stand in the JSON."""

_CARD = (
    "card_number",
    "social_insurance_number",
    "citizen_id",
    "full_name",
    "birth_date",
    "sex",
    "address",
    "living_area",
    "primary_facility",
    "valid_from",
    "valid_to",
    "five_years_from",
    "benefit_level",
    "guardian_name",
)


def paper_of(copy: PersonCopy) -> Paper:
    made = copy.made_at
    return Paper(
        head=Head(
            organisation=(report_text("superior"), copy.facility[1].upper()),
            number=_text("number"),
            nation=report_text("nation"),
            motto=report_text("motto"),
            place_and_day=report_text(
                "place_and_day", day=f"{made:%d}", month=f"{made:%m}", year=f"{made:%Y}"
            ),
        ),
        banner=_text("training") if copy.training else "",
        title=(_text("title"), _text("subject")),
        blocks=tuple(_blocks(copy)),
        foot=Signatures(recipients=(), signed=((_text("made_by"), _text("made_by_hint")),)),
    )


def _blocks(copy: PersonCopy) -> Iterator[Line | Grid]:
    person = copy.person
    yield Line(_text("opening", facility=copy.facility[1], code=copy.facility[0]))
    yield Line(_text("part_who"), "heading")
    for label, values in (
        ("full_name", [each.full_name for each in person.said]),
        ("birth_date", [each.birth_date.slashed for each in person.said if each.birth_date]),
        ("numbers", sorted(key.partition(":")[2] for key in person.keys)),
    ):
        shown = ", ".join(dict.fromkeys(value for value in values if value))
        yield Line(f"- {_text(label)}: {shown or '–'}", "item")
    yield Line(_text("part_what"), "heading")
    yield _fields(copy)
    yield Line(_text("sensitive_note"), "note")
    yield Line(_text("part_visits"), "heading")
    yield from _visits(copy)
    yield Line(_text("part_history"), "heading")
    yield from _history(copy)
    yield Line(_text("part_sent"), "heading")
    yield from _sent(copy)
    yield Line(_text("part_kept"), "heading")
    yield from _kept(copy)
    yield Line(_text("part_notice"), "heading")
    if copy.notice:
        yield Line(_text("notice", version=copy.notice[0], hash=copy.notice[1][:12]))
    else:
        yield Line(_text("no_notice"))
    yield Line(_text("rights"))
    yield Line(_text("careful"), "note")


def _fields(copy: PersonCopy) -> Grid:
    known = personal_data()
    rows = tuple(
        (
            texts.text("person", f"field_{name}", "vi"),
            str(count),
            _text("sensitive" if known.is_sensitive(name) else "basic"),
        )
        for name, count in copy.fields.items()
    )
    heads = (_text("column_field"), _text("column_rows"), _text("column_kind"))
    return Grid(heads, rows or (("–", "0", "–"),), (60, 15, 25), frozenset({1}))


def _visits(copy: PersonCopy) -> Iterator[Line | Grid]:
    if not copy.visits:
        yield Line(_text("no_visits"))
    for number, row in enumerate(copy.visits, 1):
        status = (
            _text("kept_by_law") if row["status"] == KEPT else texts.text("statuses", row["status"], "vi")
        )
        yield Line(_text("visit", number=str(number), time=_moment(row["created_at"])), "subheading")
        yield Grid(
            (_text("column_datum"), _text("column_card"), _text("column_gateway")),
            tuple(_of_visit(row, status)),
            (34, 33, 33),
        )


def _of_visit(row: Mapping[str, Any], status: str) -> Iterator[tuple[str, str, str]]:
    yield _text("row_status"), status, _value(row.get("verdict") and _verdict(row["verdict"]))
    yield _text("row_desk"), _value(row.get("desk")), ""
    card, coverage = row.get("card") or {}, row.get("coverage") or {}
    for name in _CARD:
        if card.get(name) is not None or coverage.get(name) is not None:
            label = texts.text("fields", name, "vi")
            yield label, _value(_shown(name, card)), _value(_shown(name, coverage))
    benefit = row.get("benefit") or {}
    if benefit.get("object_code"):
        yield _text("row_benefit"), _value(benefit["object_code"]), ""
    if row.get("priority"):
        yield _text("row_priority"), group_name(row["priority"], "vi"), ""
    for name in ("confirm_reason", "cancel_reason"):
        if row.get(name):
            yield _text(f"row_{name}"), _value(row[name]), ""


def _shown(name: str, values: Mapping[str, Any]) -> object:
    value = values.get(name)
    return texts.text("fields", value, "vi") if name == "sex" and value else value


def _verdict(word: str) -> str:
    return texts.text("verdicts", word, "vi")


def _history(copy: PersonCopy) -> Iterator[Line | Grid]:
    if not copy.history:
        yield Line(_text("no_history"))
        return
    names = ("maCSKCB", "ngayVao", "ngayRa", "tenBenh", "tinhTrang")
    rows = tuple(tuple(_on_the_wire(row.get(name)) for name in names) for row in copy.history[:MOST_ROWS])
    heads = tuple(_text(f"column_{name}") for name in names)
    yield Grid(heads, rows, (14, 18, 18, 34, 16))
    yield from _cut(len(copy.history))


def _sent(copy: PersonCopy) -> Iterator[Line | Grid]:
    yield Line(_text("sent_to"))
    if not copy.sent:
        yield Line(_text("nothing_sent"))
        return
    rows = tuple(
        (
            _moment(each.at),
            ", ".join(texts.text("person", f"field_{field}", "vi") for field in each.fields) or "–",
            each.result or "–",
        )
        for each in copy.sent[:MOST_ROWS]
    )
    yield Grid((_text("column_when"), _text("column_sent"), _text("column_result")), rows, (25, 50, 25))
    yield from _cut(len(copy.sent))


def _kept(copy: PersonCopy) -> Iterator[Line | Grid]:
    by_visit = {row["visit_id"]: row for row in copy.visits}
    rows = tuple(
        (
            _moment(by_visit[each.visit_id]["created_at"]),
            _day(each.until),
            _day(each.evidence_until),
            each.article or _text("own_term"),
        )
        for each in copy.kept
    )
    if rows:
        heads = tuple(_text(f"column_{name}") for name in ("visit", "until", "evidence_until", "why"))
        yield Grid(heads, rows, (22, 18, 20, 40))
    yield Line(_text("kept_note"))


def _cut(count: int) -> Iterable[Line]:
    return (Line(_text("cut", count=str(MOST_ROWS)), "note"),) if count > MOST_ROWS else ()


def _value(value: object) -> str:
    text = str(value) if value not in {None, ""} else "–"
    parts = text.split("-")
    is_day = len(text) == 10 and len(parts) == 3 and all(part.isdigit() for part in parts)
    return "/".join(reversed(parts)) if is_day else text


def _on_the_wire(value: object) -> str:
    """As `_value`; the gateway's moments are 202608210745."""
    text = str(value)
    if len(text) == 12 and text.isdigit():
        return f"{text[8:10]}:{text[10:]} {text[6:8]}/{text[4:6]}/{text[:4]}"
    return _value(value)


def _moment(moment: datetime | str) -> str:
    return shown(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}" if day != date.max else _text("without_end")


def _text(code: str, /, **values: str) -> str:
    return texts.text("person_paper", code, "vi", **values)


__all__ = ["paper_of"]
