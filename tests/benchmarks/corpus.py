"""Seeded pictures of cards held before a camera, from easy to hard, as stills and as short clips.

What is drawn: VssID on a phone (light, dark mode, a messenger's recompressed copy), printed health cards and
citizen cards, at 720p or 1080p. What happens to them: tilt, rotation, distance, defocus, motion, moiré and
subpixels, glare, little light and contrast, noise, JPEG, a finger over a corner. In a clip the hand moves:
glare, moiré phase, blur's direction and noise differ from frame to frame, while distance, tilt, focus, light
and what is shown stay as the scene has them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Pixels = NDArray[np.float32]
Severity = Literal["easy", "medium", "hard"]
SEVERITIES: tuple[Severity, ...] = ("easy", "medium", "hard")
CARRIERS = ("phone", "phone-dark", "messenger", "health-card", "citizen-card")

FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ"]
MIDDLE = ["Văn", "Thị", "Hữu", "Đức", "Ngọc", "Minh", "Thanh", "Quốc", "Xuân"]
GIVEN = ["Mẫu", "Thử", "An", "Bình", "Dũng", "Giang", "Hạnh", "Lộc", "Quỳnh", "Uyên", "Yến"]
PLACE = ["Phường Thử Nghiệm, Quận Mẫu, Thành phố Hồ Chí Minh", "Ấp Ví Dụ, Xã Giả Định, Tỉnh An Giang"]

MODULE = 12
"""Pixels a module has in the flat drawing, before the camera looks at it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`side` in pixels of the frame, lengths of blur in modules, angles in degrees, the rest as shares."""

    severity: Severity
    seed: int
    text: str
    carrier: str
    size: tuple[int, int]
    side: float
    turn: float
    tilt: float
    tilt_direction: float
    defocus: float
    motion: float
    moire: float
    glare: float
    light: float
    contrast: float
    noise: float
    jpeg: int
    finger: float
    tremor: float


def payload(chance: np.random.Generator, carrier: str) -> str:
    """A line of an invented card, about 180 to 330 characters."""

    def pick(words: list[str]) -> str:
        return words[int(chance.integers(len(words)))]

    def day(first: int, last: int) -> str:
        year, month, day_ = chance.integers(first, last), chance.integers(1, 13), chance.integers(1, 29)
        return f"{day_:02d}/{month:02d}/{year}"

    ten = f"99{chance.integers(10**8):08d}"
    name = f"{pick(FAMILY)} {pick(MIDDLE)} {pick(MIDDLE)} {pick(GIVEN)}"
    if carrier == "citizen-card":
        street = f"Số {chance.integers(1, 999)} Đường Thử Nghiệm Thứ {chance.integers(1, 99)}"
        place = f"{street}, Khu phố {chance.integers(1, 99)}, Khu nhà ở Mẫu Ví Dụ, {pick(PLACE)}"
        birth = day(1940, 2000)
        number = f"0790{birth[-2:]}{chance.integers(10**6):06d}"
        return f"{number}|012345678|{name}|{birth.replace('/', '')}|Nam|{place}|01012022"
    check = f"{chance.integers(16**14):x}-7102"
    common = f"{name.encode().hex()}|{day(1940, 2020)}|{chance.integers(1, 3)}"
    if chance.random() < 0.5:
        middle = f"-|79 - 034|{day(2022, 2026)}|-|{day(2020, 2022)}|7901{ten}|-|4|{day(2016, 2026)}"
        return f"{ten}|{common}|{middle}|{check}|4|{'Tỉnh An Giang'.encode().hex()}|$"
    place = pick(PLACE)[: int(chance.integers(20, 60))].encode().hex()
    return f"GD479{ten}|{common}|{place}|79 - 034|01/01/2024|-|{day(2020, 2022)}|7901{ten}|-|4|-|{check}|$"


def _levels(severity: Severity, chance: np.random.Generator) -> dict[str, float]:
    """Ranges found by trial, so that plain zxing-cpp reads about 100, 98 and 28 of 100."""

    def between(low: float, high: float) -> float:
        return float(chance.uniform(low, high))

    if severity == "easy":
        return {
            "module": between(4.0, 8.5), "tilt": between(0, 15), "defocus": between(0, 0.15),
            "motion": between(0, 0.3), "moire": between(0, 0.1), "glare": 0.0, "light": between(0.7, 1),
            "contrast": between(0.8, 1), "noise": between(1, 3), "jpeg": between(85, 95), "finger": 0.0,
        }  # fmt: skip
    if severity == "medium":
        return {
            "module": between(3.2, 6.0), "tilt": between(5, 30), "defocus": between(0.1, 0.31),
            "motion": between(0.1, 0.7), "moire": between(0.05, 0.2), "glare": between(0, 0.4),
            "light": between(0.35, 0.9), "contrast": between(0.5, 0.9), "noise": between(2, 5),
            "jpeg": between(65, 90), "finger": 0.0 if chance.random() < 0.8 else between(0.02, 0.05),
        }  # fmt: skip
    return {
        "module": between(2.4, 4.5), "tilt": between(8, 45), "defocus": between(0.18, 0.42),
        "motion": between(0.2, 1.05), "moire": between(0.05, 0.32), "glare": between(0.05, 0.65),
        "light": between(0.25, 0.85), "contrast": between(0.4, 0.85), "noise": between(2.5, 6),
        "jpeg": between(50, 80), "finger": 0.0 if chance.random() < 0.75 else between(0.03, 0.07),
    }  # fmt: skip


def scene(severity: Severity, seed: int) -> Scene:
    chance = np.random.default_rng([SEVERITIES.index(severity), seed])
    levels = _levels(severity, chance)
    carrier = CARRIERS[seed % len(CARRIERS)]
    text = payload(chance, carrier)
    size = (1920, 1080) if chance.random() < 0.3 else (1280, 720)
    modules = len(_matrix(text, seed))
    side = float(np.clip(levels.pop("module") * modules, 120, 0.62 * size[1]))
    on_screen = not carrier.endswith("card")
    return Scene(
        severity=severity,
        seed=seed,
        text=text,
        carrier=carrier,
        size=size,
        side=side,
        turn=float(chance.uniform(0, 360)),
        tilt_direction=float(chance.uniform(0, 360)),
        tremor=float(chance.uniform(1.5, 6.0)),
        jpeg=int(levels.pop("jpeg")),
        moire=levels.pop("moire") if on_screen else levels.pop("moire") * 0.2,
        **levels,
    )


def scenes(severity: Severity, count: int, first: int = 0) -> Iterator[Scene]:
    return (scene(severity, seed) for seed in range(first, first + count))


@lru_cache(maxsize=8)
def _matrix(text: str, seed: int) -> NDArray[np.bool_]:
    made = segno.make(text, error="LM"[seed % 2], boost_error=False, micro=False, encoding="utf-8")
    return np.array([[bool(module) for module in row] for row in made.matrix])


def _flat(of: Scene) -> Pixels:
    """What is held up, seen from straight ahead: the code in the middle third of a panel with print on it."""
    chance = np.random.default_rng([7, of.seed])
    code = np.where(_matrix(of.text, of.seed), 0.06, 1.0).astype(np.float32)
    quiet = np.pad(code, 3, constant_values=1.0)
    if of.carrier == "phone-dark":
        quiet = 1.06 - quiet
    if of.carrier == "messenger":  # screenshot, shrunk and recompressed on the way
        small = cv2.resize(quiet, None, fx=4.6, fy=4.6, interpolation=cv2.INTER_AREA)
        coarse = _jpeg((small * 255).clip(0, 255).astype(np.uint8), 45)
        side = quiet.shape[0] * MODULE
        enlarged = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
        quiet = np.asarray(enlarged, np.float32) / np.float32(255)
    else:
        quiet = np.kron(quiet, np.ones((MODULE, MODULE), np.float32))
    side = quiet.shape[0]
    page = {"phone-dark": 0.07, "health-card": 0.88, "citizen-card": 0.84}.get(of.carrier, 0.95)
    flat = np.full((2 * side, round(1.35 * side)), page, np.float32)
    for row in range(7):
        top = round(side * (0.06 + row * 0.055 if row < 5 else 1.45 + (row - 5) * 0.12))
        left = round(side * 0.16)
        for word in range(6):
            wide = round(side * chance.uniform(0.05, 0.16))
            ink = 0.9 if of.carrier == "phone-dark" else 0.25
            flat[top : top + side // 40, left : left + wide] = ink
            left += wide + side // 30
            if word and left > 1.1 * side:
                break
    left, top = (flat.shape[1] - side) // 2, round(side * 0.38)
    flat[top : top + side, left : left + side] = quiet
    border = round(side * 0.04)
    edge = 0.1 if "card" not in of.carrier else page
    return np.asarray(
        cv2.copyMakeBorder(flat, border, border, border, border, cv2.BORDER_CONSTANT, value=edge), np.float32
    )


def _jpeg(picture: Picture, quality: int) -> Picture:
    _, content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _placing(of: Scene, flat: Pixels, centre: tuple[float, float], turn: float, tilt: float) -> Pixels:
    """The homography of the flat thing into the frame: turned, tilted away, at its distance."""
    height, width = flat.shape
    modules = len(_matrix(of.text, of.seed))
    scale = of.side / (modules * MODULE)
    turned, away, axis = math.radians(turn), math.radians(tilt), math.radians(of.tilt_direction)
    focal = 1.1 * of.size[0]
    depth = focal / scale
    rotation = np.array(
        [[math.cos(turned), -math.sin(turned), 0], [math.sin(turned), math.cos(turned), 0], [0, 0, 1]]
    )
    rodrigues, _ = cv2.Rodrigues(np.array([math.cos(axis) * away, math.sin(axis) * away, 0.0]))
    stance = rodrigues @ rotation
    move = np.array([[1, 0, -width / 2], [0, 1, -height * 0.44], [0, 0, 1]])
    plane = np.column_stack([stance[:, 0], stance[:, 1], [0, 0, depth]])
    lens = np.array([[focal, 0, centre[0]], [0, focal, centre[1]], [0, 0, 1]])
    return np.asarray(lens @ plane @ move, np.float32)


def _disc(radius: float) -> Pixels:
    size = max(3, 2 * math.ceil(radius) + 1)
    ys, xs = np.mgrid[:size, :size] - size // 2
    disc = np.asarray((radius + 0.5 - np.hypot(xs, ys)).clip(0, 1), np.float32)
    return np.asarray(disc / disc.sum(), np.float32)


def _streak(length: float, angle: float) -> Pixels:
    size = max(3, 2 * math.ceil(length / 2) + 1)
    ys, xs = np.mgrid[:size, :size] - size // 2
    along = xs * math.cos(angle) + ys * math.sin(angle)
    across = -xs * math.sin(angle) + ys * math.cos(angle)
    line = (1 - np.abs(across)).clip(0, 1) * (length / 2 + 0.5 - np.abs(along)).clip(0, 1)
    return np.asarray(line / line.sum(), np.float32)


def _background(of: Scene) -> Pixels:
    chance = np.random.default_rng([11, of.seed])
    coarse = chance.uniform(0.2, 0.6, (9, 16)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, of.size, interpolation=cv2.INTER_CUBIC), np.float32)


def clip(of: Scene, count: int) -> Iterator[Picture]:
    """`count` grey frames at about 15 a second; the first is the scene's still."""
    flat, ground = _flat(of), _background(of)
    # A modest low-pass against skipping pixels when the drawing shrinks.
    shrink = MODULE * len(_matrix(of.text, of.seed)) / of.side
    flat = np.asarray(cv2.GaussianBlur(flat, (0, 0), 0.35 * shrink), np.float32) if shrink > 1 else flat
    chance = np.random.default_rng([13, SEVERITIES.index(of.severity), of.seed])
    reach = max(0.0, min(0.18 * of.size[1], 0.48 * of.size[1] - 0.7 * of.side))
    place = np.array([of.size[0] / 2, of.size[1] / 2]) + chance.uniform(-reach, reach, 2)
    glare_at = chance.uniform(-0.35, 0.35, 2) * of.side
    turn, tilt = of.turn, of.tilt
    for _ in range(count):
        yield _frame(of, flat, ground, chance, (place[0], place[1]), turn, tilt, glare_at)
        step = chance.normal(0, of.tremor, 2)
        place = place + step
        turn += chance.normal(0, 0.8)
        tilt = float(np.clip(tilt + chance.normal(0, 1.0), 0, 47))
        # A mirror turned by one degree turns the lamp's image by two, a long way on the glass.
        glare_at = glare_at * 0.9 + chance.normal(0, 0.1, 2) * of.side


def still(of: Scene) -> Picture:
    return next(clip(of, 1))


def _frame(
    of: Scene,
    flat: Pixels,
    ground: Pixels,
    chance: np.random.Generator,
    centre: tuple[float, float],
    turn: float,
    tilt: float,
    glare_at: NDArray[np.float64],
) -> Picture:
    width, height = of.size
    homography = _placing(of, flat, centre, turn, tilt)
    seen = cv2.warpPerspective(flat, homography, of.size, flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.ones_like(flat), homography, of.size, flags=cv2.INTER_LINEAR)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    if of.moire:
        ripple = np.zeros_like(seen)
        for period in chance.uniform(3.5, 14, 2):
            angle = chance.uniform(0, math.pi)
            wave = (xs * math.cos(angle) + ys * math.sin(angle)) * (2 * math.pi / period)
            ripple += np.sin(wave + chance.uniform(0, 2 * math.pi))
        seen = seen * (1 + of.moire * ripple / 2)
    module = of.side / len(_matrix(of.text, of.seed))
    middle = 0.5
    seen = (middle + (seen - middle) * of.contrast) * of.light
    if of.glare:
        u, v = xs - centre[0] - glare_at[0], ys - centre[1] - glare_at[1]
        lamp = chance.uniform(0, math.pi)
        along, across = u * math.cos(lamp) + v * math.sin(lamp), -u * math.sin(lamp) + v * math.cos(lamp)
        patch = np.exp(-((along / (0.35 * of.side)) ** 2 + (across / (0.14 * of.side)) ** 2))
        seen = seen + of.glare * patch
    scene_light = seen * cover + ground * of.light * (1 - cover)
    defocus = of.defocus * module * chance.uniform(0.85, 1.2)
    if defocus > 0.2:
        scene_light = cv2.filter2D(scene_light, -1, _disc(2 * defocus))
    motion = of.motion * module * chance.uniform(0.3, 1.3)
    if motion > 0.5:
        scene_light = cv2.filter2D(scene_light, -1, _streak(motion, chance.uniform(0, math.pi)))
    if of.finger:
        scene_light = _fingered(of, scene_light, homography, flat)
    level = scene_light * 235 + 6
    grain = chance.standard_normal((height, width), dtype=np.float32) * of.noise
    taken = level + grain * (0.6 + 0.4 * np.sqrt(level.clip(0, 255) / 128))
    return _jpeg(taken.clip(0, 255).astype(np.uint8), of.jpeg)


def _fingered(of: Scene, picture: Pixels, homography: Pixels, flat: Pixels) -> Pixels:
    """A fingertip over the corner that has no finder pattern; `finger` is the share of the code it hides."""
    modules = len(_matrix(of.text, of.seed))
    half = modules * MODULE / 2
    corner = np.array([[[flat.shape[1] / 2 + half, flat.shape[0] * 0.44 + half]]], np.float32)
    [[(x, y)]] = cv2.perspectiveTransform(corner, homography)
    radius = of.side * math.sqrt(of.finger * 4 / math.pi)
    ys, xs = np.mgrid[0 : of.size[1], 0 : of.size[0]].astype(np.float32)
    skin = ((radius - np.hypot(xs - x, ys - y)) / 2 + 0.5).clip(0, 1)
    return np.asarray(picture * (1 - skin) + 0.45 * of.light * skin, np.float32)


def as_colour(picture: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
