"""What a locked desk shows: who goes on here, and nothing of any patient."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit

from kiosk.desk.forms import Field
from kiosk.desk.pages import Page
from kiosk.desk.widgets import label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Words
from kiosk.visits.staff import StaffAccount

_WIDTH = 760  # in a window of 1366 x 768: nobody's account or secret is as long as the window


class LockPage(Page):
    """Account and secret. ↑ and ↓ go through the accounts, Tab changes the field, Return logs in."""

    global_keys = False

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._accounts: tuple[StaffAccount, ...] = ()
        self._title = label("subtitle", words("lock_title"))
        self._text = label("lead")
        self._account = Field(words("lock_account"), "")
        self._account.show_hint(shown=False)
        self._secret = Field(words("lock_secret"), words("lock_secret_hint"))
        self._secret.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._name = label("rowValue")
        self._problem = label("problem")
        self._frame, inside = panel()
        inside.setSpacing(12)
        for part in (self._account, self._name, self._secret, self._problem):
            inside.addWidget(part)
        self._keys = self.key_row()
        self._keys.show_keys(
            (
                KeyHint(words("key_enter"), words("do_log_in")),
                KeyHint("↓", words("do_next_account")),
                KeyHint("Tab", words("do_next_field")),
            )
        )
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        self.body.addWidget(self._frame)
        self.body.addWidget(self._keys)
        self.body.addStretch(1)
        for edit in (self._account.edit, self._secret.edit):
            edit.setAcceptDrops(False)
        self._account.edit.textChanged.connect(self._show_name)

    def scale(self, factor: float) -> None:
        super().scale(factor)
        self._frame.setMaximumWidth(round(_WIDTH * factor))

    @property
    def values(self) -> tuple[str, str]:
        return self._account.edit.text(), self._secret.edit.text()

    def open(self, accounts: Sequence[StaffAccount], account: str, why: str) -> None:
        """`account`: who was here last. `why`: the words for it."""
        self._accounts = tuple(accounts)
        self._account.edit.setText(account)
        self._secret.edit.clear()
        set_or_hide(self._text, why)
        set_or_hide(self._problem, "")
        self._show_name()

    def claim_keyboard(self) -> bool:
        self.take_focus()
        return True

    def take_focus(self) -> None:
        if not (self._account.edit.hasFocus() or self._secret.edit.hasFocus()):
            (self._secret if self._account.edit.text() else self._account).edit.setFocus()

    def next_field(self) -> None:
        (self._account if self._secret.edit.hasFocus() else self._secret).edit.setFocus()

    def step(self, by: int) -> None:
        """The account before or after the one that stands there."""
        names = [each.account for each in self._accounts]
        if names:
            here = names.index(self._account.edit.text()) if self._account.edit.text() in names else -1
            self._account.edit.setText(names[(here + by) % len(names) if here >= 0 else 0])
            self._secret.edit.clear()
            self._secret.edit.setFocus()

    def clear(self) -> None:
        self._secret.edit.clear()
        set_or_hide(self._problem, "")

    def show_checking(self) -> None:
        set_or_hide(self._problem, self.words("lock_checking"))

    def show_problem(self, words: str) -> None:
        set_or_hide(self._problem, words)
        self._secret.edit.clear()
        self._secret.edit.setFocus()

    def _show_name(self) -> None:
        typed = self._account.edit.text().strip().lower()
        name = next((each.full_name for each in self._accounts if each.account == typed), "")
        set_or_hide(self._name, name)
