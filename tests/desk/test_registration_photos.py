"""What is said of a portrait and of a card's picture, on drawn pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from photo_samples import Image, card, portrait

from kiosk.desk.registration.photo_measure import (
    CARD_RATIO,
    MOST_BYTES,
    PhotoKind,
    as_jpeg,
    find_card,
    guide,
    look_at,
    save_photo,
)
from kiosk.errors import UsageError


def blurred(picture: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 14), dtype=np.uint8)


def test_a_good_portrait_is_cut_to_two_to_three_and_large_enough() -> None:
    photo = look_at(portrait(), PhotoKind.PORTRAIT)
    assert photo.remarks == ()
    rows, columns = photo.picture.shape[:2]
    assert columns / rows == pytest.approx(2 / 3, abs=0.01)
    assert columns >= 600


@pytest.mark.parametrize(
    ("picture", "remark"),
    [
        (lambda: portrait() // 5, "too_dark"),
        (lambda: np.maximum(portrait(), 225), "too_bright"),
        (lambda: blurred(portrait()), "blurred"),
        (lambda: portrait(across=0.39), "face_off_centre"),
        (lambda: portrait(size=0.6), "face_small"),
        (lambda: portrait(across=2.0), "face_missing"),
        (lambda: portrait(columns=640, rows=480), "too_small"),
    ],
    ids=lambda value: value if isinstance(value, str) else "picture",
)
def test_what_is_wrong_with_a_portrait(picture: Callable[[], Image], remark: str) -> None:
    assert remark in look_at(picture(), PhotoKind.PORTRAIT).remarks


def test_a_card_is_found_by_its_corners_and_straightened() -> None:
    photo = look_at(card(angle=6), PhotoKind.CARD_FRONT)
    assert photo.remarks == ()
    rows, columns = photo.picture.shape[:2]
    assert columns / rows == pytest.approx(CARD_RATIO, abs=0.01)
    edges = photo.picture[[5, -6], :].reshape(-1, 3).mean()
    assert edges > 150, "card to the edges, no table"


@pytest.mark.parametrize(
    ("picture", "remark"),
    [
        (lambda: card(glare=True), "glare"),
        (lambda: card(shift=420), "corners_missing"),
        (lambda: card(ratio=1.25), "corners_missing"),
        (lambda: np.full((1080, 1920, 3), 120, np.uint8), "corners_missing"),
        (lambda: blurred(card()), "blurred"),
        (lambda: card() // 4, "too_dark"),
        (lambda: np.asarray(cv2.resize(card(), (960, 540)), np.uint8), "too_small"),
    ],
    ids=lambda value: value if isinstance(value, str) else "picture",
)
def test_what_is_wrong_with_a_card(picture: Callable[[], Image], remark: str) -> None:
    assert remark in look_at(picture(), PhotoKind.CARD_BACK).remarks


def test_no_card_is_found_where_there_is_none() -> None:
    assert find_card(portrait()) is None


def test_the_guide_lies_in_the_middle_of_any_picture() -> None:
    for columns, rows in ((1920, 1080), (480, 640), (640, 480)):
        for kind in PhotoKind:
            left, top, width, height = guide(columns, rows, kind.ratio)
            assert width / height == pytest.approx(kind.ratio)
            assert left == pytest.approx((columns - width) / 2)
            assert min(left, top) >= 0


def test_a_file_is_small_and_holds_pixels_only(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (900, 1200, 3), dtype=np.uint8)
    data = as_jpeg(noise)
    assert len(data) < MOST_BYTES
    assert b"Exif" not in data
    save_photo(portrait(), tmp_path / "ảnh.jpg")
    assert list(tmp_path.iterdir()) == [tmp_path / "ảnh.jpg"]
    with pytest.raises(UsageError, match="No such file"):
        save_photo(portrait(), tmp_path / "no" / "folder.jpg")
