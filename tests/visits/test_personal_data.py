"""The map of personal data: held to the tables and to the JSON inside them."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from visit_samples import assessment, coverage, health_card, new_card

from kiosk.card.model import CitizenCard, HealthCard, PartialDate
from kiosk.eligibility.abuse_model import Findings, findings_as_json
from kiosk.eligibility.as_json import coverage_as_json, difference_as_json
from kiosk.eligibility.benefit import FacilityProfile, benefit_as_json
from kiosk.eligibility.model import Difference
from kiosk.eligibility.set_up import rules_of
from kiosk.errors import SettingsError
from kiosk.gateway.messages import _LookupMessage, lookup_body
from kiosk.gateway.model import Question
from kiosk.resources import config_folder
from kiosk.rule_files import RuleFile
from kiosk.texts import table
from kiosk.visits.personal_data import REST, personal_data, read_personal_data
from kiosk.visits.schema import metadata

TABLES = sorted(set(metadata.tables) - {"alembic_version"})


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_classified(name: str) -> None:
    """Fails when a migration adds a column: say in config/personal_data.toml what of a person it holds."""
    known = personal_data().tables[name]
    assert set(known.columns) == {column.name for column in metadata.tables[name].columns}
    assert known.by is None or known.by in known.columns


def test_no_table_is_named_that_is_not_there() -> None:
    assert set(personal_data().tables) == set(TABLES)


def json_names(column: str, of: str = "visit") -> set[str]:
    known = personal_data().tables[of].columns[column]
    assert not isinstance(known, tuple)
    return set(known) - {REST}


def flat(value: dict[str, Any]) -> set[str]:
    found = set()
    for name, inside in value.items():
        found |= {f"{name}.{each}" for each in inside} if name == "new_card" else {name}
    return found


def test_everything_in_the_json_of_a_visit_is_classified() -> None:
    assert json_names("card") == {each.name for kind in (HealthCard, CitizenCard) for each in fields(kind)}
    assert json_names("coverage") == flat(coverage_as_json(coverage(1, new_card=new_card(1))))
    assert json_names("differences") == set(difference_as_json(Difference("sex", "male", "female")))
    assert json_names("findings") == set(findings_as_json(Findings()))
    benefit = rules_of(FacilityProfile("99999")).propose(
        health_card(1), assessment(coverage=coverage(1)), (), date(2026, 11, 23)
    )
    assert benefit is not None
    assert json_names("benefit") == set(benefit_as_json(benefit))


def test_what_goes_over_the_wire_is_classified() -> None:
    question = Question("DN4799900000001", "Lê Thử", PartialDate(1990))
    asked = json.loads(lookup_body(question, staff_name="Mai Thử", staff_citizen_id="001190000001"))
    assert json_names("request", "lookup_attempt") == set(asked)
    answered = {each.alias for each in _LookupMessage.model_fields.values() if each.alias}
    assert answered <= json_names("answer", "lookup_attempt") | {"maKetQua"}


def test_a_row_tells_which_fields_it_holds() -> None:
    known = personal_data()
    answer = {"maKetQua": "000", "hoTen": "LÊ THỬ", "diaChi": "", "dsLichSuKCB2018": [{"tenBenh": "J06"}]}
    row = {"attempt_id": 1, "request": "token", "answer": json.dumps(answer), "failure": None}
    assert known.fields_of("lookup_attempt", row) == {"look_up", "full_name", "medical_history"}
    history = {"request": "history", "answer": "[]"}
    assert known.fields_of("lookup_attempt", history) == {"medical_history"}
    renewed = {"new_card": {"card_number": "GD4799900000001", "valid_to": None}}
    row = {"card": {"citizen_id": "001190000001", "sex": None}, "coverage": renewed}
    assert known.fields_of("visit", row) == {"citizen_id", "card_number"}
    assert known.is_sensitive("medical_history")
    assert not known.is_sensitive("citizen_id")


def test_every_field_and_table_has_a_name_for_people() -> None:
    known, texts = personal_data(), table("person")
    assert {f"field_{name}" for name in known.fields} <= set(texts)
    assert {f"table_{each.name}" for each in known.tables.values() if each.by} <= set(texts)
    assert {f"file_{each.name}" for each in known.files} <= set(texts)


def test_an_unknown_field_stops_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "personal_data.toml"
    text = (config_folder() / "personal_data.toml").read_text(encoding="utf-8")
    file.write_text(text.replace('queue_number = "attendance"', 'queue_number = "atendance"'), "utf-8")
    with pytest.raises(SettingsError) as caught:
        read_personal_data(RuleFile(file))
    line = int(caught.value.values["line"])
    assert "atendance" in file.read_text("utf-8").splitlines()[line - 1]
