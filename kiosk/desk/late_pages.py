"""The window's pages, each made, and its module imported, when it is first asked for.

Before the window is there only the page that waits for a patient is made; the others follow behind it
(`kiosk.desk.furnishing`), or at once when somebody opens one earlier.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from kiosk.desk.camera_page import CameraPage
    from kiosk.desk.cancel_form import CancelForm
    from kiosk.desk.choose import ChoosePage
    from kiosk.desk.difficulty_page import DifficultyPage
    from kiosk.desk.forms import ManualForm
    from kiosk.desk.lists import StatePage
    from kiosk.desk.lock_page import LockPage
    from kiosk.desk.override_form import OverrideForm
    from kiosk.desk.pages import BusyPage, MessagePage, Page, RecordedPage
    from kiosk.desk.papers_page import PapersPage
    from kiosk.desk.priority_list import PriorityPage
    from kiosk.desk.registration.page import AssistantPage
    from kiosk.desk.scanner_test import ScannerTestPage
    from kiosk.desk.today_page import TodayPage
    from kiosk.desk.verdict_page import VerdictPage
    from kiosk.desk.visit_page import VisitPage

P = TypeVar("P", bound="Page")


class LatePages:
    """Mixed into the window, which puts a new page among those it shows."""

    def make_page(self, kind: type[P]) -> P:
        raise NotImplementedError

    @cached_property
    def lock(self) -> LockPage:
        from kiosk.desk.lock_page import LockPage

        return self.make_page(LockPage)

    @cached_property
    def busy(self) -> BusyPage:
        from kiosk.desk.pages import BusyPage

        return self.make_page(BusyPage)

    @cached_property
    def verdict(self) -> VerdictPage:
        from kiosk.desk.verdict_page import VerdictPage

        return self.make_page(VerdictPage)

    @cached_property
    def recorded(self) -> RecordedPage:
        from kiosk.desk.pages import RecordedPage

        return self.make_page(RecordedPage)

    @cached_property
    def message(self) -> MessagePage:
        from kiosk.desk.pages import MessagePage

        return self.make_page(MessagePage)

    @cached_property
    def form(self) -> ManualForm:
        from kiosk.desk.forms import ManualForm

        return self.make_page(ManualForm)

    @cached_property
    def override(self) -> OverrideForm:
        from kiosk.desk.override_form import OverrideForm

        return self.make_page(OverrideForm)

    @cached_property
    def papers(self) -> PapersPage:
        from kiosk.desk.papers_page import PapersPage

        return self.make_page(PapersPage)

    @cached_property
    def choose(self) -> ChoosePage:
        from kiosk.desk.choose import ChoosePage

        return self.make_page(ChoosePage)

    @cached_property
    def priorities(self) -> PriorityPage:
        from kiosk.desk.priority_list import PriorityPage

        return self.make_page(PriorityPage)

    @cached_property
    def today(self) -> TodayPage:
        from kiosk.desk.today_page import TodayPage

        return self.make_page(TodayPage)

    @cached_property
    def visit(self) -> VisitPage:
        from kiosk.desk.visit_page import VisitPage

        return self.make_page(VisitPage)

    @cached_property
    def cancel(self) -> CancelForm:
        from kiosk.desk.cancel_form import CancelForm

        return self.make_page(CancelForm)

    @cached_property
    def state(self) -> StatePage:
        from kiosk.desk.lists import StatePage

        return self.make_page(StatePage)

    @cached_property
    def camera(self) -> CameraPage:
        from kiosk.desk.camera_page import CameraPage

        return self.make_page(CameraPage)

    @cached_property
    def difficulty(self) -> DifficultyPage:
        from kiosk.desk.difficulty_page import DifficultyPage

        return self.make_page(DifficultyPage)

    @cached_property
    def assistant(self) -> AssistantPage:
        from kiosk.desk.registration.page import AssistantPage

        return self.make_page(AssistantPage)

    @cached_property
    def scanner_test(self) -> ScannerTestPage:
        from kiosk.desk.scanner_test import ScannerTestPage

        return self.make_page(ScannerTestPage)


PAGES = tuple(name for name, part in vars(LatePages).items() if isinstance(part, cached_property))
"""Their names, those first that a patient's way needs."""
