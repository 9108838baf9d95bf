"""One call of the program: its settings, where its output goes, and the JSON objects it prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from kiosk import texts
from kiosk.errors import CardParseError, KioskError, RecordsError
from kiosk.settings import Settings, load_settings

if TYPE_CHECKING:
    from kiosk.card.model import Notice
    from kiosk.lookup import Lookup
    from kiosk.reception import Reception
    from kiosk.visits.model import Visit


@cache
def _nothing_read() -> dict[str, Any]:
    from kiosk.card import card_as_json
    from kiosk.card.model import HealthCard, Kind

    return card_as_json(HealthCard(Kind.UNKNOWN))


class OutputLost(Exception):  # noqa: N818  a state of affairs, not a fault
    """Standard output can be written no more: its reader has left, or its disk is full."""

    def __init__(self, *, reader_left: bool) -> None:
        super().__init__()
        self.reader_left = reader_left


class Session:
    """Begun by each command with its own flags; texts come in the settings' language."""

    settings = Settings()
    json = False
    _only_training = False

    @property
    def language(self) -> str:
        return self.settings.ui.language

    def begin(self, *, json_output: bool) -> None:
        """Raises SettingsError."""
        self.json, self._only_training = json_output, False
        self.settings = load_settings()

    def reload(self) -> Settings:
        """The settings as they are saved now. Raises SettingsError."""
        settings = load_settings()
        self.settings = settings.for_training() if self._only_training else settings
        return self.settings

    def train(self) -> None:
        """Whatever the settings say, the real gateway and its records stay out of it."""
        self._only_training = True
        self.settings = self.settings.for_training()

    @contextmanager
    def reception(self, *, heed_refusals: bool = True) -> Iterator[Reception]:
        """Without `heed_refusals` a login is sent even when other processes were refused just now."""
        from kiosk.app import build_reception
        from kiosk.logs import set_up_logging

        set_up_logging()
        if self.settings.training and not self.json:
            self.print(texts.text("cli", "training_banner", self.language))
        with build_reception(self.settings, heed_refusals=heed_refusals) as reception:
            yield reception

    def emit(self, output: dict[str, Any], for_people: Callable[[], str]) -> None:
        """Print one result as JSON, or as the text that `for_people` makes of it. Raises OutputLost."""
        self.print(json.dumps(output, ensure_ascii=False) if self.json else for_people())

    def print(self, text: str) -> None:
        """Print a line and send it on its way. Raises OutputLost."""
        try:
            print(text, flush=True)
        except OSError as error:
            raise OutputLost(reader_left=isinstance(error, BrokenPipeError)) from None

    def all_or_say(self, reception: Reception, visits: Iterable[Visit]) -> Iterator[Visit]:
        """The visits; then RecordsError ``records_partly`` or ``records_spool`` when that is not all."""
        yield from visits
        sharing = reception.sharing()
        if sharing is None or (sharing.away is None and sharing.spool is None):
            return
        code, why = ("records_partly", sharing.away) if sharing.away else ("records_spool", sharing.spool)
        place = why.values.get("place", "?") if why else "?"
        error = RecordsError(code, why.detail if why else "", place=place)
        if self.json:  # people read it there too, and not only the script
            print(self.error(error)["message"], file=sys.stderr)
        raise error

    def notice(self, notice: Notice) -> str:
        return texts.notice_message(notice, self.language)

    # The objects of the contract, section 3

    def error(self, error: KioskError) -> dict[str, Any]:
        message = texts.text("errors", error.code, self.language, **error.values)
        return {"code": error.code, "message": " ".join([message, *map(self.notice, error.notices)])}

    def parsed(self, line: str) -> dict[str, Any]:
        """What `line` says, or why it says nothing: the object of `kiosk parse`."""
        from kiosk.card import card_as_json, parse
        from kiosk.card.damage import has_foreign_bytes
        from kiosk.card.model import Notice
        from kiosk.clock import today

        try:
            card = parse(line, today=today())
        except CardParseError as error:
            garbled = (Notice("not_utf8"),) if has_foreign_bytes(line) else ()
            return {**_nothing_read(), "warnings": self._warnings(garbled), "error": self.error(error)}
        return {**card_as_json(card), "warnings": self._warnings(card.warnings), "error": None}

    def looked_up(self, found: Lookup) -> dict[str, Any]:
        from kiosk.benefit_words import benefit_output
        from kiosk.eligibility.as_json import coverage_as_json, difference_as_json, history_as_json

        assessment = found.assessment
        output: dict[str, Any] = {
            "result_code": assessment.result_code,
            "verdict": assessment.verdict,
            "reason": assessment.reason,
            "staff_message": assessment.staff_message(self.language),
            "technician_message": f"{assessment.rule.technician} {found.detail}".strip(),
            "coverage": coverage_as_json(assessment.coverage) if assessment.coverage else None,
            "history": [history_as_json(row) for row in found.history],
            "elapsed_ms": round(found.elapsed_ms, 1),
            "differences": [difference_as_json(difference) for difference in assessment.differences],
            "warnings": self._warnings(found.warnings),
            "benefit": benefit_output(found.advice.benefit, self.language) if found.advice.benefit else None,
            "training": self.settings.training,
        }
        if assessment.followed_from:
            output["followed_from"] = assessment.followed_from
        return output

    def visit(self, visit: Visit) -> dict[str, Any]:
        from kiosk.visits.as_json import visit_as_json

        return visit_as_json(visit, self.notice, self.language)

    def _warnings(self, notices: tuple[Notice, ...]) -> list[dict[str, str]]:
        return [{"code": notice.code, "message": self.notice(notice)} for notice in notices]
