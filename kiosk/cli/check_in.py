"""`kiosk check-in`: one patient, received as at the desk."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kiosk import texts
from kiosk.cli.options import birth_option, name_option, with_session
from kiosk.cli.session import Session
from kiosk.clock import today
from kiosk.errors import UsageError

EXIT_OF_STATUS = {"checked_in": 0, "self_pay": 0, "held": 3, "refused": 4, "pending": 5}


@click.command("check-in")
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
@with_session
def check_in_command(
    session: Session,
    image: str | None,
    scan: str | None,
    number: str | None,
    name: str | None,
    birth: str | None,
    confirm: str | None,
    self_pay: bool,
    priority: str | None,
    papers: tuple[str, ...],
) -> int:
    """Tiếp nhận một người bệnh: đọc thẻ, tra cứu, ghi lượt khám."""
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
    from kiosk.cli.text import visit_text

    session.emit(output, lambda: visit_text(output, message, session.language))
    return EXIT_OF_STATUS[visit.status]
