"""When a code before the camera is a scan, and when it is the same scan still."""

from kiosk.readers.sightings import Sightings


def never(text: str) -> bool:
    return False


def always(text: str) -> bool:
    return True


def test_a_card_is_a_scan_from_one_frame() -> None:
    assert Sightings(always).see(["thẻ"], 0.0) == ["thẻ"]


def test_anything_else_needs_two_frames_that_agree() -> None:
    sightings = Sightings(never)
    assert sightings.see(["https://vi.du"], 0.0) == []
    assert sightings.see([], 0.1) == []
    assert sightings.see(["https://vi.du"], 0.2) == ["https://vi.du"]


def test_misreads_that_differ_or_lie_far_apart_never_agree() -> None:
    sightings = Sightings(never)
    assert [sightings.see([text], now) for now, text in enumerate(["a", "b", "c", "a"])] == [[], [], [], []]
    assert sightings.see(["a"], 10.0) == []


def test_the_same_code_within_five_seconds_is_one_scan() -> None:
    sightings = Sightings(always)
    assert sightings.see(["thẻ"], 0.0) == ["thẻ"]
    assert sightings.see(["thẻ"], 4.9) == []
    assert sightings.see(["thẻ"], 9.8) == []
    assert sightings.see(["thẻ"], 14.9) == ["thẻ"]


def test_a_phone_held_up_for_twenty_seconds_is_one_scan() -> None:
    sightings = Sightings(always)
    scans = [text for frame in range(600) for text in sightings.see(["thẻ"], frame / 30)]
    assert scans == ["thẻ"]


def test_other_codes_are_not_held_back() -> None:
    sightings = Sightings(always)
    assert sightings.see(["một"], 0.0) == ["một"]
    assert sightings.see(["hai", "một", "hai"], 0.1) == ["hai"]


def test_what_was_seen_long_ago_is_forgotten() -> None:
    sightings = Sightings(always)
    for number in range(10_000):
        sightings.see([str(number)], float(number))
    assert len(sightings._reported) <= 6
