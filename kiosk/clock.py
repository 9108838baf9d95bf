"""What time it is at a Vietnamese reception desk."""

from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "ICT")
"""Vietnam has had UTC+7 without summer time since 1975; no time-zone database is needed on Windows."""


def now() -> datetime:
    """The present moment, aware, in Vietnam's time."""
    return datetime.now(UTC).astimezone(VIETNAM)


def today() -> date:
    """Today's date in Vietnam, whatever the machine's zone."""
    return now().date()


def day_of(moment: datetime) -> date:
    """The day in Vietnam that an aware moment belongs to."""
    return moment.astimezone(VIETNAM).date()


def shown(moment: datetime) -> str:
    """An aware moment as people in Vietnam read it: ``07:05 23/11/2026``."""
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def midnight(day: date) -> datetime:
    """The moment at which `day` begins in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)
