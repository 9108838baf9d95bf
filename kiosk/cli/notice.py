"""`kiosk notice`: what patients are told about their data, shown, printed, and which version was in force."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import clock, texts
from kiosk.cli.options import EXIT_OK, read_day, with_session
from kiosk.cli.session import Session
from kiosk.errors import UsageError

if TYPE_CHECKING:
    from kiosk.visits.notice import NoticeWords, PatientNotice
    from kiosk.visits.notice_in_force import NoticeStanding, NoticeUse

_LANGUAGES = ("vi", "en")


@click.group("notice")
def notice_group() -> None:
    """Thông báo cho người bệnh về dữ liệu cá nhân: xem, in, phiên bản nào áp dụng khi nào."""


_language = click.option(
    "--language", type=click.Choice(_LANGUAGES), help="Ngôn ngữ; bỏ trống: như màn hình."
)
_short = click.option("--short", is_flag=True, help="Chỉ bản ngắn.")


@notice_group.command("show")
@_language
@_short
@with_session
def show_command(session: Session, language: str | None, short: bool) -> int:
    """Hiện thông báo đang dùng, như người bệnh đọc."""
    notice, standing = _now(session)
    words = notice.words[language or session.language]
    output = {
        **_output(notice, standing, session),
        "language": language or session.language,
        "short": words.short,
        "sections": [{"title": each.title, "lines": list(each.lines)} for each in words.sections],
    }
    session.emit(output, lambda: _for_people(session, notice, standing, words, short=short))
    return EXIT_OK


@notice_group.command("print")
@click.option(
    "--to", "file", required=True, metavar="FILE.pdf", type=click.Path(path_type=Path), help="Tệp PDF sẽ ghi."
)
@_language
@_short
@with_session
def print_command(session: Session, file: Path, language: str | None, short: bool) -> int:
    """Ghi thông báo ra tệp PDF khổ A4, chữ lớn, để treo tường; bản ngắn vừa một trang."""
    from kiosk.desk import write_notice
    from kiosk.visits.notice_told import version_line

    notice, standing = _now(session)
    if standing.changed:
        raise UsageError("notice_changed", version=notice.version)
    language = language or session.language
    line = version_line(notice, standing.history[-1].since.date(), language)
    pages = write_notice(notice.words[language], line, file, session.settings, language, short=short)
    output = {**_output(notice, standing, session), "file": str(file), "pages": pages}
    session.emit(
        output,
        lambda: texts.text(
            "notice",
            "printed",
            session.language,
            version=notice.version,
            pages=str(pages),
            file=str(file),
        ),
    )
    return EXIT_OK


@notice_group.command("history")
@click.option("--on", help="Chỉ phiên bản áp dụng vào cuối ngày này, như 2026-11-23.")
@with_session
def history_command(session: Session, on: str | None) -> int:
    """Liệt kê các phiên bản đã dùng, từ khi nào; đọc từ nhật ký."""
    from kiosk.visits.notice_in_force import notice_history

    until = datetime.combine(read_day(on), time.max, clock.VIETNAM) if on else None
    with session.reception() as reception:
        found = notice_history(reception.records.audit, until)
    for use in found[-1:] if on else found:
        session.emit(_use(use, session), lambda use=use: _use_line(use, session.language))  # type: ignore[misc]
    if not found and not session.json:
        session.print(texts.text("notice", "history_none", session.language))
    return EXIT_OK


def _now(session: Session) -> tuple[PatientNotice, NoticeStanding]:
    """What patients are told now, which from now on stands in the audit log."""
    from kiosk.visits.notice_told import notice_now

    with session.reception() as reception:
        return notice_now(session.settings, reception.records.audit)


def _output(notice: PatientNotice, standing: NoticeStanding, session: Session) -> dict[str, object]:
    return {
        "version": notice.version,
        "hash": notice.hash,
        "since": standing.history[-1].since.isoformat(timespec="seconds"),
        "changed_under_its_version": standing.changed,
        "training": session.settings.training,
    }


def _for_people(
    session: Session, notice: PatientNotice, standing: NoticeStanding, words: NoticeWords, *, short: bool
) -> str:
    from kiosk.visits.notice_told import version_line, warnings_of

    lines = [words.short] if short else []
    for section in () if short else words.sections:
        lines += [section.title.upper(), *(f"  {line}" for line in section.lines), ""]
    lines.append(version_line(notice, standing.history[-1].since.date(), session.language))
    lines += [f"! {each}" for each in warnings_of(session.settings, notice, standing, session.language)]
    return "\n".join(lines)


def _use(use: NoticeUse, session: Session) -> dict[str, object]:
    return {
        "version": use.version,
        "hash": use.hash,
        "since": use.since.isoformat(timespec="seconds"),
        "desk": use.desk,
        "training": session.settings.training,
    }


def _use_line(use: NoticeUse, language: str) -> str:
    return texts.text(
        "notice",
        "history_line",
        language,
        since=f"{use.since:%d/%m/%Y %H:%M}",
        version=use.version,
        hash=use.hash[:12],
        desk=use.desk,
    )
