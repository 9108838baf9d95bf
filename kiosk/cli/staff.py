"""`kiosk staff`: the accounts of those who work at the desks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from kiosk import texts
from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.session import Session
from kiosk.errors import UsageError
from kiosk.logs import mask_number

if TYPE_CHECKING:
    from kiosk.visits.staff import StaffAccount

_ROLES = ("receptionist", "supervisor", "it")


@click.group("staff")
def staff_group() -> None:
    """Tài khoản nhân viên: tên và CCCD như đã đăng ký với BHXH, mã PIN hoặc mật khẩu."""


@staff_group.command("add")
@click.argument("account")
@click.option("--name", required=True, help="Họ tên như đã đăng ký với BHXH.")
@click.option("--citizen-id", required=True, help="Số CCCD, 12 chữ số.")
@click.option(
    "--role", type=click.Choice(_ROLES), default=_ROLES[0], show_default=True, help="Được làm những gì."
)
@with_session
def add_command(session: Session, account: str, name: str, citizen_id: str, role: str) -> int:
    """Thêm một tài khoản; mã PIN được hỏi, hoặc là dòng đầu của đầu vào chuẩn."""
    from kiosk.visits.staff import Role, account_name, checked_identity

    account_name(account)
    checked_identity(name, citizen_id)
    with session.reception() as reception:
        made = reception.records.staff.add(account, name, citizen_id, Role(role), _secret(session))
    return _show(session, made)


@staff_group.command("set-secret")
@click.argument("account")
@with_session
def set_secret_command(session: Session, account: str) -> int:
    """Đặt lại mã PIN; cũng mở lại tài khoản đã khóa."""
    with session.reception() as reception:
        changed = reception.records.staff.set_secret(account, _secret(session))
    return _show(session, changed)


@staff_group.command("set-role")
@click.argument("account")
@click.argument("role", type=click.Choice(_ROLES))
@click.option("--even-the-last", is_flag=True, help="Kể cả người cuối trong vai trò cũ.")
@with_session
def set_role_command(session: Session, account: str, role: str, even_the_last: bool) -> int:
    """Đổi vai trò của một tài khoản, có hiệu lực từ lần đăng nhập sau."""
    from kiosk.visits.staff import Role

    with session.reception() as reception:
        changed = reception.records.staff.set_role(account, Role(role), even_the_last=even_the_last)
    return _show(session, changed)


@staff_group.command("disable")
@click.argument("account")
@click.option(
    "--even-the-last",
    is_flag=True,
    help="Kể cả tài khoản cuối (quầy không còn hỏi đăng nhập), hoặc cuối của vai trò.",
)
@with_session
def disable_command(session: Session, account: str, even_the_last: bool) -> int:
    """Khóa một tài khoản; những gì người đó đã làm vẫn còn."""
    with session.reception() as reception:
        changed = reception.records.staff.disable(account, even_the_last=even_the_last)
    return _show(session, changed)


@staff_group.command("list")
@with_session
def list_command(session: Session) -> int:
    """Liệt kê các tài khoản."""
    with session.reception() as reception:
        accounts = reception.records.staff.accounts()
    for account in accounts:
        _show(session, account)
    if not accounts and not session.json:
        session.print(texts.text("cli_staff", "nobody", session.language))
    return EXIT_OK


def _show(session: Session, account: StaffAccount) -> int:
    """Citizen numbers stand in full in JSON and masked for people, as everywhere."""
    output: dict[str, Any] = {
        "account": account.account,
        "full_name": account.full_name,
        "citizen_id": account.citizen_id,
        "role": account.role.value,
        "active": account.active,
        "created_at": account.created_at.isoformat(timespec="seconds"),
        "training": session.settings.training,
    }
    role = texts.text("cli_staff", account.role.value, session.language)
    state = texts.text("cli_staff", "active" if account.active else "disabled", session.language)
    cells = (
        account.account.ljust(16),
        account.full_name.ljust(28),
        mask_number(account.citizen_id),
        role,
        state,
    )
    session.emit(output, lambda: "  ".join(cells))
    return EXIT_OK


def _secret(session: Session) -> str:
    """Never an argument: those stand in the list of processes. Raises UsageError ``staff_secret_twice``."""
    if sys.stdin is None or not sys.stdin.isatty():
        return (sys.stdin.readline() if sys.stdin else "").rstrip("\r\n")
    first: str = click.prompt(texts.text("cli_staff", "ask", session.language), hide_input=True, err=True)
    again: str = click.prompt(texts.text("cli_staff", "again", session.language), hide_input=True, err=True)
    if first != again:
        raise UsageError("staff_secret_twice")
    return first
