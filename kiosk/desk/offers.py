"""Earlier patients that what is typed may mean: shown masked, filled in only when somebody asks for it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from kiosk.desk.widgets import announce, label, set_or_hide
from kiosk.desk.words import Words, day, masked, masked_date, masked_name
from kiosk.visits.known_patient import MOST_FOUND, KnownPatient


class Offers(QWidget):
    """One patient is taken with ↓; of several, ↓ and ↑ mark one and Return takes it."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._patients: tuple[KnownPatient, ...] = ()
        self._marked: int | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._title = label("offer")
        column.addWidget(self._title)
        self._rows: list[QLabel] = []
        for _ in range(MOST_FOUND):
            row = label("offerRow")
            row.hide()
            column.addWidget(row)
            self._rows.append(row)
        self.hide()

    @property
    def shown(self) -> bool:
        return bool(self._patients)

    @property
    def marked(self) -> KnownPatient | None:
        return None if self._marked is None else self._patients[self._marked]

    def clear(self) -> None:
        self._patients, self._marked = (), None
        self.hide()

    def show_one(self, patient: KnownPatient, text: str = "form_offer") -> None:
        """`text`: the words for who it is."""
        self._patients, self._marked = (patient,), None
        name, born = masked_name(patient.full_name), masked_date(patient.birth_date)
        self._draw(self._words(text, name=name, birth=born), ())

    def show_several(self, patients: list[KnownPatient], typed: str) -> None:
        """Of the names, the words that were `typed` stand in full: who types them knows them."""
        self._patients, self._marked = tuple(patients[:MOST_FOUND]), None
        if not self._patients:
            self.clear()
            return
        self._draw(self._words("form_offers"), [self._row(patient, typed) for patient in self._patients])

    def step(self, step: int) -> KnownPatient | None:
        """The arrow keys. Gives the patient to fill in at once: the only one, with ↓."""
        if not self._patients:
            return None
        if len(self._patients) == 1:
            return self._patients[0] if step > 0 else None
        last = len(self._patients) - 1
        if self._marked is None:
            self._marked = 0 if step > 0 else last
        else:
            self._marked = min(max(self._marked + step, 0), last)
        for place, row in enumerate(self._rows):
            _mark(row, chosen=place == self._marked)
        self.setAccessibleDescription(self._rows[self._marked].text())
        announce(self, self._rows[self._marked].text())
        return None

    def _row(self, patient: KnownPatient, typed: str) -> str:
        return self._words(
            "form_offer_row",
            name=masked_name(patient.full_name, known=typed),
            birth=masked_date(patient.birth_date),
            number=masked(patient.number),
            date=day(patient.last_seen) if patient.last_seen else "–",
        )

    def _draw(self, title: str, rows: list[str] | tuple[()]) -> None:
        self._title.setText(title)
        for place, row in enumerate(self._rows):
            set_or_hide(row, rows[place] if place < len(rows) and len(rows) > 1 else "")
            _mark(row, chosen=False)
        if len(rows) == 1:
            self._title.setText(self._words("form_offer_one", patient=rows[0]))
        if self._title.text() != self.accessibleName() or self.isHidden():
            self.setAccessibleName(self._title.text())
            announce(self, self._title.text())
        self.show()


def _mark(row: QLabel, *, chosen: bool) -> None:
    wanted = "true" if chosen else "false"
    if row.property("chosen") != wanted:
        row.setProperty("chosen", wanted)
        row.style().unpolish(row)
        row.style().polish(row)


__all__ = ["Offers"]
