"""The fault matrix, once through over real sockets; what must hold of each row and of all that was kept."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from fault_matrix import PATIENT, STEPS, Run, cases, rows_of, run, secrets
from store_file import content_of

from kiosk.gateway.result_codes import result_rules
from kiosk.training.patients import TRAINING_FACILITY
from kiosk.visits.records import VisitRecords

DOCUMENT = Path(__file__).parents[2] / "docs" / "fault-matrix.md"
CASES = [(step, fault.name) for step, fault in cases()]


@dataclass(frozen=True)
class Matrix:
    runs: dict[tuple[str, str], Run]
    folder: Path  # everything that was written: log, standard output and error, records


@contextlib.contextmanager
def everything_logged(file: Path) -> Iterator[None]:
    """All loggers at DEBUG, unmasked but for what the gateway's own filters do."""
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(exc_text)s"))
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in ("urllib3", "requests", "kiosk"))]
    before = [each.level for each in loggers]
    loggers[0].addHandler(handler)
    for each in loggers:
        each.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        for each, level in zip(loggers, before, strict=True):
            each.setLevel(level)
        loggers[0].removeHandler(handler)
        handler.close()


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    folder = tmp_path_factory.mktemp("matrix")
    with (
        everything_logged(folder / "log.txt"),
        (folder / "output.txt").open("w", encoding="utf-8") as output,
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        VisitRecords.open(folder / "visits.sqlite3", facility=TRAINING_FACILITY, training=True) as records,
    ):
        runs = [run(fault, step, records) for step, fault in cases() if not fault.waits]
        with ThreadPoolExecutor(9) as pool:
            waiting = [pool.submit(run, fault, step, records) for step, fault in cases() if fault.waits]
            runs += [each.result() for each in waiting]
    return Matrix({(each.step, each.fault): each for each in runs}, folder)


def test_the_document_has_a_row_for_every_case() -> None:
    assert [row[:2] for row in rows_of(DOCUMENT.read_text(encoding="utf-8"))] == CASES


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_the_program_does_what_the_document_says(case: tuple[str, str], matrix: Matrix) -> None:
    (row,) = [each for each in rows_of(DOCUMENT.read_text(encoding="utf-8")) if each[:2] == case]
    assert matrix.runs[case].row == row


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_what_holds_of_every_fault(case: tuple[str, str], matrix: Matrix) -> None:
    found = matrix.runs[case]
    assert (found.verdict, found.status) in {("eligible", "checked_in"), ("undetermined", "pending")}
    if found.step == "history":
        assert found.verdict == "eligible"
    if found.verdict == "undetermined":
        assert found.reason in {rule.reason for rule in result_rules().values()}
        assert found.history_rows == 0
    assert max(found.sent) <= 2
    assert found.sent[0] <= (1 if found.reason.startswith("login_") else 2)
    assert all(reached <= sent for reached, sent in zip(found.reached, found.sent, strict=True))
    later = STEPS.index(found.step) + 1
    if found.verdict == "undetermined":
        assert found.sent[later:] == (0,) * (3 - later), "nothing is asked after a step that failed"


def test_no_secret_is_written_anywhere(matrix: Matrix) -> None:
    files = [file for file in matrix.folder.rglob("*") if file.is_file()]
    assert {"log.txt", "output.txt", "visits.sqlite3"} <= {file.name for file in files}
    assert b"POST /api/egw/KQNhanLichSuKCB2024?token=***" in (matrix.folder / "log.txt").read_bytes()
    evidence = content_of(matrix.folder / "visits.sqlite3")
    assert PATIENT.card_number.encode() in evidence, "the evidence is there"
    for file in files:
        content = content_of(file).lower()
        found = [(secret, content.find(secret.lower().encode())) for secret in secrets()]
        assert not [(s, content[at - 80 : at + 80]) for s, at in found if at >= 0], file.name
