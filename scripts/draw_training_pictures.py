"""Draw the training pictures: ``python scripts/draw_training_pictures.py [NAME…]``.

Seeded, so that the same patients give the same pictures. Wants the dev group (Pillow, segno) and a Vietnamese
sans-serif font (Noto Sans, DejaVu Sans, Segoe UI or Arial). No official emblem is drawn; each picture carries
"MẪU TẬP HUẤN".
"""

# ruff: noqa: INP001 - a script, not a package
from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from kiosk.card.model import Sex
from kiosk.training.patients import Layout, Patient, patient
from kiosk.training.pictures import CONTENTS, picture

Pixels = NDArray[np.float32]
Colour = tuple[int, int, int]
Corners = tuple[tuple[float, float], ...]

SIZE = (1280, 960)
LARGEST_FILE = 290_000
MARK = "MẪU TẬP HUẤN"

FONTS = {
    False: ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "segoeui.ttf", "arial.ttf"),
    True: ("NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf", "segoeuib.ttf", "arialbd.ttf"),
}


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    for name in FONTS[bold]:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    raise SystemExit("No Vietnamese font found; install Noto Sans (Debian: apt install fonts-noto-core).")


def qr(text: str, side: int, dark: Colour, light: Colour, error: str = "m") -> Image.Image:
    """A code of exactly `side` pixels, quiet zone not included."""
    code = segno.make(text, error=error, boost_error=False, micro=False, encoding="utf-8")
    modules = code.symbol_size(border=0)[0]
    scale = -(-side // modules)
    buffer = io.BytesIO()
    code.save(buffer, kind="png", scale=scale, border=0, dark=dark, light=light)
    return Image.open(buffer).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)


def vertical_gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    ramp = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None]
    rows = np.array(top, np.float32) * (1 - ramp) + np.array(bottom, np.float32) * ramp
    return Image.fromarray(np.repeat(rows, size[0], axis=1).astype(np.uint8))


def rounded(picture_: Image.Image, radius: int) -> Image.Image:
    mask = Image.new("L", picture_.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, picture_.width - 1, picture_.height - 1), radius, fill=255)
    result = picture_.convert("RGBA")
    result.putalpha(mask)
    return result


# What stands in front of the camera, drawn flat and large --------------------------------------------------


@dataclass(frozen=True)
class Theme:
    page: Colour
    panel: Colour
    ink: Colour
    faint: Colour
    code_dark: Colour
    code_light: Colour
    bar_top: Colour
    bar_bottom: Colour
    button: Colour


LIGHT = Theme(
    (238, 243, 250), (255, 255, 255), (28, 38, 56), (104, 116, 138), (10, 12, 18), (255, 255, 255),
    (30, 96, 176), (20, 74, 150), (24, 86, 166),
)  # fmt: skip
DARK = Theme(
    (14, 18, 26), (26, 32, 44), (232, 238, 248), (146, 158, 180), (236, 240, 246), (16, 20, 28),
    (20, 44, 82), (16, 34, 64), (40, 92, 164),
)  # fmt: skip


def phone(person: Patient, theme: Theme) -> Image.Image:
    """A phone that shows VssID's "Sử dụng thẻ": a large code, the number, the name."""
    width, height, bezel = 900, 1840, 26
    screen = Image.new("RGB", (width, height), theme.page)
    draw = ImageDraw.Draw(screen)
    middle = partial(draw.text, anchor="mm")
    screen.paste(vertical_gradient((width, 236), theme.bar_top, theme.bar_bottom), (0, 0))
    white = (255, 255, 255)
    draw.text((64, 54), "09:41", font=font(36, bold=True), fill=white, anchor="lm")
    draw.rounded_rectangle((766, 40, 830, 70), 8, outline=white, width=3)
    draw.rectangle((771, 45, 815, 65), fill=white)
    for bar in range(4):
        draw.rectangle((680 + bar * 16, 66 - bar * 8, 690 + bar * 16, 70), fill=white)
    draw.line([(78, 138), (54, 166), (78, 194)], fill=white, width=7, joint="curve")
    middle((width / 2, 166), "Sử dụng thẻ", font=font(50, bold=True), fill=white)

    draw.rectangle((0, 236, width, 312), fill=(250, 176, 44))
    middle((width / 2, 273), f"{MARK} – không có giá trị", font=font(36, bold=True), fill=(70, 40, 0))

    draw.rounded_rectangle((50, 366, width - 50, 1530), 40, fill=theme.panel)
    middle((width / 2, 436), "Thẻ bảo hiểm y tế", font=font(46, bold=True), fill=theme.ink)
    middle((width / 2, 496), "Đưa mã này cho nhân viên tiếp đón", font=font(34), fill=theme.faint)
    side = 660
    left, top = (width - side) // 2, 566
    quiet = 32
    draw.rectangle(
        (left - quiet, top - quiet, left + side + quiet, top + side + quiet), fill=theme.code_light
    )
    screen.paste(qr(person.health_card_line(), side, theme.code_dark, theme.code_light), (left, top))
    middle((width / 2, 1318), "Mã số BHXH", font=font(34), fill=theme.faint)
    middle((width / 2, 1376), spaced(person.printed_number), font=font(58, bold=True), fill=theme.ink)
    middle((width / 2, 1464), person.full_name.upper(), font=font(44, bold=True), fill=theme.ink)

    draw.rounded_rectangle((50, 1586, width - 50, 1700), 32, fill=theme.button)
    middle((width / 2, 1642), "Hình ảnh thẻ", font=font(42, bold=True), fill=white)
    draw.rounded_rectangle((width / 2 - 130, 1790, width / 2 + 130, 1800), 5, fill=theme.faint)

    body = Image.new("RGBA", (width + 2 * bezel, height + 2 * bezel), (0, 0, 0, 0))
    shell = ImageDraw.Draw(body)
    shell.rounded_rectangle((0, 0, body.width - 1, body.height - 1), 112, fill=(58, 62, 70, 255))
    shell.rounded_rectangle((5, 5, body.width - 6, body.height - 6), 108, fill=(14, 15, 18, 255))
    glass = rounded(screen, 88)
    body.paste(glass, (bezel, bezel), glass)
    shell.rounded_rectangle((body.width / 2 - 95, 50, body.width / 2 + 95, 98), 24, fill=(6, 6, 8, 255))
    shell.ellipse((body.width / 2 + 48, 62, body.width / 2 + 72, 86), fill=(24, 28, 44, 255))
    return body


def spaced(number: str) -> str:
    """In groups, as cards print it."""
    if len(number) != 15:
        return number
    return " ".join((number[:2], number[2], number[3:5], number[5:7], number[7:10], number[10:]))


CARD = (1284, 812)  # 85.6 x 54 mm, 15 pixels a millimetre


def card_base(
    top: Colour, bottom: Colour, wave: Colour, seed: int
) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Card stock with fine wavy lines, as security paper has, of no real pattern."""
    stock = vertical_gradient(CARD, top, bottom)
    draw = ImageDraw.Draw(stock)
    chance = np.random.default_rng(seed)
    xs = np.arange(0, CARD[0] + 12, 12)
    for line in range(38):
        phase = chance.uniform(0, 0.8) + line * 0.35
        ys = line * 24 - 40 + 26 * np.sin(xs / 150 + phase) + 8 * np.sin(xs / 61 - phase)
        draw.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), fill=wave, width=2)
    return stock, draw


def watermark(stock: Image.Image, ink: Colour, centre: tuple[int, int]) -> Image.Image:
    """The training mark across the printed part of a card."""
    layer = Image.new("RGBA", (1000, 160), (0, 0, 0, 0))
    ImageDraw.Draw(layer).text((500, 80), MARK, font=font(90, bold=True), fill=(*ink, 46), anchor="mm")
    layer = layer.rotate(24, expand=True, resample=Image.Resampling.BICUBIC)
    result = stock.convert("RGBA")
    left, top = centre[0] - layer.width // 2, centre[1] - layer.height // 2
    over = Image.new("RGBA", stock.size, (0, 0, 0, 0))
    over.paste(layer, (left, top))
    return Image.alpha_composite(result, over)


def banner(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, CARD[1] - 62, CARD[0], CARD[1]), fill=(250, 176, 44))
    draw.text(
        (CARD[0] / 2, CARD[1] - 31),
        f"{MARK} – KHÔNG CÓ GIÁ TRỊ SỬ DỤNG",
        font=font(34, bold=True),
        fill=(70, 40, 0),
        anchor="mm",
    )


def fields(
    draw: ImageDraw.ImageDraw, rows: list[tuple[str, str]], left: int, top: int, step: int, ink: Colour
) -> None:
    for row, (name, value) in enumerate(rows):
        draw.text((left, top + row * step), name, font=font(27), fill=(88, 96, 112), anchor="ls")
        offset = left + int(font(27).getlength(name)) + 14
        draw.text((offset, top + row * step), value, font=font(32, bold=True), fill=ink, anchor="ls")


def paste_code(stock: Image.Image, text: str, side: int, left: int, top: int, quiet: int = 22) -> None:
    ImageDraw.Draw(stock).rectangle(
        (left - quiet, top - quiet, left + side + quiet, top + side + quiet), fill=(255, 255, 255)
    )
    stock.paste(qr(text, side, (22, 22, 26), (255, 255, 255)), (left, top))


def health_card(person: Patient) -> Image.Image:
    """A printed health card: the 2021 layout with ten digits, or the older one with fifteen characters."""
    new = person.layout is Layout.NEW
    if new:
        stock, draw = card_base((232, 242, 252), (206, 226, 246), (190, 214, 240), 21)
    else:
        stock, draw = card_base((253, 240, 240), (246, 218, 222), (240, 204, 210), 22)
    ink: Colour = (24, 48, 104) if new else (120, 24, 40)
    draw.text((60, 78), "THẺ BẢO HIỂM Y TẾ", font=font(58, bold=True), fill=ink, anchor="ls")
    draw.text((60, 124), "Bản in dùng để tập huấn tiếp đón", font=font(28), fill=(88, 96, 112), anchor="ls")
    draw.line([(60, 150), (CARD[0] - 60, 150)], fill=ink, width=4)
    draw.text((60, 224), "Mã số:", font=font(30), fill=(88, 96, 112), anchor="ls")
    draw.text((166, 226), spaced(person.printed_number), font=font(54, bold=True), fill=ink, anchor="ls")
    rows = [
        ("Họ và tên:", person.full_name.upper()),
        ("Ngày sinh:", person.birth_date.slashed),
        ("Giới tính:", "Nam" if person.sex is Sex.MALE else "Nữ"),
        ("Nơi ĐK KCB BĐ:", f"{person.primary_facility[:2]} - {person.primary_facility[2:]}"),
        ("Giá trị sử dụng từ:", f"{person.valid_from:%d/%m/%Y}"),
    ]
    if person.five_years_from:
        rows.append(("Đủ 5 năm liên tục:", f"{person.five_years_from:%d/%m/%Y}"))
    if person.guardian_name:
        rows.append(("Cha/mẹ:", person.guardian_name))
    rows.append(("Mức hưởng:", str(person.benefit_level)))
    fields(draw, rows, 60, 304, 62, (30, 36, 50))
    banner(draw)
    stock = watermark(stock, ink, (400, 480))
    side = 452
    paste_code(stock, person.health_card_line(), side, CARD[0] - side - 70, 226)
    return rounded(stock, 46)


def citizen_card(person: Patient) -> Image.Image:
    """A citizen card's front, without emblem, chip or portrait."""
    stock, draw = card_base((226, 240, 236), (240, 236, 214), (208, 228, 220), 23)
    ink: Colour = (140, 34, 30)
    draw.text((440, 92), "CĂN CƯỚC CÔNG DÂN", font=font(54, bold=True), fill=ink, anchor="ls")
    draw.text((440, 138), "Thẻ mẫu để tập huấn tiếp đón", font=font(28), fill=(88, 96, 112), anchor="ls")
    portrait = Image.new("RGB", (320, 450), (208, 220, 224))
    outline = ImageDraw.Draw(portrait)
    outline.ellipse((82, 72, 238, 246), fill=(160, 176, 184))
    outline.ellipse((24, 272, 296, 626), fill=(160, 176, 184))
    framed = rounded(portrait, 18)
    stock.paste(framed, (60, 190), framed)
    draw.text((440, 224), "Số:", font=font(30), fill=(88, 96, 112), anchor="ls")
    draw.text((500, 226), spaced(person.citizen_id), font=font(48, bold=True), fill=ink, anchor="ls")
    rows = [
        ("Họ và tên:", person.full_name.upper()),
        ("Ngày sinh:", person.birth_date.slashed),
        ("Giới tính:", "Nam" if person.sex is Sex.MALE else "Nữ"),
        ("Nơi thường trú:", ""),
    ]
    fields(draw, rows, 440, 520, 54, (30, 36, 50))
    draw.text((440, 728), person.address, font=font(29, bold=True), fill=(30, 36, 50), anchor="ls")
    banner(draw)
    stock = watermark(stock, (150, 60, 40), (640, 500))
    side = 286
    paste_code(stock, person.citizen_card_line(), side, CARD[0] - side - 56, 162, 20)
    return rounded(stock, 46)


# The scene around it -----------------------------------------------------------------------------------


def desk(chance: np.random.Generator, wood: Colour) -> Pixels:
    """A reception desk out of focus: wood, a keyboard's edge, a sheet of paper, a lamp's light."""
    width, height = SIZE
    grain = chance.normal(0, 1, (height, 1)).astype(np.float32)
    streaks = cv2.GaussianBlur(np.repeat(grain, width, axis=1), (0, 0), sigmaX=90, sigmaY=2.2)
    streaks = streaks + 0.5 * cv2.GaussianBlur(
        chance.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 60, sigmaY=3
    )
    grain = np.asarray(streaks / (np.abs(streaks).max() + 1e-6), dtype=np.float32)
    ground = np.array(wood, np.float32) + grain[..., None] * np.array([16, 14, 11], np.float32)
    things = Image.fromarray(ground.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(things)
    draw.polygon([(900, -40), (1400, 60), (1330, 470), (850, 330)], fill=(236, 236, 232))
    for row in range(9):
        start = (930 - row * 7, 52 + row * 34)
        draw.line([start, (start[0] + 300 + 20 * (row % 3), start[1] + 84)], fill=(190, 194, 200), width=8)
    draw.polygon([(-60, 690), (330, 800), (270, 1010), (-90, 960)], fill=(52, 56, 64))
    for row in range(3):
        for column in range(5):
            left, top = -30 + column * 66 - row * 14, 724 + column * 18 + row * 64
            draw.polygon(
                [(left, top), (left + 52, top + 14), (left + 42, top + 58), (left - 10, top + 44)],
                fill=(84, 89, 99),
            )
    draw.line([(60, 120), (330, 40)], fill=(34, 74, 140), width=22)
    draw.line([(310, 46), (352, 33)], fill=(206, 208, 214), width=16)
    blurred = np.asarray(things.filter(ImageFilter.GaussianBlur(7)), np.float32)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    lamp = 1.14 - 0.42 * np.hypot((xs - width * 0.62) / width, (ys - height * 0.25) / height)
    return np.asarray(blurred * lamp[..., None], dtype=np.float32)


def put(
    scene: Pixels, thing: Image.Image, corners: Corners, *, light: float = 1.0, lift: float = 26
) -> Pixels:
    """`thing` in perspective with its `corners` (from top left, clockwise) in the scene, and its shadow."""
    # Shrunk close to its final size first: warping alone would skip pixels and roughen small print.
    span = max(np.hypot(*np.subtract(corners[1], corners[0])), np.hypot(*np.subtract(corners[2], corners[3])))
    scale = min(1.0, 1.5 * span / thing.width)
    flat = thing.resize((round(thing.width * scale), round(thing.height * scale)), Image.Resampling.LANCZOS)
    pixels = np.asarray(flat, np.float32)
    pixels[..., :3] *= pixels[..., 3:] / 255  # premultiplied, so that edges do not darken
    width, height = flat.size
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    turn = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    warped = cv2.warpPerspective(pixels, turn, SIZE, flags=cv2.INTER_AREA)
    cover = warped[..., 3] / 255
    shadow = cv2.warpAffine(cover, np.array([[1, 0, lift * 0.6], [0, 1, lift]], np.float32), SIZE)
    shadow = cv2.GaussianBlur(shadow, (0, 0), lift * 0.7)
    scene = scene * (1 - 0.5 * shadow[..., None])
    return np.asarray(scene * (1 - cover[..., None]) + warped[..., :3] * light, dtype=np.float32)


Capsule = tuple[tuple[float, float], tuple[float, float], float]
"""Where a finger begins, where it ends, and half its thickness."""


def hand(scene: Pixels, *capsules: Capsule) -> Pixels:
    """Softly lit skin: the capsules grown together, as thumb and palm are."""
    ys, xs = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(np.float32)
    inside = np.zeros_like(xs)
    for base, tip, thick in capsules:
        run, rise = tip[0] - base[0], tip[1] - base[1]
        share = (((xs - base[0]) * run + (ys - base[1]) * rise) / (run * run + rise * rise)).clip(0, 1)
        across = np.hypot(xs - base[0] - share * run, ys - base[1] - share * rise) / thick
        inside += np.exp(9 * (1 - across).clip(-3, None))
    depth = np.log(inside + 1e-9) / 9  # a smooth maximum; 0 at the skin's edge, 1 in the middle
    thinnest = min(thick for *_, thick in capsules)
    cover = (depth * thinnest / 2.5).clip(0, 1)[..., None]
    shade = 1.03 - 0.30 * (1 - depth).clip(0, 1) ** 3
    colour = np.array([212, 163, 134], np.float32) * shade[..., None]
    shadow = cv2.GaussianBlur(cover, (0, 0), 10)[..., None]
    scene = scene * (1 - 0.30 * shadow * (1 - cover))
    return np.asarray(scene * (1 - cover) + colour * cover, dtype=np.float32)


def nail(scene: Pixels, base: tuple[float, float], tip: tuple[float, float], thick: float) -> Pixels:
    ys, xs = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(np.float32)
    angle = np.arctan2(tip[1] - base[1], tip[0] - base[0])
    x, y = tip[0] - np.cos(angle) * thick * 0.2, tip[1] - np.sin(angle) * thick * 0.2
    u = (xs - x) * np.cos(angle) + (ys - y) * np.sin(angle)
    v = -(xs - x) * np.sin(angle) + (ys - y) * np.cos(angle)
    plate = (1 - ((u / (thick * 0.6)) ** 4 + (v / (thick * 0.5)) ** 4)).clip(0, 0.2)[..., None] * 2.4
    return np.asarray(scene * (1 - plate) + np.array([238, 200, 182], np.float32) * plate, dtype=np.float32)


def glare(
    scene: Pixels, at: tuple[float, float], spread: tuple[float, float], tilt: float, power: float
) -> Pixels:
    """The lamp's reflection: a soft bright patch."""
    ys, xs = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(np.float32)
    u = (xs - at[0]) * np.cos(tilt) + (ys - at[1]) * np.sin(tilt)
    v = -(xs - at[0]) * np.sin(tilt) + (ys - at[1]) * np.cos(tilt)
    patch = np.exp(-((u / spread[0]) ** 2 + (v / spread[1]) ** 2))
    return np.asarray(scene + power * patch[..., None], dtype=np.float32)


def photographed(scene: Pixels, chance: np.random.Generator, *, blur: float, noise: float) -> Image.Image:
    """As a camera sees it: lens blur, corners darker, warm light, noise."""
    height, width = scene.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    corner = 1 - 0.24 * ((xs / width - 0.5) ** 2 + (ys / height - 0.5) ** 2) * 2
    seen = cv2.GaussianBlur(scene, (0, 0), blur) * corner[..., None]
    seen = seen * np.array([1.015, 1.0, 0.965], np.float32)
    grain = cv2.GaussianBlur(chance.normal(0, noise * 1.8, seen.shape).astype(np.float32), (0, 0), 0.7)
    return Image.fromarray((seen + grain).clip(0, 255).astype(np.uint8))


OAK: Colour = (176, 138, 98)
GREY: Colour = (150, 152, 156)
TEAK: Colour = (140, 98, 66)


def phone_scene(theme: Theme, wood: Colour, corners: Corners, person: Patient, seed: int) -> Image.Image:
    chance = np.random.default_rng(seed)
    left, right = np.array(corners[3]), np.array(corners[2])
    up = (np.array(corners[0]) - left) / np.hypot(*(np.array(corners[0]) - left))
    out = (left - right) / np.hypot(*(left - right))
    palm = right + up * 60
    wrist = palm - out * 250 - up * 420
    scene = hand(desk(chance, wood), (tuple(wrist), tuple(palm - out * 10), 150))
    scene = put(scene, phone(person, theme), corners, light=1.02, lift=44)
    for place in (0.20, 0.31, 0.42):  # fingers of the hand behind it, round the left edge
        edge = left + (np.array(corners[0]) - left) * place
        scene = hand(scene, (tuple(edge + out * 12 - up * 3), tuple(edge - out * 16), 29))
    joint, tip = tuple(palm - out * 62 - up * 16), tuple(right + out * 16 + up * 160)
    scene = hand(scene, (tuple(wrist + up * 60), joint, 72), (joint, tip, 40))
    scene = nail(scene, joint, tip, 40)
    middle = np.mean(corners, axis=0)
    scene = glare(scene, (middle[0] + 90, middle[1] - 170), (210, 46), -0.9, 26)
    return photographed(scene, chance, blur=0.75, noise=2.6)


def card_scene(cards: list[tuple[Image.Image, Corners]], wood: Colour, seed: int) -> Image.Image:
    chance = np.random.default_rng(seed)
    scene = desk(chance, wood)
    for card, corners in cards:
        scene = put(scene, card, corners, light=0.95, lift=9)
    scene = glare(scene, (430, 300), (300, 90), -0.5, 16)
    return photographed(scene, chance, blur=0.7, noise=2.4)


ONE_CARD: Corners = ((178, 176), (1120, 132), (1168, 740), (140, 786))
SCENES: dict[str, Callable[[], Image.Image]] = {
    "vssid-phone.jpg": lambda: phone_scene(
        LIGHT, OAK, ((452, 26), (872, 58), (846, 902), (392, 872)), patient("demo"), 1
    ),
    "vssid-phone-dark.jpg": lambda: phone_scene(
        DARK, GREY, ((470, 62), (886, 24), (918, 876), (452, 904)), patient("worker"), 2
    ),
    "vssid-phone-expired.jpg": lambda: phone_scene(
        LIGHT, TEAK, ((418, 44), (838, 40), (892, 884), (400, 912)), patient("expired"), 3
    ),
    "card-2021.jpg": lambda: card_scene([(health_card(patient("demo")), ONE_CARD)], GREY, 4),
    "card-child.jpg": lambda: card_scene(
        [(health_card(patient("child")), ((150, 138), (1108, 172), (1150, 792), (112, 748)))], OAK, 5
    ),
    "citizen-card.jpg": lambda: card_scene([(citizen_card(patient("citizen_card")), ONE_CARD)], TEAK, 6),
    "two-cards.jpg": lambda: card_scene(
        [
            (health_card(patient("demo")), ((60, 74), (770, 40), (796, 492), (46, 520))),
            (citizen_card(patient("demo")), ((468, 452), (1204, 500), (1216, 934), (440, 902))),
        ],
        OAK,
        7,
    ),
}


def save(drawn: Image.Image, path: Path) -> None:
    """As JPEG, with the best quality that keeps the file small enough to ship."""
    for quality in range(90, 50, -4):
        buffer = io.BytesIO()
        drawn.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if buffer.tell() <= LARGEST_FILE:
            break
    path.write_bytes(buffer.getvalue())


def main(names: list[str]) -> None:
    for name in names or list(CONTENTS):
        save(SCENES[name](), picture(name))
        content = picture(name).read_bytes()
        print(f"{name}: {len(content) // 1000} kB, {hashlib.sha256(content).hexdigest()[:12]}")


if __name__ == "__main__":
    main(sys.argv[1:])
