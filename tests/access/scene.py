"""One commune with something of everything in it, and everybody who could try to reach it.

Dossiers stand at every stage, so that each function has one on which its rightful caller succeeds; the richest one, `checked`, has a row
in every table. Made once (committed, so that HTTP sees it) in communes that no other test uses; a test that calls a function on it lets
the database forget the call.
"""

import uuid
from datetime import timedelta

from psycopg.types.json import Jsonb

from tests import filing
from tests.access import committee
from tests.access.committee import PROVINCE

# A province of its own: the members of its committee would sit on every dossier of a province that other tests use.
HERE, ELSEWHERE = "Foum Zguid", "Tissint"
OFFICES = (
    "clerk",
    "instructor",
    "technical",
    "patrimony",
    "urbanism",
    "economic",
    "traffic",
    "administrative_police",
    "local_authority",
    "inspector",
    "president",
    "delegate",
    "cashier",
)

# The words of the expected matrix -> the people of tests/world.py. Every role of the register stands here and elsewhere.
ACTORS = {
    "nobody": "nobody",
    "stranger": "citizen Zahra",
    "other_applicant": "citizen Omar",
    "party": "citizen Fatima",
    "former_mandatary": "citizen Hassan",
    "architect": "architect Samira",
    "company_member": "company member Karim",
    "former_clerk": "former clerk Latifa",
    "party_and_clerk": f"third clerk of {HERE}",
    **{role: f"{role.replace('_', ' ')} of {HERE}" for role in OFFICES},
    "delegate_expired": f"third delegate of {HERE}",
    "delegate_of_another_procedure": f"other delegate of {HERE}",
    "administrator_here": f"administrator of {HERE}",
    "governor": f"governor of {PROVINCE}",
    "administrator_province": f"administrator of {PROVINCE} province",
    "administrator_kingdom": "administrator of the kingdom",
    "worker": "worker of the kingdom",
    **{f"{role}_elsewhere": f"{role.replace('_', ' ')} of {ELSEWHERE}" for role in OFFICES},
    "administrator_elsewhere": f"administrator of {ELSEWHERE}",
    "governor_elsewhere": "governor of Tiznit",
    "administrator_province_elsewhere": "administrator of Tiznit province",
    **committee.actors(HERE, ELSEWHERE),
}
PARTY, CLERK, PRESIDENT = ACTORS["party"], ACTORS["clerk"], ACTORS["president"]


class Scene:
    """Ids by name: the dossiers `checked asked counselled inspected deciding signing paying delivered refused draft counter others`,
    and the rows beside them."""

    def __init__(self, world):
        self.world = world
        for name in ACTORS.values():
            if name != "nobody":
                world.person(name)
        self.here, self.commune = HERE, world.open(HERE)
        self.province = self.value("select province_code from app.commune where id = %s", self.commune)
        self.version = self.value("select id from app.procedure_version where procedure_code = 'URB-08' order by version desc limit 1")
        self._people()
        self.checked = self.filed()
        self.asked, self.deciding, self.signing, self.paying, self.delivered, self.refused = (self.filed() for _ in range(6))
        self.draft = filing.draft(world, PARTY, HERE)
        self.counter = filing.start(world, CLERK, HERE, channel="counter")
        self.others = filing.deposited(world, ACTORS["other_applicant"], HERE)
        self.counselled, self.inspected = self._public_domain("IN_STUDY"), self._public_domain("DELIVERED")
        self.value("select app.enter_step(%s, 'opinions')", self.counselled)
        self._stages()
        self._rows()
        self.committee = committee.Committee(self, ACTORS, PARTY, PRESIDENT)

    def filed(self):
        return filing.deposited(self.world, PARTY, HERE, land_title_no=f"{uuid.uuid4().int % 90000 + 10000}/39")

    def value(self, query, *values):
        return self.world.owner.value(query, *values)

    def run(self, query, *values):
        return self.world.owner.run(query, *values)

    def insert(self, table, **columns):
        """One row by the owner; its id where it has one."""
        names = ", ".join(columns)
        marks = ", ".join(["%s"] * len(columns))
        values = [Jsonb(v) if isinstance(v, (dict, list)) and table not in ("delegation",) else v for v in columns.values()]
        return self.world.owner.rows(f"insert into app.{table} ({names}) values ({marks}) returning to_jsonb({table}) as row", *values)[0][
            "row"
        ]

    def _people(self):
        world = self.world
        yesterday = self.value("select app.today(%s)", self.commune) - timedelta(days=1)
        for role in ("clerk", "president", "cashier", "instructor"):
            world.join(ACTORS["former_clerk"], role, HERE, valid_to=yesterday)
        for kind, role in (("architects", "architect"), ("company", "company_member")):
            office = self.insert("organisation", kind=kind, name_fr="Bureau", name_ar="مكتب", province_code=self.province)
            self.insert(
                "membership", person_id=world.person(ACTORS[role]), organisation_id=office["id"], role=role, valid_from="2000-01-01"
            )
            setattr(self, f"{kind}_office", office["id"])
        # In force, over since this morning, and given for another procedure.
        for word, days, procedures in (
            ("delegate", 30, []),
            ("delegate_expired", -1, []),
            ("delegate_of_another_procedure", 30, ["ECO-09"]),
        ):
            self.delegation = self.insert(
                "delegation",
                commune_id=self.commune,
                delegate_id=world.person(ACTORS[word]),
                order_no="12/2026",
                order_date=yesterday,
                procedures=procedures,
                valid_from=yesterday - timedelta(days=9),
                valid_to=yesterday + timedelta(days=1 + days),
            )["id"]

        # Over, so that nobody's power depends on them: a delegate was away, and the office was vacant.
        first, last = yesterday - timedelta(days=30), yesterday - timedelta(days=20)
        office, deputy = world.organisation("delegate", HERE), world.person(ACTORS["delegate"])
        act = {"organisation_id": office, "order_no": "7/2026", "order_date": first, "created_at": first}
        self.absence = self.insert(
            "absence",
            **act,
            role="delegate",
            person_id=world.person(ACTORS["delegate_expired"]),
            deputy_id=deputy,
            valid_from=first,
            valid_to=last,
        )["id"]
        self.vacancy = self.insert(
            "vacancy",
            **act,
            role="president",
            since=first,
            until=last,
            cause="term",
            last_holder_id=world.person(ACTORS["former_clerk"]),
            acting_id=deputy,
            acting_text="Décision",
        )["id"]

    def _public_domain(self, state):
        """A dossier of ECO-09, whose services are asked and whose permits are inspected, set at that state."""
        version = self.world.owner.rows(
            "select id, procedure_code from app.procedure_version where procedure_code = 'ECO-09' order by version desc limit 1"
        )[0]
        dossier = self.insert(
            "dossier",
            commune_id=self.commune,
            procedure_code="ECO-09",
            version_id=version["id"],
            channel="online",
            state=state,
            filed_by=self.world.person(PARTY),
            number=f"TEST-{uuid.uuid4().hex[:8]}",
            deposited_at="2026-01-05",
            complete_on="2026-01-05",
        )["id"]
        self.insert("party", dossier_id=dossier, person_id=self.world.person(PARTY), quality="owner")
        self.value("select app.record(%s, 'deposited', 'owner')", dossier)
        return dossier

    def _stages(self):
        with self.world.acting_as(CLERK) as clerk:
            self.asked_request = clerk.call(
                "ask_applicant",
                p_dossier=self.asked,
                p_kind="information",
                p_items=[{"target": "ref_desc", "action": "clarify", "reason": self.reason("information")}],
            )
        for dossier in (self.deciding, self.signing):
            self.value("select app.enter_step(%s, 'decision')", dossier)
        self.signed = self.decided(self.signing)
        self.value("select app.enter_step(%s, 'payment')", self.paying)
        self.order = self.value("select id from app.fee_order where dossier_id = %s", self.paying)
        self.value("select app.enter_step(%s, 'done')", self.delivered)
        self.run("update app.dossier set state = 'REFUSED', step = null, closed_at = now(), decided_at = now() where id = %s", self.refused)
        self.insert(
            "decision",
            dossier_id=self.refused,
            kind="refusal",
            number=uuid.uuid4().hex,
            decided_at="2026-01-05",
            signed_at="2026-01-05",
            notified_at=str(self.value("select now()")),
        )
        # Typed at the counter for somebody without an account: the decision waits for the proof that they were told.
        self.unnotified = self.insert(
            "decision",
            dossier_id=self.refused,
            kind="refusal",
            number=uuid.uuid4().hex,
            decided_at="2026-01-04",
            signed_at="2026-01-04",
        )["id"]

    def reason(self, kind):
        return self.value(
            """select r ->> 'code' from app.procedure_version v, jsonb_array_elements(v.definition #> '{requests,reasons}') r
                where v.procedure_code = 'URB-08' and r -> 'kinds' ? %s order by v.version desc limit 1""",
            kind,
        )

    def decided(self, dossier):
        """Granted by the president, drawn by the worker: {paper, decision, digest} that waits for the president's signature."""
        with self.world.acting_as(PRESIDENT) as president:
            decision = president.call("decide", p_dossier=dossier, p_kind="grant", p_terms={"conditions": "Chantier propre."})["decision"]
        paper = self.value("select id from app.paper where decision_id = %s", decision)
        self.value(
            "select app.paper_rendered(%s, %s)",
            paper,
            Jsonb({"prepared": {"document_digest": "ab" * 32}, "storage_path": f"{dossier}/{paper}.pdf"}),
        )
        return {"paper": paper, "decision": decision, "digest": "ab" * 32}

    def _rows(self):
        """Something in every table, tied to the dossier `checked`."""
        world, dossier, now = self.world, self.checked, self.value("select now()")
        person = {name: world.person(who) for name, who in ACTORS.items() if who != "nobody"}
        # Hassan filed it under a mandate that the owner has since ended; a clerk of the commune is a party to it.
        self.run("update app.dossier set filed_by = %s where id = %s", person["former_mandatary"], dossier)
        self.insert("party", dossier_id=dossier, person_id=person["party_and_clerk"], quality="mandatary")
        self.identity = self.value("select id from app.document where dossier_id = %s and is_identity", dossier)
        self.document = self.value("select id from app.document where dossier_id = %s and slot = 'title'", dossier)
        for table, values in {
            "claim": {"code_hash": "x", "email": "frere@example.test"},
            "access_log": {"person_id": person["clerk"], "document_id": self.identity},
            "request": {"kind": "replace", "items": [], "created_at": now, "closed_as": "answered"},
            "task": {"commune_id": self.commune, "step": "opinions", "role": "technical", "opened_at": now, "closed_at": now},
            "declared_interest": {"person_id": person["instructor"], "reason": "Voisin"},
            "inspection": {"finding": "conform", "at": now},
            "silence_claim": {"letter_no": "412/CAB"}
            | dict.fromkeys(("tacit_on", "claimed_at", "president_due", "referred_at", "governor_due", "letter_on"), now),
            "appeal": {"level": "president", "grounds": "Motif", "filed_at": now, "answer_due": now},
            "fee_order": {"number": uuid.uuid4().hex, "lines": [], "total": 30000, "created_at": now},
            "job": {"kind": "none"},
            "outbox": {"recipient": "a@example.test", "language": "fr", "template": "none", "sent_at": now},
            "notice": {"person_id": person["party"], "kind": "probe of the matrix"},
            "reminder": {"kind": "none", "at": now},
            "thread_read": {"thread": "applicant", "person_id": person["party"], "read_at": now},
        }.items():
            setattr(self, table, self.insert(table, dossier_id=dossier, **values))
        self.insert("opinion", dossier_id=dossier, task_id=self.task["id"], role="technical", outcome="favourable", at=now)
        for thread in ("applicant", "agents", "services"):
            self.insert("message", dossier_id=dossier, thread=thread, body=thread, author_role="clerk", at=now)
        self.insert("payment", fee_order_id=self.fee_order["id"], amount=30000, means="cash", number=uuid.uuid4().hex, at=now)
        decision = self.insert("decision", dossier_id=dossier, kind="grant", number=uuid.uuid4().hex, decided_at=now)["id"]
        self.permit = self.insert(
            "paper",
            dossier_id=dossier,
            decision_id=decision,
            kind="permit",
            data={},
            data_digest=uuid.uuid4().hex,
            state="published",
            needs="signature",
            storage_path=f"{dossier}/permit.pdf",
            created_at=now,
        )["id"]
        key = self.insert(
            "signing_key", person_id=person["president"], sealed_key="sealed", certificate_pem="pem", expires_at=now + timedelta(days=9)
        )["id"]
        self.key = key
        self.insert("signature", paper_id=self.permit, signer_id=person["president"], key_id=key, digest="x", cms="x", power={}, at=now)
        self.insert("verification", code=uuid.uuid4().hex[:12].upper(), paper_id=self.permit, dossier_id=dossier)
        self.insert("copy_sent", dossier_id=self.delivered, paper_id=self.permit, recipient="local_authority", due_on=now, sent_at=now)
        self.copy = self.value("select id from app.copy_sent where paper_id = %s", self.permit)
        self.insert("site_session", id_hash=uuid.uuid4().hex * 2, person_id=person["party"], sealed="x", expires_at=now + timedelta(days=1))
        self.insert("verification_attempt", client=uuid.uuid4().hex, minute=now - timedelta(hours=1), misses=1)
        self.insert("administrative_act", person_id=person["administrator_here"], commune_id=self.commune, act="none")
        self.invitation = self.insert(
            "invitation",
            token_hash=uuid.uuid4().hex,
            email="new@example.test",
            role="clerk",
            valid_from=now,
            organisation_id=world.organisation("clerk", HERE),
            invited_by=person["president"],
        )["id"]
        day = now.date() - timedelta(days=4000)
        if not self.value("select count(*) from app.daily_digest"):
            self.value("select app.close_day(%s)", day)


# Words for several at once in the expected matrix.
GROUPS = {
    "everybody": list(ACTORS),
    "signed_in": [word for word in ACTORS if word != "nobody"],
    "all_committees": list(committee.actors(HERE, ELSEWHERE)),
    "readers": [
        "clerk",
        "instructor",
        "president",
        "delegate",
        "delegate_expired",
        "delegate_of_another_procedure",
        "administrator_here",
        "administrator_province",
        "administrator_kingdom",
        "inspector",
        "cashier",
        "governor",
    ],
    "file_staff": [
        "clerk",
        "instructor",
        "president",
        "delegate",
        "delegate_expired",
        "delegate_of_another_procedure",
        "administrator_here",
        "administrator_province",
        "administrator_kingdom",
    ],
    "administrators": ["administrator_here", "administrator_province", "administrator_kingdom"],
    "parties": ["party", "party_and_clerk"],
    "committee": ["secretary", *committee.SEATED],
    "services": ["technical", "patrimony", "urbanism", "economic", "traffic", "administrative_police", "local_authority"],
}


def in_words(people):
    """The same people with the words of GROUPS, the largest first."""
    left, words = list(people), []
    for word, group in GROUPS.items():
        if set(group) <= set(left):
            words.append(word)
            left = [person for person in left if person not in group]
    return words + left


def people(words):
    return {person for word in words for person in GROUPS.get(word, [word])}
