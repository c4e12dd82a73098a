"""One commune's dossiers lived together, from the first day to today: half a day at a time, its clock moving on in between.

What each half day has done is kept in app.setting, so that a load that was killed is taken up where it stood.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg
from psycopg.types.json import Jsonb

from components.operations.demonstration.counter import Counter
from components.operations.demonstration.roads import Road, write_diary
from components.permits.refusals import Refusal

CASABLANCA = ZoneInfo("Africa/Casablanca")
HOURS = (time(9, 12), time(14, 6))
TICK_DAYS = 21  # between two ordinary ticks: warnings and copies leave about on time


class Kept:
    """How far each commune has come: {code: [day, half]}."""

    def __init__(self, database: str):
        self.database = database

    def reached(self, code: str) -> tuple[date, int] | None:
        with psycopg.connect(self.database) as connection:
            row = connection.execute("select value from app.setting where key = %s", (f"demonstration_at:{code}",)).fetchone()
        return row and (date.fromisoformat(row[0][0]), row[0][1])

    def keep(self, connection: psycopg.Connection, code: str, moment: tuple[date, int]) -> None:
        connection.execute(
            "insert into app.setting (key, value) values (%s, %s) on conflict (key) do update set value = excluded.value",
            (f"demonstration_at:{code}", Jsonb([moment[0].isoformat(), moment[1]])),
        )


def live(counter: Counter, roads: list[Road], today: date, kept: Kept, progress: Callable, fault: Callable) -> None:
    """Everything that happens in one commune. progress(): a dossier has come to its place; fault(road, refusal): it stopped before."""
    code = counter.commune["code"]
    for road in roads:
        write_diary(road, counter, today)
    reached = kept.reached(code)
    halves = {moment for road in roads for moment in road.diary}
    first = min((day for day, _ in halves), default=today)
    counter.ticks |= {first + timedelta(days=days) for days in range(TICK_DAYS, (today - first).days, TICK_DAYS)}
    counter.ticks |= {road.last[0] + timedelta(days=wait) for road in roads if road.fate == "lapsed" for wait in (92, 190)}
    after = reached or (date.min, 0)
    taken_up = reached is not None
    with psycopg.connect(kept.database, autocommit=True) as connection:
        while later := sorted(moment for moment in halves | {(day, 0) for day in counter.ticks if day <= today} if moment > after):
            after = later[0]
            counter.set_clock(moment_of(*after, today))
            if after[1] == 0 and after[0] in counter.ticks:
                counter.tick(counter.commune["id"])
            live_half_day(counter, roads, after, taken_up, fault)
            counter.wait_for_papers()
            kept.keep(connection, code, after)
            taken_up = False
            for road in roads:
                if road.last == after:
                    progress()
    counter.set_clock(None)
    counter.tick(counter.commune["id"])


def moment_of(day: date, half: int, today: date) -> datetime | None:
    """Today is lived on the real clock, or its acts would lie ahead of it."""
    return datetime.combine(day, HOURS[half], CASABLANCA) if day < today else None


def live_half_day(counter: Counter, roads: list[Road], moment: tuple[date, int], taken_up: bool, fault: Callable) -> None:
    acts = sorted(((hour, road.place, road, act) for road in roads for hour, act in road.diary.get(moment, [])), key=lambda act: act[:2])
    for _, _, road, act in acts:
        road.taken_up |= taken_up
        try:
            act(road)
        except (Refusal, StopIteration) as refusal:
            # In a load taken up again it may have happened before the interruption; else the dossier stays where it is.
            if not road.taken_up:
                fault(road, refusal)
                road.diary = {done: what for done, what in road.diary.items() if done <= moment}
