"""The watch list as people make it: with Excel, by hand, with broken lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kiosk.errors import UsageError
from kiosk.visits.watching import BadLine, Watched, WatchList, read_watch_list

ONE, TWO, THREE = "DN4799900000001", "DN4799900000002", "DN4799900000003"
GOOD = f"number,reason,until\n{ONE},Báo mất thẻ,31/12/2026\n{TWO},Cho mượn thẻ,\n"


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes], WatchList]:
    def reading(content: str | bytes) -> WatchList:
        file = tmp_path / "watch.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_watch_list(file)

    return reading


def entry(number: str, reason: str, until: date | None = None) -> Watched:
    return Watched(frozenset({f"card:{number}", f"social:{number[5:]}"}), reason, until)


EXPECTED = (entry(ONE, "Báo mất thẻ", date(2026, 12, 31)), entry(TWO, "Cho mượn thẻ"))


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        "\ufeff" + GOOD,
        GOOD.replace(",", ";"),
        "sep=;\r\n" + GOOD.replace(",", ";"),
        GOOD.replace(",", "\t").encode("utf-16"),
        b"\xfe\xff" + GOOD.replace(",", "\t").encode("utf-16-be"),
        GOOD.replace("number,reason,until", " Số thẻ ,LÝ DO,den_ngay"),
        GOOD.replace("Báo mất thẻ", '"Báo mất\nthẻ"'),
        GOOD.replace(ONE, "DN 4 79 9900000001"),
        GOOD + f"\n\n{ONE},Báo mất thẻ,31/12/2026\n",
    ],
    ids=[
        "as written", "CRLF", "CR", "BOM", "semicolons", "Excel's sep=", "Unicode text", "UTF-16 BE",
        "Vietnamese heads", "a cell over two lines", "number in groups", "the same card twice",
    ],
)  # fmt: skip
def test_all_of_these_are_the_same_list(
    read: Callable[[str | bytes], WatchList], content: str | bytes
) -> None:
    assert read(content) == WatchList(EXPECTED, ())


def test_what_the_windows_code_page_made_of_it_is_read_and_called_a_guess(
    read: Callable[[str | bytes], WatchList],
) -> None:
    ansi = "number;reason\r\n" + ONE + ";Báo mất thẻ\r\n"
    saved = ansi.replace("ấ", "â\u0301").replace("ẻ", "e\u0309").encode("cp1258")
    found = read(saved)
    assert found == WatchList((entry(ONE, "Báo mất thẻ"),), (), "cp1258")


BROKEN = f"""number,reason,until
{ONE},Báo mất thẻ,31/12/2026
DN47999,quá ngắn,
{THREE},,
{THREE},ngày sai,32/12/2026
,,
{THREE},"quên đóng ngoặc,
{TWO},Cho mượn thẻ,
9.9E+09,Excel đã đổi số,
{THREE},"ngoặc "ở giữa" ra",
"""


def test_good_lines_are_taken_and_the_others_listed(read: Callable[[str | bytes], WatchList]) -> None:
    found = read(BROKEN)
    assert found.entries == EXPECTED
    assert found.bad == (
        BadLine(3, "card_number"),
        BadLine(4, "reason"),
        BadLine(5, "until"),
        BadLine(7, "quotes"),
        BadLine(9, "card_number"),
        BadLine(10, "quotes"),
    )


def test_of_one_card_twice_the_last_line_counts(read: Callable[[str | bytes], WatchList]) -> None:
    found = read(f"number,reason\n{ONE},cũ\n{ONE},mới\n")
    assert found.entries == (entry(ONE, "mới"),)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "watch_list_columns"),
        (f"{ONE},Báo mất thẻ\n", "watch_list_columns"),
        ("number,reason\nrubbish,x\n", "watch_list_all_bad"),
        (b"PK\x03\x04" + bytes(range(256)) * 8, "watch_list_columns"),  # a workbook by another name
    ],
)
def test_a_file_that_is_no_list_is_refused_so_the_former_list_stays(
    read: Callable[[str | bytes], WatchList], content: str | bytes, code: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read(content)
    assert caught.value.code == code


def test_a_list_of_fifty_thousand_cards_is_read_whole(read: Callable[[str | bytes], WatchList]) -> None:
    lines = "".join(f"DN479{9900000000 + number},Báo mất\n" for number in range(50_000))
    assert len(read("number,reason\n" + lines).entries) == 50_000


def test_an_empty_list_ends_the_watching(read: Callable[[str | bytes], WatchList]) -> None:
    assert read("number,reason\n") == WatchList((), ())
