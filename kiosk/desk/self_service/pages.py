"""What the patients' window shows for each stage: few words, very large, one thing to touch."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from kiosk.desk import palette
from kiosk.desk.preview import Preview
from kiosk.desk.registration.drawing import Part, PhoneDrawing
from kiosk.desk.scanner_test import CodePicture
from kiosk.desk.self_service.touch import Keypad, TouchButton
from kiosk.desk.widgets import Icon, label, set_or_hide
from kiosk.gateway.result_codes import Verdict

SCREENS: tuple[tuple[Part, ...], ...] = (
    (
        Part("title", "VssID"),
        Part("gap"),
        Part("field", "Mã số BHXH"),
        Part("field", "Mật khẩu"),
        Part("button", "Đăng nhập", marked=True),
    ),
    (
        Part("title", "Quản lý cá nhân"),
        Part("gap"),
        Part("link", "Thẻ BHYT", marked=True),
        Part("link", "Quá trình tham gia"),
        Part("link", "Sổ khám chữa bệnh"),
    ),
    (
        Part("title", "Thẻ BHYT"),
        Part("gap"),
        Part("button", "Sử dụng thẻ", marked=True),
        Part("gap"),
        Part("code", "Mã QR"),
    ),
)
"""The way to the card in the app, in its own words (guides that four hospitals publish)."""


class TouchPage(QWidget):
    """A page of the patients' window. `touched` has what the patient wants, by its stable word."""

    touched = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._written: list[tuple[QLabel | TouchButton, str]] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(48, 14, 48, 6)
        self.column.setSpacing(14)

    def write(self, words: dict[str, str]) -> None:
        """Show all texts in another language."""
        for target, code in self._written:
            target.setText(words[code])

    def scale(self, factor: float) -> None:
        for icon in self.findChildren(Icon):
            icon.scale(factor * 1.25)

    def text(self, name: str, code: str, layout: QLayout | None = None) -> QLabel:
        made = label(name)
        made.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        self._written.append((made, code))
        (layout or self.column).addWidget(made)
        return made

    def button(self, code: str, *, main: bool = False, wants: str = "") -> TouchButton:
        made = TouchButton(main=main)
        self._written.append((made, code))
        made.clicked.connect(lambda: self.touched.emit(wants or code))
        return made

    def centred(self, *things: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(30)
        row.addStretch(1)
        for thing in things:
            row.addWidget(thing)
        row.addStretch(1)
        self.column.addLayout(row)
        return row


SMALLEST_PHONE = 180
"""How high a drawn phone must be at least, in a window of 1366 x 768: then its caption has room below it."""


class WelcomePage(TouchPage):
    """What to hold before the reader, and where in the app it is."""

    def __init__(self) -> None:
        super().__init__()
        self.text("touchTitle", "welcome_title")
        self.text("touchLead", "welcome_text")
        steps = QHBoxLayout()
        steps.setSpacing(26)
        self._phones: list[PhoneDrawing] = []
        for place, parts in enumerate(SCREENS, start=1):
            column = QVBoxLayout()
            phone = PhoneDrawing()
            phone.show_parts(parts)
            self._phones.append(phone)
            column.addWidget(phone, 1, Qt.AlignmentFlag.AlignHCenter)
            self.text("touchStep", f"welcome_step_{place}", column)
            steps.addLayout(column, 2)
        self.preview = Preview()
        self.preview.hide()
        steps.addWidget(self.preview, 3)
        self.column.addLayout(steps, 1)

    def scale(self, factor: float) -> None:
        super().scale(factor)
        for phone in self._phones:
            phone.scale(factor * 0.8)
            phone.setMinimumHeight(round(SMALLEST_PHONE * factor))


class PlainPage(TouchPage):
    """A sign, a sentence, a second one, buttons."""

    def __init__(self, sign: str, colour: str, title: str, texts: tuple[str, ...], buttons: tuple[str, ...]):
        super().__init__()
        self.column.addStretch(2)
        self.centred(Icon(sign, colour))
        self.text("touchTitle", title)
        for code in texts:
            self.text("touchLead", code)
        self.column.addSpacing(16)
        self.centred(*(self.button(code) for code in buttons))
        self.column.addStretch(3)


class OfferedPage(TouchPage):
    """Whose card it is, as little as is needed to know it, and the number to take."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = Icon("check", palette.READY.text)
        self.column.addStretch(2)
        self.centred(self._icon)
        self._name = label("touchName")
        self._name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.addWidget(self._name)
        self._card = label("touchLead")
        self._card.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.addWidget(self._card)
        self._good = self.text("touchLead", "offered_eligible")
        self._later = self.text("touchLead", "offered_undetermined")
        self.column.addSpacing(10)
        self.centred(self.button("take_number", main=True), self.button("not_me", wants="clear"))
        self.column.addStretch(3)

    def show_person(self, name: str, card: str, verdict: Verdict) -> None:
        sure = verdict is Verdict.ELIGIBLE
        self._icon.show_sign(
            "check" if sure else "clock",
            palette.READY.text if sure else palette.CALM.text,
        )
        set_or_hide(self._name, name)
        set_or_hide(self._card, card)
        self._good.setVisible(sure)
        self._later.setVisible(not sure)


class DonePage(TouchPage):
    """The number, as large as it goes."""

    def __init__(self) -> None:
        super().__init__()
        self.column.addStretch(1)
        self.text("touchTitle", "done_title")
        self.number = label("touchNumber", wrap=False)
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.addWidget(self.number)
        self.text("touchLead", "done_text")
        self._slip = label("touchText")
        self._slip.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.addWidget(self._slip)
        self.centred(self.button("finish", wants="clear"))
        self.column.addStretch(2)

    def show_number(self, number: str, slip: str) -> None:
        self.number.setText(number)
        set_or_hide(self._slip, slip)


class HelpPage(TouchPage):
    """No VssID: one is not needed today; where the real app is."""

    def __init__(self) -> None:
        super().__init__()
        self.column.addStretch(1)
        self.text("touchTitle", "help_title")
        self.text("touchLead", "help_today")
        self.text("touchLead", "help_text")
        row = QHBoxLayout()
        row.setSpacing(40)
        row.addStretch(1)  # as wide as what stands at the other end: the codes are in the middle
        self.codes = (CodePicture(), CodePicture())
        for picture, code in zip(self.codes, ("help_android", "help_ios"), strict=True):
            column = QVBoxLayout()
            column.addWidget(picture, 1)
            self.text("touchStep", code, column)
            row.addLayout(column, 1)
        back = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        row.addWidget(self.button("back", wants="clear"), 1, back)
        self.column.addLayout(row, 3)
        self.text("touchText", "help_warning")
        self.column.addStretch(1)

    def scale(self, factor: float) -> None:
        super().scale(factor)
        for picture in self.codes:
            picture.setFixedHeight(round(130 * factor))


class LeavingPage(TouchPage):
    """For staff: the code that closes the window."""

    def __init__(self) -> None:
        super().__init__()
        self.column.addStretch(1)
        self.text("touchLead", "leaving_title")
        self.wrong = self.text("touchLead", "leaving_wrong")
        self.keypad = Keypad()
        self.centred(
            self.keypad, self.button("back", wants="clear")
        )  # below it there is no room on a small screen
        self.column.addStretch(1)
