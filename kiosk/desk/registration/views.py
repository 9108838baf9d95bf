"""What each step of the assistant says, as plain values: no Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk import texts
from kiosk.card.model import Card
from kiosk.desk.words import KeyHint, Row, Words, masked
from kiosk.errors import KioskError
from kiosk.registration.preparation import Entry, Preparation
from kiosk.registration.walk import OWN, PARENT, Question, Step, Walk

_APP_STEPS = {
    Step.OPEN: "1", Step.PERSON: "2", Step.ADDRESS: "2", Step.PHOTO: "3",
    Step.OFFICE: "4", Step.SEND: "5", Step.RECEIPT: "6",
}  # fmt: skip
_LINES = {
    Step.RECOVERY: ("recovery_mail", "recovery_vneid", "recovery_call", "recovery_changed"),
    Step.OPEN: ("open_store", "open_register", "open_try"),
    Step.PARENT: ("parent_account", "parent_menu", "parent_papers"),
    Step.PHOTO: ("photo_portrait", "photo_card", "photo_unknown", "photo_consent"),
    Step.OFFICE: ("office_mail",),
    Step.SEND: ("send_tap", "send_otp", "send_never"),
    Step.RECEIPT: ("receipt_number", "receipt_visit", "receipt_bring"),
}


_PHOTOS = ("portrait", "card_front", "card_back")


@dataclass(frozen=True, slots=True)
class StepView:
    """`options` with the chosen one's place; `problem` is what keeps the page from going on."""

    progress: str
    title: str
    lead: str = ""
    lines: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    options: tuple[str, ...] = ()
    chosen: int = 0
    notices: tuple[str, ...] = ()
    problem: str = ""
    keys: tuple[KeyHint, ...] = ()


class AssistantWords:
    """The texts of the assistant in the desk's language."""

    def __init__(self, words: Words) -> None:
        self.desk = words
        self.alone = False  # without a reception behind it
        self.language = words.language

    def __call__(self, code: str, **values: str) -> str:
        return texts.text("registration", code, self.language, **values)

    def error(self, error: KioskError) -> str:
        return self.desk.error(error)

    def view(
        self, walk: Walk, today: date, *, large: bool = False, said: str = "", photo: str = "off"
    ) -> StepView:
        """`large`: the sheet is in large print. `said`: what came of printing or saving.

        `photo`: what the camera does on the step for pictures, and `said` what ails it.
        """
        if walk.question is not None:
            return self._question(walk, walk.question)
        prepared = walk.prepared(today)
        step = walk.step
        lines = tuple(self(code) for code in _LINES.get(step, ()))
        options: tuple[str, ...] = ()
        rows: tuple[Row, ...] = ()
        notices: tuple[str, ...] = ()
        if step is Step.ACCOUNT:
            options = tuple(self(f"account_option_{n}") for n in (1, 2, 3))
        elif step is Step.SCAN:
            rows, notices = self._cards(walk), self._differences(prepared)
        elif step is Step.PHOTO:
            if photo == "off":
                options = tuple(self(f"photo_option_{kind}") for kind in _PHOTOS)
            else:
                lines = ()
            notices = (said,) if said else ()
        elif step is Step.OFFICE:
            options = tuple(
                " · ".join(part for part in (office.name, office.address, office.hours) if part)
                for office in walk.offices
            )
            lines = (*lines, *(() if options else (self("office_none"),)))
            rows = ((self.desk.field(Entry.EMAIL), prepared.email),) if prepared.email else ()
            if walk.route is PARENT:
                lines, rows = (() if options else (self("office_none"),)), ()
        elif step is Step.SHEET:
            notices = (*self._still_open(prepared), said) if said else self._still_open(prepared)
        return StepView(
            progress=self._progress(walk),
            title=self("print_title" if step is Step.SHEET else f"{step}_title"),
            lead=self("print_lead" if step is Step.SHEET else f"{step}_lead"),
            lines=lines,
            rows=rows,
            options=options,
            chosen=walk.chosen,
            notices=notices,
            problem=self.error(walk.scan_error) if walk.scan_error else "",
            keys=self._keys(walk, large=large, photo=photo),
        )

    def _question(self, walk: Walk, question: Question) -> StepView:
        name = walk.draft.texts()[Entry.FULL_NAME] or self("somebody")
        go_on = KeyHint(self.desk("key_enter"), self(f"do_{question}_go_on"))
        leave = KeyHint(self.desk("key_escape"), self("do_leave_alone" if self.alone else "do_leave"))
        another = (KeyHint("F7", self("do_another")),) if question is Question.RESUME else ()
        return StepView(
            progress="",
            title=self(f"{question}_title", name=name),
            lead=self(f"{question}_lead"),
            keys=(go_on, *another, leave),
        )

    def _progress(self, walk: Walk) -> str:
        if walk.route is OWN and walk.step in _APP_STEPS:
            return self("progress_app", step=_APP_STEPS[walk.step])
        return self("progress_sheet" if walk.step is Step.SHEET else "progress_before")

    def _cards(self, walk: Walk) -> tuple[Row, ...]:
        return tuple(
            (self.desk.field(field), self._card(card) if card else self("scan_waiting"))
            for field, card in (
                ("health_card", walk.draft.health_card),
                ("citizen_card", walk.draft.citizen_card),
            )
        )

    def _card(self, card: Card) -> str:
        return self("scan_read", name=card.full_name or "–", number=masked(card.lookup_number))

    def _differences(self, prepared: Preparation) -> tuple[str, ...]:
        found = []
        for each in prepared.differences:
            values = [_shown(each.field, value, self.desk) for value in (each.health_card, each.citizen_card)]
            code = "difference_spelling" if each.spelling else "difference"
            found.append(self(code, what=self.desk.field(each.field), health=values[0], citizen=values[1]))
        return tuple(found)

    def _still_open(self, prepared: Preparation) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.error(each.error) for each in prepared.problems))

    def _keys(self, walk: Walk, *, large: bool, photo: str) -> tuple[KeyHint, ...]:
        step, enter = walk.step, self.desk("key_enter")
        last = step is walk.route[-1]
        keys = []
        if step is Step.SHEET:
            keys += [
                KeyHint("Ctrl+P", self("do_print")),
                KeyHint("F7", self("do_save")),
                KeyHint("F5", self("do_small" if large else "do_large")),
            ]
        keys.append(KeyHint(enter, self("do_done" if last else "do_next")))
        if step is Step.PHOTO:
            press = {"off": "do_camera_on", "live": "do_take"}.get(photo, "do_retake")
            keys += [KeyHint("F5", self(press))]
            keys += [KeyHint("F7", self("do_save_photo"))] if photo == "taken" else []
            keys += [KeyHint("Ctrl+O", self("do_open_photo"))]
        if walk.options > 1:
            keys.append(KeyHint(f"1–{min(walk.options, 9)}", self("do_choose")))
        if walk.form:
            keys.append(KeyHint("Tab", self.desk("do_next_field")))
        if step is not Step.ACCOUNT:
            keys.append(KeyHint("PgUp", self("do_back")))
        if not walk.draft.empty and not self.alone:
            keys.append(KeyHint("F9", self("do_aside")))
        keys.append(KeyHint(self.desk("key_escape"), self("do_quit")))
        return tuple(keys)


def _shown(field: str, value: str, words: Words) -> str:
    if field == "sex":
        return words.field(value)
    return "/".join(reversed(value.split("-"))) if field == "birth_date" else value
