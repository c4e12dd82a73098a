"""The part of the scene that is before the committee of a province, and around it."""

from tests import building, hall

PROVINCE = "Tata"
SECRETARY = f"secretary of {PROVINCE} province"
# Who sits on a small project to which the president called the civil protection; the other members of the province do not.
SEATED = ("member_commune", "member_province", "member_agency", "member_civil_protection")
NOT_SEATED = (
    "member_network", "member_telecom", "member_registry", "member_public_works", "member_rail", "member_culture", "member_environment",
)  # fmt: skip


def actors(here, elsewhere):
    """Word -> person: every function of a committee, here, in the neighbouring commune and in another province."""
    words = {role: role.replace("_", " ") for role in (*SEATED, *NOT_SEATED)}
    return {
        "secretary": SECRETARY,
        "secretary_of_the_commune": f"secretary of {here}",  # the committee of so small a commune sits at the province
        **{role: f"{word} of {here if role == 'member_commune' else PROVINCE}" for role, word in words.items()},
        "party_and_member": f"third member agency of {PROVINCE}",
        "secretary_elsewhere": f"secretary of {elsewhere}",
        "secretary_province_elsewhere": "secretary of Tiznit province",
        **{f"{role}_elsewhere": f"{word} of {elsewhere if role == 'member_commune' else 'Tiznit'}" for role, word in words.items()},
    }


class Committee:
    """Dossiers `before` (an opinion given, one drafted, a session convened, remarks), `collected`, `ready` (minutes with one signature),
    `deciding`, `deferred`, and the rows beside them."""

    def __init__(self, scene, people, party, president):
        self.world, self.people, self.party = scene.world, people, party
        self.before, self.collected, self.ready, self.deciding, self.deferred = (self.seated(scene) for _ in range(5))
        self._before(scene, president)
        self._minutes()
        for dossier in (self.deciding, self.deferred):
            scene.value("select app.enter_step(%s, 'decision')", dossier)
        scene.run("update app.dossier set state = 'DEFERRED' where id = %s", self.deferred)
        self.number = scene.value("select number from app.dossier where id = %s", self.before)

    def do(self, word, function, **params):
        with self.world.acting_as(self.people[word]) as actor:
            return actor.call(function, **params)

    def seated(self, scene):
        dossier = building.seated(self.world, self.party, scene.here)
        scene.insert("party", dossier_id=dossier, person_id=self.world.person(self.people["party_and_member"]), quality="mandatary")
        return dossier

    def _before(self, scene, president):
        with self.world.acting_as(president) as actor:
            actor.call("add_seat", p_dossier=self.before, p_role="member_civil_protection", p_article="fire regulation")
        self.seats = {role: seat["id"] for role, seat in hall.seats(self.world, self.before).items()}
        self.opinion = hall.give(self.world, self.people["member_agency"], self.before, "unfavourable", reasons="Recul insuffisant")
        self.drafted = hall.draft(self.world, self.people["member_commune"], self.before, "unfavourable", reasons="Brouillon secret")
        self.body = self.world.organisation("secretary", f"{PROVINCE} province")
        self.planned = self._session()
        self.session = self._session(self.before)
        self.do("secretary", "convene_session", p_session=self.session)
        self.plan = scene.value("select id from app.document where dossier_id = %s and slot = 'masse'", self.before)
        here = {"p_dossier": self.before, "p_document": self.plan, "p_page": 1, "p_x": 0.5, "p_y": 0.5}
        self.remarks = {
            audience: self.do("member_agency", "add_remark", **here, p_body=f"Remarque {audience}", p_audience=audience)
            for audience in ("private", "committee", "architect")
        }
        self.do("member_agency", "post_message", p_dossier=self.before, p_thread="committee", p_body="committee")
        self.agency = self.world.organisation("member_agency", PROVINCE)
        body = {"role": "member_agency", "organisation_id": self.agency}
        scene.insert("attendance", session_id=self.session, **body, status="present", marked_at=scene.value("select now()"))
        self.do("secretary", "set_committee", p_organisation=self.body, p_settings={"quorum": "majority"})

    def _session(self, *dossiers):
        held_at = self.world.owner.value("select app.body_now(%s) + interval '9 days'", self.body)
        planned = self.do("secretary", "plan_session", p_organisation=self.body, p_held_at=held_at, p_place="Salle de la province")
        if dossiers:
            self.do("secretary", "set_agenda", p_session=planned, p_dossiers=list(dossiers))
        return planned

    def _minutes(self):
        for dossier, outcome in ((self.collected, "favourable"), (self.ready, "favourable"), (self.deciding, "with_reservations")):
            for role in hall.seats(self.world, dossier):
                hall.give(self.world, self.people[role], dossier, outcome)
        self.minutes = hall.minutes(self.world, self.ready, keeper=SECRETARY)
        hall.sign_minutes(self.world, self.people["member_agency"], self.minutes)
        self.prepared = hall.prepare(self.world, self.people["member_commune"], self.minutes)
        self.minutes_path = self.world.owner.value("select storage_path from app.paper where id = %s", self.minutes)
