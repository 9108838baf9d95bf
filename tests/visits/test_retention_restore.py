"""An old backup that is put back brings nobody back who was let go of since it was made."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from store_file import decrypted
from test_retention_run import YEAR, came, carry_out, count, due, examined, wrote
from visit_samples import MORNING

from kiosk.visits.backup import back_up, restore
from kiosk.visits.deleting import erase
from kiosk.visits.records import VisitRecords


def opened(file: Path) -> VisitRecords:
    return VisitRecords.open(file, facility="99999", training=False)


def test_what_its_term_let_go_of_goes_again_before_the_backup_is_used(
    records_file: Path, tmp_path: Path
) -> None:
    with opened(records_file) as records:
        came(records, MORNING - 6 * YEAR, 17)
        kept = came(records, MORNING - 3 * YEAR, 18)
        backup = back_up(records_file, tmp_path / "backups" / "copy.sqlite3")
        carry_out(records)

    restored = restore(backup, records_file)
    assert restored.visits == 1
    with opened(records_file) as records:
        assert [each.visit_id for each in records.visits()] == [kept.visit_id]
        assert records.attempts(kept.visit_id) == ()
        assert due(records) == {}
        whys = [entry.why for entry in records.audit.entries() if entry.act == "erase"]
        assert whys == ["test", "test", "kiosk records restore", "kiosk records restore"]
        assert examined(records).faults == []
    assert restored.former is not None
    restored.former.unlink()  # as it was when the backup came in its place
    assert b"9900000017" not in decrypted(records_file)


def test_what_a_person_asked_to_erase_does_not_come_back_even_what_was_owed_then(
    records_file: Path, tmp_path: Path
) -> None:
    from kiosk.visits.model import Status

    with opened(records_file) as records:
        gone = came(records, MORNING, 17, Status.PENDING)
        stays = came(records, MORNING, 18)
        backup = back_up(records_file, tmp_path / "backups" / "copy.sqlite3")
        records.cancel(gone.visit_id, "người bệnh về", "Quầy 1", MORNING)
        with records.audit.writing() as connection:
            erase(connection, records.audit.home, [gone.visit_id], MORNING, even_today=True)

    restore(backup, records_file)
    with opened(records_file) as records:
        assert [each.visit_id for each in records.visits()] == [stays.visit_id]
        assert records.owed() == []
        assert count(records, "erased_visit") == 1


@pytest.mark.parametrize("written_since", [0, 5])
def test_a_log_that_was_cut_since_is_cut_again_and_whole(
    records_file: Path, tmp_path: Path, written_since: int
) -> None:
    """The backup ends before the cut, or behind it."""
    with opened(records_file) as records:
        wrote(records.audit, MORNING - 7 * YEAR, 10)
        wrote(records.audit, MORNING - 6 * YEAR, 10 - written_since)
        wrote(records.audit, MORNING, written_since)
        backup = back_up(records_file, tmp_path / "backups" / "copy.sqlite3")
        wrote(records.audit, MORNING - 6 * YEAR, 3 if not written_since else 0)
        wrote(records.audit, MORNING, 4)
        carry_out(records)
        before = [entry.sequence for entry in records.audit.entries()]

    restored = restore(backup, records_file)
    assert restored.audit_lost == 0
    with opened(records_file) as records:
        found = [entry.sequence for entry in records.audit.entries()]
        assert found[: len(before)] == before
        assert examined(records).faults == []
        wrote(records.audit, MORNING + timedelta(days=1))
        assert examined(records).faults == []


def test_a_backup_from_before_there_were_terms_is_restored_as_ever(
    records_file: Path, tmp_path: Path
) -> None:
    with opened(records_file) as records:
        came(records, MORNING - 6 * YEAR)
        backup = back_up(records_file, tmp_path / "copy.sqlite3")
    assert restore(backup, records_file).visits == 1  # nobody deleted it: nor does a restore
