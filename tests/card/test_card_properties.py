"""What holds for every line, every text and every kind of damage."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from payloads import (
    TODAY,
    Line,
    citizen_lines,
    health_lines,
    lines,
    shown_as_cp1252,
    typed_in_telex,
    typed_in_vni,
    typed_on_vietnamese_layout,
    with_alt_codes,
    without_cp1252_bytes,
)

from kiosk.card import card_as_json, parse
from kiosk.card.model import CitizenCard, HealthCard, Kind
from kiosk.errors import CardParseError

Damage = Callable[[str], str]


def read(text: str) -> HealthCard | CitizenCard | None:
    try:
        return parse(text, today=TODAY)
    except CardParseError:
        return None


def without_warnings(card: HealthCard | CitizenCard) -> HealthCard | CitizenCard:
    return replace(card, warnings=())


def wrong_fields(found: HealthCard | CitizenCard, truth: HealthCard | CitizenCard) -> dict[str, object]:
    """Fields that say something else than the truth; saying nothing is not wrong."""
    return {
        field.name: getattr(found, field.name)
        for field in fields(found)
        if field.name != "warnings"
        and getattr(found, field.name) not in (None, getattr(truth, field.name, None))
    }


def lost_fields(found: HealthCard | CitizenCard, truth: HealthCard | CitizenCard) -> set[str]:
    return {
        field.name
        for field in fields(truth)
        if getattr(truth, field.name) is not None and getattr(found, field.name, None) is None
    }


@given(lines)
def test_a_valid_line_is_read_to_the_letter_and_without_a_warning(line: Line) -> None:
    assert parse(line.text, today=TODAY) == line.card


@given(
    lines,
    st.sampled_from(["", "\x02", "]Q1", "\ufeff", " \t", "\\000026"]),
    st.sampled_from(["\r", "\r\n", "\t", "\x03"]),
)
def test_what_scanners_put_around_a_line_makes_no_difference(line: Line, before: str, after: str) -> None:
    assert parse(before + line.text + after, today=TODAY) == line.card


@given(st.text(max_size=400) | st.text(alphabet="|$-/ 019aAfFđẫ\u0301\ud800\x00\t\n%&#;", max_size=200))
@example("|")
@example("$")
@example("]Q1")
@example("0" * 12 + "|")
@example("DN4799900000001|" * 60)
@example("\ud800|" * 20)
def test_any_text_at_all_gives_a_card_or_the_one_error(text: str) -> None:
    card = read(text)
    assert card is None or card.kind is not Kind.UNKNOWN


@given(lines, st.data())
def test_any_line_with_a_character_changed_gives_a_card_or_the_one_error(
    line: Line, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(line.text) - 1))
    text = line.text[:place] + data.draw(st.characters()) + line.text[place + 1 :]
    card = read(text)
    assert card is None or card_as_json(card)["kind"] == card.kind


@given(lines)
def test_a_cut_line_never_says_anything_else_than_the_whole_one(line: Line) -> None:
    for length in range(len(line.text)):
        card = read(line.text[:length])
        if card is None or "|" not in line.text[:length]:
            continue
        assert card.kind is line.card.kind
        assert wrong_fields(card, line.card) == {}
        if lost_fields(card, line.card):
            assert "line_incomplete" in [notice.code for notice in card.warnings]


@given(lines)
def test_a_line_scanned_twice_is_taken_once_and_said(line: Line) -> None:
    for between in ("", "\r", "\r\n"):
        card = parse(line.text + between + line.text, today=TODAY)
        assert without_warnings(card) == line.card
        assert [notice.code for notice in card.warnings] == ["scanned_twice"]


@given(lines, lines)
def test_two_people_in_one_text_are_never_taken_for_one(one: Line, other: Line) -> None:
    if one.card != other.card:
        with pytest.raises(CardParseError, match="two_scans"):
            parse(one.text + other.text, today=TODAY)


def test_decomposed_letters_are_composed() -> None:
    line = "079301000002||Trần Thị Thử|03042001|Nữ|Xã Mẫu, Tỉnh Thử|02072024"
    assert parse(unicodedata.normalize("NFD", line), today=TODAY) == parse(line, today=TODAY)


class TestRepairedDamage:
    """Damage that leaves one possible original: every field comes back, with a warning."""

    @given(health_lines())
    def test_telex(self, line: Line) -> None:
        typed = typed_in_telex(line.text)
        card = parse(typed, today=TODAY)
        known = {"issuing_place"} if card.kind is Kind.HEALTH_CARD else set()
        assert wrong_fields(card, line.card) == {}
        assert lost_fields(card, line.card) <= known
        assert typed == line.text or card.warnings

    @given(health_lines())
    def test_vietnamese_keyboard_layout(self, line: Line) -> None:
        card = parse(typed_on_vietnamese_layout(line.text), today=TODAY)
        assert without_warnings(card) == line.card
        assert "repaired_keyboard_layout" in [notice.code for notice in card.warnings]

    @given(health_lines())
    def test_vietnamese_keyboard_layout_with_marks_joined_to_letters(self, line: Line) -> None:
        arrived = "".join(
            unicodedata.normalize("NFC", pair) for pair in _pairs(typed_on_vietnamese_layout(line.text))
        )
        card = read(arrived)
        assert card is None or wrong_fields(card, line.card) == {}

    @given(health_lines())
    def test_vietnamese_keyboard_layout_normalised_on_the_way(self, line: Line) -> None:
        """Normalising swaps 59 into 95: what it may have touched is not read."""
        card = read(unicodedata.normalize("NFC", typed_on_vietnamese_layout(line.text)))
        assert card is None or wrong_fields(card, line.card) == {}

    @given(lines)
    def test_caps_lock(self, line: Line) -> None:
        assert without_warnings(parse(line.text.swapcase(), today=TODAY)) == line.card

    @given(citizen_lines(), st.sampled_from([with_alt_codes, shown_as_cp1252]))
    def test_letters_as_numbers_or_in_another_character_set(self, line: Line, damage: Damage) -> None:
        card = parse(damage(line.text), today=TODAY)
        assert without_warnings(card) == line.card
        assert card.warnings

    @given(citizen_lines(), st.sampled_from(["&#{};", "&#x{:x};"]))
    def test_entities(self, line: Line, entity: str) -> None:
        text = "".join(c if c.isascii() else entity.format(ord(c)) for c in line.text)
        card = parse(text, today=TODAY)
        assert without_warnings(card) == line.card
        assert [notice.code for notice in card.warnings] == ["repaired_web_encoding"]


def _pairs(text: str) -> list[str]:
    """`text` cut so that a combining mark stays with the letter before it."""
    pieces: list[str] = []
    for character in text:
        if pieces and unicodedata.combining(character) and pieces[-1].isalpha():
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


class TestLostLetters:
    """Damage that cannot be undone: what is sure is kept, the rest is nothing, and the desk is told."""

    @given(health_lines())
    def test_vni(self, line: Line) -> None:
        typed = typed_in_vni(line.text)
        card = read(typed)
        assert card is not None
        assert wrong_fields(card, line.card) == {}
        assert isinstance(card, HealthCard)
        assert (card.birth_date, card.sex, card.valid_from) == (
            line.card.birth_date,
            line.card.sex,
            line.card.valid_from if isinstance(line.card, HealthCard) else None,
        )
        if lost_fields(card, line.card):
            assert "input_method_on" in [notice.code for notice in card.warnings]

    @given(
        citizen_lines(),
        st.sampled_from(
            [
                lambda text: "".join(c for c in text if c.isascii()),
                lambda text: "".join(c for c in text if ord(c) < 256),
                lambda text: "".join(c if c.isascii() else "?" for c in text),
                lambda text: text.encode().decode("ascii", errors="replace"),
                lambda text: text.encode("cp1258", errors="ignore").decode("utf-8", errors="surrogateescape"),
                lambda text: without_cp1252_bytes(text, leak=True),
                lambda text: without_cp1252_bytes(text, leak=False),
            ]
        ),
    )
    def test_accents_of_a_citizen_card(self, line: Line, damage: Damage) -> None:
        card = parse(damage(line.text), today=TODAY)
        assert isinstance(card, CitizenCard)
        assert isinstance(line.card, CitizenCard)
        assert wrong_fields(card, line.card) == {}
        assert card.citizen_id == line.card.citizen_id
        assert (card.birth_date, card.sex, card.issued_on) == (
            line.card.birth_date,
            line.card.sex,
            line.card.issued_on,
        )
        if lost_fields(card, line.card):
            assert card.warnings

    @given(citizen_lines(), st.data())
    def test_separators_of_a_citizen_card(self, line: Line, data: st.DataObject) -> None:
        places = [place for place, character in enumerate(line.text) if character == "|"]
        place = data.draw(st.sampled_from(places))
        doubled = parse(line.text[:place] + "|" + line.text[place:], today=TODAY)
        assert without_warnings(doubled) == line.card

    @given(health_lines(), st.data())
    def test_separators_of_a_health_card(self, line: Line, data: st.DataObject) -> None:
        places = [place for place, character in enumerate(line.text) if character == "|"]
        place = data.draw(st.sampled_from(places))
        text = line.text[:place] + data.draw(st.sampled_from(["", "||"])) + line.text[place + 1 :]
        card = read(text)
        assert card is None or wrong_fields(card, line.card) == {}
