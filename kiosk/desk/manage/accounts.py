"""Who works at the desks: accounts added, given a new PIN or role, closed when somebody leaves. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk import texts
from kiosk.desk.manage.section import ListSection, Room, Typed
from kiosk.desk.manage.view import Entry, View
from kiosk.desk.words import KeyHint, Row, day
from kiosk.errors import UsageError
from kiosk.logs import mask_number
from kiosk.reception import Reception
from kiosk.visits.staff import Right, Role, StaffAccount
from kiosk.visits.staff_book import StaffBook

_ROLES = tuple(Role)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form that is open: ``add``, ``secret``, ``role`` or ``close``; of which account."""

    what: str
    account: StaffAccount | None = None


class AccountsSection(ListSection[StaffAccount]):
    name = "accounts"
    right = Right.STAFF

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._asked: _Asked | None = None

    def open(self) -> None:
        def job(reception: Reception) -> list[StaffAccount]:
            self.noted(reception)
            return reception.records.staff.accounts()

        self.work(job, self._listed)

    def _listed(self, found: list[StaffAccount]) -> None:
        self.show(sorted(found, key=lambda each: (not each.active, each.account)))
        self.room.told("manage", section=self.name, listed=len(found))

    # Keys

    def key(self, name: str, typed: Typed) -> None:
        if self._asked is not None:
            if name == "return":
                self._submit(self._asked, typed)
            return
        if self.move(name):
            return
        chosen = self.chosen
        match name:
            case "F5":
                self._ask(_Asked("add"))
            case "F7" if chosen is not None:
                self._ask(_Asked("secret", chosen))
            case "F10" if chosen is not None and chosen.active:
                self._ask(_Asked("role", chosen))
            case "delete" if chosen is not None and chosen.active:
                self._ask(_Asked("close", chosen))

    def _ask(self, asked: _Asked) -> None:
        self._asked, self.message, self.problem = asked, "", ""
        self.room.changed()

    def back(self) -> bool:
        if self._asked is None:
            return False
        self._asked, self.problem = None, ""
        return True

    def _submit(self, asked: _Asked, typed: Typed) -> None:
        given = {name: value.strip() for name, value in typed.items()}
        chosen = asked.account
        change: Callable[[StaffBook], StaffAccount]
        if asked.what == "add":
            change = lambda book: book.add(  # noqa: E731
                given["account"],
                given["full_name"],
                given["citizen_id"],
                _role(given["role"]),
                typed["secret"],
            )
        elif chosen is None:
            return
        elif asked.what == "secret":
            change = lambda book: book.set_secret(chosen.account, typed["secret"])  # noqa: E731
        elif asked.what == "role":
            change = lambda book: book.set_role(chosen.account, _role(given["role"]))  # noqa: E731
        else:
            change = lambda book: book.disable(chosen.account)  # noqa: E731
        if asked.what in {"add", "secret"} and typed["secret"] != typed["again"]:
            self.problem = self.room.words.error(UsageError("staff_secret_twice"))
            self.room.changed()
            return
        self._change(asked.what, change)

    def _change(self, what: str, change: Callable[[StaffBook], StaffAccount]) -> None:
        def job(reception: Reception) -> tuple[StaffAccount, list[StaffAccount]]:
            book = reception.records.staff
            return change(book), book.accounts()

        def done(found: tuple[StaffAccount, list[StaffAccount]]) -> None:
            changed, accounts = found
            self._asked = None
            self._listed(accounts)
            places = [each.account for each in self.items or ()]
            self.marked = places.index(changed.account) if changed.account in places else 0
            self.message = self.say(f"accounts_done_{what}", account=changed.account)

        self.work(job, done, writes=True)

    # What is shown

    def view(self) -> View:
        if self._asked is not None:
            return self._form(self._asked)
        chosen = self.chosen
        keys = [self.hint("F5", "do_add_account")]
        if chosen is not None:
            keys.append(self.hint("F7", "do_new_secret" if chosen.active else "do_bring_back"))
        if chosen is not None and chosen.active:
            keys += [self.hint("F10", "do_role"), self.hint("Delete", "do_close_account")]
        if self.items:
            keys.append(self.hint("↑ ↓", "do_choose"))
        return View(
            self.say("accounts_title"),
            self.lead("accounts_lead", "accounts_none"),
            (*keys, self.back_key()),
            self.problem,
            self.message,
            details=self._details(chosen) if chosen is not None else (),
            table=self.table("head_account", "head_name", "head_role", "head_state", wide=1),
        )

    def _form(self, asked: _Asked) -> View:
        account = asked.account.account if asked.account is not None else ""
        name = asked.account.full_name if asked.account is not None else ""
        secrets = (
            Entry("secret", self.say("entry_secret"), self.say("entry_secret_hint"), secret=True),
            Entry("again", self.say("entry_again"), secret=True),
        )
        role = Entry("role", self.say("entry_role"), self.say("entry_role_hint"), value="1")
        entries: tuple[Entry, ...] = {
            "add": (
                Entry("account", self.say("entry_account"), self.say("entry_account_hint")),
                Entry("full_name", self.say("entry_name"), self.say("entry_name_hint")),
                Entry("citizen_id", self.say("entry_citizen_id"), self.say("entry_citizen_id_hint")),
                role,
                *secrets,
            ),
            "secret": secrets,
            "role": (role,),
        }.get(asked.what, ())
        keys: list[KeyHint] = [self.hint(self.enter, f"do_{asked.what}_now")]
        if len(entries) > 1:
            keys.append(KeyHint("Tab", self.room.words("do_next_field")))
        return View(
            self.say("accounts_title"),
            self.say("checking")
            if self.busy
            else self.say(f"accounts_{asked.what}", account=account, name=name),
            (*keys, self.back_key()),
            self.problem,
            question=self.say("accounts_close_question", name=name) if asked.what == "close" else "",
            entries=entries,
        )

    def cells(self, item: StaffAccount) -> tuple[str, ...]:
        state = "active" if item.active else "disabled"
        return (item.account, item.full_name, self._staff_say(item.role.value), self._staff_say(state))

    def _details(self, item: StaffAccount) -> tuple[Row, ...]:
        rows = [
            (self.say("row_citizen_id"), mask_number(item.citizen_id)),
            (self.say("row_since"), day(item.created_at.date())),
        ]
        if item.disabled_at is not None:
            rows.append((self.say("row_closed"), day(item.disabled_at.date())))
        return tuple(rows)

    def _staff_say(self, code: str) -> str:
        return texts.text("cli_staff", code, self.room.words.language)


def _role(typed: str) -> Role:
    """By its digit or its word. Raises UsageError ``staff_role``."""
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(_ROLES):
        return _ROLES[int(typed) - 1]
    try:
        return Role(typed.lower())
    except ValueError:
        raise UsageError("staff_role") from None


__all__ = ["AccountsSection"]
