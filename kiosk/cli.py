"""The command line: every command of the contract, thin over `kiosk.reception`.

Each command returns its exit code. With ``--json`` standard output holds one JSON object a line and nothing
else; what a person reads stands in `kiosk.cli_text`. Heavy parts are imported by the commands that need them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk import __version__, texts
from kiosk.card import parse, parse_birth_date
from kiosk.card.model import Kind
from kiosk.cli_audit import audit_group
from kiosk.cli_checks import checks_command
from kiosk.cli_difficulties import difficulties_command
from kiosk.cli_register import register_command
from kiosk.cli_session import OutputLost, Session
from kiosk.cli_staff import staff_group
from kiosk.cli_watch import watch_list_command
from kiosk.clock import today
from kiosk.errors import CardParseError, ImageError, KioskError, RecordsError, UsageError

if TYPE_CHECKING:
    from kiosk.reception import Reception
    from kiosk.visits.audit import Act
    from kiosk.visits.backup import Backups
    from kiosk.visits.model import Visit

session = Session()

EXIT_OK, EXIT_NO_CODE, EXIT_BAD_INPUT, EXIT_INTERNAL, EXIT_INTERRUPTED = 0, 1, 2, 70, 130
EXIT_NOT_SOUND = 1

EXIT_OF_VERDICT = {"eligible": 0, "needs_staff": 3, "not_eligible": 4, "undetermined": 5}
EXIT_OF_STATUS = {"checked_in": 0, "self_pay": 0, "held": 3, "refused": 4, "pending": 5}

as_json = click.option("--json", "json_", is_flag=True, help="Mỗi dòng một đối tượng JSON.")
name_option = click.option("--name", help="Họ tên có dấu.")
birth_option = click.option("--birth", help="Ngày sinh: 01/02/1990, 02/1990, 1990 …")
on_option = click.option("--on", help="Ngày, như 2026-11-23 hoặc 23/11/2026.")
status_option = click.option("--status", help="Trạng thái, như checked_in.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kiosk")
def app() -> None:
    """Quầy tiếp nhận khám chữa bệnh BHYT."""


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. Nothing but a fault of the program gets past the texts."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A lone surrogate (a byte that was not UTF-8) leaves as \\udcXX, which JSON reads back as it was.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    session.json = "--json" in arguments[: arguments.index("--") if "--" in arguments else None]
    try:
        return int(app.main(arguments or ["--help"], prog_name="kiosk", standalone_mode=False) or EXIT_OK)
    except click.ClickException as error:
        return _fail(UsageError("usage", what=" ".join(error.format_message().split())))
    except KioskError as error:
        return _fail(error)
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except OutputLost as lost:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing fails again at exit
        return EXIT_OK if lost.reader_left else _fail(KioskError("output_lost"))
    except Exception as error:  # noqa: BLE001  the last line of defence: a clear line instead of a traceback
        _fail(KioskError("internal", what=_where(error)))
        return EXIT_INTERNAL


def _fail(error: KioskError) -> int:
    described = session.error(error)
    if session.json and error.code != "output_lost":
        session.print(json.dumps({"error": described}, ensure_ascii=False))
    else:
        print(described["message"], file=sys.stderr)
    return EXIT_BAD_INPUT


def _where(error: Exception) -> str:
    """Type and place of a fault, without the exception's text, which may quote a patient's data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__}, {place}"


@app.command("decode")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE…")
@as_json
def decode_command(images: tuple[str, ...], json_: bool) -> int:
    """Đọc mã QR trong ảnh."""
    session.begin(json_output=json_)
    from kiosk.app import decode_image
    from kiosk.cli_text import decoded_text

    exit_code = EXIT_OK
    for name in images:
        output: dict[str, Any] = {"file": name, "codes": [], "elapsed_ms": None, "error": None}
        try:
            found = decode_image(session.settings, Path(name))
        except ImageError as error:
            output["error"] = session.error(error)
            exit_code = EXIT_BAD_INPUT
        else:
            output["codes"] = [{"text": code.text, "kind": _kind(code.text)} for code in found.codes]
            output["elapsed_ms"] = round(found.elapsed_ms, 1)
            if not found.codes:
                exit_code = max(exit_code, EXIT_NO_CODE)
        session.emit(output, lambda output=output: decoded_text(output, session.language))  # type: ignore[misc]
    return exit_code


def _kind(text: str) -> Kind:
    try:
        return parse(text).kind
    except CardParseError:
        return Kind.UNKNOWN


@app.command("parse")
@click.argument("given", nargs=-1, metavar="[TEXT…]")
@as_json
def parse_command(given: tuple[str, ...], json_: bool) -> int:
    """Cho biết nội dung mã hoặc số thẻ nói gì."""
    session.begin(json_output=json_)
    for line in given or _lines_of_stdin():
        output = session.parsed(line)
        session.emit(output, lambda output=output: _parsed_text(output))  # type: ignore[misc]
    return EXIT_OK


def _lines_of_stdin() -> Iterator[str]:
    """Lines end at LF alone; a CR before it is dropped. Bytes that are not UTF-8 come as lone surrogates."""
    for line in sys.stdin.buffer if sys.stdin else ():
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", errors="surrogateescape")


def _parsed_text(output: dict[str, Any]) -> str:
    from kiosk.cli_text import parsed_text

    return parsed_text(output, session.language)


@app.command("lookup")
@click.argument("number")
@name_option
@birth_option
@as_json
def lookup_command(number: str, name: str | None, birth: str | None, json_: bool) -> int:
    """Tra cứu thẻ trên cổng BHXH, không ghi lượt khám."""
    session.begin(json_output=json_)
    from kiosk.cli_text import lookup_text

    with session.reception() as reception:
        found = reception.look_up(reception.typed(number, name or "", birth or ""))
        output = session.looked_up(found)
        # Before the reception is closed: the verdict does not wait for the audit log's disk.
        session.emit(output, lambda: lookup_text(output, session.language))
    return EXIT_OF_VERDICT[found.assessment.verdict]


@app.command("co-payment")
@click.argument("number")
@name_option
@birth_option
@as_json
def co_payment_command(number: str, name: str | None, birth: str | None, json_: bool) -> int:
    """Tra cứu số tiền cùng chi trả lũy kế trong năm (MCCT)."""
    session.begin(json_output=json_)
    if not session.settings.gateway.co_payment:
        raise UsageError("co_payment_off")
    from kiosk.app import ask_co_payment
    from kiosk.cli_text import co_payment_text
    from kiosk.reception import question_for

    with session.reception() as reception:
        question = question_for(reception.typed(number, name or "", birth or ""))
    found = ask_co_payment(session.settings, question)
    output = {
        "result_code": found.result_code,
        "reason": found.reason,
        "accumulated": found.accumulated,
        "elapsed_ms": round(found.elapsed_ms, 1),
        "training": session.settings.training,
    }
    session.emit(output, lambda: co_payment_text(output, session.language))
    return EXIT_OK if found.answered else EXIT_OF_VERDICT["undetermined"]


@app.command("check-in")
@click.option("--image", metavar="FILE", help="Ảnh có mã QR.")
@click.option("--scan", metavar="TEXT", help="Nội dung mã đã quét.")
@click.option("--number", metavar="N", help="Số thẻ nhập tay.")
@name_option
@birth_option
@click.option("--confirm", metavar="REASON", help="Đã kiểm tra gì.")
@click.option("--self-pay", is_flag=True, help="Tự chi trả, không dùng BHYT.")
@click.option(
    "--paper",
    "papers",
    multiple=True,
    metavar="PAPER",
    help="Giấy tờ: referral:20/11/2026:79034, emergency …",
)
@click.option("--priority", metavar="GROUP", help="Diện ưu tiên, hoặc none; bỏ trống: theo tuổi.")
@as_json
def check_in_command(
    image: str | None,
    scan: str | None,
    number: str | None,
    name: str | None,
    birth: str | None,
    confirm: str | None,
    self_pay: bool,
    priority: str | None,
    papers: tuple[str, ...],
    json_: bool,
) -> int:
    """Tiếp nhận một người bệnh: đọc thẻ, tra cứu, ghi lượt khám."""
    session.begin(json_output=json_)
    if sum(way is not None for way in (image, scan, number)) != 1:
        raise UsageError("usage", what=texts.text("cli", "one_of_three", session.language))
    if confirm is not None and not confirm.strip():
        raise UsageError("confirm_reason_missing")
    from kiosk.eligibility.papers import read_paper
    from kiosk.eligibility.priority import BY_AGE, priority_of

    shown = tuple(read_paper(each, today()) for each in papers)
    group = BY_AGE if priority is None else priority_of(priority, None, today())
    with session.reception() as reception:
        from kiosk.visits.model import Source

        if number is not None:
            card, source = reception.typed(number, name or "", birth or ""), Source.TYPED
        elif scan is not None:
            card, source = (
                reception.complete(reception.read(scan), full_name=name, birth_date=birth),
                Source.SCAN,
            )
        else:
            read = reception.read_image(Path(image or ""))
            card, source = reception.complete(read, full_name=name, birth_date=birth), Source.IMAGE
        if self_pay:
            visit, message = reception.self_pay(card, source, priority=group), ""
        else:
            found = reception.look_up(card, papers=shown)
            visit = reception.check_in(found, source, confirm.strip() if confirm else None, priority=group)
            message = found.assessment.staff_message(session.language)
        sharing = reception.sharing()
    output = session.visit(visit)
    if sharing is not None and sharing.spool is not None:
        place = sharing.spool.values.get("place", "?")
        print(texts.text("cli", "no_spool", session.language, place=place), file=sys.stderr)
    if visit.kept_here:
        print(texts.text("cli", "kept_here", session.language), file=sys.stderr)
    from kiosk.cli_text import visit_text

    session.emit(output, lambda: visit_text(output, message, session.language))
    return EXIT_OF_STATUS[visit.status]


@app.group("visits", invoke_without_command=True)
@on_option
@status_option
@as_json
@click.pass_context
def visits_group(context: click.Context, on: str | None, status: str | None, json_: bool) -> int:
    """Các lượt khám đã ghi, cũ nhất trước."""
    if context.invoked_subcommand is not None:
        context.obj = (on, status, json_)
        return EXIT_OK
    session.begin(json_output=json_)
    with _visits(on, status) as found:
        if session.json:
            for visit in found:
                session.print(json.dumps(session.visit(visit), ensure_ascii=False))
        else:
            from kiosk.cli_text import visit_lines

            for line in visit_lines((session.visit(visit) for visit in found), session.language):
                session.print(line)
    return EXIT_OK


@visits_group.command("export")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@on_option
@status_option
@as_json
@click.pass_context
def export_command(
    context: click.Context, file: Path, on: str | None, status: str | None, json_: bool
) -> int:
    """Xuất các lượt khám ra tệp CSV hoặc XLSX."""
    outer_on, outer_status, outer_json = context.obj
    session.begin(json_output=json_ or outer_json)
    from kiosk.visits.exports import export_visits

    with _visits(on or outer_on, status or outer_status, export=file) as found:
        count = export_visits(found, file, session.language)
    output = {"file": str(file), "visits": count, "training": session.settings.training}
    session.emit(
        output, lambda: texts.text("cli", "exported", session.language, file=str(file), count=str(count))
    )
    return EXIT_OK


@visits_group.command("evidence")
@click.argument("visit_id")
@click.argument("file", metavar="FILE.pdf", type=click.Path(path_type=Path))
@as_json
@click.pass_context
def evidence_command(context: click.Context, visit_id: str, file: Path, json_: bool) -> int:
    """Lập bản kê PDF các lần tra cứu không thành công của một lượt, để gửi BHXH."""
    session.begin(json_output=json_ or context.obj[2])
    if file.suffix.lower() != ".pdf":
        raise UsageError("evidence_format", file=str(file))
    from kiosk import clock
    from kiosk.desk import write_evidence
    from kiosk.visits.audit import Act
    from kiosk.visits.evidence import evidence_of

    settings = session.settings
    with session.reception() as reception:
        records = reception.records
        visit = records.get(visit_id)
        if visit is None:
            raise UsageError("visit_unknown", visit_id=visit_id)
        reception.note_act(Act.EXPORT, visit_id, what="evidence", file=file.name)
        page = evidence_of(
            visit,
            records.attempts(visit_id),
            records.events(visit_id),
            facility_name=settings.facility.name,
            made_at=clock.now(),
        )
    if not page.exchanges:
        raise UsageError("evidence_none", visit_id=visit_id)
    write_evidence(page, file, settings.data_folder / "cache")
    failed = sum(exchange.failed for exchange in page.exchanges)
    output = {
        "file": str(file),
        "visit_id": visit_id,
        "attempts": len(page.exchanges),
        "failed": failed,
        "training": settings.training,
    }
    session.emit(
        output,
        lambda: texts.text("cli", "evidence_made", session.language, file=str(file), count=str(failed)),
    )
    return EXIT_OK


@visits_group.command("cancel")
@click.argument("visit_id")
@click.option("--reason", required=True, metavar="TEXT", help="Vì sao hủy.")
@as_json
@click.pass_context
def cancel_command(context: click.Context, visit_id: str, reason: str, json_: bool) -> int:
    """Hủy một lượt khám của hôm nay; số thứ tự của lượt đó không cấp lại."""
    session.begin(json_output=json_ or context.obj[2])
    if not reason.strip():
        raise UsageError("cancel_reason_missing")
    with session.reception() as reception:
        output = session.visit(reception.cancel(visit_id, " ".join(reason.split())))
    from kiosk.cli_text import visit_text

    session.emit(output, lambda: visit_text({**output, "verdict": None}, "", session.language))
    return EXIT_OK


@contextmanager
def _visits(on: str | None, status: str | None, export: Path | None = None) -> Iterator[Iterable[Visit]]:
    from kiosk.visits.audit import Act
    from kiosk.visits.model import Status as VisitStatus

    day = _day(on) if on is not None else None
    if status is not None and status not in {str(known) for known in VisitStatus}:
        raise UsageError("usage", what=f"--status: {', '.join(VisitStatus)}")
    with session.reception() as reception:
        if export is not None:
            reception.note_act(Act.EXPORT, what="visits", file=export.name, on=on, status=status)
        yield _all_or_say(reception, reception.visits(day, VisitStatus(status) if status else None))


def _all_or_say(reception: Reception, visits: Iterable[Visit]) -> Iterator[Visit]:
    """The visits; then RecordsError ``records_partly`` or ``records_spool`` when that is not all."""
    yield from visits
    sharing = reception.sharing()
    if sharing is None or (sharing.away is None and sharing.spool is None):
        return
    code, why = ("records_partly", sharing.away) if sharing.away else ("records_spool", sharing.spool)
    error = RecordsError(code, why.detail if why else "", place=why.values.get("place", "?") if why else "?")
    if session.json:  # people read it there too, and not only the script
        print(session.error(error)["message"], file=sys.stderr)
    raise error


def _day(text: str) -> date:
    try:
        partial = parse_birth_date(text)
    except CardParseError:
        raise UsageError("date_invalid", value=text) from None
    if partial.month is None or partial.day is None:
        raise UsageError("date_invalid", value=text)
    return date(partial.year, partial.month, partial.day)


@app.command("ticket")
@click.argument("visit_id", required=False)
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Ghi ra tệp .png hoặc .pdf.")
@click.option("--again", is_flag=True, help="Ghi trên phiếu là in lại.")
@click.option("--test", is_flag=True, help="Phiếu thử máy in, không của lượt nào.")
@as_json
def ticket_command(visit_id: str | None, out: Path | None, again: bool, test: bool, json_: bool) -> int:
    """In phiếu số thứ tự của một lượt đã ghi, hoặc ghi ra tệp."""
    session.begin(json_output=json_)
    if test == (visit_id is not None):
        raise UsageError("usage", what="VISIT_ID | --test")
    from kiosk.cli_ticket import print_or_save

    print_or_save(session, visit_id, out, again=again)
    return EXIT_OK


@app.command("recheck")
@as_json
def recheck_command(json_: bool) -> int:
    """Tra cứu lại ngay các lượt còn nợ tra cứu."""
    session.begin(json_output=json_)
    from kiosk.cli_text import rechecked_text

    count = 0
    with session.reception(heed_refusals=False) as reception:
        for visit in _all_or_say(reception, reception.recheck()):
            count += 1
            output = {
                "visit_id": visit.visit_id,
                "status": visit.status,
                "verdict": visit.verdict,
                "result_code": visit.result_code,
                "reason": visit.reason,
            }
            session.emit(output, lambda visit=visit: rechecked_text(session.visit(visit), session.language))  # type: ignore[misc]
    if count == 0 and not session.json:
        session.print(texts.text("cli", "nothing_owed", session.language))
    return EXIT_OK


@app.group("records")
def records_group() -> None:
    """Sao lưu, khôi phục, kiểm tra tệp lượt khám."""


@records_group.command("backup")
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path))
@as_json
def backup_command(file: Path | None, json_: bool) -> int:
    """Sao lưu tệp lượt khám ngay, kể cả khi quầy đang mở."""
    session.begin(json_output=json_)
    from kiosk.visits.audit import Act
    from kiosk.visits.backup import back_up

    kept = _backups()
    made = kept.make() if file is None else back_up(kept.records, file)
    _note(Act.BACKUP, file=str(made))
    output = {"file": str(made), "bytes": made.stat().st_size, "training": session.settings.training}
    session.emit(output, lambda: texts.text("cli", "backed_up", session.language, file=str(made)))
    return EXIT_OK


@records_group.command("restore")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@as_json
def restore_command(file: Path, json_: bool) -> int:
    """Khôi phục tệp lượt khám từ bản sao lưu; tệp đang dùng được giữ lại dưới tên khác."""
    session.begin(json_output=json_)
    from kiosk.visits.audit import Act
    from kiosk.visits.backup import restore

    records = _backups().records
    restored = restore(file, records)
    _note(
        Act.RESTORE,
        file=str(file),
        former=str(restored.former) if restored.former else None,
        visits_left_behind=restored.left_behind,
        entries_lost=restored.audit_lost,
    )
    output = {
        "file": str(file),
        "records": str(records),
        "former": str(restored.former) if restored.former else None,
        "visits": restored.visits,
        "left_behind": restored.left_behind,
        "training": session.settings.training,
    }
    from kiosk.cli_text import restored_text

    session.emit(output, lambda: restored_text(output, session.language))
    return EXIT_OK


@records_group.command("check")
@as_json
def check_command(json_: bool) -> int:
    """Kiểm tra tệp lượt khám có nguyên vẹn không."""
    session.begin(json_output=json_)
    from kiosk.visits.backup import check

    kept = _backups()
    found, last = check(kept.records), kept.latest()
    output = {
        "records": str(found.file),
        "ok": found.ok,
        "exists": found.exists,
        "schema": found.schema,
        "newer": found.newer,
        "visits": found.visits,
        "owed": found.owed,
        "bytes": found.bytes,
        "problems": list(found.problems),
        "last_backup": last.isoformat() if last else None,
        "training": session.settings.training,
    }
    from kiosk.cli_text import checked_text

    session.emit(output, lambda: checked_text(output, session.language))
    return EXIT_OK if found.ok else EXIT_NOT_SOUND


def _note(act: Act, **detail: Any) -> None:
    from kiosk.app import build_reception

    with build_reception(session.settings) as reception:
        reception.note_act(act, **detail)


def _backups() -> Backups:
    from kiosk.app import backups

    found = backups(session.settings)
    if found is None:
        raise UsageError("records_on_server")
    return found


@app.command("doctor")
@as_json
def doctor_command(json_: bool) -> int:
    """Kiểm tra camera, máy quét, cổng BHXH, tài khoản, sổ khám, ổ đĩa … và cho biết cách sửa."""
    session.begin(json_output=json_)
    from kiosk.cli_text import finding_text, findings_summary
    from kiosk.doctor import examine
    from kiosk.logs import set_up_logging

    set_up_logging()
    bad = 0
    for finding in examine(session.settings):
        bad += not finding.ok
        output = finding.as_json(session.language)
        session.emit(output, lambda output=output: finding_text(output, session.language))  # type: ignore[misc]
    if not session.json:
        session.print(findings_summary(bad, session.language))
    return EXIT_NOT_SOUND if bad else EXIT_OK


@app.command("training-gateway")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Cổng; 0: tự chọn.")
@as_json
def training_gateway_command(port: int, json_: bool) -> int:
    """Chạy cổng tập huấn cho đến khi dừng."""
    session.begin(json_output=json_)
    from kiosk.training.gateway_server import TrainingGateway, serve_until_stopped

    try:
        server = TrainingGateway(port=port)
    except OSError as error:
        raise UsageError("port_in_use", port=str(port), why=error.strerror or "?") from None
    with server:
        session.print(json.dumps({"base_url": server.base_url, "training": True}))
        serve_until_stopped()
    return EXIT_OK


@app.command("desk")
@click.option("--self-service", is_flag=True, help="Màn hình để người bệnh tự lấy số.")
@as_json
def desk_command(self_service: bool, json_: bool) -> int:
    """Mở cửa sổ quầy tiếp nhận."""
    session.begin(json_output=json_)
    return _open_self_service() if self_service else _open_desk()


def _open_self_service() -> int:
    from kiosk.app import build_reception, facility_rules
    from kiosk.desk import run_self_service
    from kiosk.logs import set_up_logging

    set_up_logging()
    facility_rules(session.settings)
    return run_self_service(
        session.settings,
        json_events=session.json,
        reception_factory=lambda: build_reception(session.settings, remember_offline=True),
    )


def _open_desk(first_scan: str | None = None, screenshot: Path | None = None) -> int:
    from kiosk.app import build_reception, facility_rules
    from kiosk.desk import run_desk
    from kiosk.logs import set_up_logging

    set_up_logging()
    facility_rules(session.settings)  # a fault in the rules stops the start, and not the first patient
    return run_desk(
        session.settings,
        json_events=session.json,
        reception_factory=lambda: build_reception(session.settings, remember_offline=True),
        reload=session.reload,
        first_scan=first_scan,
        screenshot=screenshot,
    )


@app.command("demo")
@click.option("--window/--no-window", default=True, help="Mở cửa sổ sau khi chạy.")
@as_json
def demo_command(window: bool, json_: bool) -> int:
    """Chạy thử toàn bộ việc chính bằng ảnh mẫu và cổng tập huấn."""
    session.begin(json_output=json_)
    from kiosk.demo import run_demo

    session.train()
    return run_demo(session, open_desk=_open_desk if window else None)


app.add_command(register_command(session))
app.add_command(difficulties_command(session))
app.add_command(audit_group(session))
app.add_command(staff_group(session))

app.add_command(checks_command(session, _day))
app.add_command(watch_list_command(session))

__all__ = ["Session", "run"]
