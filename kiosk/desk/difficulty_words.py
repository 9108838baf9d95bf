"""What a difficulty came from, in words. No Qt."""

from __future__ import annotations

from kiosk.desk.verdict_view import reason_and_advice
from kiosk.desk.words import Words
from kiosk.gateway.result_codes import UNKNOWN_CODE, rule_for
from kiosk.texts import table


def code_words(code: str, words: Words) -> str:
    """A code of the gateway with its meaning; what has no code, by its meaning alone."""
    rule = rule_for(code)
    if rule.key == code and rule.key != UNKNOWN_CODE:
        meaning = reason_and_advice(rule.staff_message(words.language))[0].rstrip(".")
        return f"{words('difficulty_code', number=code)}: {meaning}" if code[0].isdigit() else meaning
    if code in table("errors"):
        meaning = reason_and_advice(table("errors")[code][words.language])[0].rstrip(".")
        return meaning if "{" not in meaning else words("difficulty_unread")
    return words("difficulty_code", number=code)
