"""The road of one dossier: its diary, day by day, until the fate it was given (plan.py). Who does each act: counter.py."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

SPACE = uuid.UUID("0b54b1a4-6f3e-4ac4-9d6d-0d6e3a5c9d10")


@dataclass
class Road:
    """One dossier: who files it, where, when, and what becomes of it. diary: {(day, half): [(hour, act)]}; half 0 is the morning."""

    place: int
    procedure: str
    commune: dict
    day: date
    fate: str
    rng: Random
    applicant: str = "citizen"
    sitting: date | None = None  # of the committee that examined it
    dossier: str = ""
    number: str = ""
    request: str = ""
    levels: int = 0  # of the building, for its plans
    documents: list[str] = field(default_factory=list)
    diary: dict[tuple[date, int], list[tuple[int, Callable]]] = field(default_factory=dict)
    taken_up: bool = False  # an interrupted load may have done some of its acts already

    def token(self, of: str) -> str:
        """The same for the same act of the same dossier, so that an act done twice is done once."""
        return str(uuid.uuid5(SPACE, f"{self.place} {of}"))

    @property
    def last(self) -> tuple[date, int]:
        return max(self.diary)


def working_day(day: date, days: int = 0) -> date:
    """The day itself or the next one that is not a week-end, then so many working days later. Holidays do not matter to a diary."""
    while True:
        while day.weekday() > 4:
            day += timedelta(days=1)
        if days == 0:
            return day
        day, days = day + timedelta(days=1), days - 1


def write_diary(road: Road, people, today: date) -> None:
    """Lay the road out in days. Every date stays at or before today; a fate that needs more time than there is stops on the way."""
    day, rng, fate, repair = working_day(road.day), road.rng, road.fate, road.procedure == "URB-08"

    def then(days: int, hour: int, act: Callable) -> bool:
        nonlocal day
        if working_day(day, days) > today:
            return False
        day = working_day(day, days)
        road.diary.setdefault((day, int(hour >= 12)), []).append((hour, act))
        return True

    then(0, 8, people.fill_in)
    if fate == "draft":
        return
    then(0, 9, people.deposit)
    if fate in ("incomplete", "returned", "new"):
        return
    if fate == "withdrawn":
        then(2, 16, people.withdraw)
        return
    if fate in ("asked", "unanswered", "answered"):
        if repair:
            then(0, 10, people.transmit)
        then(1, 12, people.ask)
        then(0, 13, people.told)
        if fate == "answered":
            then(2, 13, people.answer)
            if not repair:
                then(0, 15, people.transmit)
        return
    if fate == "forgotten" and rng.random() < 0.4:
        return  # nobody even opened it
    if not then(rng.randint(0, 1), 12, people.transmit):
        return
    if not repair:
        if fate in ("in_study", "forgotten"):
            then(1, 13, people.some_opinions)
            return
        then(rng.randint(2, 4), 12, people.opinions)
    if fate in ("in_study", "forgotten", "collected"):
        return
    if not then(rng.randint(0, 1), 14, people.report) or fate == "to_decide":
        return
    if not then(rng.randint(0, 1), 15, people.decide) or fate == "to_sign":
        return
    then(0, 16, people.sign)
    if fate == "appealed":
        then(6, 16, people.appeal)
    if fate in ("refused", "appealed", "to_pay") or not then(rng.randint(1, 3), 11, people.pay):
        return
    if fate == "inspected":
        then(8, 10, people.inspect)
    if fate == "revoked":
        then(10, 14, people.revoke)
        then(0, 16, people.sign)
