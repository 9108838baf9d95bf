"""How many stills of each severity every engine reads, and in what time: ours beside the others.

`KIOSK_BENCH_SCENES` sets the number of scenes per severity (100).
"""

import os
import time
from collections.abc import Callable

import corpus
import cv2
import zxingcpp
from corpus import Picture

from kiosk.readers.decoder import Decoder
from kiosk.readers.engines import EngineState, load_engine

SCENES = int(os.environ.get("KIOSK_BENCH_SCENES", "100"))
GOALS = {"easy": 100, "medium": 99, "hard": 42}
Reader = Callable[[Picture], list[str]]


def _plain_zxing(picture: Picture) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    return [bytes(one.bytes).decode("utf-8", "replace") for one in found]


def _plain_pyzbar(picture: Picture) -> list[str]:
    from pyzbar import pyzbar

    found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [one.data.decode("utf-8", "replace") for one in found]


def _plain_opencv(picture: Picture) -> list[str]:
    try:
        text, *_ = cv2.QRCodeDetector().detectAndDecode(picture)
    except (cv2.error, UnicodeDecodeError):
        return []
    return [text] if text else []


def _ours(engines: tuple[str, ...]) -> Reader:
    decoder = Decoder(engines)
    return lambda picture: [code.text for code in decoder.decode(picture)]


def readers() -> dict[str, Reader]:
    found: dict[str, Reader] = {"ours, zxing passes": _ours(("zxing",)), "zxing-cpp, plain": _plain_zxing}
    if not isinstance(load_engine("zbar"), EngineState):
        found["ours, both engines"] = _ours(("zxing", "zbar"))
        found["pyzbar, plain"] = _plain_pyzbar
    found["OpenCV, plain"] = _plain_opencv
    return found


def main() -> None:
    cv2.setNumThreads(1)
    engines = readers()
    print(f"Stills: read of {SCENES} scenes each, mean ms a picture on one thread, wrong texts")
    print(f"  {'':<20}" + "".join(f"{severity:>22}" for severity in corpus.SEVERITIES))
    table: dict[str, list[str]] = {name: [] for name in engines}
    for severity in corpus.SEVERITIES:
        read, wrong = dict.fromkeys(engines, 0), dict.fromkeys(engines, 0)
        seconds = dict.fromkeys(engines, 0.0)
        for scene in corpus.scenes(severity, SCENES):
            picture = corpus.still(scene)
            for name, reader in engines.items():
                began = time.perf_counter()
                texts = reader(picture)
                seconds[name] += time.perf_counter() - began
                read[name] += scene.text in texts
                wrong[name] += any(text != scene.text for text in texts)
        for name, rows in table.items():
            rows.append(f"{read[name]:5} {1000 * seconds[name] / SCENES:7.1f} ms {wrong[name]:2} ✗")
    for name, rows in table.items():
        print(f"  {name:<20}" + "".join(f"{row:>22}" for row in rows))
    print(f"  {'goal (ours)':<20}" + "".join(f"{GOALS[one]:5}{'':>17}" for one in corpus.SEVERITIES) + "\n")


if __name__ == "__main__":
    main()
