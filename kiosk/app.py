"""Puts the parts together, as the settings say: the one place that knows them all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kiosk import clock
from kiosk.errors import RecordsError
from kiosk.passwords import account_of, password_of
from kiosk.reception import Gateway, Reception
from kiosk.setting_rules import Secret
from kiosk.settings import PRODUCTION_URL, Settings

if TYPE_CHECKING:
    from kiosk.eligibility.set_up import FacilityRules
    from kiosk.gateway.client import GatewayClientConfig
    from kiosk.gateway.co_payment import CoPayment
    from kiosk.gateway.model import Question
    from kiosk.readers.decoder import FileDecoding
    from kiosk.visits.backup import Backups
    from kiosk.visits.records import VisitRecords
    from kiosk.visits.retention.files import RecordFiles
    from kiosk.visits.retention.run import Outcome, Retention

_BHXH_DOMAIN = "baohiemxahoi.gov.vn"


def build_reception(
    settings: Settings, *, remember_offline: bool = False, heed_refusals: bool = True
) -> Reception:
    """A reception for these settings; close it when done.

    `remember_offline` is for programs that serve many patients: they do not wait for a gateway that is down.
    Without `heed_refusals` the first login is sent even when other processes were refused just now.
    Raises SettingsError for a fault in the rules.
    """
    return Reception(
        facility=settings.facility.code,
        desk=settings.desk.name,
        open_gateway=lambda: open_gateway(
            settings, remember_offline=remember_offline, heed_refusals=heed_refusals
        ),
        open_records=lambda: open_records(settings),
        decode_image=lambda path: decode_image(settings, path),
        lookups_per_minute=settings.gateway.lookups_per_minute,
        names_staff=not settings.training,  # the hospital's own never go to a training gateway
        rules=facility_rules(settings),
    )


def facility_rules(settings: Settings) -> FacilityRules:
    """The rules of benefits and checks for this facility.

    Raises SettingsError ``rule_file``, also for a fault in a table that only some patient needs.
    """
    from kiosk.card.tables import object_codes, provinces
    from kiosk.eligibility.benefit import FacilityProfile
    from kiosk.eligibility.priority import priority_groups
    from kiosk.eligibility.set_up import rules_of
    from kiosk.gateway.result_codes import result_rules
    from kiosk.visits.difficulties import kinds
    from kiosk.visits.retention.rules import retention_rules

    facility = settings.facility
    rules = rules_of(
        FacilityProfile(
            code=facility.code,
            level=facility.level,
            points=facility.points,
            former_tier=facility.former_tier,
            clinic_type=facility.clinic_type,
        )
    )
    retention_rules(settings.data_folder)
    for read in (object_codes, provinces, priority_groups, result_rules, kinds):
        read()
    return rules


@contextmanager
def open_gateway(
    settings: Settings, *, remember_offline: bool = False, heed_refusals: bool = True
) -> Iterator[Gateway]:
    """The gateway client; in training mode with the embedded gateway behind it, over real HTTP."""
    from kiosk.gateway.client import GatewayClient

    with ExitStack() as stack:
        config = stack.enter_context(gateway_config(settings))
        client = GatewayClient(replace(config, heed_refusals=heed_refusals))
        if not remember_offline:
            yield stack.enter_context(client)
            return
        from kiosk.gateway.connectivity import Connectivity
        from kiosk.gateway.watch import WatchedGateway

        start = Connectivity(slow_seconds=settings.gateway.slow_seconds)
        yield stack.enter_context(WatchedGateway(client, start=start))


@contextmanager
def gateway_config(settings: Settings) -> Iterator[GatewayClientConfig]:
    """Where the gateway is and who asks; in training mode with the embedded gateway running meanwhile."""
    base_url = settings.gateway.base_url or PRODUCTION_URL
    if not settings.training:
        yield _client_config(settings, base_url)
    elif _needs_embedded_gateway(settings):
        from kiosk.training.gateway_server import TrainingGateway

        with TrainingGateway() as server:
            yield _client_config(_as_trainee(settings), server.base_url)
    else:
        yield _client_config(settings if settings.gateway.password else _as_trainee(settings), base_url)


def ask_co_payment(settings: Settings, question: Question) -> CoPayment:
    """The accumulated co-payment of a patient; on demand only."""
    from kiosk.gateway.client import GatewayClient

    with gateway_config(settings) as config, GatewayClient(config) as client:
        return client.co_payment(question)


def open_records(settings: Settings) -> VisitRecords:
    """The visit records. Training visits have a file of their own. Raises RecordsError."""
    facility, training = settings.facility.code, settings.training
    file = records_on_disk(settings)
    if file is None:
        from kiosk.visits.spool import SharedRecords

        return SharedRecords.open_shared(
            records_address(settings.records.url),
            spool_file(settings),
            facility=facility,
            training=training,
            key_place=key_place(settings),
        )
    from kiosk.visits.records import VisitRecords

    return VisitRecords.open(file, facility=facility, training=training, key_place=key_place(settings))


def key_folder(settings: Settings) -> Path:
    """The folder whose files have one key: that of the records, or of what waits for the server here."""
    return (records_on_disk(settings) or spool_file(settings)).absolute().parent


def key_place(settings: Settings) -> str:
    """Where the key of new records is kept; for invented patients the keyring is not bothered."""
    chosen = settings.records.key
    return "file" if settings.training and chosen == "auto" else chosen


def records_file(settings: Settings) -> Path:
    """The SQLite file of the visits, where no other database is set."""
    return _records_folder(settings) / "visits.sqlite3"


def spool_file(settings: Settings) -> Path:
    """The SQLite file in which visits wait while a server that keeps them is away."""
    return _records_folder(settings) / "spool.sqlite3"


def records_on_disk(settings: Settings) -> Path | None:
    """The SQLite file that the visits are in; None when a server keeps them."""
    if not settings.records.url:
        return records_file(settings)
    from kiosk.visits.database import sqlite_file

    return sqlite_file(settings.records.url)


def backups(settings: Settings) -> Backups | None:
    """The daily backups of the records; None when a server keeps those, which has its own."""
    file = records_on_disk(settings)
    if file is None:
        return None
    from kiosk.visits.backup import Backups

    folder = Path(settings.records.backup_folder).expanduser()
    chosen = folder if settings.records.backup_folder else file.parent / "backups"
    return Backups(file, chosen, settings.records.backup_keep)


def look_after_records(
    settings: Settings, *, check_first: bool, made: Callable[[Path], None] | None = None
) -> datetime | None:
    """What a desk does behind its window: see whether the file is whole, make the day's backup.

    `made` is told of a new one. Gives the time of the latest backup; None where a server keeps the records,
    or there is none. Raises RecordsError: ``records_damaged``, or why there is no backup.
    """
    kept = backups(settings)
    if kept is None:
        return None
    from kiosk.visits.backup import check

    if check_first:
        found = check(kept.records, thorough=False)
        if found.problems:
            raise RecordsError("records_damaged", "; ".join(found.problems), place=str(kept.records))
    backup = kept.make_daily(clock.today())
    if backup is not None and made is not None:
        made(backup)
    return kept.latest()


def retention(settings: Settings, records: VisitRecords) -> Retention:
    """What is past its term in these records and beside them. Raises SettingsError ``rule_file``."""
    from kiosk.visits.retention.rules import retention_rules
    from kiosk.visits.retention.run import Retention

    rules = retention_rules(settings.data_folder)
    return Retention(records.audit.parts(), rules, files_beside(settings), clock.today())


def let_go_of_due(settings: Settings, records: VisitRecords, stop: Callable[[], bool]) -> Outcome | None:
    """What a desk does once a day, where the settings allow: see ``visits.retention.automatic``."""
    from kiosk.visits.retention import automatic
    from kiosk.visits.retention.rules import retention_rules

    if not settings.retention.automatic:
        return None
    rules, notice = retention_rules(settings.data_folder), settings.retention.notice_days
    return automatic.let_go_of_due(records.audit.parts(), rules, files_beside(settings), notice, stop)


def files_beside(settings: Settings) -> RecordFiles:
    from kiosk.visits.retention.files import RecordFiles

    return RecordFiles(settings.data_folder, records_on_disk(settings), backups(settings))


def _records_folder(settings: Settings) -> Path:
    return settings.data_folder / "training" if settings.training else settings.data_folder


def decode_image(settings: Settings, path: Path) -> FileDecoding:
    """All codes in a picture. Raises ImageError."""
    from kiosk.readers.decoder import Decoder, decode_file

    decoder = Decoder(settings.readers.engines)
    return decode_file(path, decoder, max_megapixels=settings.readers.max_megapixels)


def _needs_embedded_gateway(settings: Settings) -> bool:
    """Training never asks BHXH about invented people, whatever address was left in the settings."""
    host = urlsplit(settings.gateway.base_url).hostname or ""
    return not host or host == _BHXH_DOMAIN or host.endswith("." + _BHXH_DOMAIN)


def _as_trainee(settings: Settings) -> Settings:
    """The account and staff member that training gateways know; the hospital's own never go to one."""
    from kiosk.training import gateway_server as training

    gateway = replace(
        settings.gateway,
        username=training.USERNAME,
        password=Secret(training.PASSWORD),
        staff_name=training.STAFF_NAME,
        staff_citizen_id=training.STAFF_CITIZEN_ID,
    )
    return replace(settings, gateway=gateway)


def _client_config(settings: Settings, base_url: str) -> GatewayClientConfig:
    from kiosk.gateway.client import GatewayClientConfig

    gateway = settings.gateway
    username = account_of(settings)
    return GatewayClientConfig(
        base_url=base_url,
        username=username,
        password=gateway.password.reveal() or _password_from_keyring(username),
        staff_name=gateway.staff_name,
        staff_citizen_id=gateway.staff_citizen_id,
        connect_timeout=gateway.connect_timeout_seconds,
        read_timeout=gateway.read_timeout_seconds,
        total_timeout=gateway.total_timeout_seconds,
        ca_file=gateway.ca_file or None,
        max_answer_bytes=gateway.max_answer_bytes,
        proxy=gateway.proxy,
        history=gateway.history,
        co_payment_timeout=gateway.co_payment_timeout_seconds,
        refusals_file=_records_folder(settings) / "login-refusals.json",
    )


def records_address(url: str) -> str:
    """The address of a server, with the keyring's password of ``account@host`` where nothing else gives one.

    libpq itself knows PGPASSWORD, a password file and a service file.
    """
    from sqlalchemy import make_url

    address = make_url(url)
    elsewhere = {"PGPASSWORD", "PGPASSFILE", "PGSERVICE"} & set(os.environ)
    known = address.password or elsewhere or {"password", "passfile", "service"} & set(address.query)
    if not known and address.username and address.host:
        address = address.set(password=_password_from_keyring(f"{address.username}@{address.host}") or None)
    return address.render_as_string(hide_password=False)


def _password_from_keyring(username: str) -> str:
    """The password kept by the operating system; empty when there is none or no keyring."""
    return password_of(username)


__all__ = [
    "ask_co_payment",
    "backups",
    "build_reception",
    "decode_image",
    "gateway_config",
    "let_go_of_due",
    "open_gateway",
    "open_records",
    "records_address",
    "records_file",
    "retention",
    "spool_file",
]
