"""The committees of the province: each is called some days before a sitting and sits; two more sittings lie ahead.

At a call and at a sitting all communes stand at the same moment (public.set_demonstration_clock for the whole province), because the
committee of the province lives in no commune's time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from components.operations.demonstration.building_counter import MISSING, BuildingCounter
from components.operations.demonstration.cast import Cast
from components.operations.demonstration.committee_plan import WEEKDAY, called_on
from components.operations.demonstration.living import CASABLANCA
from components.operations.demonstration.roads import Road
from components.operations.demonstration.waiting import BEFORE_THE_CLOCK, Jobs
from components.permits.refusals import Refusal

PLACE = "Salle des réunions · قاعة الاجتماعات"
RULES = {
    "quorum": "majority",
    "absence": "escalate",
    "sealing": 3,
    "notice_hours": 48,
    "remote": True,
    "weekday": WEEKDAY + 1,
    "time": "10:00",
    "place": PLACE,
}
LINK = "https://visio.example/commission"
CALL, SITS, OPENS, CLOSES = time(16, 30), time(10), time(10, 4), time(12, 20)
REMOTE = ("member_telecom", "member_network")
GUEST = ("Lahoucine Ait Baha", "Président de l'association du quartier")


@dataclass
class Meetings:
    """roads: the building permits; counters: {code of the commune: its counter}; secretaries: who keeps a committee's secretariat."""

    cast: Cast
    jobs: Jobs
    main: dict
    roads: list[Road]
    counters: dict[str, BuildingCounter]
    secretaries: list[str]
    sittings: list[date]
    today: date
    is_off: Callable[[date], bool]
    fault: Callable
    taken_up: bool

    def all(self) -> Iterator[tuple[tuple[date, int], Callable]]:
        """((day, half), act): what the committees do once every commune has lived that half day, in the order of days."""
        for sitting in sorted(self.sittings):
            yield (called_on(sitting, self.is_off), 1), lambda sitting=sitting: self.call_members(sitting)
            yield (sitting, 0), lambda sitting=sitting: self.sit(sitting)

    # What the secretariats do ---------------------------------------------------------------------------------------------------

    def call_members(self, sitting: date) -> None:
        self.set_clock(datetime.combine(called_on(sitting, self.is_off), CALL, CASABLANCA))
        listed = self.dossiers(road for road in self.roads if road.sitting == sitting)
        for secretary in self.secretaries:
            self.prepare(secretary, sitting, listed, called=True)

    def sit(self, sitting: date) -> None:
        """Presences, opinions of those who spoke in the session, the end of it. What follows is written in the afternoon."""
        self.set_clock(datetime.combine(sitting, OPENS, CASABLANCA))
        listed = self.dossiers(road for road in self.roads if road.sitting == sitting)
        opened = []
        for secretary in self.secretaries:
            session = self.session_on(secretary, self.calendar(secretary), sitting)
            if session and session["state"] in ("convened", "open"):
                self.open(secretary, session, listed)
                opened.append((secretary, session["id"]))
        self.jobs.wait(listed, BEFORE_THE_CLOCK)
        self.set_clock(datetime.combine(sitting, CLOSES, CASABLANCA))
        for secretary, session in opened:
            self.cast.call(secretary, "close_session", p_session=session)

    def plan_ahead(self) -> None:
        """Today: one session is called, another planned; some members have given their opinions already."""
        convened = self.next_sitting(self.today + timedelta(days=3))
        planned = self.next_sitting(convened + timedelta(days=1))
        soon = self.dossiers(road for road in self.roads if road.fate == "convened")
        later = self.dossiers(road for road in self.roads if road.fate == "listed")
        for secretary in self.secretaries:
            self.prepare(secretary, convened, soon, called=True)
            self.prepare(secretary, planned, later, called=False)
        for road in soon.values():
            with self.trouble_of(road):
                self.counters[road.commune["code"]].some_members_speak(road)
        self.jobs.wait(soon, BEFORE_THE_CLOCK)

    def prepare(self, secretary: str, day: date, listed: dict[str, Road], called: bool) -> None:
        """A session of that day with those of the dossiers that wait for this committee; its members are called, or not yet."""
        calendar = self.calendar(secretary)
        body = next(body for body in calendar["bodies"] if body["is_secretary"])
        if body["own"] != RULES:
            self.cast.call(secretary, "set_committee", p_organisation=body["id"], p_settings=RULES)
        dossiers = [line["id"] for line in calendar["waiting"] if line["id"] in listed]
        session = self.session_on(secretary, calendar, day)
        if session is None and (dossiers or not called):
            at = datetime.combine(day, SITS, CASABLANCA)
            link = LINK if body["kind"] == "province" and not called else ""  # those that sat met in a room
            self.cast.call(secretary, "plan_session", p_organisation=body["id"], p_held_at=at, p_place=PLACE, p_link=link)
            session = self.session_on(secretary, self.calendar(secretary), day)
        if session is None or session["state"] != "planned" or not dossiers:
            return
        self.cast.call(secretary, "set_agenda", p_session=session["id"], p_dossiers=dossiers)
        if called:
            self.cast.call(secretary, "convene_session", p_session=session["id"])

    def open(self, secretary: str, session: dict, listed: dict[str, Road]) -> None:
        page = self.cast.call(secretary, "session_page", p_session=session["id"])
        items = {item["dossier"]: item for item in page["agenda"] if item["dossier"] in listed and item["state"] == "listed"}
        if session["state"] == "convened":
            for member in page["members"]:
                self.mark(secretary, session["id"], member, any(listed[dossier].fate == "escalated" for dossier in items))
            self.cast.call(secretary, "add_guest", p_session=session["id"], p_name=GUEST[0], p_quality=GUEST[1])
            self.cast.call(secretary, "open_session", p_session=session["id"])
        for dossier, item in items.items():
            with self.trouble_of(listed[dossier]):
                self.examine(secretary, session["id"], listed[dossier], item)

    def examine(self, secretary: str, session: str, road: Road, item: dict) -> None:
        if road.fate == "postponed":
            note = "Le plan topographique est à produire avant l'examen."
            self.cast.call(secretary, "postpone_item", p_session=session, p_dossier=item["dossier"], p_note=note)
            return
        for seat in item["seats"]:
            if not seat["given"] and seat["role"] not in MISSING.get(road.fate, ()) and seat["organisation"]:
                self.counters[road.commune["code"]].give_one(road, seat["seat"], seat["role"], item["round"])

    def mark(self, secretary: str, session: str, member: dict, province_is_missing: bool) -> None:
        role = member["role"]
        absent = province_is_missing and role == "member_province"
        self.cast.call(
            secretary,
            "mark_attendance",
            p_session=session,
            p_role=role,
            p_organisation=member["organisation"]["id"],
            p_status="absent" if absent else "remote" if role in REMOTE else "present",
            p_person=None if absent else member["people"][0]["id"],
            p_mandate="",
        )

    # Looking things up ----------------------------------------------------------------------------------------------------------

    def calendar(self, secretary: str) -> dict:
        return self.cast.call(secretary, "committee_calendar")

    def session_on(self, secretary: str, calendar: dict, day: date) -> dict | None:
        """The session that the secretariat planned for that day."""
        body = next(body["id"] for body in calendar["bodies"] if body["is_secretary"])
        at = datetime.combine(day, SITS, CASABLANCA)
        of_the_body = (session for session in calendar["sessions"] if session["organisation"]["id"] == body)
        return next((session for session in of_the_body if datetime.fromisoformat(session["held_at"]) == at), None)

    def dossiers(self, roads) -> dict[str, Road]:
        return {self.counters[road.commune["code"]].id_of(road): road for road in roads}

    def next_sitting(self, day: date) -> date:
        while day.weekday() != WEEKDAY or self.is_off(day):
            day += timedelta(days=1)
        return day

    def set_clock(self, at: datetime | None) -> None:
        self.cast.call(
            "administrator", "set_demonstration_clock", p_commune=self.main["id"], p_at=at and at.isoformat(), p_province=True
        )

    @contextmanager
    def trouble_of(self, road: Road):
        """One dossier's trouble is not the others'. In a load taken up again its act may have happened before the interruption."""
        try:
            yield
        except Refusal as refusal:
            if not self.taken_up:
                self.fault(road, refusal)
