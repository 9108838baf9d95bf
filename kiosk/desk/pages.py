"""What the middle of the window shows for each stage of the patient."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.desk import palette
from kiosk.desk.preview import Preview
from kiosk.desk.widgets import (
    Icon,
    KeyRow,
    ScanPicture,
    announce,
    label,
    panel,
    set_or_hide,
    set_style,
)
from kiosk.desk.words import KeyHint, RecordedView, Words
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.model import Status

SIGN_OF_STATUS = {
    Status.CHECKED_IN: ("check", palette.VERDICT[Verdict.ELIGIBLE]),
    Status.PENDING: ("clock", palette.VERDICT[Verdict.UNDETERMINED]),
    Status.SELF_PAY: ("check", palette.NEUTRAL),
    Status.HELD: ("pause", palette.NEUTRAL),
    Status.REFUSED: ("cross", palette.VERDICT[Verdict.NOT_ELIGIBLE]),
    Status.CANCELLED: ("cross", palette.NEUTRAL),
}


class Page(QScrollArea):
    """A page of the window; scrolls by itself when the window is too small for it."""

    key_pressed = Signal(str)
    global_keys = True  # whether the keys that mean the same everywhere mean it here

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setObjectName("page")
        self.body = QVBoxLayout(body)
        self.body.setContentsMargins(28, 14, 28, 14)
        self.body.setSpacing(12)
        self.setWidget(body)

    def scale(self, factor: float) -> None:
        for icon in self.findChildren(Icon):
            icon.scale(factor)

    @property
    def typed_in(self) -> bool:
        """Whether a field of the page has the keyboard, or gets it from whoever opens the page."""
        return False

    @property
    def scrolled(self) -> QAbstractScrollArea:
        """What the arrows scroll."""
        return self

    def claim_keyboard(self) -> bool:
        """Give a field of the page the keyboard; False where it has none."""
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """With room for what was put on it while it was hidden: Qt would keep the height it had."""
        super().showEvent(event)
        body = self.widget()
        if body is not None:
            QApplication.postEvent(body, QEvent(QEvent.Type.LayoutRequest))

    def key_row(self) -> KeyRow:
        row = KeyRow()
        row.pressed.connect(self.key_pressed)
        return row


class Band(QFrame):
    """The broad coloured band: a sign, a word, a sentence, the keys."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.setObjectName("band")
        grid = QGridLayout(self)
        grid.setContentsMargins(26, 12, 26, 14)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._icon = Icon()
        self._title = label("bandTitle")
        self._code = label("bandCode", wrap=False)
        self._text = label("bandReason")
        self._advice = label("bandText")
        self._question = label("question")
        self._problem = label("problem")
        self._keys = page.key_row()
        grid.addWidget(self._icon, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._title, 0, 1)
        grid.addWidget(self._code, 0, 2, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        for place, part in enumerate((self._text, self._advice, self._question, self._problem), 1):
            grid.addWidget(part, place, 1, 1, 2)
        grid.addWidget(self._keys, 5, 0, 1, 3)  # over the whole width: there may be many
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_next(self, *, on: bool) -> None:
        """What to do and with which key."""
        self._keys.setVisible(on)
        for part in (self._advice, self._question, self._problem):
            part.setVisible(on and bool(part.text()))

    def paint(self, colours: palette.Pair, sign: str) -> None:
        set_style(self, f"#band {{ background: {colours.ground} }}")
        for target in (self._title, self._code, self._text, self._advice):
            set_style(target, f"color: {colours.text}")
        self._icon.show_sign(sign, colours.text)

    def say(
        self,
        title: str,
        text: str,
        keys: tuple[KeyHint, ...],
        colours: palette.Pair,
        *,
        sign: str,
        advice: str = "",
        code: str = "",
        question: str = "",
        problem: str = "",
        aloud: str = "",
    ) -> None:
        """`aloud`: what a screen reader says besides, because it stands elsewhere on the page."""
        self.paint(colours, sign)
        self._title.setText(title)
        set_or_hide(self._code, code)
        set_or_hide(self._text, text)
        set_or_hide(self._advice, f"→  {advice}" if advice else "")
        set_or_hide(self._question, question)
        set_or_hide(self._problem, problem)
        self._keys.show_keys(keys, colours.text)
        said = " ".join(part for part in (f"{title}.", text, aloud, advice, question, problem) if part)
        if said != self.accessibleName() or not self.isVisible():  # not for a key that changes a detail
            self.setAccessibleName(said)
            announce(self, said)


class ReadyPage(Page):
    """Nobody at the desk: what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        row = QHBoxLayout()
        row.setSpacing(36)
        column = QVBoxLayout()
        column.setSpacing(18)
        self._lead = label("lead")
        column.addStretch(2)
        column.addWidget(label("title", words("ready_title")))
        column.addWidget(self._lead)
        column.addSpacing(12)
        column.addWidget(label("muted", words("ready_manual")))
        column.addWidget(label("muted", words("ready_phone")))
        column.addWidget(label("muted", words("ready_picture")))
        self._trouble = label("notice")
        column.addWidget(self._trouble)
        column.addStretch(3)
        row.addLayout(column, 3)
        self.preview = Preview()
        self._picture = ScanPicture()
        row.addWidget(self.preview, 2)
        row.addWidget(self._picture, 1)
        self.body.addLayout(row, 1)
        self.show_camera(on=False)

    def show_camera(self, *, on: bool, trouble: str = "") -> None:
        """`trouble`: what keeps the camera from showing anything, and what to do."""
        set_or_hide(self._trouble, trouble)
        self.preview.setVisible(on)
        self._picture.setVisible(not on)
        self._lead.setText(self.words("ready_text_camera" if on else "ready_text"))


class BusyPage(Page):
    """Reading, looking up, recording: what goes on and, after a second, for how long."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._title = label("title")
        self._text = label("lead")
        self._keys = self.key_row()
        self.body.addStretch(2)
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        self.body.addWidget(self._keys)
        self.body.addStretch(3)

    def say(self, title: str, keys: tuple[KeyHint, ...] = ()) -> None:
        self._title.setText(title)
        self._text.setText("")
        self._keys.show_keys(keys)

    def elapsed(self, seconds: int) -> None:
        self._text.setText(self.words("looking_up_elapsed", seconds=str(seconds)))


class RecordedPage(Page):
    """It is on disk: the queue number, as large as it goes."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._band = Band(self)
        self.body.addWidget(self._band)
        frame, inside = panel()
        self._queue_label = label("lead", words("queue_number"))
        self._number = label("queueNumber", wrap=False)
        self._name = label("personName")
        self._priority = label("priority")
        self._ticket = label("lead")
        self._ticket_trouble = label("notice")
        self._leaves = label("muted")
        self._leaves.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._leaves.hide()
        for part in (self._queue_label, self._number, self._priority, self._name, self._ticket):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.setSpacing(0)
        inside.addStretch(1)
        inside.addWidget(self._queue_label)
        inside.addWidget(self._number)
        inside.addWidget(self._priority)
        inside.addWidget(self._name)
        inside.addWidget(self._ticket)
        inside.addSpacing(10)
        inside.addWidget(self._ticket_trouble)
        inside.addStretch(1)
        self.body.addWidget(frame, 1)
        self.body.addWidget(self._leaves)

    def show_left(self, seconds: int | None) -> None:
        """How long the page stays; None: no need to say."""
        words = "" if seconds is None else self.words("result_leaves", seconds=str(seconds))
        set_or_hide(self._leaves, words)

    def show_result(self, view: RecordedView) -> None:
        sign, colours = SIGN_OF_STATUS[view.status]
        keys = [KeyHint(self.words("key_escape"), self.words("do_next"))]
        if view.ticket_again:
            keys.append(KeyHint("Ctrl+P", self.words("do_print_ticket")))
        if view.status is not Status.CANCELLED:
            keys.append(KeyHint("Delete", self.words("do_take_back")))
        number = f"{self.words('queue_number')} {view.queue_number}" if view.queue_number else ""
        trouble = view.ticket if view.ticket_trouble else ""
        aloud = " ".join(f"{part.rstrip('.')}." for part in (number, view.priority, trouble) if part)
        self._band.say(view.title, view.sentence, tuple(keys), colours, sign=sign, aloud=aloud)
        self._queue_label.setVisible(bool(view.queue_number))
        set_or_hide(self._number, view.queue_number)
        self._strike(gone=view.status is Status.CANCELLED)
        self._name.setText(view.name)
        first = view.priority and view.status is not Status.CANCELLED
        set_or_hide(self._priority, f"★ {self.words('priority_short')}: {view.priority}" if first else "")
        set_or_hide(self._ticket, "" if view.ticket_trouble else view.ticket)
        set_or_hide(self._ticket_trouble, view.ticket if view.ticket_trouble else "")
        self._number.setAccessibleName(number)

    def _strike(self, *, gone: bool) -> None:
        """A number that counts no more must not be read out from afar as one that does."""
        self._number.setProperty("gone", "true" if gone else "false")
        self._number.style().unpolish(self._number)
        self._number.style().polish(self._number)


class MessagePage(Page):
    """What is wrong and what to do next."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._band = Band(self)
        self.body.addWidget(self._band)
        self.body.addStretch(1)

    def say(self, title: str, text: str, then: str, keys: tuple[KeyHint, ...]) -> None:
        self._band.say(title, text, keys, palette.NEUTRAL, sign="warning", advice=then)
