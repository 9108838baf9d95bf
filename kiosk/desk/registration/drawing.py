"""The project's own drawings of the app's screens: where to tap, not how the app looks.

The words on them are the app's (kiosk/registration tells how sure each is), in any language of the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.desk.palette import FOCUS, MUTED, PAGE, PANEL, TRAINING
from kiosk.desk.widgets import draw_sample_code
from kiosk.registration.walk import Step

WIDTH, HEIGHT = 220, 440  # of the drawing's own units


@dataclass(frozen=True, slots=True)
class Part:
    """`kind`: one of `_HEIGHTS`. `marked`: what to tap or fill in here."""

    kind: str
    text: str = ""
    marked: bool = False


_LOGIN = (
    Part("title", "VssID"),
    Part("gap"),
    Part("field", "Mã số BHXH"),
    Part("field", "Mật khẩu"),
    Part("button", "Đăng nhập"),
)

SCREENS: Mapping[Step, tuple[Part, ...]] = {
    Step.ACCOUNT: (*_LOGIN, Part("link", "Quên mật khẩu", marked=True), Part("link", "Đăng ký tài khoản")),
    Step.RECOVERY: (
        Part("title", "Quên mật khẩu"),
        Part("gap"),
        Part("field", "Mã số BHXH", marked=True),
        Part("field", "Mã kiểm tra", marked=True),
        Part("button", "Lấy lại mật khẩu"),
        Part("gap"),
        Part("text", "Mã OTP → e-mail"),
    ),
    Step.OPEN: (*_LOGIN, Part("link", "Quên mật khẩu"), Part("link", "Đăng ký tài khoản", marked=True)),
    Step.PERSON: (
        Part("title", "Kê khai thông tin"),
        Part("field", "Mã số BHXH", marked=True),
        Part("field", "Họ và tên", marked=True),
        Part("field", "Số CCCD/Hộ chiếu/CMND", marked=True),
        Part("field", "Địa chỉ liên hệ …"),
        Part("field", "Số điện thoại", marked=True),
        Part("button", "Tiếp tục"),
    ),
    Step.ADDRESS: (
        Part("title", "Kê khai thông tin"),
        Part("field", "Tỉnh-TP", marked=True),
        Part("field", "Quận-Huyện", marked=True),
        Part("field", "Phường-Xã", marked=True),
        Part("field", "Số nhà, tên đường …", marked=True),
        Part("button", "Tiếp tục", marked=True),
    ),
    Step.PARENT: (
        Part("title", "Dịch vụ công"),
        Part("gap"),
        Part("link", "Đăng ký tài khoản cho con", marked=True),
        Part("field", "Mã số BHXH của con"),
        Part("field", "Họ và tên của con"),
        Part("frames", "Ảnh · Giấy khai sinh"),
        Part("button", "Gửi"),
    ),
    Step.PHOTO: (
        Part("title", "Ảnh"),
        Part("frames", "Ảnh chân dung 4x6", marked=True),
        Part("gap"),
        Part("frames", "Mặt trước · Mặt sau"),
        Part("gap"),
        Part("button", "Tiếp tục", marked=True),
    ),
    Step.OFFICE: (
        Part("title", "Chọn cơ quan BHXH"),
        Part("gap"),
        Part("field", "Cơ quan BHXH tiếp nhận", marked=True),
        Part("tick", "Gửi email tờ khai", marked=True),
        Part("field", "Email", marked=True),
        Part("gap"),
        Part("button", "Gửi"),
    ),
    Step.SEND: (
        Part("title", "Xác nhận"),
        Part("button", "Gửi", marked=True),
        Part("gap"),
        Part("field", "Mã OTP"),
        Part("text", "người bệnh tự nhập"),
        Part("gap"),
        Part("button", "Xác nhận", marked=True),
    ),
    Step.RECEIPT: (
        Part("title", "Thông báo"),
        Part("gap"),
        Part("text", "Đã tiếp nhận tờ khai"),
        Part("field", "Số hồ sơ", marked=True),
        Part("gap"),
        Part("link", "Xem tờ khai"),
    ),
}

_HEIGHTS = {
    "title": 40, "field": 46, "button": 40, "link": 34, "tick": 30, "frames": 96, "code": 150,
    "text": 26, "gap": 16,
}  # fmt: skip


class PhoneDrawing(QWidget):
    """One screen of the app. What is marked has a frame and an arrow: colour alone says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[Part, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(WIDTH, HEIGHT) / 2)

    def show_step(self, step: Step) -> None:
        self.show_parts(SCREENS.get(step, ()))
        self.setVisible(bool(self._parts))

    def show_parts(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts
        self.setAccessibleName(", ".join(f"{'► ' * part.marked}{part.text}" for part in parts if part.text))
        self.update()

    def scale(self, factor: float) -> None:
        self.setFixedWidth(round(230 * factor))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._parts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width() / WIDTH, self.height() / HEIGHT)
        painter.translate((self.width() - WIDTH * side) / 2, 0)
        painter.scale(side, side)
        painter.setPen(QPen(QColor(PAGE.text), 3))
        painter.setBrush(QColor(PANEL.ground))
        painter.drawRoundedRect(QRectF(2, 2, WIDTH - 4, HEIGHT - 4), 20, 20)
        painter.drawLine(QPointF(WIDTH / 2 - 18, 12), QPointF(WIDTH / 2 + 18, 12))
        down = 24.0
        for part in self._parts:
            _draw_part(painter, part, QRectF(20, down, WIDTH - 40, _HEIGHTS[part.kind]))
            down += _HEIGHTS[part.kind] + 6
        painter.end()


def _draw_part(painter: QPainter, part: Part, place: QRectF) -> None:
    ink, quiet = QColor(PAGE.text), QColor(MUTED.text)
    centre = Qt.AlignmentFlag.AlignCenter
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 1.2))
    match part.kind:
        case "title":
            painter.fillRect(place.adjusted(-16, 2, 16, -4), QColor(TRAINING.ground))
            _write(painter, place, part.text, 14, QColor(TRAINING.text), centre, bold=True)
        case "field":
            _write(painter, QRectF(place.left(), place.top(), place.width(), 18), part.text, 11, quiet)
            painter.setPen(QPen(ink, 1.2))
            painter.drawRoundedRect(place.adjusted(0, 19, 0, 0), 4, 4)
        case "button":
            painter.setBrush(QColor(TRAINING.ground))
            painter.drawRoundedRect(place.adjusted(10, 4, -10, -4), 12, 12)
            _write(painter, place, part.text, 13, QColor(TRAINING.text), centre, bold=True)
        case "tick":
            painter.drawRect(QRectF(place.left(), place.top() + 8, 14, 14))
            _write(painter, place.adjusted(22, 0, 0, 0), part.text, 12, ink)
        case "frames":
            _draw_frames(painter, part.text, place)
        case "code":
            _draw_code(painter, part.text, place)
        case "link":
            _write(painter, place, part.text, 13, ink, centre, underlined=True)
        case "text":
            _write(painter, place, part.text, 12, quiet, centre)
    if part.marked:
        _mark(painter, place)


def _draw_frames(painter: QPainter, text: str, place: QRectF) -> None:
    names = text.split(" · ")
    width = place.width() / len(names)
    for number, name in enumerate(names):
        left = place.left() + number * width
        frame = (
            QRectF(left + width / 2 - 26, place.top() + 2, 52, 72)
            if len(names) == 1
            else QRectF(left + 4, place.top() + 12, width - 8, (width - 8) / 1.586)
        )
        painter.setPen(QPen(QColor(PAGE.text), 1.2, Qt.PenStyle.DashLine))
        painter.drawRect(frame)
        if len(names) == 1:
            painter.drawEllipse(frame.center() - QPointF(0, 10), 10, 12)
            painter.drawArc(frame.adjusted(8, 40, -8, 20), 0, 180 * 16)
        below = QRectF(left, place.bottom() - 20, width, 20)
        _write(painter, below, name, 11, QColor(PAGE.text), Qt.AlignmentFlag.AlignCenter)


def _draw_code(painter: QPainter, text: str, place: QRectF) -> None:
    painter.save()
    painter.translate(place.center().x(), place.top())
    painter.scale(2, 2)
    painter.translate(-60, -56)
    draw_sample_code(painter)
    painter.restore()
    below = QRectF(place.left(), place.bottom() - 20, place.width(), 20)
    _write(painter, below, text, 11, QColor(PAGE.text), Qt.AlignmentFlag.AlignCenter)


def _mark(painter: QPainter, place: QRectF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(FOCUS), 4))
    painter.drawRoundedRect(place.adjusted(-7, -2, 7, 3), 7, 7)
    painter.setPen(QPen(QColor(PAGE.text), 1))
    painter.setBrush(QColor(FOCUS))
    tip = QPointF(place.left() - 6, place.center().y())
    painter.drawPolygon([tip, tip + QPointF(-11, -8), tip + QPointF(-11, 8)])


def _write(
    painter: QPainter,
    place: QRectF,
    text: str,
    size: float,
    colour: QColor,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
    *,
    bold: bool = False,
    underlined: bool = False,
) -> None:
    font = QFont(painter.font())
    font.setPixelSize(round(size))
    font.setBold(bold)
    font.setUnderline(underlined)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(place, alignment | Qt.TextFlag.TextWordWrap, text)
