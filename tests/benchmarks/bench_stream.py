"""Streams: what merging frames adds, what a frame costs, how soon a card is there, who has to wait for it.

`KIOSK_BENCH_SCENES` sets the number of hard clips (100).
"""

import os
import statistics
import threading
import time

import corpus
import cv2
import numpy as np
import zxingcpp
from corpus import Picture

from kiosk.card import parse
from kiosk.errors import CardParseError
from kiosk.readers.decoder import Decoder
from kiosk.readers.live import LiveDecoder

SCENES = int(os.environ.get("KIOSK_BENCH_SCENES", "100"))
COUNTS = (1, 3, 5, 10)
RATE = 15.0


def _is_card(text: str) -> bool:
    try:
        parse(text)
    except CardParseError:
        return False
    return True


def _zxing(picture: Picture) -> list[str]:
    return [
        one.text
        for one in zxingcpp.read_barcodes(picture, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    ]


def _first_read(frames: list[Picture], merging: bool, text: str) -> tuple[int, int]:
    """The number of the frame that gave the text (99: none), and how many wrong texts came."""
    live = LiveDecoder(Decoder(), is_sure=_is_card, merging=merging)
    wrong = 0
    for number, frame in enumerate(frames, 1):
        texts = [code.text for code in live.look(frame, number / RATE).codes]
        wrong += sum(one != text for one in texts)
        if text in texts:
            return number, wrong
    return 99, wrong


def _clips() -> None:
    rows: dict[str, list[int]] = {"any of k, plain zxing-cpp": [], "any of k, ours": [], "merged, ours": []}
    wrong = 0
    for scene in corpus.scenes("hard", SCENES):
        frames = list(corpus.clip(scene, max(COUNTS)))
        plain = (number for number, frame in enumerate(frames, 1) if scene.text in _zxing(frame))
        rows["any of k, plain zxing-cpp"].append(next(plain, 99))
        for name, merging in (("any of k, ours", False), ("merged, ours", True)):
            first, misread = _first_read(frames, merging, scene.text)
            rows[name].append(first)
            wrong += misread
    print(f"Hard clips read of {SCENES}, within k frames (goal: 95 of 100 at k = 10); wrong texts: {wrong}")
    print(f"  {'':<28}" + "".join(f"{f'k = {count}':>9}" for count in COUNTS))
    for name, firsts in rows.items():
        cells = (sum(first <= count for first in firsts) for count in COUNTS)
        print(f"  {name:<28}" + "".join(f"{cell:>9}" for cell in cells))


def empty_frames(size: tuple[int, int], count: int) -> list[Picture]:
    """A reception with nobody in it: shapes out of focus, edges, noise."""
    chance = np.random.default_rng(3)
    width, height = size
    coarse = chance.uniform(40, 210, (height // 80, width // 80)).astype(np.float32)
    ground = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        left, top = int(chance.integers(width)), int(chance.integers(height))
        end = left + int(chance.integers(40, 300)), top + int(chance.integers(40, 300))
        cv2.rectangle(ground, (left, top), end, float(chance.uniform(20, 240)), -1)
    frames = []
    for _ in range(count):
        noisy = ground + chance.standard_normal((height, width), dtype=np.float32) * 3
        frames.append(corpus.as_colour(noisy.clip(0, 255).astype(np.uint8)))
    return frames


def _empty(size: tuple[int, int]) -> None:
    frames = empty_frames(size, 15) * 2
    live = LiveDecoder(Decoder(), is_sure=_is_card)
    greys = [np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8) for frame in frames]
    _zxing(greys[0])
    live.look(frames[0], 0.0)
    plain = ours = 0.0
    for number, (frame, grey) in enumerate(zip(frames, greys, strict=True)):
        began = time.perf_counter()
        _zxing(grey)
        between = time.perf_counter()
        live.look(frame, number / 30)
        plain, ours = plain + between - began, ours + time.perf_counter() - between
    mean = ours / len(frames)
    ratio = ours / plain
    print(
        f"  empty {size[0]}x{size[1]}: {mean * 1000:5.1f} ms a frame ({1 / mean:4.0f} frames/s, goal >= 15), "
        f"{ratio:4.2f} x one plain zxing-cpp call (goal <= 4)"
    )


def _to_card() -> None:
    """From the first readable frame, already in memory, to the parsed card; and how long others waited."""
    waits: list[float] = []
    done = threading.Event()

    def tick() -> None:
        before = time.perf_counter()
        while not done.wait(0.002):
            now = time.perf_counter()
            waits.append(now - before)
            before = now

    taken: list[float] = []
    located: list[float] = []
    ticker = threading.Thread(target=tick)
    frames = [(scene.text, corpus.as_colour(corpus.still(scene))) for scene in corpus.scenes("medium", 40)]
    hard = [list(corpus.clip(scene, 6)) for scene in corpus.scenes("hard", 8)]
    ticker.start()
    try:
        for text, frame in frames:
            live = LiveDecoder(Decoder(), is_sure=_is_card)
            began = time.perf_counter()
            look = live.look(frame, 0.0)
            if [code.text for code in look.codes] == [text]:
                parse(text)
                taken.append(time.perf_counter() - began)
        for clip in hard:
            live = LiveDecoder(Decoder(), is_sure=_is_card)
            for number, still in enumerate(clip):
                began = time.perf_counter()
                live.look(corpus.as_colour(still), number / RATE)
                located.append(time.perf_counter() - began)
    finally:
        done.set()
        ticker.join()
    print(f"  readable frame to parsed card: median {statistics.median(taken) * 1000:.1f} ms (goal <= 100)")
    print(f"  a frame with an unreadable code in it: mean {statistics.mean(located) * 1000:.1f} ms")
    print(f"  longest another thread waited to run: {max(waits) * 1000:.1f} ms (goal <= 50)")


def main() -> None:
    cv2.setNumThreads(1)
    print("Streams, one thread")
    for size in ((1280, 720), (1920, 1080)):
        _empty(size)
    _to_card()
    _clips()
    print()


if __name__ == "__main__":
    main()
