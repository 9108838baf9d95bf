"""`kiosk watch-list import FILE`: the cards that the desks look at twice."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk import clock, texts
from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.session import Session

EXIT_SOME_BAD = 1


@click.group("watch-list")
def watch_list_group() -> None:
    """Danh sách thẻ cần theo dõi tại quầy."""


@watch_list_group.command("import")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@with_session
def import_command(session: Session, file: Path) -> int:
    """Thay toàn bộ danh sách bằng tệp CSV có cột number, reason và nếu cần until."""
    from kiosk.visits.audit import Act
    from kiosk.visits.watching import read_watch_list

    found = read_watch_list(file)
    with session.reception() as reception:
        reception.records.replace_watch_list(found.entries, clock.now())
        reception.note_act(Act.SETTINGS, "watch-list", None, watched=len(found.entries))
    output = {
        "file": str(file),
        "watched": len(found.entries),
        "bad_lines": [{"line": each.line, "field": each.field} for each in found.bad],
        "guessed_encoding": found.guessed,
        "training": session.settings.training,
    }

    def for_people() -> str:
        lines = [texts.text("cli", "watch_imported", session.language, count=str(len(found.entries)))]
        if found.guessed:
            lines.append(texts.text("cli", "watch_guessed", session.language, encoding=found.guessed))
        lines += [
            texts.text("cli", "watch_bad_line", session.language, line=str(each.line), field=each.field)
            for each in found.bad
        ]
        return "\n".join(lines)

    session.emit(output, for_people)
    return EXIT_SOME_BAD if found.bad else EXIT_OK
