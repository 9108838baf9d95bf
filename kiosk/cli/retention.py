"""`kiosk retention`: how long what is kept is kept, what is due, and its deletion."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from kiosk import clock, texts
from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.session import Session
from kiosk.errors import UsageError

if TYPE_CHECKING:
    from kiosk.visits.records import VisitRecords
    from kiosk.visits.retention.run import Outcome, Planned, Retention

AHEAD_DAYS = 30
EXIT_NOT_FINISHED = 1


@click.group("retention")
def retention_group() -> None:
    """Thời hạn lưu từng loại dữ liệu, và xóa thật thứ đã quá hạn."""


@retention_group.command("show")
@with_session
def show_command(session: Session) -> int:
    """Hiện thời hạn, căn cứ, và bao nhiêu dòng quá hạn; không xóa gì."""
    from kiosk.visits.retention.rules import WITH

    with session.reception() as reception:
        retention = _retention(session, reception.records)
        soon = {each.rule.kind: each.found.rows for each in retention.plan(timedelta(days=AHEAD_DAYS))}
        for planned in retention.plan():
            more = soon[planned.rule.kind] - planned.found.rows
            output = {**_output(planned, session), "more_within_30_days": more}
            session.emit(output, lambda planned=planned, more=more: _shown(planned, more, session))  # type: ignore[misc]
            for kind in (kind for kind, other in WITH.items() if other == planned.rule.kind):
                output = {"kind": kind, "name": _text(session, kind), "with": planned.rule.kind}
                session.emit(output, lambda kind=kind, it=planned: _goes_with(kind, it, session))  # type: ignore[misc]
        last = _last_run(reception.records)
    if not session.json:
        session.print(_standing(session, last))
    return EXIT_OK


@retention_group.command("run")
@click.option("--yes", is_flag=True, help="Xóa thật; thiếu nó thì chỉ xem (ở màn hình lệnh thì hỏi).")
@click.option("--kind", "kinds", multiple=True, help="Chỉ loại này, như evidence; cho được nhiều lần.")
@click.option(
    "--compact", is_flag=True, help="Sau đó ghi lại tệp sổ cho nhỏ; quầy phải chờ, nên làm ngoài giờ."
)
@with_session
def run_command(session: Session, yes: bool, kinds: tuple[str, ...], compact: bool) -> int:
    """Xem trước thứ quá hạn, rồi xóa thật khi được đồng ý."""
    from kiosk.visits.retention.rules import SINCE

    unknown = [kind for kind in kinds if kind not in SINCE]
    if unknown:
        raise UsageError("usage", what=f"--kind {unknown[0]}: {', '.join(SINCE)}")
    with session.reception() as reception:
        retention = _retention(session, reception.records)
        wanted = [each for each in retention.plan() if not kinds or each.rule.kind in kinds]
        due = [each for each in wanted if each.found.rows]
        if not yes:
            for planned in wanted if session.json else due:
                output = {**_output(planned, session), "dry_run": True}
                session.emit(output, lambda planned=planned: _shown(planned, 0, session))  # type: ignore[misc]
        rows = sum(each.found.rows for each in due)
        if not rows and not session.json:
            session.print(_text(session, "nothing_due"))
        if not yes and not _agreed(session, rows):
            return EXIT_OK
        outcome = retention.carry_out(why="kiosk retention run", kinds=kinds or None)
        sizes = _compacted(session, reception.records) if compact else None
    output = {
        "removed": outcome.removed,
        "rows": outcome.rows,
        "longest_lock_ms": outcome.longest_ms,
        "swept": outcome.swept,
        "finished": outcome.finished,
        "backups_hold_until": _backups_until(session),
        "compacted": sizes,
        "training": session.settings.training,
    }
    session.emit(output, lambda: _done(outcome, sizes, session))
    return EXIT_OK if outcome.finished else EXIT_NOT_FINISHED


def _retention(session: Session, records: VisitRecords) -> Retention:
    from kiosk.app import retention

    return retention(session.settings, records)


def _agreed(session: Session, rows: int) -> bool:
    if not rows:
        return False
    if session.json or not sys.stdin.isatty():
        if not session.json:
            session.print(_text(session, "dry_run"))
        return False
    agreed = click.confirm(_text(session, "ask", rows=_number(rows)), default=False)
    if not agreed:
        session.print(_text(session, "not_done"))
    return agreed


def _compacted(session: Session, records: VisitRecords) -> dict[str, int] | None:
    """Sizes before and after; None where a server keeps the records."""
    from kiosk.app import records_on_disk

    file = records_on_disk(session.settings)
    for log in records.audit.parts():
        before = file.stat().st_size if file is not None else 0
        log.database.compact()
    return {"before": before, "after": file.stat().st_size} if file is not None else None


def _backups_until(session: Session) -> str | None:
    """The last day on which a daily backup may still hold what is deleted now; None for a server's."""
    from kiosk.app import backups
    from kiosk.visits.retention.calendar import last_day_kept
    from kiosk.visits.retention.rules import retention_rules

    if backups(session.settings) is None:
        return None
    term = retention_rules(session.settings.data_folder)["backups"].term
    return last_day_kept(clock.today(), term).isoformat()


def _last_run(records: VisitRecords) -> str | None:
    from kiosk.visits.retention.marks import last_run

    log = records.audit.parts()[0]
    with log.database.read() as connection:
        when = last_run(connection, log.home)
    return f"{when:%H:%M %d/%m/%Y}" if when else None


# The objects and texts


def _output(planned: Planned, session: Session) -> dict[str, Any]:
    rule, found = planned.rule, planned.found
    return {
        "kind": rule.kind,
        "name": _text(session, rule.kind),
        "term": rule.term.words,
        "since": rule.since,
        "sure": rule.sure.value,
        "source": rule.source_in(session.language),
        "below_advice": rule.below_advice,
        "until": planned.last_day.isoformat(),
        "rows": found.rows,
        "oldest": found.oldest.isoformat() if found.oldest else None,
        "newest": found.newest.isoformat() if found.newest else None,
        "stay": dict(planned.stay),
        "training": session.settings.training,
    }


def _shown(planned: Planned, more: int, session: Session) -> str:
    rule, found = planned.rule, planned.found
    unit, count = ("months", rule.term.months) if rule.term.months else ("days", rule.term.days)
    lines = [
        _text(
            session,
            "show_kind",
            name=_text(session, rule.kind),
            kind=rule.kind,
            term=_text(session, unit, count=str(count)),
            since=_text(session, f"since_{rule.since}"),
            sure=_text(session, f"sure_{rule.sure}"),
            source=rule.source_in(session.language),
        )
    ]
    if rule.below_advice:
        lines.append(_text(session, "below_advice", months=str(rule.advised_months)))
    if found.oldest and found.newest:
        values = {"oldest": f"{found.oldest:%d/%m/%Y}", "newest": f"{found.newest:%d/%m/%Y}"}
        lines.append(_text(session, "due", rows=_number(found.rows), **values))
    else:
        lines.append(_text(session, "due_none"))
    if more:
        lines.append(_text(session, "due_ahead", days=str(AHEAD_DAYS), rows=_number(more)))
    lines += [
        _text(session, "stays", rows=_number(rows), reason=_text(session, f"stay_{reason}"))
        for reason, rows in planned.stay.items()
    ]
    return "\n".join(lines)


def _goes_with(kind: str, planned: Planned, session: Session) -> str:
    other = _text(session, planned.rule.kind)
    return _text(session, "show_with", name=_text(session, kind), kind=kind, other=other)


def _standing(session: Session, last: str | None) -> str:
    settings = session.settings.retention
    word = "automatic_on" if settings.automatic else "automatic_off"
    automatic = _text(session, word, days=str(settings.notice_days))
    return _text(session, "last_run", when=last or _text(session, "never"), automatic=automatic)


def _done(outcome: Outcome, sizes: dict[str, int] | None, session: Session) -> str:
    lines = list(_deleted(outcome, session))
    if sizes is not None:
        from kiosk.disk import in_units

        before, after = in_units(sizes["before"]), in_units(sizes["after"])
        lines.append(_text(session, "compacted", before=before, after=after))
    return "\n".join(lines)


def _deleted(outcome: Outcome, session: Session) -> Iterable[str]:
    if not outcome.rows:
        return
    kinds = ", ".join(
        f"{_short(_text(session, kind))} {_number(rows)}" for kind, rows in outcome.removed.items() if rows
    )
    yield _text(session, "removed", rows=_number(outcome.rows), kinds=kinds)
    yield _text(session, "lock", ms=f"{outcome.longest_ms:.0f}")
    if not outcome.swept:
        yield _text(session, "not_swept")
    until = _backups_until(session)
    if until is None:
        yield _text(session, "server_backups")
    else:
        year, month, day = until.split("-")
        yield _text(session, "backups_hold", date=f"{day}/{month}/{year}")


def _short(name: str) -> str:
    return name.partition(":")[0].partition(" (")[0]


def _text(session: Session, key: str, **values: str) -> str:
    return texts.text("retention", key, session.language, **values)


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
