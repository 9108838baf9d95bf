"""`kiosk watch-list import FILE`: the cards that the desks look at twice."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk import clock, texts
from kiosk.cli_session import Session

EXIT_OK, EXIT_SOME_BAD = 0, 1


def watch_list_command(session: Session) -> click.Group:
    """The group for `kiosk.cli`."""

    @click.group("watch-list")
    def group() -> None:
        """Danh sách thẻ cần theo dõi tại quầy."""

    @group.command("import")
    @click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
    @click.option("--json", "json_", is_flag=True, help="Mỗi dòng một đối tượng JSON.")
    def import_command(file: Path, json_: bool) -> int:
        """Thay toàn bộ danh sách bằng tệp CSV có cột number, reason và nếu cần until."""
        session.begin(json_output=json_)
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
            "training": session.settings.training,
        }

        def for_people() -> str:
            lines = [texts.text("cli", "watch_imported", session.language, count=str(len(found.entries)))]
            lines += [
                texts.text("cli", "watch_bad_line", session.language, line=str(each.line), field=each.field)
                for each in found.bad
            ]
            return "\n".join(lines)

        session.emit(output, for_people)
        return EXIT_SOME_BAD if found.bad else EXIT_OK

    return group


__all__ = ["watch_list_command"]
