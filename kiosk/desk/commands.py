"""What a person's keys mean, on whatever is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.desk.flow import Effects, Flow, Override, PageName, Papers, PriorityList, VerdictShown
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words

_ARROWS = {"up": -0.2, "down": 0.2, "page_up": -0.9, "page_down": 0.9}
"""What part of a page each scrolls where it means nothing else."""

_PAGES = {
    "F3": PageName.TODAY,
    "F4": PageName.CAMERA,
    "F8": PageName.DIFFICULTY,
    "F9": PageName.ASSISTANT,
    "F12": PageName.STATE,
}


class Commands:
    """Keys of the flow and of the page that is shown; `others` are the keys for the parts beside it.

    `move_camera` takes the camera above (-1) or below (1); `on_escape` is told before the flow.
    `first` is asked whether a key is its own: a page that is in front and has keys of its own.
    """

    def __init__(
        self,
        words: Words,
        window: DeskWindow,
        flow: Flow,
        apply: Callable[[Effects], None],
        *,
        others: Mapping[str, Callable[[], None]],
        move_camera: Callable[[int], None],
        on_escape: Callable[[], None],
        first: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._window, self._flow, self._apply = window, flow, apply
        self._move_camera, self._on_escape = move_camera, on_escape
        self._first = first
        self._does: dict[str, Callable[[], None]] = {
            "return": self._return,
            "escape": self._escape,
            "tab": self._tab,
            "backtab": lambda: self._tab(back=True),
            "F2": lambda: self._apply(self._flow.open_form()),
            "F6": lambda: self._apply(self._flow.self_pay()),
            **others,
            "F7": lambda: self._press_f7(others.get("F7", lambda: None)),
        }
        self._clicked = {
            words("key_enter"): "return",
            words("key_escape"): "escape",
            "Tab": "tab",
            "Ctrl+P": "print",
            "↑": "up",
            "↓": "down",
            "Delete": "delete",
            "PgUp": "page_up",
            "PgDn": "page_down",
        }

    def click(self, key: str) -> None:
        """A key that is shown on the screen, by its words there."""
        self.do(self._clicked.get(key, key))

    def do(self, name: str) -> None:
        if self._first(name):
            return
        page = self._page_of(name)
        if page is not None:
            self._apply(self._flow.open_page(page))
        elif name in _ARROWS:
            self._arrow(name)
        elif name.startswith("digit_"):
            self._apply(self._flow.choose(int(name.removeprefix("digit_")) - 1))
        elif name in self._does:
            self._does[name]()

    def _page_of(self, name: str) -> PageName | None:
        if name == "F7":
            return PageName.SCANNER_TEST if self._flow.shows(PageName.STATE) else None
        return _PAGES.get(name)

    def _press_f7(self, elsewhere: Callable[[], None]) -> None:
        if isinstance(self._flow.stage, VerdictShown) and isinstance(self._flow.top, PriorityList | None):
            self._apply(self._flow.ask_priority())
        else:
            elsewhere()

    def _arrow(self, name: str) -> None:
        flow = self._flow
        step = {"up": -1, "down": 1}.get(name)
        if step is not None and flow.form_open:
            self._window.form.move_offer(step)
        elif step is not None and flow.choosing:
            self._apply(flow.choose_next(step))
        elif step is not None and flow.shows(PageName.CAMERA):
            self._move_camera(step)
        elif not isinstance(flow.top, (Override, Papers)):
            self._window.scroll_page(_ARROWS[name])

    def _tab(self, *, back: bool = False) -> None:
        if self._flow.shows(PageName.TODAY):
            self._window.today.next_task()
        elif self._flow.form_open:
            self._window.form.next_field(back=back)

    def _escape(self) -> None:
        self._on_escape()
        self._apply(self._flow.escape())

    def _return(self) -> None:
        flow, window = self._flow, self._window
        if flow.form_open:
            if flow.form_came_by_itself and window.form.is_empty:
                return  # nobody asked for it: Return means nothing yet
            if window.form.take_marked():
                return
            window.form.show_checking()
            self._apply(flow.submit_form(*window.form.values))
        elif isinstance(flow.top, Papers):
            self._does["F10"]()
        elif isinstance(flow.top, Override):
            reason = window.override.reason
            if reason:
                self._apply(flow.confirm_checked(reason))
            else:
                window.override.show_missing()
        else:
            self._apply(flow.confirm())
