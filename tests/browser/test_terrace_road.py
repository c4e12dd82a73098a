"""The whole road of a terrace on the public domain, in French, by clicking: seven services are heard before the president decides."""

import subprocess
from datetime import date
from random import Random

from components.operations.demonstration.answers import occupation
from components.operations.demonstration.files import paper
from tests.browser.desk import decide, file_request, makes_a_key_and_signs, offer, verified_by_a_stranger
from tests.browser.walking import Walk, definition

TOWN = "Aoulouz"
CODE = "ECO-09"
CITIZEN = "citizen Said"
SERVICES = ("technical", "patrimony", "urbanism", "economic", "traffic", "administrative police", "local authority")
FILES = {slot: ("piece.pdf", paper("Piece")) for slot in ("identity", "sketch", "trade_licence", "insurance")}
TERMS = {
    "revision_rate": "10.00",
    "payment_terms": "Par trimestre, le premier mois.",
    "works_allowed": "Tables, chaises et parasols amovibles.",
    "restoration": "Tout est retiré et le sol nettoyé.",
}


def test_a_terrace_from_the_request_to_a_strangers_verification(visitor, open_world, worker, tmp_path):
    place = offer(open_world, TOWN, CODE)
    for role in ("clerk", "instructor", "president", "cashier", *SERVICES):
        open_world.person(f"{role} of {TOWN}")
    open_world.person(CITIZEN)
    citizen = Walk(visitor("fr"), "fr")
    citizen.sign_in(open_world.email(CITIZEN))
    dossier = file_request(citizen, place, CODE, answers(open_world), FILES)

    clerk = at_work(visitor, open_world, "clerk", dossier)
    clerk.judge_documents(len(FILES))
    clerk.choose_act("Consulter les services")
    clerk.choose(clerk.act_field("road_confirmed"), "Communale")
    clerk.settle()
    clerk.send("Consulter les services")
    clerk.reads("desk.done_act", act="Consulter les services")

    for service in ("technical", "local authority"):
        gives_its_opinion(at_work(visitor, open_world, service, dossier))
    for service in SERVICES[1:-1]:  # the same screen as the two above
        task = open_world.owner.value("select id from app.task where dossier_id = %s and role = %s", dossier, service.replace(" ", "_"))
        with open_world.acting_as(f"{service} of {TOWN}") as speaker:
            speaker.call("give_opinion", p_task=task, p_outcome="favourable")

    instructor = at_work(visitor, open_world, "instructor", dossier)
    instructor.choose_act("Soumettre le projet au président")
    instructor.type(instructor.act_field("report"), "Sept avis favorables.")
    instructor.choose(instructor.act_field("proposal"), "Accorder")
    instructor.settle()
    instructor.send("Soumettre le projet au président")
    instructor.reads("desk.done_act", act="Soumettre le projet au président")

    president = at_work(visitor, open_world, "president", dossier)
    decide(president, TERMS)
    makes_a_key_and_signs(president)

    cashier = at_work(visitor, open_world, "cashier", None)
    cashier.open("/cashier")
    cashier.send(cashier.t("cashier.record"), cashier.t("cashier.confirm"))
    cashier.reads("cashier.recorded")

    citizen.open(f"/dossier?id={dossier}")
    citizen.reads("dossier.now_collect")
    title = citizen.pick(definition(CODE)["output"]["permit"]["title"])
    permit = citizen.download(citizen.t("common.download"), citizen.page.locator("[class*='st-key-paper_']").filter(has_text=title))
    (tmp_path / "permit.pdf").write_bytes(permit)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "permit.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said and "Total document signed" in said
    verified_by_a_stranger(Walk(visitor("fr", 390), "fr"), open_world, dossier, permit)


def answers(world):
    place = world.owner.rows("select id, code, name_fr, name_ar, kind, lat, lon from app.commune where id = %s", world.commune(TOWN))[0]
    said = occupation(Random(4), dict(place), date.today())
    return said | {"occ_geom": {"address": "Place du marché", "douar": "Centre"}, "occ_kind": "open_terrace"}


def at_work(visitor, world, role, dossier):
    agent = Walk(visitor("fr"), "fr")
    agent.sign_in(world.email(f"{role} of {TOWN}"))
    if dossier:
        agent.open(f"/agent_dossier?id={dossier}")
    return agent


def gives_its_opinion(service):
    service.choose(service.page.locator("[class*='st-key-act_'][class*='_outcome']").first, service.t("desk.outcome_favourable"))
    service.settle()
    service.send(service.t("desk.opinion_send"), service.t("desk.confirm_opinion"))
    service.reads("desk.done_opinion")
