"""A commune that stayed silent in July 2026, and the hands of those who act on it: for the tests of silence and of appeals."""

from datetime import date

import pytest
from psycopg.types.json import Jsonb

from tests import filing

TOWN = "Ait Iaaza"
FATIMA, OMAR, CLERK = "citizen Fatima", "citizen Omar", f"clerk of {TOWN}"
PRESIDENT, INSTRUCTOR, CASHIER = f"president of {TOWN}", f"instructor of {TOWN}", f"cashier of {TOWN}"
GOVERNOR, OTHER_GOVERNOR, WORKER = "governor of Taroudannt", "governor of Tiznit", "worker of the kingdom"
REASON = [{"text": "Une décision a été notifiée dans le délai.", "article": "55-19 art. 19"}]


def say(world, person, function, **params):
    with world.acting_as(person) as actor:
        return actor.call(function, **params)


def at(world, day):
    world.set_today(TOWN, day)
    return date.fromisoformat(day) if isinstance(day, str) else day


def one(world, query, *values):
    return world.owner.rows(query, *values)[0]


def claim_of(world, dossier):
    return one(world, "select * from app.silence_claim where dossier_id = %s", dossier)


def tick(world):
    return say(world, WORKER, "worker_tick")


def told(world, dossier, person, kind):
    return world.owner.value(
        "select count(*) from app.notice where dossier_id = %s and person_id = %s and kind = %s", dossier, world.person(person), kind
    )


@pytest.fixture
def village(fixed_2026):
    """Everybody who acts, in a 2026 that knows its fixed holidays only."""
    for person in (FATIMA, OMAR, CLERK, PRESIDENT, INSTRUCTOR, CASHIER, GOVERNOR, OTHER_GOVERNOR, WORKER):
        fixed_2026.person(person)
    return fixed_2026


@pytest.fixture
def silent(village):
    """A repair request of 6 July 2026; its ten working days ended on 20 July without a decision, and the 21st has come."""
    at(village, "2026-07-06")
    dossier = filing.deposited(village, FATIMA, TOWN)
    at(village, "2026-07-21")
    tick(village)
    return dossier


@pytest.fixture
def referred(village, silent):
    """The act was asked for on 22 July and did not come; the governor was asked on 3 August."""
    at(village, "2026-07-22")
    say(village, FATIMA, "claim_silence", p_dossier=silent)
    at(village, "2026-08-03")
    say(village, FATIMA, "ask_attestation", p_dossier=silent)
    return silent


def at_decision(world, dossier):
    world.owner.value("select app.enter_step(%s, 'decision')", dossier)


def decide(world, dossier, kind="grant"):
    terms = {"conditions": "Chantier propre."} if kind == "grant" else {}
    reasons = [{"text": "Façade touchée.", "article": "12-90 art. 40"}] if kind == "refusal" else []
    return say(world, PRESIDENT, "decide", p_dossier=dossier, p_kind=kind, p_terms=terms, p_reasons=reasons)["decision"]


def ready(world, decision):
    """The worker has drawn the paper of the decision: its id."""
    paper = world.owner.value("select id from app.paper where decision_id = %s and state = 'requested'", decision)
    drawn = {"prepared": {"document_digest": "ab" * 32}, "storage_path": f"{paper}.pdf"}
    world.owner.value("select app.paper_rendered(%s, %s)", paper, Jsonb(drawn))
    return paper


def sign(world, person, decision):
    """A signature that the worker then finds valid; the key and the CMS are not what is judged here."""
    paper = ready(world, decision)
    give_signature(world, person, paper)
    embed(world, paper)
    return paper


def give_signature(world, person, paper):
    key = world.owner.value(
        """insert into app.signing_key (person_id, sealed_key, certificate_pem, expires_at)
           values (%s, 'sealed', 'pem', now() + interval '1 year') returning id""",
        world.person(person),
    )
    say(world, person, "sign_paper", p_paper=paper, p_digest="ab" * 32, p_cms="A" * 300, p_key=key)


def embed(world, paper):
    done = {"ok": True, "storage_path": f"{paper}.signed.pdf", "file_digest": "cd" * 32}
    world.owner.value("select app.signature_embedded(%s, %s)", paper, Jsonb(done))
