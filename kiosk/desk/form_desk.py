"""Earlier patients offered in the manual form, as its fields are filled."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.flow import Effects
from kiosk.desk.foundation import Foundation
from kiosk.visits.known_patient import KnownPatient


class FormDesk:
    def __init__(self, on: Foundation, apply: Callable[[Effects], None]) -> None:
        self._on, self._form = on, on.window.form
        self._form.number_given.connect(self._offer_known)
        self._form.part_given.connect(self._offer_found)
        self._form.correcting.connect(lambda: apply(on.flow.correct()))

    def _offer_known(self, number: str) -> None:
        def show(patient: KnownPatient | None) -> None:
            if self._form.offer(number, patient):
                self._on.stream.write("offered")

        self._on.lanes.records.do(
            lambda: self._on.reception.wait().known_patient(number), show, lambda _: None
        )

    def _offer_found(self, number: str, full_name: str) -> None:
        def show(patients: list[KnownPatient]) -> None:
            if self._form.offer_found(number, full_name, patients):
                self._on.stream.write("offered")

        self._on.lanes.records.do(
            lambda: self._on.reception.wait().search_patients(number, full_name), show, lambda _: None
        )
