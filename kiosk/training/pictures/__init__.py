"""Sample pictures of the training patients' phones and cards, drawn by ``scripts/draw_training_pictures.py``.

Everybody on them is invented, and each is marked "MẪU TẬP HUẤN".
"""

from __future__ import annotations

from pathlib import Path

from kiosk.training.patients import patient

CONTENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "vssid-phone.jpg": (("demo", "health_card"),),
    "vssid-phone-dark.jpg": (("worker", "health_card"),),
    "vssid-phone-expired.jpg": (("expired", "health_card"),),
    "card-2021.jpg": (("demo", "health_card"),),
    "card-child.jpg": (("child", "health_card"),),
    "citizen-card.jpg": (("citizen_card", "citizen_card"),),
    "two-cards.jpg": (("demo", "health_card"), ("demo", "citizen_card")),
}
"""What each picture shows, in reading order: a patient's key and the kind of card."""


def picture(name: str) -> Path:
    """The file of a picture in `CONTENTS`; KeyError for any other name."""
    if name not in CONTENTS:
        raise KeyError(name)
    return Path(__file__).parent / name


def lines(name: str) -> list[str]:
    """The texts of the codes in a picture, in reading order."""
    return [
        patient(key).health_card_line() if kind == "health_card" else patient(key).citizen_card_line()
        for key, kind in CONTENTS[name]
    ]


DEMO_PICTURE = picture("vssid-phone.jpg")
"""The demo patient's phone with VssID's card screen."""
