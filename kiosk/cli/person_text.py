"""What `kiosk person erase` says to people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kiosk import texts

if TYPE_CHECKING:
    from kiosk.visits.person_erasing import Erased, ErasePlan, VisitFate


def plan_text(plan: ErasePlan, files: Sequence[str], language: str) -> str:
    """What an erasure would do, visit by visit, and how to have it done."""
    lines = [_text("plan_head", language)]
    lines += [f"  {_fate(each, plan, language)}" for each in plan.visits]
    lines += _others(plan, language)
    lines += _left(plan, files, language)
    lines.append(_text("plan_how", language))
    return "\n".join(lines)


def erased_text(done: Erased, files: Sequence[str], language: str) -> str:
    counts = {"gone": str(done.gone), "kept": str(done.kept), "waiting": str(done.waiting)}
    lines = [_text("erased", language, **counts)]
    if done.waiting:
        lines.append("  " + _text("erased_waiting", language))
    if not done.swept:
        lines.append("  " + _text("not_swept", language))
    lines += _others(done.plan, language)
    lines += _left(done.plan, files, language)
    return "\n".join(lines)


def _fate(each: VisitFate, plan: ErasePlan, language: str) -> str:
    why = _text(f"why_{each.why}", language, article=plan.article)
    until = (
        " "
        + _text("until", language, until=f"{each.until:%d/%m/%Y}", evidence=f"{each.evidence_until:%d/%m/%Y}")
        if each.until is not None
        else ""
    )
    return f"{each.day:%d/%m/%Y}  {each.visit_id[:12]}  {_text(each.fate.value, language)}: {why}{until}"


def _others(plan: ErasePlan, language: str) -> Iterator[str]:
    for code, count in (("plan_watched", plan.watched), ("plan_texts", plan.difficulty_texts)):
        if count:
            yield "  " + _text(code, language, count=str(count))


def _left(plan: ErasePlan, files: Sequence[str], language: str) -> Iterator[str]:
    if plan.audit_entries:
        yield "  " + _text("plan_audit", language, count=str(plan.audit_entries))
    for mention in plan.mentions:
        yield "  " + _text(
            "mention",
            language,
            table=_text(f"table_{mention.table}", language),
            row=mention.row[:12],
            text=mention.text,
        )
    for file in files:
        yield "  " + _text("file_left", language, file=file)


def _text(code: str, language: str, /, **values: str) -> str:
    return texts.text("person", code, language, **values)


__all__ = ["erased_text", "plan_text"]
