"""The staff accounts in the records, and logging in with them.

A try is counted before the secret is looked at, so that many tries at once are no way around the waits; the
hash is computed outside of every transaction, because it takes a tenth of a second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from kiosk import clock
from kiosk.errors import RecordsError, UsageError
from kiosk.visits.audit import Act, AuditNote
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.reach import Reach
from kiosk.visits.schema import staff_account
from kiosk.visits.staff import (
    WAITS,
    Role,
    StaffAccount,
    account_name,
    check_secret,
    checked_identity,
    wait_after,
)

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_log = logging.getLogger(__name__)

_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0IGhlcmU$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"
"""Compared with when there is no such account, so that this takes as long."""


class StaffBook:
    """The accounts of one facility, either live or training."""

    def __init__(self, audit: Callable[[], AuditLog]) -> None:
        self._audit = audit

    # Accounts

    def accounts(self) -> list[StaffAccount]:
        """All of them, by name of account; disabled ones too."""
        return [_account_from(row) for row in self.rows()]

    def get(self, account: str) -> StaffAccount | None:
        return next((each for each in self.accounts() if each.account == account), None)

    def add(self, account: str, full_name: str, citizen_id: str, role: Role, secret: str) -> StaffAccount:
        """Raises UsageError: what is wrong with the values, or ``staff_exists``."""
        name = account_name(account)
        full_name, citizen_id = checked_identity(full_name, citizen_id)
        check_secret(secret)
        hashed = _hash(secret)
        with self._writing() as connection:
            if self._row(connection, name) is not None:
                raise UsageError("staff_exists", account=name)
            connection.execute(
                insert(staff_account).values(
                    mode=self._log.mode,
                    facility=self._log.facility,
                    account=name,
                    full_name=full_name,
                    citizen_id=citizen_id,
                    role=role.value,
                    secret=hashed,
                    created_at=clock.now(),
                    wrong_tries=0,
                )
            )
            self._note(connection, name, "added", role=role.value)
        return self._known(name)

    def set_secret(self, account: str, secret: str) -> StaffAccount:
        """Also ends a wait and brings a disabled account back. Raises UsageError ``staff_unknown``."""
        check_secret(secret)
        fresh = {"secret": _hash(secret), "wrong_tries": 0, "wait_until": None, "disabled_at": None}
        return self._change(account, "secret_set", **fresh)

    def change_secret(self, account: str, secret: str, fresh: str) -> StaffAccount:
        """Log in and take a new one, so that whoever gave the present one knows it no longer.

        Raises UsageError ``staff_secret``, ``staff_secret_same`` (neither counts as a try), or as `log_in`.
        """
        check_secret(fresh)
        if fresh == secret:
            raise UsageError("staff_secret_same")
        name = self.log_in(account, secret).account
        hashed = _hash(fresh)
        with self._writing() as connection:
            self._update(connection, name, secret=hashed)
            note = self._as(name, Act.STAFF, what="secret_changed")
            self._log.add(connection, replace(note, who=name))
        return self._known(name)

    def set_role(self, account: str, role: Role, *, even_the_last: bool = False) -> StaffAccount:
        """What it may do from its next log-in on. Raises ``staff_unknown``, ``staff_last_of_role``."""
        name = account_name(account)
        if not even_the_last:
            self._check_role_is_kept(name, role)
        return self._change(name, "role_set", {"role": role.value}, role=role.value)

    def disable(self, account: str, *, even_the_last: bool = False) -> StaffAccount:
        """Nobody logs in with it any more; what it did stays. Raises UsageError ``staff_unknown``;
        ``staff_last``: without accounts the desks ask nobody who they are; or ``staff_last_of_role``: nobody
        else is a supervisor, or IT.
        """
        name = account_name(account)
        if not even_the_last:
            if not any(each.active and each.account != name for each in self.accounts()):
                raise UsageError("staff_last", account=name)
            self._check_role_is_kept(name)
        return self._change(name, "disabled", disabled_at=clock.now())

    def _check_role_is_kept(self, name: str, role: Role | None = None) -> None:
        """Whether others do what this one does. Who is disabled already is missed by nobody."""
        active = [each for each in self.accounts() if each.active]
        leaving = next((each for each in active if each.account == name), None)
        if leaving is None or leaving.role in {role, Role.RECEPTIONIST}:
            return
        if [each.role for each in active].count(leaving.role) == 1:
            raise UsageError("staff_last_of_role", account=name, field=leaving.role.value)

    def _change(
        self, account: str, what: str, detail: Mapping[str, str] | None = None, /, **values: Any
    ) -> StaffAccount:
        name = account_name(account)
        with self._writing() as connection:
            if self._row(connection, name) is None:
                raise UsageError("staff_unknown", account=name)
            self._update(connection, name, **values)
            self._note(connection, name, what, **(detail or {}))
        return self._known(name)

    # Logging in

    def log_in(self, account: str, secret: str) -> StaffAccount:
        """Who that is. Raises UsageError ``staff_wrong`` or ``staff_wait`` (value ``seconds``)."""
        name = account.strip().lower()
        row = self._count_try(name)
        right = _matches(row.secret if row is not None else _NOBODY, secret) and row is not None
        if row is None or not right or row.disabled_at is not None:
            known = row is not None
            self._log.note(self._as(name if known else None, Act.LOG_IN_REFUSED, known_account=known))
            waits = wait_after(row.wrong_tries + 1) if row is not None else None
            if waits is not None:
                raise UsageError("staff_wait", seconds=str(round(waits.total_seconds())))
            raise UsageError("staff_wrong")
        with self._writing() as connection:
            fresh: dict[str, Any] = {"wrong_tries": 0, "wait_until": None}
            if _needs_new_hash(row.secret):
                fresh["secret"] = _hash(secret)
            self._update(connection, name, **fresh)
            self._log.add(connection, replace(self._as(name, Act.LOG_IN), who=name))
        return _account_from(row)

    def _count_try(self, name: str) -> Row[Any] | None:
        now = clock.now()
        with self._writing() as connection:
            row = self._row(connection, name)
            if row is None:
                return None
            if row.wait_until is not None and now < row.wait_until <= now + WAITS[-1]:
                left = (row.wait_until - now).total_seconds()
                raise UsageError("staff_wait", seconds=str(int(left) + 1))
            waits = wait_after(row.wrong_tries + 1)
            self._update(
                connection,
                name,
                wrong_tries=row.wrong_tries + 1,
                wait_until=now + waits if waits is not None else None,
            )
            return row

    # Copies on a desk, for when the server is away

    def rows(self) -> list[dict[str, Any]]:
        with self._log.database.read() as connection:
            query = select(staff_account).where(*self._here).order_by(staff_account.c.account)
            return [dict(row) for row in connection.execute(query).mappings()]

    def copy_from(self, rows: list[dict[str, Any]]) -> None:
        """Hold the same accounts; tries that were counted here stay counted."""
        mine = {row["account"]: row for row in self.rows()}
        counted = ("wrong_tries", "wait_until")
        wanted = [{**row, **{name: mine.get(row["account"], row)[name] for name in counted}} for row in rows]
        if wanted == list(mine.values()):
            return
        with self._writing() as connection:
            connection.execute(delete(staff_account).where(*self._here))
            if wanted:
                connection.execute(insert(staff_account), wanted)

    # Inside

    @property
    def _log(self) -> AuditLog:
        return self._audit()

    @property
    def _here(self) -> tuple[Any, Any]:
        return self._log.home.owns(staff_account)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._log.writing() as connection:
            yield connection

    def _row(self, connection: Connection, name: str) -> Row[Any] | None:
        query = select(staff_account).where(*self._here, staff_account.c.account == name)
        return connection.execute(query.with_for_update()).first()

    def _update(self, connection: Connection, name: str, **values: Any) -> None:
        changed = update(staff_account).where(*self._here, staff_account.c.account == name)
        connection.execute(changed.values(values))

    def _known(self, name: str) -> StaffAccount:
        found = self.get(name)
        if found is None:
            raise UsageError("staff_unknown", account=name)
        return found

    def _as(self, account: str | None, act: Act, **detail: Any) -> AuditNote:
        return self._log.signed(act, account, None, **detail)

    def _note(self, connection: Connection, account: str, what: str, **detail: Any) -> None:
        self._log.add(connection, self._as(account, Act.STAFF, what=what, **detail))


class SharedStaffBook(StaffBook):
    """The accounts on the server; a desk keeps a copy with hashed secrets, for when the server is away."""

    def __init__(self, there: StaffBook, here: StaffBook, reach: Reach) -> None:
        super().__init__(there._audit)
        self._there, self._at_desk, self._reach = there, here, reach

    def accounts(self) -> list[StaffAccount]:
        try:
            self.renew()
            return self._there.accounts()
        except RecordsError:
            if not self._reach.away:
                raise
            return self._at_desk.accounts()

    def log_in(self, account: str, secret: str) -> StaffAccount:
        try:
            return self._there.log_in(account, secret)
        except RecordsError:
            if not self._reach.away:
                raise
            return self._at_desk.log_in(account, secret)

    def renew(self) -> None:
        """Take over what the server has. A desk that can keep no copy goes on without one."""
        rows = self._there.rows()
        try:
            self._at_desk.copy_from(rows)
        except RecordsError as error:
            _log.warning("no copy of the accounts on this desk: %s", error.code)


def _account_from(row: Any) -> StaffAccount:
    values = row if isinstance(row, dict) else row._mapping
    return StaffAccount(
        account=values["account"],
        full_name=values["full_name"],
        citizen_id=values["citizen_id"],
        role=Role(values["role"]),
        created_at=values["created_at"],
        disabled_at=values["disabled_at"],
    )


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


def _hash(secret: str) -> str:
    return _hasher().hash(secret)


def _matches(hashed: str, secret: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, secret)
    except (VerificationError, InvalidHashError):
        return False


def _needs_new_hash(hashed: str) -> bool:
    return _hasher().check_needs_rehash(hashed)
