"""What the command line prints for people: the JSON objects of the contract, in words.

Numbers are shown in full where a person asked about one card, and masked in lists.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kiosk import texts
from kiosk.logs import mask_number

_CARD_FIELDS = (
    "full_name",
    "birth_date",
    "sex",
    "card_number",
    "social_insurance_number",
    "citizen_id",
    "benefit_level",
    "primary_facility",
    "primary_facility_name",
    "valid_from",
    "valid_to",
    "five_years_from",
    "living_area",
    "guardian_name",
    "address",
    "issued_on",
    "issuing_office",
)
_DATES = {"birth_date", "valid_from", "valid_to", "five_years_from", "issued_on"}


def decoded_text(output: Mapping[str, Any], language: str) -> str:
    if output["error"]:
        return f"{output['file']}: {output['error']['message']}"
    if not output["codes"]:
        return f"{output['file']}: {texts.text('cli', 'no_code', language)}"
    return "\n".join(
        f"{output['file']}: {texts.text('kinds', code['kind'], language)}: {code['text']}"
        for code in output["codes"]
    )


def parsed_text(output: Mapping[str, Any], language: str) -> str:
    if output["error"]:
        return f"✗ {output['error']['message']}\n"
    lines = [texts.text("kinds", output["kind"], language), *_fields(output, language)]
    return "\n".join([*lines, *_warnings(output)]) + "\n"


def lookup_text(output: Mapping[str, Any], language: str) -> str:
    lines = [
        *_verdict(output, output["staff_message"], language),
        *_fields(output["coverage"] or {}, language),
        *_benefit(output),
        *_differences(output, language),
        *_warnings(output),
    ]
    return "\n".join(lines)


def co_payment_text(output: Mapping[str, Any], language: str) -> str:
    if output["accumulated"] is not None:
        amount = f"{output['accumulated']:,}"
        return texts.text("cli", "co_payment_known", language, amount=amount.replace(",", "."))
    code = output["reason"] if output["reason"] in _CO_PAYMENT_TEXTS else "co_payment_failed"
    return texts.text("cli", code, language, reason=output["reason"])


_CO_PAYMENT_TEXTS = {"co_payment_none", "co_payment_restricted", "co_payment_refused"}


def visit_text(output: Mapping[str, Any], message: str, language: str) -> str:
    """A visit just recorded: what it came to, the `message` for staff, the queue number, then the card."""
    lines = _verdict(output, message, language) if output["verdict"] else []
    status = texts.text("statuses", output["status"], language)
    number = output["queue_label"]
    queue = texts.text("cli", "queue_number", language, number=str(number)) if number is not None else ""
    priority = _priority(output["priority"], language)
    lines.append("  ".join(part for part in (f"→ {status}", queue, priority) if part))
    lines += _fields(output["coverage"] or {}, language)
    lines += _benefit(output)
    lines += _differences(output, language)
    lines += _warnings(output)
    return "\n".join(lines)


def _benefit(output: Mapping[str, Any]) -> list[str]:
    """The proposal of what the fund pays, with what it hangs on."""
    found = output["benefit"]
    if found is None:
        return []
    code = " – ".join(part for part in (found["object_code"], found["case"]) if part)
    notes = (note["message"] for note in found["notes"])
    return [f"  {part}" for part in (code, found["sentence"], found["doubt"], *notes) if part]


def rechecked_text(output: Mapping[str, Any], language: str) -> str:
    verdict = texts.text("verdicts", output["verdict"] or "undetermined", language)
    status = texts.text("statuses", output["status"], language)
    return f"{output['visit_id'][:8]}  {verdict}  → {status}"


def restored_text(output: Mapping[str, Any], language: str) -> str:
    lines = [texts.text("cli", "restored", language, file=output["file"], count=str(output["visits"]))]
    if output["former"]:
        lines.append(texts.text("cli", "restored_former", language, file=output["former"]))
    if output["left_behind"]:
        lines.append(texts.text("cli", "left_behind", language, count=str(output["left_behind"])))
    elif output["former"] and output["left_behind"] is None:
        lines.append(texts.text("cli", "left_behind_unknown", language))
    return "\n".join(lines)


def checked_text(output: Mapping[str, Any], language: str) -> str:
    if not output["exists"]:
        return texts.text("cli", "check_nothing", language, file=output["records"])
    word = "check_sound" if output["ok"] else "check_newer" if output["newer"] else "check_damaged"
    lines = [
        texts.text(
            "cli",
            word,
            language,
            file=output["records"],
            visits=_known(output["visits"]),
            owed=_known(output["owed"]),
        ),
        *(f"  {problem}" for problem in output["problems"]),
    ]
    last = output["last_backup"]
    lines.append(
        texts.text("cli", "last_backup", language, time=_day_and_time(last))
        if last
        else texts.text("cli", "no_backup", language)
    )
    return "\n".join(lines)


def _known(count: int | None) -> str:
    return "?" if count is None else str(count)


def finding_text(output: Mapping[str, Any], language: str) -> str:
    """One line of `kiosk doctor`, in columns, and under it what to do."""
    from kiosk.doctor.finding import label

    word = texts.text("doctor", "word_ok" if output["ok"] else "word_bad", language)
    line = f"{'✓' if output['ok'] else '✗'} {word:8} {label(output['check'], language):24} {output['detail']}"
    return line if output["advice"] is None else f"{line}\n{'':11}→ {output['advice']}"


def findings_summary(bad: int, language: str) -> str:
    if not bad:
        return texts.text("doctor", "all_fine", language)
    return texts.text("doctor", "some_bad", language, count=str(bad))


def visit_lines(visits: Iterable[Mapping[str, Any]], language: str) -> Iterator[str]:
    """A table, a line a visit as it is read; numbers masked."""
    heads = [
        texts.text("cli", key, language) for key in ("time", "queue", "status", "verdict", "number", "name")
    ]
    widths = (16, 5, 19, 34, 15, 0)
    yield _row(heads, widths)
    for visit in visits:
        coverage = visit["coverage"] or {}
        number = coverage.get("card_number") or visit.get("number")
        cells = [
            _day_and_time(visit["created_at"]),
            f"{visit['queue_label'] or '–'}{' ★' if visit.get('priority') else ''}",
            texts.text("statuses", visit["status"], language),
            texts.text("verdicts", visit["verdict"], language).capitalize() if visit["verdict"] else "–",
            mask_number(number),
            coverage.get("full_name") or visit.get("full_name") or "–",
        ]
        yield _row(cells, widths)


def _priority(word: str | None, language: str) -> str:
    if word is None:
        return ""
    from kiosk.eligibility.priority import group_name

    return texts.text("cli", "priority", language, group=group_name(word, language))


def _row(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _verdict(output: Mapping[str, Any], message: str, language: str) -> list[str]:
    mark = {"eligible": "✓", "needs_staff": "!", "not_eligible": "✗", "undetermined": "?"}[output["verdict"]]
    code = f" ({output['result_code']})" if output["result_code"] else ""
    lines = [f"{mark} {texts.text('verdicts', output['verdict'], language)}{code}"]
    return [*lines, f"  {message}"] if message else lines


def _fields(values: Mapping[str, Any], language: str) -> list[str]:
    rows = [(_label(field, language), _value(field, values.get(field), language)) for field in _CARD_FIELDS]
    return [f"  {label}: {value}" for label, value in rows if value is not None]


def _value(field: str, value: Any, language: str) -> str | None:
    if value is None:
        return None
    if field in _DATES:
        return "/".join(reversed(str(value).split("-")))
    if field == "sex":
        return texts.text("fields", str(value), language)
    return unicodedata.normalize("NFC", str(value))


def _label(field: str, language: str) -> str:
    return texts.text("fields", field, language)


def _differences(output: Mapping[str, Any], language: str) -> list[str]:
    template = "  ≠ {field}: {read} | {gateway}"
    return [
        template.format(
            field=_label(difference["field"], language),
            read=_value(difference["field"], difference["read"], language),
            gateway=_value(difference["field"], difference["gateway"], language),
        )
        for difference in output.get("differences", ())
    ]


def _warnings(output: Mapping[str, Any]) -> list[str]:
    return [f"  ⚠ {warning['message']}" for warning in output["warnings"]]


def _day_and_time(iso: str) -> str:
    day, _, time = iso.partition("T")
    return f"{'/'.join(reversed(day.split('-')))} {time[:5]}"
