"""The managing page's first leaf: who may come in, and the list of sections. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from kiosk.desk.manage.section import Room, Section, Typed
from kiosk.desk.manage.view import Entry, View
from kiosk.desk.words import KeyHint
from kiosk.reception import Reception
from kiosk.visits.staff import Right, Role, StaffAccount, may

SECTIONS: tuple[tuple[str, str, Right], ...] = (
    ("decisions", "DecisionsSection", Right.AUDIT),
    ("audit", "AuditSection", Right.AUDIT),
    ("persons", "PersonsSection", Right.PERSONS),
    ("retention", "RetentionSection", Right.PERSONS),
    ("watch", "WatchSection", Right.AUDIT),
    ("accounts", "AccountsSection", Right.STAFF),
    ("difficulties", "DifficultiesSection", Right.AUDIT),
    ("notice", "NoticeSection", Right.CHECK_IN),
    ("breach", "BreachSection", Right.PERSONS),
)
"""Module and class of each section, in the order of their digits, and what one must be allowed to open it."""


class Hub(Section):
    """Asks for the PIN where there are accounts, lists the sections, and hands keys to the one that is open.

    `leave` closes the page.
    """

    name = "menu"

    def __init__(self, room: Room, leave: Callable[[], None]) -> None:
        super().__init__(room)
        self._leave = leave
        self._account: str | None = None
        self._role: Role | None = None
        self._known = self._inside = False  # who is there; whether they may see the sections
        self.section: Section | None = None

    @property
    def account(self) -> str | None:
        """Whose page it is; None in single-user mode."""
        return self._account

    @property
    def choosing(self) -> bool:
        """Whether a digit opens a section."""
        return self._inside and self.section is None

    def open(self) -> None:
        """Anew: nothing of what somebody else looked at is left."""
        self.section, self._known, self._inside, self.busy = None, False, False, False

        def done(who: tuple[str | None, Role | None]) -> None:
            self._account, self._role = who
            self._known, self._inside = True, self._role is None or not may(self._role, Right.AUDIT)
            self.room.told("manage", section=self.name, asks=self._asks)

        self.work(lambda reception: (reception.actor.account, reception.actor.role), done)

    @property
    def _asks(self) -> bool:
        return self._known and not self._inside and may(self._role, Right.AUDIT)

    # Keys

    def key(self, name: str, typed: Typed) -> None:
        if self.section is not None:
            self.section.key(name, typed)
        elif name == "return" and self._asks and typed.get("secret"):
            self._let_in(typed["secret"])
        elif name.startswith("digit_"):  # pressed, or clicked
            self.choose(int(name.removeprefix("digit_")) - 1)

    def back(self) -> bool:
        if self.section is None:
            return False
        if not self.section.back():
            self.section = None
        self.room.changed()
        return True

    def scan(self, text: str) -> None:
        if self.section is not None:
            self.section.scan(text)

    @property
    def takes_scans(self) -> bool:
        return self.section is not None and self.section.takes_scans

    def choose(self, place: int) -> None:
        """A digit of the list."""
        if not self.choosing or not 0 <= place < len(SECTIONS):
            return
        module, shape, right = SECTIONS[place]
        if not may(self._role, right):
            self.problem = self.say("only_it", section=self.say(f"{module}_title"))
            self.room.changed()
            return

        def done(shape: type[Section]) -> None:
            if self.choosing:  # nobody has left meanwhile
                self.section = section = shape(self.room)
                self.room.told("manage", section=section.name)
                section.open()

        # In a worker: what a section needs may take longer to load than the window may stand still.
        self.work(lambda _: getattr(import_module(f"kiosk.desk.manage.{module}"), shape), done)

    def _let_in(self, secret: str) -> None:
        account = self._account or ""

        def job(reception: Reception) -> StaffAccount:
            return reception.records.staff.log_in(account, secret)

        def done(_: StaffAccount) -> None:
            self._inside = True
            self.room.told("manage", section=self.name, asks=False)

        self.room.fill("secret", "")  # whether it was right or wrong
        self.work(job, done, writes=True)

    # What is shown

    def view(self) -> View:
        if self.section is not None:
            return self.section.view()
        title, problem = self.say("title"), self.problem
        if not self._known:
            return View(title, self.say("loading") if not problem else "", (self.back_key(),), problem)
        if not self._inside:
            entry = Entry("secret", self.say("pin", account=self._account or ""), secret=True)
            keys = (self.hint(self.enter, "do_let_in"), self.back_key())
            lead = self.say("checking") if self.busy else self.say("pin_lead")
            return View(title, lead, keys, problem, entries=(entry,))
        choices = tuple(
            KeyHint(str(place), self._title(module, right))
            for place, (module, _, right) in enumerate(SECTIONS, start=1)
        )
        hints = [self.hint(f"1–{len(SECTIONS)}", "do_open"), self.back_key()]
        most = may(self._role, Right.AUDIT)
        if not most:
            hints.insert(1, self.hint("F11", "do_change_user"))
        lead = self.say("lead" if most else "not_for_you")
        return View(title, lead, tuple(hints), problem, choices=choices)

    def _title(self, module: str, right: Right) -> str:
        title = self.say(f"{module}_title")
        return title if may(self._role, right) else self.say("only_it_title", section=title)


__all__ = ["SECTIONS", "Hub"]
