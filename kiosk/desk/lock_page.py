"""What a locked desk shows: who goes on here, and nothing of any patient."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from kiosk.desk.forms import Field
from kiosk.desk.pages import Page
from kiosk.desk.widgets import label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Words
from kiosk.visits.staff import StaffAccount

_WIDTH = 760  # in a window of 1366 x 768: nobody's account or secret is as long as the window


class LockPage(Page):
    """Account and secret. ↑ and ↓ go through the accounts, Tab changes the field, Return logs in; F7 asks for
    a new secret too.
    """

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
        self._fresh: tuple[Field, Field] | None = None  # the new secret, twice; None: nobody changes it
        self._fresh_row: QWidget | None = None
        self._name = label("rowValue")
        self._problem = label("problem")
        self._frame, self._inside = panel()
        self._inside.setSpacing(12)
        for part in (self._account, self._name, self._secret, self._problem):
            self._inside.addWidget(part)
        self._keys = self.key_row()
        self._show_keys()
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

    @property
    def fresh(self) -> tuple[str, str] | None:
        """The new secret as it was typed twice; None where nobody changes it."""
        return None if self._fresh is None else (self._fresh[0].edit.text(), self._fresh[1].edit.text())

    def ask_for_fresh(self, *, asked: bool) -> None:
        """Show the fields of a new secret, or take them away with what stands in them."""
        if asked == (self._fresh is not None):
            return
        if self._fresh_row is not None:
            self._inside.removeWidget(self._fresh_row)
            self._fresh_row.setParent(None)
            self._fresh_row.deleteLater()
        self._fresh = self._fresh_row = None
        if asked:
            first = Field(self.words("lock_fresh"), self.words("lock_fresh_hint"))
            again = Field(self.words("lock_again"), "")
            again.show_hint(shown=False)
            self._fresh_row = QWidget()
            beside = QHBoxLayout(self._fresh_row)
            beside.setContentsMargins(0, 0, 0, 0)
            beside.setSpacing(16)
            for field in (first, again):
                field.edit.setEchoMode(QLineEdit.EchoMode.Password)
                field.edit.setAcceptDrops(False)
                beside.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
            self._inside.insertWidget(self._inside.indexOf(self._secret) + 1, self._fresh_row)
            self._fresh = (first, again)
        self._secret.show_hint(shown=not asked)
        set_or_hide(self._problem, "")
        self._show_keys()
        self._secret.edit.setFocus()

    def _show_keys(self) -> None:
        changing = self._fresh is not None
        self._keys.show_keys(
            (
                KeyHint(
                    self.words("key_enter"), self.words("do_change_and_log_in" if changing else "do_log_in")
                ),
                KeyHint("↓", self.words("do_next_account")),
                KeyHint("Tab", self.words("do_next_field")),
                KeyHint("F7", self.words("do_keep_secret" if changing else "do_change_secret")),
            )
        )

    def open(self, accounts: Sequence[StaffAccount], account: str, why: str) -> None:
        """`account`: who was here last. `why`: the words for it."""
        self._accounts = tuple(accounts)
        self.ask_for_fresh(asked=False)
        self._account.edit.setText(account)
        self._secret.edit.clear()
        set_or_hide(self._text, why)
        set_or_hide(self._problem, "")
        self._show_name()

    def claim_keyboard(self) -> bool:
        self.take_focus()
        return True

    def take_focus(self) -> None:
        if not any(edit.hasFocus() for edit in self._edits):
            (self._secret if self._account.edit.text() else self._account).edit.setFocus()

    @property
    def _edits(self) -> list[QLineEdit]:
        return [field.edit for field in (self._account, self._secret, *(self._fresh or ()))]

    def next_field(self, by: int = 1) -> None:
        edits = self._edits
        here = next((place for place, edit in enumerate(edits) if edit.hasFocus()), 0)
        edits[(here + by) % len(edits)].setFocus()

    def step(self, by: int) -> None:
        """The account before or after the one that stands there."""
        names = [each.account for each in self._accounts]
        if names:
            here = names.index(self._account.edit.text()) if self._account.edit.text() in names else -1
            self._account.edit.setText(names[(here + by) % len(names) if here >= 0 else 0])
            self._secret.edit.clear()
            self._secret.edit.setFocus()

    def clear(self) -> None:
        self.ask_for_fresh(asked=False)
        self._secret.edit.clear()
        set_or_hide(self._problem, "")

    def show_checking(self) -> None:
        set_or_hide(self._problem, self.words("lock_checking"))

    def show_problem(self, words: str, *, with_fresh: bool = False) -> None:
        """`with_fresh`: it is the new secret that will not do."""
        set_or_hide(self._problem, words)
        wrong = self._fresh if with_fresh and self._fresh is not None else (self._secret,)
        for field in wrong:
            field.edit.clear()
        wrong[0].edit.setFocus()

    def _show_name(self) -> None:
        typed = self._account.edit.text().strip().lower()
        name = next((each.full_name for each in self._accounts if each.account == typed), "")
        set_or_hide(self._name, name)
