"""Cards as they are presented at a desk: scanned, several in one picture, typed, completed by a person."""

from __future__ import annotations

from dataclasses import replace

from kiosk import clock
from kiosk.card import normalise_name, parse, parse_birth_date, parse_number
from kiosk.card.model import Card, Kind
from kiosk.errors import CardParseError
from kiosk.names import clean_name
from kiosk.visits.identity import keys_of


def read(text: str) -> Card:
    """What a scan says. Raises CardParseError."""
    return parse(text, today=clock.today())


def choose(texts: list[str]) -> Card:
    """The card among the codes of one picture. Raises CardParseError (also ``several_cards``)."""
    cards = _cards(texts)
    health = [card for card in cards if card.kind is Kind.HEALTH_CARD]
    chosen = health or cards
    if len({card.lookup_number for card in chosen}) > 1:
        raise CardParseError("several_cards")
    return chosen[0]


def one_a_person(texts: list[str]) -> list[Card]:
    """The card of every person among the codes of one picture. Raises CardParseError."""
    cards = _cards(texts)
    health = [card for card in cards if card.kind is Kind.HEALTH_CARD]
    others = [
        card
        for card in cards
        if card.kind is not Kind.HEALTH_CARD and not any(_same_person(card, each) for each in health)
    ]
    found: list[Card] = []
    for card in (*health, *others):
        if not any(keys_of(card, None) & keys_of(known, None) for known in found):
            found.append(card)
    return found


def _cards(texts: list[str]) -> list[Card]:
    """At least one. Raises CardParseError."""
    cards: list[Card] = []
    refusal: CardParseError | None = None
    for text in texts:
        try:
            cards.append(read(text))
        except CardParseError as error:
            refusal = refusal or error
    if not cards:
        raise refusal or CardParseError("unknown_code")
    return cards


def typed(number: str, full_name: str, birth_date: str) -> Card:
    """Raises CardParseError or UsageError; their value ``field`` is number, full_name or birth_date."""
    try:
        card = parse_number(number)
    except CardParseError as error:
        raise _about(error, "number") from None
    return complete(card, full_name=full_name, birth_date=birth_date)


def complete(card: Card, *, full_name: str | None = None, birth_date: str | None = None) -> Card:
    """Raises CardParseError or UsageError, as `typed` does."""
    if full_name is not None:
        card = replace(card, full_name=clean_name(full_name))
    if birth_date is not None:
        try:
            born = parse_birth_date(birth_date)
        except CardParseError as error:
            raise _about(error, "birth_date") from None
        if born.first_day > clock.today():
            raise CardParseError("birth_date", field="birth_date")
        card = replace(card, birth_date=born)
    return card


def _same_person(citizen: Card, health: Card) -> bool:
    if citizen.full_name is None or health.full_name is None:
        return False
    if citizen.birth_date is None or health.birth_date is None:
        return False
    same_name = normalise_name(citizen.full_name).casefold() == normalise_name(health.full_name).casefold()
    return same_name and citizen.birth_date.agrees_with(health.birth_date)


def _about(error: CardParseError, field: str) -> CardParseError:
    return CardParseError(error.code, error.detail, error.notices, **{**error.values, "field": field})
