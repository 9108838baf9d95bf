"""Which priority group a patient is in: the line on a verdict, and the list that F7 opens."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from kiosk.desk.flow import VerdictShown
from kiosk.desk.pages import Page
from kiosk.desk.widgets import label, panel
from kiosk.desk.words import Extra, KeyHint, Words
from kiosk.eligibility.priority import group_name, priority_choices


def priority_extra(words: Words, shown: VerdictShown) -> Extra:
    """What a verdict says of it: the group and where it comes from, or that the papers may show one."""
    keys = (KeyHint("F7", words("do_priority")),)
    proposal = shown.found.proposed_priority
    proposed = proposal.group.word if proposal else None
    if shown.priority is not None:
        by_age = shown.priority == proposed
        said = group_name(shown.priority, words.language)
        row = words("priority_by_age" if by_age else "priority_chosen", group=said)
    elif proposal is None:
        return Extra(keys=keys)
    else:
        code = "priority_declined" if proposal.certain else "priority_maybe"
        row = words(code, group=proposal.group.name(words.language))
    return Extra(rows=((f"★ {words('priority_short')}", row),), keys=keys)


class PriorityPage(Page):
    """The groups of the law; a digit or an arrow marks one, Return takes it."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._rows: list[QLabel] = []
        frame, inside = panel()
        for place, word in enumerate(priority_choices()):
            name = group_name(word, words.language) if word else words("priority_none")
            self._rows.append(label("option", f"{place + 1}   {name}"))
            inside.addWidget(self._rows[-1])
        keys = self.key_row()
        self.body.addWidget(label("subtitle", words("priority_title")))
        self.body.addWidget(label("muted", words("priority_text")))
        self.body.addWidget(frame)
        self.body.addWidget(label("notice", words("priority_emergency")))
        self.body.addWidget(keys)
        self.body.addStretch(1)
        keys.show_keys(
            (
                KeyHint(words("key_enter"), words("do_take_priority")),
                KeyHint(f"1–{len(priority_choices())}  ↑ ↓", words("do_choose")),
                KeyHint(words("key_escape"), words("do_back")),
            )
        )

    def show_choices(self, marked: int) -> None:
        for place, row in enumerate(self._rows):
            chosen = "true" if place == marked else "false"
            if row.property("chosen") != chosen:  # a scan's digits mark one after the other: little to do
                row.setProperty("chosen", chosen)
                row.style().unpolish(row)
                row.style().polish(row)
        self.ensureWidgetVisible(self._rows[marked])
        self.setAccessibleName(f"{self.words('priority_title')}: {self._rows[marked].text()}")
