"""Answers that are kept for five minutes."""

from __future__ import annotations

from visit_samples import attempt

from kiosk.card.model import PartialDate
from kiosk.gateway.model import Answer, Question
from kiosk.visits.recent_answers import KEPT_SECONDS, MOST_KEPT, RecentAnswer, RecentAnswers

ANSWER = RecentAnswer(Answer("000"), None, (attempt(None),))


def question(number: int) -> Question:
    return Question(f"DN479{9900000000 + number}", "Lê Thử", PartialDate(1990))


def test_an_answer_is_given_for_the_same_question_only_and_forgotten_after_five_minutes() -> None:
    at = [0.0]
    recent = RecentAnswers(now=lambda: at[0])
    recent.keep(question(1), ANSWER)

    at[0] = KEPT_SECONDS - 1
    assert recent.get(question(1)) is ANSWER
    assert recent.get(question(2)) is None
    at[0] = KEPT_SECONDS
    assert recent.get(question(1)) is None


def test_the_oldest_go_first_when_there_are_too_many() -> None:
    recent = RecentAnswers(now=lambda: 0.0)
    for number in range(MOST_KEPT + 2):
        recent.keep(question(number), ANSWER)

    assert [recent.get(question(number)) for number in (0, 1)] == [None, None]
    assert recent.get(question(2)) is ANSWER
