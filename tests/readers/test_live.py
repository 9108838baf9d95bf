"""A stream is read where its single frames are not, and never wrongly."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from reader_samples import CITIZEN_CARD, HEALTH_CARD, Picture, code, on_desk

from kiosk.readers.decoder import DecodedCode, Decoder
from kiosk.readers.hints import Hint
from kiosk.readers.live import PATIENCE, SELDOM, LiveDecoder
from kiosk.readers.locator import locate
from kiosk.readers.merge import MOST_FRAMES, MOST_MISSES, Merger
from kiosk.readers.passes import Pass

CARDS = {HEALTH_CARD, CITIZEN_CARD}


def live(*, merging: bool = True) -> LiveDecoder:
    return LiveDecoder(Decoder(["zxing"]), is_sure=CARDS.__contains__, merging=merging)


def held(text: str, number: int, *, noise: float, blur: float = 0.0, scale: int = 3) -> Picture:
    """Frame `number` of a shaking hand: moved and turned by parts of a pixel, its own noise."""
    chance = np.random.default_rng([len(text), number])
    x, y = 500 + chance.uniform(-8, 8), 260 + chance.uniform(-8, 8)
    angle = np.deg2rad(12 + chance.uniform(-2, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle), x], [np.sin(angle), np.cos(angle), y]])
    flat = code(text, scale=scale)
    frame = cv2.warpAffine(flat, turn, (1280, 720), flags=cv2.INTER_LINEAR, borderValue=150)
    if blur:
        frame = cv2.GaussianBlur(frame, (0, 0), blur)
    grain = chance.normal(0, noise, frame.shape)
    return np.asarray((50 + frame * 0.4 + grain).clip(0, 255), dtype=np.uint8)


def read(decoder: LiveDecoder, frames: list[Picture]) -> list[str]:
    return [one.text for at, frame in enumerate(frames) for one in decoder.look(frame, at / 15).codes]


def test_a_clear_code_is_read_at_the_first_look_with_its_place() -> None:
    look = live().look(on_desk((code(HEALTH_CARD), 300, 200)), 0.0)
    [found] = look.codes
    assert found.text == HEALTH_CARD
    assert look.hint is None
    assert all(300 < x < 700 and 200 < y < 600 for x, y in found.corners)


def test_merged_frames_give_what_no_single_frame_does() -> None:
    frames = [held(HEALTH_CARD, number, noise=20, blur=1.2) for number in range(12)]
    assert read(live(merging=False), frames) == []
    texts = read(live(), frames)
    assert texts
    assert set(texts) == {HEALTH_CARD}


def test_two_cards_in_turn_never_mix() -> None:
    """Each too noisy for a single look, shown at the same place, frame about."""
    frames = [held((HEALTH_CARD, CITIZEN_CARD * 2)[n % 2], n, noise=20, blur=1.2) for n in range(12)]
    decoder = LiveDecoder(Decoder(["zxing"]), is_sure=lambda _: True)
    assert set(read(decoder, frames)) <= {HEALTH_CARD, CITIZEN_CARD * 2}


def test_another_symbol_at_the_same_place_begins_a_new_merge() -> None:
    merger = Merger()
    for number in range(3):
        frame = held(HEALTH_CARD, number, noise=5)
        [region, *_] = locate(frame)
        merger.add(frame, region, number / 15)
    assert merger.frames == 3
    for number in range(3, 3 + MOST_MISSES + 1):
        merger.add(held(HEALTH_CARD[::-1], number, noise=5), region, number / 15)
    assert merger.frames <= MOST_MISSES + 1
    merged = merger.merged()
    assert merged is not None
    assert [one.text for one in Decoder(["zxing"]).decode(merged)] == [HEALTH_CARD[::-1]]


def test_merging_ends_a_second_after_the_symbol_left_and_stays_bounded() -> None:
    merger = Merger()
    for number in range(MOST_FRAMES + 3):
        frame = held(HEALTH_CARD, number, noise=5)
        merger.add(frame, locate(frame)[0], number / 15)
    assert merger.frames == MOST_FRAMES
    merger.forget(1.2)
    assert merger.frames == MOST_FRAMES
    merger.forget(2.5)
    assert merger.frames == 0
    assert merger.merged() is None


def test_a_merged_text_that_is_no_card_is_not_given() -> None:
    frames = [held(HEALTH_CARD, number, noise=20, blur=1.2) for number in range(12)]
    assert read(LiveDecoder(Decoder(["zxing"]), is_sure=lambda _: False), frames) == []


def test_noise_is_nobodys_card() -> None:
    chance = np.random.default_rng(9)
    frames = []
    for _ in range(8):
        frame = np.full((480, 640), 140, np.uint8)
        modules = (chance.random((57, 57)) < 0.5).astype(np.uint8) * 200 + 20
        frame[100:328, 200:428] = np.kron(modules, np.ones((4, 4), np.uint8))
        frames.append(frame)
    decoder = LiveDecoder(Decoder(["zxing"]), is_sure=lambda _: True)
    assert read(decoder, frames) == []


@pytest.mark.parametrize("inverted", [False, True])
def test_the_locator_points_at_the_code(inverted: bool) -> None:
    picture = cv2.cvtColor(on_desk((code(HEALTH_CARD), 300, 200)), cv2.COLOR_BGR2GRAY)
    picture = 255 - picture if inverted else picture
    [region] = locate(np.asarray(cv2.GaussianBlur(picture, (0, 0), 3.0), np.uint8))
    side = code(HEALTH_CARD).shape[0]
    assert abs(region.centre[0] - (300 + side / 2)) < 20
    assert abs(region.centre[1] - (200 + side / 2)) < 20
    assert 0.8 * side < region.side < 1.6 * side


@pytest.mark.parametrize("shape", [(1, 1), (20, 400), (480, 640)])
def test_nothing_is_located_in_an_empty_picture(shape: tuple[int, int]) -> None:
    assert locate(np.full(shape, 128, np.uint8)) == []
    noise = np.random.default_rng(1).normal(128, 9, shape).clip(0, 255).astype(np.uint8)
    assert locate(noise) == []


def test_a_dim_code_that_stays_unread_asks_for_a_brighter_screen() -> None:
    grey = cv2.GaussianBlur(code(HEALTH_CARD, scale=4), (0, 0), 2.8)
    frame = np.full((720, 1280), 30, np.uint8)
    frame[200 : 200 + grey.shape[0], 300 : 300 + grey.shape[1]] = 10 + grey // 7
    decoder = live()
    hints = [decoder.look(frame, at / 10).hint for at in range(12)]
    assert hints[0] is None
    assert hints[-1] is Hint.BRIGHTER_SCREEN


def test_texture_that_stays_where_it_is_gets_a_costly_look_only_now_and_then() -> None:
    """A ventilation grille, say: read by nobody, seen all day."""
    frame = np.full((480, 640), 140, np.uint8)
    squares = (np.indices((40, 40)).sum(axis=0) % 2).astype(np.uint8) * 200 + 20
    frame[100:340, 200:440] = np.kron(squares, np.ones((6, 6), np.uint8))
    counted = CountingDecoder(["zxing"])
    decoder = LiveDecoder(counted, is_sure=lambda _: True, merging=False)
    for at in range(PATIENCE):
        decoder.look(frame, at / 15)
    assert counted.extra == PATIENCE
    for at in range(PATIENCE, PATIENCE + 5 * SELDOM):
        decoder.look(frame, at / 15)
    assert counted.extra == PATIENCE + 5


class CountingDecoder(Decoder):
    extra = 0

    def look(self, grey: Picture, passes: Sequence[Pass]) -> list[DecodedCode]:
        self.extra += 1
        return super().look(grey, passes)
