"""Which dossiers there are: procedure, commune, day and fate of each. The same ones for the same day, always.

A fate is where a dossier stands today. Two columns of numbers say how many of each in a full demonstration (206): repairs
(URB-08) and occupations of the public domain (ECO-09); two more say how many days ago each was deposited, at least and at most.
Building permits (URB-03, URB-02) have a table of their own: committee_plan.py.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from components.operations.demonstration import committee_plan
from components.operations.demonstration.people import OTHERS
from components.operations.demonstration.roads import Road, working_day

SEED = 20260101
MAIN_SHARE = 0.2  # of the dossiers, in the main commune

# fate: (URB-08, ECO-09), days ago of a repair, days ago of an occupation
FATES = {
    "draft": ((6, 4), (0, 4), (0, 4)),
    "new": ((11, 8), (0, 1), (0, 1)),
    "incomplete": ((9, 7), (0, 20), (0, 20)),
    "returned": ((2, 2), (50, 180), (50, 180)),  # what was missing never came
    "asked": ((11, 7), (3, 7), (3, 9)),
    "unanswered": ((2, 2), (50, 150), (50, 150)),  # asked, told, and silent for thirty days: returned
    "answered": ((6, 4), (6, 11), (8, 25)),
    "in_study": ((14, 10), (2, 6), (3, 8)),
    "collected": ((0, 7), (0, 0), (8, 20)),  # all opinions are there, nobody has drafted yet
    "forgotten": ((7, 5), (25, 45), (70, 100)),  # nobody decided in time: silence opens the applicant's rights
    "to_decide": ((10, 8), (5, 9), (12, 30)),
    "to_sign": ((3, 3), (6, 10), (14, 35)),
    "to_pay": ((4, 3), (9, 20), (16, 40)),
    "delivered": ((13, 8), (20, 170), (30, 150)),
    "lapsed": ((3, 2), (210, 228), (200, 225)),
    "inspected": ((2, 2), (45, 170), (50, 150)),
    "revoked": ((2, 1), (45, 170), (50, 150)),
    "refused": ((4, 3), (20, 170), (30, 150)),
    "appealed": ((2, 2), (17, 24), (22, 28)),  # refused, and the president has not answered the appeal yet
    "withdrawn": ((4, 3), (10, 100), (10, 100)),
}
FULL_OTHERS = sum(sum(counts) for counts, *_ in FATES.values())
FULL = FULL_OTHERS + committee_plan.FULL_BUILDINGS
COUNTER_FATES = ("new", "delivered", "to_decide", "incomplete")  # a few of these were filed at the counter
APPLICANTS = ("citizen", "citizen", "neighbour", "company_member", "architect", *OTHERS)
FIRST_BUILDING = 1000  # its number; the others begin at 0
PROCEDURES = ("URB-08", "ECO-09", committee_plan.SMALL, committee_plan.LARGE)


def plan(
    communes: list[dict],
    total: int,
    today: date,
    is_off: Callable[[date], bool] = lambda day: False,
    procedures: tuple[str, ...] = PROCEDURES,
) -> list[Road]:
    """About `total` roads, at least one of each fate. communes: the main one first. is_off: public holidays."""
    share, rng = total / FULL, Random(SEED)
    wanted = []
    for fate, (counts, *windows) in FATES.items():
        for procedure, count, window in zip(("URB-08", "ECO-09"), counts, windows, strict=True):
            wanted += [(procedure, fate, window)] * (max(1, round(count * share)) if count else 0)
    rng.shuffle(wanted)
    roads = [road_of(number, *what, place_of(number, communes), today, rng) for number, what in enumerate(wanted)]
    buildings, days, rng = committee_plan.wanted_buildings(share), committee_plan.sittings(today, is_off), Random(SEED + 1)
    rng.shuffle(buildings)
    for number, (procedure, fate, window) in enumerate(buildings, FIRST_BUILDING):
        sitting = None
        if isinstance(window, str):
            sitting, day = committee_plan.sitting_and_day(window, procedure == committee_plan.SMALL, days, is_off, rng)
            window = ((today - day).days,) * 2
        roads.append(road_of(number, procedure, fate, window, place_of(number, communes), today, rng, sitting))
    return [road for road in roads if road.procedure in procedures]


def place_of(number: int, communes: list[dict]) -> dict:
    every = round(1 / MAIN_SHARE)
    return communes[0] if number % every == 0 else communes[1 + number % (len(communes) - 1)]


def road_of(
    number: int, procedure: str, fate: str, window: tuple, commune: dict, today: date, rng: Random, sitting: date | None = None
) -> Road:
    applicant = rng.choice(APPLICANTS)
    if fate in (COUNTER_FATES if procedure in ("URB-08", "ECO-09") else committee_plan.COUNTER_FATES) and rng.random() < 0.25:
        applicant = ""  # a person at the counter, typed in by a clerk
    return Road(number, procedure, commune, day_of(window, commune, today, rng), fate, Random(SEED + number), applicant, sitting)


def day_of(window: tuple[int, int], commune: dict, today: date, rng: Random) -> date:
    """A working day so many days ago; in small communes, when it can be, the day of the weekly market, when people come to town."""
    least, most = window
    days = [day for ago in range(least, most + 1) if (day := today - timedelta(days=ago)).weekday() < 5]
    market = int(commune["code"].replace(".", "")) % 5
    chosen = [day for day in days if day.weekday() == market] if commune["kind"] == "rural" else days
    return rng.choice(chosen or days or [working_day(today - timedelta(days=most + 3))])
