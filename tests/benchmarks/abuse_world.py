"""A year of 10,000 invented patients, 200 of whom abuse the fund in six ways: for measuring the checks.

Nothing here is measured in a hospital. How often honest people do what looks odd is our guess, on the side of
more; the numbers stand below for everybody to change. What is real are the rules, which see exactly what they
see at a desk: a history that comes late, checks that come at once, our own visits, papers and pictures.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from kiosk.card.model import HealthCard, Kind, PartialDate, Sex
from kiosk.clock import VIETNAM
from kiosk.eligibility.abuse_model import OwnVisit, PictureUse, RecordsSay, Situation
from kiosk.eligibility.model import Assessment, Coverage, Difference
from kiosk.eligibility.papers import Paper, PaperKind
from kiosk.gateway.model import EarlierCheck, HistoryRow
from kiosk.gateway.result_codes import Verdict

SEED = 20261123
PATIENTS, ABUSERS = 10_000, 200
START = datetime(2026, 1, 1, tzinfo=VIETNAM)
HERE = "99999"
NEAR = [f"9990{n}" for n in range(6)]
FAR = ["01001", "79001", "48001", "92001"]
HISTORY_SEEN = timedelta(days=183)  # six months: the least that TT 48/2017 Đ6 asks for

KINDS = ("lends the card", "collects drugs", "stays elsewhere", "forged code", "shared picture", "old papers")

HABITS = {
    "occasional": (0.70, 3.0),  # share of patients, visits a year
    "chronic": (0.20, 13.0),
    "several places": (0.07, 20.0),
    "course": (0.025, 24.0),  # physiotherapy and the like: many days in a row
    "dialysis": (0.005, 156.0),
}
HISTORY_DAYS_LATE = (0, 10)
NEVER_CLOSED = 0.01  # of history rows: the facility forgot the discharge
STAY = 0.06  # of visits elsewhere: an inpatient stay
OPEN_STAY_SHOWN = 0.15  # a stay that is in the history before it ends
REFERRED_TODAY = 0.04  # of honest visits here: was at another facility this morning
REFERRED_FROM_FAR = 0.15  # of those: in another province
WRONG_IN_REGISTER = 0.006  # of patients: sex or birth date differ in the register
SAVED_PICTURE = 0.08  # of patients: show a picture file, and mostly the same
FAMILY_EVERY = 250  # of so many couples one has a single picture with both cards
REFERRAL, REFERRAL_ENDED = 0.15, 0.03
APPOINTMENT, APPOINTMENT_AGAIN = 0.2, 0.01


@dataclass
class Person:
    place: int
    kind: str  # a habit, or one of KINDS
    home: str
    stays: list[HistoryRow] = field(default_factory=list)
    late: list[datetime] = field(default_factory=list)  # when each row is in the history
    checks: list[EarlierCheck] = field(default_factory=list)
    own: list[OwnVisit] = field(default_factory=list)
    wrong: str = ""  # field that differs in the register
    picture: str = ""

    @property
    def abuses(self) -> bool:
        return self.kind in KINDS


@dataclass(frozen=True)
class Seen:
    """One visit here as the desk sees it."""

    person: Person
    situation: Situation


def year() -> Iterator[Seen]:
    """Every visit here, person by person, always the same."""
    lottery = random.Random(SEED)
    pictures: dict[str, list[tuple[int, datetime]]] = {}
    for place in range(PATIENTS):
        person = _person(place, lottery)
        for at, facility in _visits(person, lottery):
            if facility == HERE:
                yield Seen(person, _situation(person, at, pictures, lottery))
            _leave_traces(person, at, facility, lottery)


def _person(place: int, lottery: random.Random) -> Person:
    if place < ABUSERS:
        kind = KINDS[place % len(KINDS)]
    else:
        kind = lottery.choices([*HABITS], [share for share, _ in HABITS.values()])[0]
    home = HERE if lottery.random() < 0.7 or kind == "dialysis" else lottery.choice(NEAR)
    person = Person(place, kind, home)
    if lottery.random() < WRONG_IN_REGISTER:
        person.wrong = lottery.choice(["sex", "birth_date"])
    if place // 2 % FAMILY_EVERY == 0:
        person.picture = f"family {place // 2}"
    elif lottery.random() < SAVED_PICTURE:
        person.picture = f"own {place}"
    if kind == "forged code":
        person.wrong = lottery.choice(["sex", "birth_date", "card_number"])
    if kind == "shared picture":
        person.picture = f"shared {place // 24}"
    return person


def _visits(person: Person, lottery: random.Random) -> list[tuple[datetime, str]]:
    """When and where in this year, in order."""
    days: list[int] = []
    match person.kind:
        case "dialysis":
            days = [day for day in range(365) if day % 7 in {0, 2, 4}]
        case "course":
            for _ in range(2):
                first = lottery.randrange(330)
                days += [first + day for day in range(lottery.randint(8, 14))]
        case "lends the card":
            days = [lottery.randrange(365) for _ in range(60)]
        case "collects drugs":
            for _ in range(4):  # some weeks of it, four times a year
                first = lottery.randrange(320)
                days += [first + lottery.randrange(30) for _ in range(lottery.randint(10, 16))]
        case "stays elsewhere" | "forged code" | "shared picture" | "old papers":
            days = [lottery.randrange(365) for _ in range(12)]
        case habit:
            mean = HABITS[habit][1]
            days = [lottery.randrange(365) for _ in range(round(lottery.gammavariate(2, mean / 2)))]
    found = [(_moment(day, lottery), _where(person, lottery)) for day in days]
    return sorted(found)


def _moment(day: int, lottery: random.Random) -> datetime:
    return START + timedelta(days=day, minutes=lottery.randint(7 * 60, 16 * 60))


def _where(person: Person, lottery: random.Random) -> str:
    at_home = {
        "several places": 0.5,
        "collects drugs": 0.3,
        "lends the card": 0.5,
        "dialysis": 1.0,
        "course": 0.95,
    }.get(person.kind, 0.85)
    if lottery.random() < at_home:
        return person.home
    elsewhere = [*NEAR, HERE] if lottery.random() < 0.9 else FAR
    return lottery.choice(elsewhere)


def _situation(
    person: Person,
    at: datetime,
    pictures: dict[str, list[tuple[int, datetime]]],
    lottery: random.Random,
) -> Situation:
    _morning_elsewhere(person, at, lottery)
    papers, ended = _papers(person, at, lottery)
    uses: tuple[PictureUse, ...] | None = None
    if person.picture and (person.kind == "shared picture" or lottery.random() < 0.6):
        earlier = [each for each in pictures.setdefault(person.picture, []) if each[1] < at]
        uses = tuple(PictureUse(moment, whose == person.place) for whose, moment in earlier)
        pictures[person.picture].append((person.place, at))
    history = tuple(
        row for row, shown in zip(person.stays, person.late, strict=True)
        if shown <= at and row.admitted_at and row.admitted_at > at - HISTORY_SEEN
    )  # fmt: skip
    checks = tuple(check for check in person.checks if at - timedelta(days=60) < check.at <= at)
    differences = (Difference(person.wrong, "a", "b"),) if person.wrong else ()
    situation = Situation(
        now=at,
        facility=HERE,
        card=_CARD,
        assessment=Assessment(Verdict.ELIGIBLE, "ok", "000", _COVERAGE, differences=differences),
        history=history,
        checks=checks,
        records=RecordsSay(own=tuple(reversed(person.own)), pictures=uses, watched=()),
        papers=papers,
        expired_papers=ended,
    )
    person.own.append(OwnVisit(at, papers))
    return situation


def _papers(
    person: Person, at: datetime, lottery: random.Random
) -> tuple[tuple[Paper, ...], tuple[Paper, ...]]:
    """What is shown, and what of it has ended."""
    day = at.date()
    abuses = person.kind == "old papers"
    used = [paper for visit in person.own for paper in visit.papers if paper.kind is PaperKind.APPOINTMENT]
    chance = lottery.random()
    if chance < (0.4 if abuses else REFERRAL):
        ended = lottery.random() < (0.7 if abuses else REFERRAL_ENDED)
        paper = Paper(PaperKind.REFERRAL, day - timedelta(days=30 if ended else 3), NEAR[0])
        return (paper,), (paper,) if ended else ()
    if chance < (0.9 if abuses else REFERRAL + APPOINTMENT):
        if used and lottery.random() < (0.8 if abuses else APPOINTMENT_AGAIN):
            return (used[-1],), ()
        return (Paper(PaperKind.APPOINTMENT, day - timedelta(days=lottery.randint(7, 30)), HERE),), ()
    return (), ()


def _morning_elsewhere(person: Person, at: datetime, lottery: random.Random) -> None:
    """Sent on to us on the same day, as honest patients are."""
    if person.kind == "dialysis" or lottery.random() >= REFERRED_TODAY:
        return
    facility = lottery.choice(FAR if lottery.random() < REFERRED_FROM_FAR else NEAR)
    left = at - timedelta(minutes=lottery.randint(20, 240))
    person.checks.append(EarlierCheck(left - timedelta(minutes=40), facility, "000"))
    _add(person, HistoryRow(None, facility, left - timedelta(minutes=30), left), left, lottery)


def _leave_traces(person: Person, at: datetime, facility: str, lottery: random.Random) -> None:
    """What other desks, and this one later, will see of a visit."""
    person.checks += [EarlierCheck(at, facility, "000")] * lottery.randint(1, 2)
    row = HistoryRow(None, facility, at, at + timedelta(minutes=lottery.randint(40, 240)))
    if facility != HERE and lottery.random() < STAY:
        row = replace(row, discharged_at=at + timedelta(days=lottery.randint(3, 10)))
    if lottery.random() < NEVER_CLOSED:
        row = replace(row, discharged_at=None)
    _add(person, row, at, lottery)
    if person.kind == "stays elsewhere" and facility == HERE:  # while the next visits are made here
        stay = HistoryRow(None, lottery.choice(NEAR), at, at + timedelta(days=lottery.randint(10, 30)))
        shown = lottery.random() < OPEN_STAY_SHOWN
        person.stays.append(replace(stay, discharged_at=None) if shown else stay)
        person.late.append(at if shown else (stay.discharged_at or at))


def _add(person: Person, row: HistoryRow, at: datetime, lottery: random.Random) -> None:
    closed = row.discharged_at or at
    shown_early = closed - at > timedelta(days=1) and lottery.random() < OPEN_STAY_SHOWN
    person.stays.append(row)
    person.late.append(at if shown_early else closed + timedelta(days=lottery.randint(*HISTORY_DAYS_LATE)))


_CARD = HealthCard(kind=Kind.HEALTH_CARD, card_number="DN4799900000001")
_COVERAGE = Coverage(
    card_number="DN4799900000001",
    social_insurance_number="9900000001",
    full_name="Nguyễn Văn Mẫu",
    birth_date=PartialDate(1970, 1, 1),
    sex=Sex.MALE,
    address=None,
    primary_facility=HERE,
    primary_facility_name=None,
    issuing_office=None,
    valid_from=None,
    valid_to=None,
    living_area=None,
    five_years_from=None,
    benefit_level=4,
    new_card=None,
)
