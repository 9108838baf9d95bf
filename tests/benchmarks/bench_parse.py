"""How many lines a second `kiosk.card.parse` reads, by kind of line."""

import random
import statistics
import time
from collections.abc import Callable
from contextlib import suppress

from kiosk.card import parse
from kiosk.errors import CardParseError

LINES = 1_200
ROUNDS = 5
GOAL = 5_000

FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Đặng")
GIVEN_NAMES = ("Mẫu", "Thử", "Tập Huấn", "Ví Dụ")
PLACES = ("Phường Thử Nghiệm, Tỉnh An Giang", "Xã Mẫu, Huyện Thử, Hà Nội", "Quận 1, Thành phố Hồ Chí Minh")


def _serial(source: random.Random) -> str:
    return f"99{source.randrange(10**8):08d}"


def _name(source: random.Random) -> str:
    return f"{source.choice(FAMILY_NAMES)} Văn {source.choice(GIVEN_NAMES)}"


def _day(source: random.Random) -> str:
    return f"{source.randint(1, 28):02d}/{source.randint(1, 12):02d}/{source.randint(1940, 2020)}"


def _old_card(source: random.Random) -> str:
    serial = _serial(source)
    fields = (
        f"GD479{serial}",
        _name(source).encode().hex(),
        _day(source),
        source.choice("12"),
        source.choice(PLACES).encode().hex(),
        "79 - 034",
        "01/01/2026",
        "-",
        "15/12/2025",
        f"7901{serial}",
        "-",
        "4",
        _day(source),
        f"{source.randrange(16**16):x}-7102",
        "$",
    )
    return "|".join(fields)


def _card_of_2021(source: random.Random) -> str:
    fields = _old_card(source).split("|")
    return "|".join(
        [fields[0][5:], *fields[1:4], "-", *fields[5:-1], "4", "Tỉnh An Giang".encode().hex(), "$"]
    )


def _citizen_card(source: random.Random) -> str:
    birth = _day(source).replace("/", "")
    citizen_id = f"0792{birth[-2:]}{source.randrange(10**6):06d}"
    return f"{citizen_id}|999999999|{_name(source)}|{birth}|Nam|{source.choice(PLACES)}|01012022"


def _number(source: random.Random) -> str:
    serial = _serial(source)
    return source.choice((serial, f"gd 4 79 {serial}", f"GD-4-79-{serial}"))


def _cut_short(source: random.Random) -> str:
    line = source.choice((_old_card, _card_of_2021, _citizen_card))(source)
    return line[: source.randrange(1, len(line))]


KINDS: dict[str, Callable[[random.Random], str]] = {
    "card, 15 parts": _old_card,
    "card, 17 parts (VssID)": _card_of_2021,
    "citizen card": _citizen_card,
    "bare number": _number,
    "cut short": _cut_short,
}


def _seconds(lines: list[str]) -> float:
    began = time.perf_counter()
    for line in lines:
        with suppress(CardParseError):
            parse(line)
    return time.perf_counter() - began


def main() -> None:
    source = random.Random(1666)
    batches = {name: [make(source) for _ in range(LINES)] for name, make in KINDS.items()}
    mixed = [line for lines in batches.values() for line in lines]
    source.shuffle(mixed)
    batches["all mixed"] = mixed
    _seconds(mixed)  # tables are read once, on first use
    print(f"Parsing, median of {ROUNDS} rounds over {LINES} lines each")
    for name, lines in batches.items():
        rate = len(lines) / statistics.median(_seconds(lines) for _ in range(ROUNDS))
        print(f"  {name:<24} {rate:10,.0f} lines/s   {rate / GOAL:6.1f} x the goal of {GOAL:,}")
    print()


if __name__ == "__main__":
    main()
