"""A committee at work, for tests: its bodies, its secretary, sessions and dossiers before it, spoken in SQL.

sitting = Sitting(world)                        the province's committee, three permanent members, dossiers of a small commune
session = sitting.convene(sitting.dossier())    planned, listed, its members called
session = sitting.open(dossier, absent=[...])   and sitting
sitting.give(dossier, "member_agency")          an opinion, signed and found sound
"""

from datetime import timedelta

from psycopg.types.json import Jsonb

from tests import building

COMMUNE, SECRETARY = "Ait Iaaza", "secretary of Taroudannt province"  # fewer than 50,000 inhabitants: the committee sits at the province
MEMBERS = {
    "member_commune": f"member commune of {COMMUNE}",
    "member_province": "member province of Taroudannt",
    "member_agency": "member agency of Taroudannt",
}


class Sitting:
    """A committee at work: who it is, and the acts of its secretary."""

    def __init__(self, world, members=MEMBERS, secretary=SECRETARY, role_place="Taroudannt province", commune=COMMUNE):
        self.world, self.secretary, self.commune, self.members = world, secretary, commune, members
        for who in (*members.values(), secretary):
            world.person(who)
        self.body = world.organisation("secretary", role_place)

    def dossier(self, **changed):
        return building.seated(self.world, "citizen Fatima", self.commune, **changed)

    def do(self, function, who=None, **params):
        with self.world.acting_as(who or self.secretary) as actor:
            return actor.call(function, **params)

    def rules(self, **changed):
        self.do("set_committee", p_organisation=self.body, p_settings=changed)

    def hour(self, **ahead):
        return self.world.owner.value("select app.body_now(%s)", self.body) + timedelta(**ahead)

    def plan(self, *dossiers, days=3, place="Salle des réunions"):
        session = self.do("plan_session", p_organisation=self.body, p_held_at=self.hour(days=days), p_place=place)
        if dossiers:
            self.list(session, *dossiers)
        return session

    def list(self, session, *dossiers):
        self.do("set_agenda", p_session=session, p_dossiers=list(dossiers))

    def convene(self, *dossiers, **planned):
        session = self.plan(*dossiers, **planned)
        self.do("convene_session", p_session=session)
        return session

    def mark(self, session, role, status="present", **more):
        body = self.world.organisation(role, self.commune if role == "member_commune" else "Taroudannt")
        self.do("mark_attendance", p_session=session, p_role=role, p_organisation=body, p_status=status, **more)

    def open(self, *dossiers, absent=()):
        session = self.convene(*dossiers)
        for role in self.members:
            self.mark(session, role, "absent" if role in absent else "present")
        self.do("open_session", p_session=session)
        return session

    def give(self, dossier, role, outcome="favourable"):
        """An opinion of a member that the worker found well signed."""
        with self.world.acting_as(self.members[role]) as member:
            seat = self.world.owner.value("select id from app.seats_of(%s) where role = %s", dossier, role)
            opinion = member.call("draft_opinion", p_seat=seat, p_outcome=outcome, p_reasons="Conforme")["opinion"]
        signature = self.world.owner.value(
            """with key as (
                 insert into app.signing_key (person_id, sealed_key, certificate_pem) values (%s, '', '') returning id, person_id)
               insert into app.opinion_signature (opinion_id, signer_id, key_id, digest, cms, power, at)
               select %s, key.person_id, key.id, '', '', '{}', now() from key returning id""",
            self.world.person(self.members[role]), opinion,
        )  # fmt: skip
        self.world.owner.run("update app.opinion set state = 'signing' where id = %s", opinion)
        self.world.owner.value("select app.opinion_checked(%s, %s)", signature, Jsonb({"ok": True}))

    def state(self, dossier):
        return self.world.owner.value("select state from app.dossier where id = %s", dossier)

    def page(self, session, who=None):
        return self.do("session_page", who, p_session=session)

    def calendar(self, who=None):
        return self.do("committee_calendar", who)

    def told(self, who):
        """Kinds of the notices of a person, oldest first."""
        kinds = self.world.owner.rows("select kind from app.notice where person_id = %s order by id", self.world.person(who))
        return [row["kind"] for row in kinds]


def on_agenda(page, state="listed"):
    """The dossiers of a session's page, in their order."""
    return [line["dossier"] for line in page["agenda"] if line["state"] == state]
