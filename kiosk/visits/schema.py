"""The tables of the visit records.

What stands here is the newest schema; how a database gets there stands in ``migrations/versions``. A test
holds the two together.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from kiosk.clock import VIETNAM

HEAD = "0010"
"""The migration that leads to the tables below."""


class Moment(TypeDecorator[datetime]):
    """A moment: kept as UTC (SQLite knows no time zones), given back in Vietnam's time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value
        return moment.astimezone(VIETNAM)


class CleanText(TypeDecorator[str]):
    """Text that any database takes: what a scanner or the gateway sends may hold NUL or half surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        if value is None:
            return None
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


_Json = JSON(none_as_null=True)

_HAS = text("findings IS NOT NULL")

metadata = MetaData()

visit = Table(
    "visit",
    metadata,
    Column("visit_id", CleanText, primary_key=True),
    Column("mode", CleanText, nullable=False),  # live, training: never seen together
    Column("facility", CleanText, nullable=False),
    Column("day", Date, nullable=False),  # of created_at, in Vietnam
    Column("created_at", Moment, nullable=False),
    Column("source", CleanText, nullable=False),
    Column("desk", CleanText, nullable=False),
    Column("status", CleanText, nullable=False),
    Column("verdict", CleanText),
    Column("reason", CleanText),
    Column("result_code", CleanText),
    Column("followed_from", CleanText),
    Column("queue_number", Integer),
    Column("full_name", CleanText),
    Column("number", CleanText),
    Column("card", _Json, nullable=False),  # as read (rows.card_to_json)
    Column("coverage", _Json),  # the contract's shape
    Column("differences", _Json, nullable=False),
    Column("warnings", _Json, nullable=False),
    Column("confirm_reason", CleanText),
    Column("rechecked_at", Moment),
    Column("priority", CleanText),  # word of config/priority_groups.toml
    Column("cancelled_at", Moment),
    Column("cancelled_by", CleanText),  # desk
    Column("cancel_reason", CleanText),
    Column("search", CleanText),  # searching.search_text
    Column("benefit", _Json),  # eligibility.benefit.benefit_as_json
    Column("findings", _Json),  # eligibility.abuse.findings_as_json
    Column("staff", CleanText),  # account of who received the patient; empty: single-user mode
    UniqueConstraint("mode", "facility", "day", "queue_number", name="uq_visit_queue_number"),
    Index("ix_visit_created", "mode", "facility", "created_at", "visit_id"),
    Index("ix_visit_day", "mode", "facility", "day", "created_at", "visit_id", "status", "search"),
    Index("ix_visit_status", "mode", "facility", "status", "created_at"),
    # What has findings to let go of, without reading all visits that have none any more (retention).
    Index("ix_visit_findings", "mode", "facility", "day", sqlite_where=_HAS, postgresql_where=_HAS),
)

visit_identity = Table(
    "visit_identity",
    metadata,
    Column("visit_id", ForeignKey("visit.visit_id", ondelete="CASCADE"), primary_key=True),
    Column("key", CleanText, primary_key=True),  # identity.keys_of
    Index("ix_visit_identity_key", "key"),
)

lookup_attempt = Table(
    "lookup_attempt",
    metadata,
    Column("attempt_id", Integer, primary_key=True),
    Column("visit_id", ForeignKey("visit.visit_id", ondelete="CASCADE"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("elapsed_ms", Float, nullable=False),
    Column("request", CleanText, nullable=False),
    Column("http_status", Integer),
    Column("answer", CleanText),
    Column("failure", CleanText),
    Column("detail", CleanText, nullable=False),
    Index("ix_lookup_attempt_visit", "visit_id"),
    Index("ix_lookup_attempt_asked", "asked_at"),  # how much the gateway was asked in the last minute
)

owed_lookup = Table(
    "owed_lookup",
    metadata,
    Column("visit_id", ForeignKey("visit.visit_id", ondelete="CASCADE"), primary_key=True),
    Column("number", CleanText, nullable=False),
    Column("full_name", CleanText, nullable=False),
    Column("birth_date", CleanText, nullable=False),  # PartialDate.iso
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),  # looked up again this often, in vain
    Column("last_error", CleanText),  # reason word of the latest look-up
    Column("next_at", Moment),  # not before; empty: at any time
    Column("leased_by", CleanText),  # who looks it up now (leases.holder)
    Column("leased_until", Moment),
    Index("ix_owed_lookup_next", "next_at"),
)

staff_task = Table(
    "staff_task",  # a received visit whose late answer was not what the patient was received with
    metadata,
    Column("visit_id", ForeignKey("visit.visit_id", ondelete="CASCADE"), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("reason", CleanText, nullable=False),  # reason word of the late answer
    Column("done_at", Moment),  # empty: open
    Column("done_by", CleanText),  # desk
    Index("ix_staff_task_done", "done_at"),
)

queue_counter = Table(
    "queue_counter",
    metadata,
    Column("mode", CleanText, primary_key=True),
    Column("facility", CleanText, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last_number", Integer, nullable=False),
)

queue_row = Table(
    "queue_row",
    metadata,
    Column("mode", CleanText, primary_key=True),
    Column("facility", CleanText, primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),  # queue_numbers.row_letters
    Column("holder", CleanText, nullable=False),  # a spool, whose desks give these numbers while cut off
    Column("desk", CleanText, nullable=False),  # who that was when it took the row, for people
    Column("taken_at", Moment, nullable=False),
    UniqueConstraint("mode", "facility", "holder", name="uq_queue_row_holder"),
)

waiting_cancel = Table(
    "waiting_cancel",  # of visits that lie on a server which is away; no visit of this file
    metadata,
    Column("visit_id", CleanText, primary_key=True),
    Column("mode", CleanText, nullable=False),
    Column("facility", CleanText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("desk", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
)

visit_picture = Table(
    "visit_picture",  # of visits whose card was read from a picture file
    metadata,
    Column("visit_id", ForeignKey("visit.visit_id", ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", CleanText, nullable=False),  # of the file's bytes; the picture is not kept
    Index("ix_visit_picture_fingerprint", "fingerprint"),
)

watch_list = Table(
    "watch_list",  # cards that staff want to look at twice
    metadata,
    Column("mode", CleanText, primary_key=True),
    Column("facility", CleanText, primary_key=True),
    Column("key", CleanText, primary_key=True),  # identity.keys_of
    Column("reason", CleanText, nullable=False),
    Column("until", Date),  # last day; empty: without end
    Column("added_at", Moment, nullable=False),
)

visit_event = Table(
    "visit_event",
    metadata,
    Column("event_id", Integer, primary_key=True),
    Column("visit_id", ForeignKey("visit.visit_id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("event", CleanText, nullable=False),
    Column("status", CleanText, nullable=False),
    Column("why", CleanText),
    Index("ix_visit_event_visit", "visit_id"),
)

difficulty = Table(
    "difficulty",
    metadata,
    # Not `visit_id`: a difficulty goes its own way to the server, and outlives the visit that it came from.
    Column("difficulty_id", CleanText, primary_key=True),
    Column("mode", CleanText, nullable=False),
    Column("facility", CleanText, nullable=False),
    Column("kind", CleanText, nullable=False),  # config/difficulties.toml
    Column("code", CleanText),  # result code or failure that it came from
    Column("state", CleanText, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),  # look-ups of this visit that met it
    Column("desk", CleanText, nullable=False),
    Column("about_visit", CleanText),
    Column("number", CleanText),  # masked
    Column("text", CleanText),  # what staff wrote
    Column("note", CleanText),  # what became of it
    Column("reported_at", Moment),
    Column("answered_at", Moment),
    Column("closed_at", Moment),
    Index("ix_difficulty_last", "mode", "facility", "last_at"),
    Index("ix_difficulty_state", "mode", "facility", "state", "first_at"),
    Index("ix_difficulty_visit", "about_visit"),
)

audit_chain = Table(
    "audit_chain",  # where each chain of the audit log stands; its row is the lock of those who add to it
    metadata,
    Column("mode", CleanText, primary_key=True),
    Column("facility", CleanText, primary_key=True),
    Column("origin", CleanText, primary_key=True),  # empty: of these records; else a chain handed over
    Column("chain", CleanText, nullable=False),
    Column("sequence", Integer, nullable=False),  # of the newest entry; 0: none yet
    Column("hash", CleanText, nullable=False),
    UniqueConstraint("chain", name="uq_audit_chain"),
)

audit_entry = Table(
    "audit_entry",  # triggers refuse every change, and removal but of what `audit_cut` names
    metadata,
    Column("chain", CleanText, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 …
    Column("at", CleanText, nullable=False),  # UTC, as it went into the hash
    Column("mode", CleanText, nullable=False),
    Column("facility", CleanText, nullable=False),
    Column("desk", CleanText, nullable=False),
    Column("who", CleanText, nullable=False),
    Column("act", CleanText, nullable=False),
    Column("subject", CleanText),
    Column("why", CleanText),
    Column("detail", CleanText, nullable=False),  # JSON, as it went into the hash
    Column("previous", CleanText, nullable=False),
    Column("hash", CleanText, nullable=False),
    Index("ix_audit_entry_at", "at"),
    sqlite_with_rowid=False,
)

audit_cut = Table(
    "audit_cut",  # how far the beginning of a chain was let go of (audit_cutting); it only grows
    metadata,
    Column("chain", CleanText, primary_key=True),
    Column("sequence", Integer, nullable=False),  # the last entry that may be gone
    Column("hash", CleanText, nullable=False),  # its hash: what stays follows on it
)

erased_visit = Table(
    "erased_visit",  # tombstones of visits erased by request (deleting.erase); a random id and nothing else
    metadata,
    Column("visit_id", CleanText, primary_key=True),
    Column("mode", CleanText, nullable=False),
    Column("facility", CleanText, nullable=False),
    Column("erased_at", Moment, nullable=False),
)

kept_visit = Table(
    "kept_visit",  # of visits erased by request: what a law orders to keep, where no desk looks (kept_visits)
    metadata,
    Column("visit_id", CleanText, primary_key=True),
    Column("mode", CleanText, nullable=False),
    Column("facility", CleanText, nullable=False),
    Column("day", Date, nullable=False),
    Column("erased_at", Moment, nullable=False),
    Column("until", Date, nullable=False),  # last day; then it goes too
    Column("evidence_until", Date, nullable=False),  # last day of what the gateway was asked and answered
    Column("article", CleanText, nullable=False),  # that orders it
    Column("keys", _Json, nullable=False),  # identity.keys_of
    Column("content", _Json, nullable=False),  # kept_visits.content_of
    Index("ix_kept_visit_until", "mode", "facility", "until"),
)

person_request = Table(
    "person_request",  # what persons asked for, and by when it is due; no name, no full number
    metadata,
    Column("request_id", CleanText, primary_key=True),
    Column("mode", CleanText, nullable=False),
    Column("facility", CleanText, nullable=False),
    Column("kind", CleanText, nullable=False),  # config/personal_data.toml, request.days
    Column("about", CleanText, nullable=False),  # whom it concerns, masked
    Column("note", CleanText),
    Column("received_on", Date, nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("noted_by", CleanText, nullable=False),
    Column("answered_on", Date),
    Column("closed_on", Date),
    Column("outcome", CleanText),  # done, refused
    Column("reason", CleanText),
    Index("ix_person_request_due", "mode", "facility", "closed_on", "due_on"),
)

retention_mark = Table(
    "retention_mark",  # how far each kind of data was deleted by its term (visits/retention)
    metadata,
    Column("mode", CleanText, primary_key=True),
    Column("facility", CleanText, primary_key=True),
    Column("kind", CleanText, primary_key=True),  # config/retention.toml
    Column("term", CleanText, nullable=False),  # that was announced, as "24 months"
    Column("announced_at", Moment, nullable=False),
    Column("last_day", Date),  # all that counts from this day or before was let go of
    Column("ran_at", Moment),
)

staff_account = Table(
    "staff_account",
    metadata,
    Column("mode", CleanText, primary_key=True),
    Column("facility", CleanText, primary_key=True),
    Column("account", CleanText, primary_key=True),  # what a person types to log in, small letters
    Column("full_name", CleanText, nullable=False),  # hoTenCb, as registered at the gateway
    Column("citizen_id", CleanText, nullable=False),  # cccdCb
    Column("role", CleanText, nullable=False),
    Column("secret", CleanText, nullable=False),  # argon2id
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("wrong_tries", Integer, nullable=False),  # in a row
    Column("wait_until", Moment),  # no try before
)
