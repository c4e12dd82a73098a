"""A commune whose register of powers is tried: its president, its delegates, a dossier that waits for its decision."""

from datetime import date, timedelta

from psycopg.types.json import Jsonb

from components.permits.client import call
from tests import filing

HOME, PROVINCE = "Ait Iaaza", "Taroudannt"
PRESIDENT, DELEGATE, SECOND, CLERK = (f"{who} of {HOME}" for who in ("president", "delegate", "second delegate", "clerk"))
GOVERNOR, WORKER = f"governor of {PROVINCE}", "worker of the kingdom"
PROVINCIAL, NATIONAL = f"administrator of {PROVINCE} province", "administrator of the kingdom"
TODAY = date(2026, 3, 2)
REASONS = [{"text": "Façade classée.", "article": "12-90 art. 40"}]
CMS = "A" * 400


def days(count):
    return TODAY + timedelta(days=count)


class Town:
    """A commune on a day of its own, with a dossier that waits for its decision. acts(who) speaks SQL, or HTTP in an open world."""

    def __init__(self, world, name=HOME, http=False):
        self.world, self.name, self.http = world, name, http
        self.commune = world.open(name)
        world.set_today(name, TODAY)
        self.office = world.organisation("president", name)

    def leave(self):
        """After a committed test: the province's board and its clock are others' again."""
        self.world.owner.run(
            "update app.commune set is_demonstration = false, clock_offset = '0', is_open = false where id = %s", self.commune
        )
        self.world.owner.run("delete from app.commune_procedure where commune_id = %s", self.commune)

    def name_ar(self):
        return self.world.owner.value("select name_ar from app.commune where id = %s", self.commune)

    def who(self, words):
        return words.replace(HOME, self.name)

    def person(self, words):
        return self.world.person(self.who(words))

    def does(self, words, function, **params):
        if self.http:
            return call(self.world.client(self.who(words)), function, **{key: plain(value) for key, value in params.items()})
        with self.world.acting_as(self.who(words)) as actor:
            return actor.call(function, **params)

    def dossier(self):
        found = filing.deposited(self.world, "citizen Fatima", self.name, land_title_no=f"{self.count('dossier') + 10000}/39")
        self.world.owner.value("select app.enter_step(%s, 'decision')", found)
        return found

    def count(self, table, condition="true", *values):
        return self.world.owner.value(f"select count(*) from app.{table} where {condition}", *values)

    def decide(self, words, dossier):
        return self.does(words, "decide", p_dossier=dossier, p_kind="refusal", p_reasons=REASONS)

    def power(self, words, dossier, kind="decision"):
        """What the register answers for that person."""
        self.person(words)
        with self.world.connection.transaction(), self.world.acting_as(self.who(words)) as actor, actor._speaking() as cursor:
            cursor.execute("reset role")  # the function is nobody's to call by name
            return cursor.execute("select app.power_to_sign(%s, %s) as power", [dossier, kind]).fetchone()["power"]

    def paper(self, dossier):
        """The decision's paper, drawn by the worker: {id, data}."""
        mine = "dossier_id = %s and needs = 'signature' and state <> 'withdrawn'"
        found = self.world.owner.rows(f"select id, data from app.paper where {mine}", dossier)[0]
        drawn = {"prepared": {"document_digest": "ab" * 32}, "storage_path": f"{dossier}/{found['id']}.pdf"}
        self.world.owner.value("select app.paper_rendered(%s, %s)", found["id"], Jsonb(drawn))
        return found

    def key(self, words, **changed):
        columns = {"sealed_key": "x", "certificate_pem": "x", "organisation_id": self.office, "expires_at": "2040-01-01"} | changed
        return self.world.owner.value(
            f"insert into app.signing_key (person_id, {', '.join(columns)}) values (%s, {', '.join(['%s'] * len(columns))}) returning id",
            self.person(words), *columns.values(),
        )  # fmt: skip

    def sign(self, words, paper, key=None):
        return self.does(words, "sign_paper", p_paper=paper["id"], p_digest="ab" * 32, p_cms=CMS, p_key=key or self.key(words))

    def delegation(self, words=DELEGATE, by=PRESIDENT, start=-10, end=300, procedures=(), order_no="12/2026", order_date=None):
        self.person(words), self.person(PRESIDENT)
        return self.does(
            by, "delegate_signature", p_commune=self.commune, p_delegate=self.person(words), p_order_no=order_no,
            p_order_date=order_date or days(start), p_procedures=list(procedures),
            p_from=days(start).isoformat(), p_to=days(end).isoformat(),
        )  # fmt: skip

    def absence(self, words=PRESIDENT, deputy=DELEGATE, role="president", start=0, end=10, by=None, body=None, **changed):
        """The president is away from today, ten days, and a delegate holds the pen."""
        params = {
            "p_organisation": body or self.office, "p_role": role, "p_person": self.person(words), "p_from": days(start), "p_to": days(end),
            "p_order_no": "7/2026", "p_order_date": days(min(start, 0)), "p_deputy": self.person(deputy) if deputy else None,
        }  # fmt: skip
        self.person(PRESIDENT)
        return self.does(by or words, "record_absence", **(params | changed))

    def vacancy(self, by=GOVERNOR, since=0, cause="resignation", **more):
        self.person(PRESIDENT)
        return self.does(by, "declare_vacancy", p_organisation=self.office, p_role="president", p_since=days(since), p_cause=cause, **more)

    def interim(self, vacancy, words=DELEGATE, by=GOVERNOR, **changed):
        params = {
            "p_vacancy": vacancy, "p_acting": self.person(words), "p_text": "décision du gouverneur",
            "p_order_no": "3/G", "p_order_date": TODAY,
        }  # fmt: skip
        return self.does(by, "name_acting", **(params | changed))

    def tick(self):
        return self.does(WORKER, "worker_tick", p_commune=self.commune)

    def told(self, words, kind):
        return self.count("notice", "person_id = %s and kind = %s", self.person(words), kind)


def plain(value):
    return value.isoformat() if isinstance(value, date) else str(value) if type(value).__name__ == "UUID" else value
