"""Every code in a picture, byte for byte, or nothing; never a wrong text."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from reader_samples import CITIZEN_CARD, HEALTH_CARD, Picture, as_file, citizen_payload, code, on_desk

from kiosk.errors import ImageError
from kiosk.readers.decoder import DecodedCode, Decoder, decode_file
from kiosk.readers.engines import EngineState, ZbarEngine, available_engines, load_engine
from kiosk.readers.zbar_text import recover_bytes

zbar_here = not isinstance(load_engine("zbar"), EngineState)
needs_zbar = pytest.mark.skipif(not zbar_here, reason="libzbar is not installed here")


def texts(codes: list[DecodedCode]) -> list[str]:
    return [found.text for found in codes]


def test_a_code_is_its_text_its_bytes_and_where_it_stands() -> None:
    [found] = Decoder().decode(on_desk((code(CITIZEN_CARD), 300, 200)))
    assert found.text == CITIZEN_CARD
    assert found.data == CITIZEN_CARD.encode()
    assert found.engine == "zxing"
    assert all(300 < x < 700 and 200 < y < 600 for x, y in found.corners)


@pytest.mark.parametrize("engine", ["zxing", pytest.param("zbar", marks=needs_zbar)])
def test_two_hundred_citizen_cards_come_out_byte_for_byte(engine: str) -> None:
    chance = random.Random(1)
    decoder = Decoder([engine])
    for index in range(200):
        payload = citizen_payload(chance)
        ways = (
            lambda text: code(text, scale=3),
            lambda text: code(text, scale=3, eci=True),  # segno declares UTF-8 by ECI 26
            lambda text: np.array(
                zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=3)
            ),
            lambda text: np.array(
                zxingcpp.create_barcode(text.encode(), zxingcpp.BarcodeFormat.QRCode).to_image(scale=3)
            ),
        )
        picture = np.pad(ways[index % 4](payload), 20, constant_values=255)
        found = decoder.decode(picture, effort="frame")
        assert [one.data for one in found] == [payload.encode()]
        assert texts(found) == [payload]


def test_bytes_that_are_not_utf8_are_marked_and_kept() -> None:
    [found] = Decoder(["zxing"]).decode(code(b"079301000002||Tr\xe1\xba", encoding=None))
    assert found.data == b"079301000002||Tr\xe1\xba"
    assert found.text == "079301000002||Tr\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("effort", ["frame", "still"])
def test_dark_mode(effort: str) -> None:
    picture = 255 - on_desk((code(HEALTH_CARD), 400, 150))
    assert texts(Decoder().decode(picture, effort=effort)) == [HEALTH_CARD]  # type: ignore[arg-type]


@pytest.mark.parametrize("turn", range(4))
def test_any_rotation(turn: int) -> None:
    assert texts(Decoder().decode(np.rot90(code(HEALTH_CARD), turn))) == [HEALTH_CARD]


def test_all_codes_in_reading_order() -> None:
    picture = on_desk(
        (code("trên trái"), 80, 110),
        (code("trên phải"), 800, 90),
        (code("giữa"), 450, 320),
        (code("dưới"), 100, 500),
    )
    expected = ["trên trái", "trên phải", "giữa", "dưới"]
    assert texts(Decoder().decode(picture)) == expected
    assert texts(Decoder().decode(picture, effort="frame")) == expected


def test_the_same_code_twice_is_one() -> None:
    once = code(HEALTH_CARD, scale=3)
    assert texts(Decoder().decode(on_desk((once, 50, 50), (once, 700, 50)))) == [HEALTH_CARD]


def test_a_faint_code_beside_a_clear_one_is_found_too() -> None:
    faint = cv2.GaussianBlur(code(CITIZEN_CARD, scale=4), (0, 0), 2.0)
    picture = on_desk((code(HEALTH_CARD), 60, 60), (np.asarray(faint, dtype=np.uint8), 760, 200))
    assert texts(Decoder().decode(picture, effort="frame")) == [HEALTH_CARD]
    assert texts(Decoder().decode(picture)) == [HEALTH_CARD, CITIZEN_CARD]


def test_only_qr_codes_count() -> None:
    others = [
        np.array(zxingcpp.create_barcode("893460200107", format_).to_image(scale=3))
        for format_ in (
            zxingcpp.BarcodeFormat.Code128,
            zxingcpp.BarcodeFormat.DataMatrix,
            zxingcpp.BarcodeFormat.Aztec,
            zxingcpp.BarcodeFormat.PDF417,
        )
    ]
    micro = code("12345", micro=True)
    for picture in [*others, micro]:
        assert Decoder().decode(np.pad(picture, 40, constant_values=255)) == []


def blurred(picture: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.4), dtype=np.uint8)


def low_light(picture: Picture) -> Picture:
    """Contrast of 14 grey levels under strong noise, in a corner that darkens."""
    noise = np.random.default_rng(5).normal(0, 5, picture.shape)
    return np.asarray((picture / 255 * 14 + 20 + noise).clip(0, 255), dtype=np.uint8)


def tiny(picture: Picture) -> Picture:
    shrunk = cv2.resize(picture, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, dtype=np.uint8)


def test_a_still_is_read_where_one_look_is_not_enough() -> None:
    """How many of these the extra looks win; a plain look reads none of them."""
    chance = random.Random(2)
    won: dict[str, list[bool]] = {}
    for _ in range(6):
        payload = citizen_payload(chance)
        for damage in (blurred, low_light, tiny):
            picture = damage(code(payload, scale=4))
            if not Decoder(["zxing"]).decode(picture, effort="frame"):
                won.setdefault(damage.__name__, []).append(
                    texts(Decoder(["zxing"]).decode(picture)) == [payload]
                )
    tried = [result for results in won.values() for result in results]
    assert len(tried) >= 6
    assert sum(tried) >= len(tried) * 0.5


def test_an_empty_picture_holds_nothing() -> None:
    assert Decoder().decode(np.full((480, 640, 3), 255, np.uint8)) == []
    assert Decoder().decode(np.zeros((1, 1), np.uint8)) == []
    assert Decoder().decode(np.zeros((3, 4000, 3), np.uint8)) == []


@pytest.mark.parametrize("engines", [[], ["wechat"]])
def test_unknown_engines_are_refused(engines: list[str]) -> None:
    with pytest.raises(ValueError, match="zxing"):
        Decoder(engines)


def test_a_file_gives_codes_and_the_time_of_decoding(tmp_path: Path) -> None:
    path = tmp_path / "Thẻ BHYT.jpg"
    path.write_bytes(as_file(Image.fromarray(code(HEALTH_CARD)), "JPEG"))
    decoding = decode_file(path)
    assert texts(list(decoding.codes)) == [HEALTH_CARD]
    assert decoding.elapsed_ms > 0


def test_a_file_without_a_code_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "blank.png"
    path.write_bytes(as_file(Image.new("L", (200, 100), 255), "PNG"))
    assert decode_file(path).codes == ()
    with pytest.raises(ImageError) as caught:
        decode_file(path, max_megapixels=0.001)
    assert caught.value.code == "image_too_large"


@needs_zbar
def test_zbar_runs_when_zxing_found_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    zxing = load_engine("zxing")
    assert not isinstance(zxing, EngineState)
    monkeypatch.setattr(zxing, "read", lambda grey: [])
    [found] = Decoder().decode(255 - on_desk((code(HEALTH_CARD), 100, 100)))
    assert (found.engine, found.text) == ("zbar", HEALTH_CARD)
    assert Decoder(["zxing"]).decode(code(HEALTH_CARD)) == []


@needs_zbar
def test_zbar_alone_reads_only_qr() -> None:
    barcode = np.array(
        zxingcpp.create_barcode("893460200107", zxingcpp.BarcodeFormat.Code128).to_image(scale=3)
    )
    assert Decoder(["zbar"]).decode(barcode) == []
    assert texts(Decoder(["zbar"]).decode(on_desk((code(CITIZEN_CARD), 9, 9)))) == [CITIZEN_CARD]


@needs_zbar
def test_a_zbar_without_binary_mode_never_gives_a_wrong_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where pyzbar brings zbar 0.10: the real library guesses here, and is undone."""
    monkeypatch.setattr(ZbarEngine, "version", property(lambda self: (0, 10, 0)))
    chance = random.Random(4)
    read = 0
    for _ in range(150):
        payload = citizen_payload(chance)
        found = texts(Decoder(["zbar"]).decode(code(payload, scale=3), effort="frame"))
        assert found in ([payload], [])
        read += found == [payload]
    assert read >= 145


@pytest.mark.parametrize("guess", ["cp932", "big5", "latin-1", "utf-8"])
def test_zbars_wrong_guess_is_undone_or_the_code_dropped(guess: str) -> None:
    chance = random.Random(guess)
    recovered = 0
    for _ in range(300):
        original = citizen_payload(chance).encode()
        try:
            as_zbar_reports_it = original.decode(guess).encode()
        except UnicodeDecodeError:
            continue
        assert recover_bytes(as_zbar_reports_it) in {original, None}
        recovered += recover_bytes(as_zbar_reports_it) == original
    assert recovered > 0


def test_text_that_is_nobodys_language_is_dropped() -> None:
    assert recover_bytes("Nguy廙n V廎 M廕南".encode()) in {None, "Nguyễn Vă Mẫu".encode()}
    assert recover_bytes(b"\xff\xfe") is None
    assert recover_bytes("Привет".encode()) is None


WITHOUT_LIBZBAR = """
import ctypes.util, sys
from pathlib import Path
assert ctypes.util.find_library("zbar") is None, "the library must be out of reach for this test"
from kiosk.readers.decoder import Decoder, decode_file
from kiosk.readers.engines import available_engines
print([(state.name, state.available) for state in available_engines()])
print([found.engine for found in decode_file(Path(sys.argv[1])).codes])
print(Decoder(["zbar"]).decode(__import__("numpy").zeros((50, 50), "uint8")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="hides the library in a Linux way")
def test_the_program_runs_without_libzbar(tmp_path: Path) -> None:
    """In a child process that has none of the tools by which ctypes finds libraries (ldconfig, gcc, ld)."""
    path = tmp_path / "card.png"
    path.write_bytes(as_file(Image.fromarray(code(HEALTH_CARD)), "PNG"))
    nowhere = tmp_path / "empty"
    nowhere.mkdir()
    preload = tmp_path / "sitecustomize.py"
    preload.write_text(
        "import os, ctypes.util\n"
        "ctypes.util._findSoname_ldconfig = lambda name: None\n"  # it calls /sbin/ldconfig by its full path
    )
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LIBZBAR, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(nowhere), "PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"},
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["[('zxing', True), ('zbar', False)]", "['zxing']", "[]"]


def test_diagnostics_name_every_engine() -> None:
    states = {state.name: state for state in available_engines()}
    assert set(states) == {"zxing", "zbar"}
    assert states["zxing"].available
    assert all(state.detail for state in states.values())
