"""The building permits of the demonstration: how many of each fate, and on which sitting of the committees each is examined.

All committees of the province sit on the same days. Those who come before one are deposited shortly before its members are called.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

SMALL, LARGE = "URB-03", "URB-02"
WEEKDAY = 2  # Wednesday
SITTINGS_AGO = (0, 14, 28, 49)  # days between the last sitting and the earlier ones
CALLED_BEFORE = 5  # days between the call and the sitting
LAST, OLDER, OLDEST = "last", "older", "oldest"
SITTING = {LAST: (0,), OLDER: (1,), OLDEST: (2, 3)}  # their places among the sittings

# fate: (URB-03, URB-02), then for each when it was deposited: days ago at least and at most, or on which sittings it was examined
BUILDINGS = {
    "draft": ((7, 5), (0, 4), (0, 4)),
    "new": ((8, 4), (0, 1), (0, 2)),
    "incomplete": ((7, 5), (0, 20), (0, 20)),
    "returned": ((2, 1), (50, 150), (50, 150)),
    "asked": ((5, 3), (3, 7), (3, 9)),
    "answered": ((4, 3), (5, 8), (5, 12)),
    "unanswered": ((1, 1), (50, 120), (50, 120)),
    "withdrawn": ((3, 3), (10, 80), (10, 80)),
    "in_study": ((13, 7), (1, 6), (2, 12)),
    "partly": ((11, 6), (4, 8), (4, 14)),  # some opinions are signed
    "remarked": ((5, 3), (5, 8), (5, 12)),  # remarks on the plans, some of them answered
    "minor": ((3, 2), (4, 6), (4, 10)),  # a minor complement is awaited
    "listed": ((5, 6), (0, 2), (2, 10)),  # on a planned session
    "convened": ((7, 5), (2, 5), (4, 12)),  # on a session to which the members are called
    "collected": ((3, 2), (4, 8), (5, 14)),  # all opinions are there, without a session
    "escalated": ((2, 2), LAST, LAST),  # a member was missing at the sitting: the governor knows
    "postponed": ((1, 1), LAST, LAST),
    "signatures": ((2, 1), LAST, LAST),  # the minutes wait for signatures
    "sealed": ((2, 2), LAST, LAST),  # the president decides
    "binding": ((1, 1), LAST, LAST),  # the agency is against it
    "reserved": ((1, 1), LAST, LAST),  # reservations to lift or to write in
    "modification": ((2, 1), OLDER, OLDER),
    "modified": ((1, 1), OLDER, OLDER),  # modified plans are there: the second round
    "deferred": ((1, 1), OLDER, OLDER),
    "to_sign": ((1, 1), LAST, LAST),
    "to_pay": ((1, 1), LAST, OLDER),
    "delivered": ((4, 2), OLDEST, OLDEST),
    "refused": ((1, 1), OLDEST, OLDEST),
    "appealed": ((1, 1), OLDER, OLDER),
    "appealed_again": ((1, 1), OLDEST, OLDEST),  # the president was silent: the governor is asked
    "revoked": ((1, 1), OLDEST, OLDEST),
    "silent": ((6, 5), (22, 36), (38, 50)),  # the period passed in silence
    "claimed": ((2, 2), (24, 36), (42, 52)),  # the act is asked of the president
    "referred": ((2, 1), (40, 52), (58, 70)),  # the attestation is asked of the governor
    "attested": ((2, 1), (62, 90), (80, 110)),
}
COUNTER_FATES = ("new", "incomplete", "in_study", "delivered")  # a few of these were filed at the counter
FULL_BUILDINGS = sum(sum(counts) for counts, *_ in BUILDINGS.values())


def sittings(today: date, is_off: Callable[[date], bool]) -> list[date]:
    """The days on which the committees sat, the last first: Wednesdays, or the working day before."""
    last = today - timedelta(days=(today.weekday() - WEEKDAY - 1) % 7 + 1)
    return [before(last - timedelta(days=ago), is_off) for ago in SITTINGS_AGO]


def before(day: date, is_off: Callable[[date], bool]) -> date:
    while day.weekday() > 4 or is_off(day):
        day -= timedelta(days=1)
    return day


def called_on(sitting: date, is_off: Callable[[date], bool]) -> date:
    return before(sitting - timedelta(days=CALLED_BEFORE), is_off)


def wanted_buildings(share: float) -> list[tuple[str, str, tuple]]:
    """(procedure, fate, window) of each dossier of a demonstration of that share of the full one: every fate at least once."""
    found = []
    for fate, (counts, *windows) in BUILDINGS.items():
        scaled = [round(count * share) for count in counts]
        if not any(scaled):
            scaled[counts.index(max(counts))] = 1
        for procedure, count, window in zip((SMALL, LARGE), scaled, windows, strict=True):
            found += [(procedure, fate, window)] * count
    return found


def sitting_and_day(window: str, small: bool, days: list[date], is_off: Callable[[date], bool], rng: Random) -> tuple[date, date]:
    """On which sitting a dossier is examined, and when it came in: a small project just before the call, a large one in the week before."""
    sitting = days[rng.choice(SITTING[window])]
    return sitting, before(called_on(sitting, is_off) - timedelta(days=rng.randint(0, 1) if small else rng.randint(2, 8)), is_off)
