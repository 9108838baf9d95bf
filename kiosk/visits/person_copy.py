"""The copy of all their data that a person may have (Luật 91/2025/QH15: within 10 days), as plain values.

In full: it is the person's own. `kiosk.visits.person_paper` makes a page of it for people; `as_json` is for
programs, with the records' own column names, so that another program can read it too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk import clock
from kiosk.gateway.model import HISTORY_STEP, TOKEN_STEP
from kiosk.visits.evidence import result_code_of
from kiosk.visits.kept_visits import KEPT, plain
from kiosk.visits.person_erasing import Terms
from kiosk.visits.personal_data import personal_data
from kiosk.visits.persons import Everything, Person, everything, fields_held
from kiosk.visits.records import VisitRecords

_HISTORY = "dsLichSuKCB2018"
_SENT = {"maThe": "card_number", "hoTen": "full_name", "ngaySinh": "birth_date"}
_OF_STAFF = {"hoTenCb", "cccdCb"}


@dataclass(frozen=True, slots=True)
class Sending:
    """Something that was sent to BHXH about the person."""

    at: datetime
    fields: tuple[str, ...]
    result: str | None  # the code of the answer, or of the failure
    visit_id: str


@dataclass(frozen=True, slots=True)
class KeptFor:
    """Until when a visit is kept. `article`: what orders it; None: the hospital's own term."""

    visit_id: str
    until: date
    evidence_until: date
    article: str | None


@dataclass(frozen=True, slots=True)
class PersonCopy:
    """Everything in it belongs to `person`. `visits`: the rows of ``visit``, or what is kept of them."""

    person: Person
    made_at: datetime
    facility: tuple[str, str]  # code, name
    training: bool
    data: Everything
    visits: tuple[Mapping[str, Any], ...]
    history: tuple[Mapping[str, Any], ...]  # earlier treatment, as the gateway told it
    sent: tuple[Sending, ...]
    kept: tuple[KeptFor, ...]
    fields: Mapping[str, int]
    notice: tuple[str, str] | None  # version, hash


def copy_of(
    records: VisitRecords,
    persons: Sequence[Person],
    terms: Terms,
    *,
    facility: tuple[str, str],
    training: bool,
    notice: tuple[str, str] | None = None,
) -> PersonCopy:
    """Of one person; `persons` are several where their visits share no number and somebody knows better.

    Raises RecordsError when a store cannot be read: a part is no copy.
    """
    person = _one(persons)
    data = everything(records, person, look_for_mentions=False)
    visits = tuple(sorted(_visits(data), key=lambda each: str(each["created_at"])))
    attempts = list(_attempts(data))
    ordered = personal_data().keeping
    return PersonCopy(
        person=person,
        made_at=clock.now(),
        facility=facility,
        training=training,
        data=data,
        visits=visits,
        history=tuple(_history(attempts)),
        sent=tuple(sorted(_sent(attempts), key=lambda each: each.at)),
        kept=tuple(
            KeptFor(
                each["visit_id"],
                terms.of(each["day"]).visit,
                terms.of(each["day"]).evidence,
                ordered.article if each["status"] in {"checked_in", KEPT} and ordered.bhyt_visits else None,
            )
            for each in visits
        ),
        fields={name: count for name, count in fields_held(data).items() if not name.startswith("staff_")},
        notice=notice,
    )


def _one(persons: Sequence[Person]) -> Person:
    first = persons[0]
    if len(persons) == 1:
        return first
    return Person(
        handle=first.handle,
        said=tuple(dict.fromkeys(said for each in persons for said in each.said)),
        keys=frozenset(key for each in persons for key in each.keys),
        visits=tuple(
            sorted((visit for each in persons for visit in each.visits), key=lambda each: each.created_at)
        ),
    )


def _visits(data: Everything) -> Iterator[Mapping[str, Any]]:
    for tables in data.rows.values():
        yield from tables.get("visit", ())
        for row in tables.get("kept_visit", ()):
            yield {**row["content"]["visit"], "visit_id": row["visit_id"], "day": row["day"], "status": KEPT}


def _attempts(data: Everything) -> Iterator[Mapping[str, Any]]:
    for tables in data.rows.values():
        yield from tables.get("lookup_attempt", ())
        for row in tables.get("kept_visit", ()):
            yield from ({**each, "visit_id": row["visit_id"]} for each in row["content"]["lookup_attempt"])


def _sent(attempts: Sequence[Mapping[str, Any]]) -> Iterator[Sending]:
    for each in attempts:
        if each["request"] == TOKEN_STEP or each["failure"] == "gateway_offline":
            continue  # nothing of the person in it, or nothing was sent
        asked = _json(each["request"])
        fields = tuple(field for name, field in _SENT.items() if asked.get(name))
        if each["request"] == HISTORY_STEP:
            fields = tuple(_SENT.values())
        at = each["asked_at"]
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        yield Sending(moment, fields, each["failure"] or result_code_of(each["answer"]), each["visit_id"])


def _history(attempts: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Rows that several answers repeat are given once."""
    seen: set[str] = set()
    for each in attempts:
        rows = _json(each["answer"] or "").get(_HISTORY)
        for row in rows if isinstance(rows, list) else ():
            key = json.dumps(row, sort_keys=True, ensure_ascii=False)
            if isinstance(row, dict) and key not in seen:
                seen.add(key)
                yield row


def _json(written: str) -> Mapping[str, Any]:
    with suppress(ValueError):
        read = json.loads(written)
        if isinstance(read, dict):
            return read
    return {}


def as_json(copy: PersonCopy) -> dict[str, Any]:
    """The whole copy; ``data`` has the rows by store and table, as they lie in the records."""
    person = copy.person
    return {
        "facility": copy.facility[0],
        "facility_name": copy.facility[1],
        "made_at": copy.made_at.isoformat(timespec="seconds"),
        "training": copy.training,
        "names": list(dict.fromkeys(each.full_name for each in person.said if each.full_name)),
        "birth_dates": list(dict.fromkeys(each.birth_date.iso for each in person.said if each.birth_date)),
        "numbers": sorted(key.partition(":")[2] for key in person.keys),
        "fields": [
            {"field": name, "rows": count, "sensitive": personal_data().is_sensitive(name)}
            for name, count in copy.fields.items()
        ],
        "sent_to_bhxh": [
            {
                "at": each.at.isoformat(timespec="seconds"),
                "fields": list(each.fields),
                "result": each.result,
                "visit_id": each.visit_id,
            }
            for each in copy.sent
        ],
        "medical_history": [dict(each) for each in copy.history],
        "kept_until": [
            {
                "visit_id": each.visit_id,
                "until": each.until.isoformat(),
                "evidence_until": each.evidence_until.isoformat(),
                "article": each.article,
            }
            for each in copy.kept
        ],
        "notice": {"version": copy.notice[0], "hash": copy.notice[1]} if copy.notice else None,
        "data": {
            store: {table: [_without_staff(table, row) for row in rows] for table, rows in tables.items()}
            for store, tables in copy.data.rows.items()
        },
    }


def _without_staff(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without what is another person's: who of the staff it was, and their citizen number."""
    left_out = {"who", "staff", "hash", "previous", "chain"}
    found = {name: plain(value) for name, value in row.items() if name not in left_out}
    if table == "lookup_attempt":
        found["request"] = _without_staff_number(row["request"])
    if table == "kept_visit":
        content = found["content"]
        content["visit"].pop("staff", None)
        for each in content["lookup_attempt"]:
            each["request"] = _without_staff_number(each["request"])
    return found


def _without_staff_number(request: str) -> str:
    asked = _json(request)
    if not asked:
        return request
    shown = {name: value for name, value in asked.items() if name not in _OF_STAFF}
    return json.dumps(shown, ensure_ascii=False)


def write_json(copy: PersonCopy, file: Path) -> None:
    """Write the copy, whole or not at all, readable by this user only. Raises UsageError ``export_write``."""
    from kiosk.visits.exports import whole_file

    with whole_file(file) as unfinished:
        unfinished.write_text(json.dumps(as_json(copy), ensure_ascii=False, indent=1) + "\n", "utf-8")


__all__ = ["KeptFor", "PersonCopy", "Sending", "as_json", "copy_of", "write_json"]
