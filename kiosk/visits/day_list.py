"""One page after the other of a day's visits, newest first; searched and filtered by the database.

A page is found by where the last one ended (keyset), so the hundredth costs what the first does. Searching
looks through one index and reads no row that it does not show (``ix_visit_day`` holds what is searched).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from kiosk.visits import rows
from kiosk.visits.day_page import MOST_COUNTED, PAGE, DayPage, DayQuery, Place
from kiosk.visits.home import Home
from kiosk.visits.schema import visit
from kiosk.visits.searching import queue_number_of, words_of


def merged(here: DayPage, there: DayPage) -> DayPage:
    """One page of two places that share a list; `here` holds what waits on this desk."""
    known = {found.visit_id for found in (*here.visits, *([here.exact] if here.exact else []))}
    kept = [replace(found, kept_here=True) for found in here.visits]
    both = [*kept, *(found for found in there.visits if found.visit_id not in known)]
    both.sort(key=lambda found: (found.created_at, found.visit_id), reverse=True)
    visits = tuple(both[:PAGE])
    more = visits[-1] if len(both) > PAGE or here.more or there.more else None
    total = None if here.total is None or there.total is None else here.total + there.total
    exact = replace(here.exact, kept_here=True) if here.exact else there.exact
    return DayPage(visits, Place(more.created_at, more.visit_id) if more else None, total, exact)


def page(connection: Connection, home: Home, wanted: DayQuery, after: Place | None) -> DayPage:
    """As `VisitRecords.day_page` says."""
    here, dialect = and_(*home.owns(visit)), connection.dialect.name
    limit = max(PAGE, MOST_COUNTED) if after is None else PAGE
    ids = connection.scalars(_ids_query(here, wanted, after, limit + 1, dialect)).all()
    found = _read(connection, ids[:PAGE])
    exact, total = None, None
    if after is None:
        exact = _exact(connection, here, wanted)
        total = _total(connection, here, wanted, dialect, len(ids))
        total += exact is not None and not _is_found_by_text(exact, wanted)
    visits = tuple(rows.visit_from(row) for row in found)
    more = Place(visits[-1].created_at, visits[-1].visit_id) if visits and len(ids) > PAGE else None
    return DayPage(visits, more, total, rows.visit_from(exact) if exact is not None else None)


def _ids_query(
    here: ColumnElement[bool], wanted: DayQuery, after: Place | None, limit: int, dialect: str
) -> Select[str]:
    """Which visits, newest first; the index alone tells."""
    where = [here, *_matching(wanted, dialect)]
    if after is not None:
        where.append(
            or_(
                visit.c.created_at < after.created_at,
                and_(visit.c.created_at == after.created_at, visit.c.visit_id < after.visit_id),
            )
        )
        where.append(visit.c.created_at <= after.created_at)  # for the index: an OR alone is no place in it
    newest_first = visit.c.created_at.desc(), visit.c.visit_id.desc()
    return select(visit.c.visit_id).where(*where).order_by(*newest_first).limit(limit)


def _read(connection: Connection, ids: Sequence[str]) -> list[Row[Any]]:
    """The rows of these visits, in this order."""
    found = {row.visit_id: row for row in connection.execute(select(visit).where(visit.c.visit_id.in_(ids)))}
    return [found[visit_id] for visit_id in ids if visit_id in found]


def _total(
    connection: Connection, here: ColumnElement[bool], wanted: DayQuery, dialect: str, known: int
) -> int:
    """How many there are, when `known` were found; of a search no more than MOST_COUNTED + 1 are counted."""
    if known <= MOST_COUNTED or words_of(wanted.typed):
        return known
    query = select(func.count()).select_from(visit).where(here, *_matching(wanted, dialect))
    return connection.scalars(query).one()


def _is_found_by_text(row: Row[Any], wanted: DayQuery) -> bool:
    """Whether a visit that was found by its queue number is among the others as well."""
    return all(word in (row.search or "") for word in words_of(wanted.typed))


def _exact(connection: Connection, here: ColumnElement[bool], wanted: DayQuery) -> Row[Any] | None:
    """The visit whose queue number of that day was typed."""
    number = queue_number_of(wanted.typed)
    if number is None or wanted.day is None:
        return None
    query = select(visit).where(here, visit.c.day == wanted.day, visit.c.queue_number == number)
    if wanted.status is not None:
        query = query.where(visit.c.status == wanted.status.value)
    return connection.execute(query).first()


def _matching(wanted: DayQuery, dialect: str) -> list[ColumnElement[bool]]:
    place_in = func.strpos if dialect == "postgresql" else func.instr
    where: list[ColumnElement[bool]] = [place_in(visit.c.search, word) > 0 for word in words_of(wanted.typed)]
    if wanted.day is not None:
        where.append(visit.c.day == wanted.day)
    if wanted.status is not None:
        where.append(visit.c.status == wanted.status.value)
    return where


__all__ = ["MOST_COUNTED", "PAGE", "DayPage", "DayQuery", "Place", "merged", "page"]
