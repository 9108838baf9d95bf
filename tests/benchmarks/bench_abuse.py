"""What the checks against abuse find in a simulated year, and how many honest patients they trouble."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from abuse_world import ABUSERS, KINDS, PATIENTS, Seen, year

from kiosk.eligibility.abuse import AbuseRule, abuse_rules, examine
from kiosk.eligibility.abuse_checks import Rule
from kiosk.eligibility.abuse_model import Action

NOT_SIMULATED = {"card_group_benefit", "card_withdrawn", "watch_listed", "staff_without_visits"}
"""They find what is so, or what a person put on a list: there is nothing to weigh."""

VARIED: tuple[tuple[str, str, tuple[int, ...], dict[str, int]], ...] = (
    ("too_frequent", "visits", (8, 10, 12, 16, 20), {"days": 30}),
    ("many_facilities", "facilities", (3, 4, 5, 6), {"days": 30}),
    ("many_checks_elsewhere", "checks", (4, 5, 6, 8, 10), {"days": 30}),
    ("open_stay_elsewhere", "days", (7, 15, 30, 60, 120), {}),
    ("checked_elsewhere_since", "hours", (2, 6, 12, 48), {}),
    ("far_apart", "minutes", (30, 60, 120), {}),
)


class Tally:
    """Of one rule: who was found at least once, and how often honest visits were stopped for."""

    def __init__(self) -> None:
        self.abusers: set[int] = set()
        self.by_kind: dict[str, set[int]] = defaultdict(set)
        self.honest: set[int] = set()
        self.honest_visits = 0

    def add(self, seen: Seen) -> None:
        person = seen.person
        if person.abuses:
            self.abusers.add(person.place)
            self.by_kind[person.kind].add(person.place)
        else:
            self.honest.add(person.place)
            self.honest_visits += 1


def tally(visits: list[Seen], rules: Mapping[str, AbuseRule]) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for seen in visits:
        findings = examine(seen.situation, rules).found
        for finding in findings:
            found[finding.rule].add(seen)
        if any(finding.action is not Action.NOTE for finding in findings):
            found["(shown at the desk)"].add(seen)
    return found


def main() -> None:
    began = time.perf_counter()
    visits = list(year())
    made = time.perf_counter() - began
    rules = abuse_rules()
    honest_visits = sum(not seen.person.abuses for seen in visits)
    honest = PATIENTS - ABUSERS
    began = time.perf_counter()
    found = tally(visits, rules)
    each = (time.perf_counter() - began) / len(visits) * 1e6
    print(f"{PATIENTS:,} patients, {ABUSERS} of them abusers, {len(visits):,} visits here in a year")
    print(f"  simulated in {made:.1f} s; all checks of a visit: {each:.0f} µs\n")
    print(f"{'rule':26} action  abusers  honest troubled  of honest visits  found most")
    for name in [*(name for name in rules if name not in NOT_SIMULATED), "(shown at the desk)"]:
        count = found[name]
        action = rules[name].action.value if name in rules else ""
        most = max(KINDS, key=lambda kind: len(count.by_kind[kind]))
        share = f"{len(count.honest):>6} ({100 * len(count.honest) / honest:4.1f} %)"
        most = f"{most} {len(count.by_kind[most])}" if count.abusers else ""
        print(
            f"{name:26} {action:6} {len(count.abusers):>8} {share:>16}"
            f" {100 * count.honest_visits / honest_visits:>15.2f} %  {most}"
        )
    print("\nabusers shown at the desk, by kind:", end=" ")
    shown = found["(shown at the desk)"].by_kind
    print(", ".join(f"{kind} {len(shown[kind])}/{_of(kind)}" for kind in KINDS))
    print("\nother limits (abusers found / honest patients troubled):")
    for name, limit, values, fixed in VARIED:
        told = []
        for value in values:
            varied = {name: replace(rules[name], action=Action.WARN, limits=Rule({**fixed, limit: value}))}
            count = tally(visits, varied)[name]
            told.append(f"{value}: {len(count.abusers)} / {len(count.honest)}")
        print(f"  {name:26} {limit:10} " + ";  ".join(told))


def _of(kind: str) -> int:
    return sum(KINDS[place % len(KINDS)] == kind for place in range(ABUSERS))


if __name__ == "__main__":
    main()
