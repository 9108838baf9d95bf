"""What a card says: from any text to a frozen value, without asking anybody."""

from kiosk.card.as_json import card_as_json
from kiosk.card.dates import parse_birth_date
from kiosk.card.numbers import parse_number
from kiosk.card.parse import parse
from kiosk.card.vietnamese import normalise_name

__all__ = ["card_as_json", "normalise_name", "parse", "parse_birth_date", "parse_number"]
