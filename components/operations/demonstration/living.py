"""One commune's dossiers lived together, from the first day to today: half a day at a time, its clock moving on in between.

What each half day has done is kept in app.setting, so that a load that was killed is taken up where it stood.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg
from psycopg.types.json import Jsonb

from components.operations.demonstration.building_roads import write_building_diary
from components.operations.demonstration.buildings import REQUESTS as BUILDINGS
from components.operations.demonstration.counter import Counter
from components.operations.demonstration.roads import Road, write_diary
from components.permits.refusals import Refusal

CASABLANCA = ZoneInfo("Africa/Casablanca")
HOURS = (time(9, 12), time(14, 6))
TICK_DAYS = 21  # between two ordinary ticks: warnings and copies leave about on time


class Kept:
    """How far each commune, and the committees together, have come: {code: [day, half]}. For one thread at a time each."""

    def __init__(self, connection: psycopg.Connection):
        self.connection = connection

    def reached(self, code: str) -> tuple[date, int] | None:
        row = self.connection.execute("select value from app.setting where key = %s", (f"demonstration_at:{code}",)).fetchone()
        return row and (date.fromisoformat(row[0][0]), row[0][1])

    def keep(self, code: str, moment: tuple[date, int]) -> None:
        self.connection.execute(
            "insert into app.setting (key, value) values (%s, %s) on conflict (key) do update set value = excluded.value",
            (f"demonstration_at:{code}", Jsonb([moment[0].isoformat(), moment[1]])),
        )


class Life:
    """Everything that happens in one commune. progress(): a dossier has come to its place; fault(road, refusal): it stopped before."""

    def __init__(self, counter: Counter, roads: list[Road], today: date, kept: Kept, progress: Callable, fault: Callable):
        self.counter, self.roads, self.today, self.kept, self.progress, self.fault = counter, roads, today, kept, progress, fault
        for road in roads:
            (write_building_diary if road.procedure in BUILDINGS else write_diary)(road, counter, today)
        reached = kept.reached(counter.commune["code"])
        self.after, self.taken_up = reached or (date.min, 0), reached is not None
        first = min((day for road in roads for day, _ in road.diary), default=today)
        counter.ticks |= {first + timedelta(days=days) for days in range(TICK_DAYS, (today - first).days, TICK_DAYS)}
        counter.ticks |= {road.last[0] + timedelta(days=wait) for road in roads if road.fate == "lapsed" for wait in (92, 190)}

    def until(self, moment: tuple[date, int] | None) -> None:
        """Up to a half day and the whole of it; None: to the end, the clock brought back."""
        counter = self.counter
        while (now := self.next()) and (moment is None or now <= moment):
            self.after = now
            counter.set_clock(moment_of(*now, self.today))
            if now[1] == 0 and now[0] in counter.ticks:
                counter.tick(counter.commune["id"])
            if self.taken_up:
                counter.catch_up()
            self.live_half_day()
            counter.settle(self.fault)
            self.kept.keep(counter.commune["code"], now)
            self.taken_up = False
            for road in self.roads:
                if road.last == now:
                    self.progress()
        if moment is None:
            counter.set_clock(None)
            counter.tick(counter.commune["id"])

    def next(self) -> tuple[date, int] | None:
        """The next half day on which something happens: acts may have added days of the law."""
        days = {moment for road in self.roads for moment in road.diary} | {(day, 0) for day in self.counter.ticks if day <= self.today}
        return min((moment for moment in days if moment > self.after), default=None)

    def live_half_day(self) -> None:
        now = self.after
        acts = sorted(
            ((hour, road.place, road, act) for road in self.roads for hour, act in road.diary.get(now, [])), key=lambda act: act[:2]
        )
        for _, _, road, act in acts:
            road.taken_up |= self.taken_up
            try:
                act(road)
            except (Refusal, StopIteration) as refusal:
                # In a load taken up again it may have happened before the interruption; else the dossier stays where it is.
                if not road.taken_up:
                    self.fault(road, refusal)
                    road.diary = {done: what for done, what in road.diary.items() if done <= now}


def moment_of(day: date, half: int, today: date) -> datetime | None:
    """Today is lived on the real clock, or its acts would lie ahead of it."""
    return datetime.combine(day, HOURS[half], CASABLANCA) if day < today else None
