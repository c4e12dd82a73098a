"""Acts out of turn: by the wrong person, with a power that is over, twice, at once. The rightful person succeeds in the matrix."""

import threading
import uuid
from datetime import timedelta

import pytest

from components.permits.client import call
from components.permits.refusals import Refusal
from tests import filing
from tests.access.scene import ACTORS, CLERK, ELSEWHERE, HERE, PARTY, PRESIDENT
from tests.world import refused

REASON = [{"text": "Motif", "article": "12"}]


def acts(scene):
    """Every act of the administration where it is due: (function, arguments)."""
    task = scene.value("select id from app.task where dossier_id = %s and role = 'technical' and closed_at is null", scene.counselled)
    return {
        "act": {"p_dossier": scene.checked, "p_action": "transmit"},
        "set_verdict": {"p_document": scene.document, "p_verdict": "conform"},
        "ask_applicant": {"p_dossier": scene.checked, "p_kind": "information", "p_items": []},
        "give_opinion": {"p_task": task, "p_outcome": "favourable"},
        "decide": {"p_dossier": scene.deciding, "p_kind": "grant", "p_terms": {"conditions": "Rien"}},
        "sign_paper": {"p_paper": scene.signed["paper"], "p_digest": scene.signed["digest"], "p_cms": "A" * 300, "p_key": scene.key},
        "sign_instead": {"p_decision": scene.signed["decision"]},
        "record_payment": {"p_fee_order": scene.order, "p_means": "cash"},
        "revoke": {"p_dossier": scene.delivered, "p_reasons": REASON},
        "record_inspection": {"p_dossier": scene.delivered, "p_finding": "conform"},
        "answer_appeal": {"p_appeal": scene.appeal["id"], "p_outcome": "upheld", "p_answer": "Oui"},
        "see_copy": {"p_copy": scene.copy},
    }


def refuse_all(scene, who, codes):
    client = scene.world.client(who)
    for function, params in acts(scene).items():
        try:
            call(client, function, **params)
        except Refusal as refusal:
            assert refusal.code in codes, f"{function}: {refusal.code} {refusal.fr}"
        else:
            pytest.fail(f"{who} did {function}")


@pytest.mark.parametrize(
    "word, codes",
    [
        ("nobody", {"ROLE2"}),
        ("stranger", {"SEEN1"}),
        ("other_applicant", {"SEEN1"}),
        ("party", {"ROLE1", "NOPW1", "INTR1", "SEEN1"}),
        ("former_mandatary", {"SEEN1"}),
        ("former_clerk", {"SEEN1"}),  # clerk, president, cashier and instructor until yesterday
        ("president_elsewhere", {"SEEN1"}),
        ("governor_elsewhere", {"SEEN1"}),
        ("worker", {"ROLE1", "NOPW1"}),
        ("administrator_kingdom", {"ROLE1", "NOPW1"}),
        ("governor", {"ROLE1", "NOPW1"}),
    ],
)
def test_nobody_acts_in_the_place_of_another(scene, word, codes):
    refuse_all(scene, ACTORS[word], codes)


def test_a_party_who_holds_every_function_there_acts_on_none_of_their_own_dossiers(scene):
    """Nor does somebody who declared an interest."""
    world, who = scene.world, "agent Judge"
    for role in ("clerk", "instructor", "president", "cashier", "inspector", "technical"):
        world.join(who, role, HERE)
    for dossier in (scene.checked, scene.deciding, scene.signing, scene.paying, scene.delivered, scene.counselled):
        scene.insert("declared_interest", dossier_id=dossier, person_id=world.person(who), reason="Voisin")
    client = world.client(who)
    for function, params in acts(scene).items():
        if function != "see_copy":
            with refused("INTR1"):
                call(client, function, **params)


@pytest.mark.parametrize("word, code", [("delegate_expired", "NOPW2"), ("delegate_of_another_procedure", "NOPW3")])
def test_a_delegation_that_is_over_or_given_for_something_else_is_no_power(scene, word, code):
    client = scene.world.client(ACTORS[word])
    for function in ("decide", "sign_paper", "sign_instead", "revoke"):
        with refused(code):
            call(client, function, **acts(scene)[function])
    assert call(client, "papers_to_sign") == []


def test_a_revoked_delegation_and_one_of_another_commune_are_no_power(scene):
    world, who = scene.world, f"second delegate of {HERE}"
    now = scene.value("select now()")
    world.person(who)
    elsewhere = scene.value("select commune_id from app.organisation where id = %s", world.organisation("clerk", ELSEWHERE))
    world.join(who, "delegate", ELSEWHERE)
    for commune, revoked in ((scene.commune, now), (elsewhere, None)):
        scene.insert(
            "delegation",
            commune_id=commune,
            delegate_id=world.person(who),
            order_no="9",
            order_date=now,
            procedures=[],
            valid_from=now - timedelta(days=3),
            valid_to=now + timedelta(days=3),
            revoked_at=revoked,
        )
    with refused("NOPW2"):
        call(world.client(who), "decide", **acts(scene)["decide"])


def test_the_president_cannot_skip_the_circuit(scene):
    president = scene.world.client(PRESIDENT)
    with refused("MOVE1"):
        call(president, "decide", p_dossier=scene.checked, p_kind="grant")
    with refused("ROLE1"):
        call(president, "act", p_dossier=scene.checked, p_action="transmit")
    with refused("MOVE1"):
        call(president, "revoke", p_dossier=scene.checked, p_reasons=REASON)
    with refused("MOVE1"):
        call(scene.world.client(ACTORS["cashier"]), "record_payment", p_fee_order=scene.fee_order["id"], p_means="cash")
    with refused("MOVE1"):
        call(scene.world.client(ACTORS["inspector"]), "record_inspection", p_dossier=scene.checked, p_finding="conform")


def test_worker_functions_are_the_workers(scene):
    for word in ("stranger", "clerk", "president", "administrator_kingdom"):
        client = scene.world.client(ACTORS[word])
        for function, params in {
            "worker_tick": {},
            "worker_claim": {"p_kinds": ["embed_signature"]},
            "worker_mails": {},
            "worker_job_data": {"p_job": scene.job["id"]},
            "worker_done": {"p_job": scene.job["id"], "p_token": str(uuid.uuid4()), "p_result": {"ok": True}},
            "worker_sign_digest": {"p_day": "2020-01-01", "p_signature": "x"},
        }.items():
            with refused("ROLE1"):
                call(client, function, **params)


# -- signatures -------------------------------------------------------------------------------------------------------------


def test_a_signature_for_another_digest_by_another_key_or_by_another_person_is_refused(scene):
    world, president = scene.world, scene.world.client(PRESIDENT)
    good = acts(scene)["sign_paper"]
    foreign = scene.insert(
        "signing_key",
        person_id=world.person(ACTORS["delegate"]),
        sealed_key="s",
        certificate_pem="p",
        expires_at=scene.value("select now() + interval '1 day'"),
    )["id"]
    old = scene.insert(
        "signing_key",
        person_id=world.person(PRESIDENT),
        created_at="2000-01-01",
        sealed_key="s",
        certificate_pem="p",
        expires_at="2020-01-01",
    )["id"]
    revoked = scene.insert(
        "signing_key",
        person_id=world.person(PRESIDENT),
        created_at="2000-01-01",
        sealed_key="s",
        certificate_pem="p",
        expires_at="2090-01-01",
        revoked_at="2020-01-01",
    )["id"]
    waiting = scene.insert(
        "signing_key", person_id=world.person(PRESIDENT), created_at="2000-01-01", sealed_key="s", request_pem="r", expires_at="2090-01-01"
    )["id"]
    for change, code in (
        ({"p_digest": "cd" * 32}, "SIGN2"),
        ({"p_digest": None}, "SIGN2"),
        ({"p_key": foreign}, "SIGN4"),
        ({"p_key": old}, "SIGN4"),
        ({"p_key": revoked}, "SIGN4"),
        ({"p_key": waiting}, "SIGN4"),
        ({"p_key": str(uuid.uuid4())}, "SIGN4"),
        ({"p_cms": ""}, "SIGN6"),
        ({"p_cms": "<xml>" * 99}, "SIGN6"),
        ({"p_cms": "A" * 60_001}, "SIGN6"),
        ({"p_paper": scene.permit}, "SIGN3"),
        ({"p_paper": str(uuid.uuid4())}, "SEEN1"),
    ):
        with refused(code):
            call(president, "sign_paper", **{**good, **change})
    with refused("SIGN5"):
        call(world.client(ACTORS["delegate"]), "sign_paper", **{**good, "p_key": foreign})
    assert scene.value("select count(*) from app.signature where paper_id = %s", scene.signed["paper"]) == 0


def test_keys_are_handed_to_their_owner_only(scene):
    assert call(scene.world.client(PRESIDENT), "my_signing_key")["sealed_key"]
    for word in ("delegate", "administrator_kingdom", "clerk", "worker", "president_elsewhere"):
        assert (call(scene.world.client(ACTORS[word]), "my_signing_key") or {}).get("id") != scene.key


def test_a_former_president_gets_no_certificate(scene):
    with refused("ROLE1"):
        call(
            scene.world.client(ACTORS["former_clerk"]),
            "enrol_key",
            p_sealed_key="-----BEGIN ENCRYPTED PRIVATE KEY-----x",
            p_request_pem="-----BEGIN CERTIFICATE REQUEST-----x",
        )


def test_a_closed_dossier_is_not_signed_open_again(scene):
    dossier = filing.deposited(scene.world, "citizen Salma", HERE)
    scene.value("select app.enter_step(%s, 'decision')", dossier)
    decided = scene.decided(dossier)
    call(scene.world.client("citizen Salma"), "withdraw", p_dossier=dossier)
    president = scene.world.client(PRESIDENT)
    with refused("MOVE1"):
        call(president, "sign_instead", p_decision=decided["decision"])
    with refused("MOVE1"):
        call(president, "sign_paper", p_paper=decided["paper"], p_digest=decided["digest"], p_cms="A" * 300, p_key=scene.key)
    assert scene.value("select state from app.dossier where id = %s", dossier) == "WITHDRAWN"


# -- twice, and at once -----------------------------------------------------------------------------------------------------


def at_once(*calls):
    """Run calls in threads that start together; their answers or refusal codes."""
    ready, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, act):
        ready.wait()
        try:
            results[place] = act()
        except Refusal as refusal:
            results[place] = refusal.code

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_deposit_repeated_at_once_acts_once(scene):
    who = "citizen Widad"
    dossier = filing.draft(scene.world, who, HERE)
    for slot in filing.SLOTS:
        filing.attach(scene.world, who, dossier, slot)
    clients, token = [scene.world.client(who) for _ in range(4)], str(uuid.uuid4())
    answers = at_once(*[lambda c=c: call(c, "deposit", p_dossier=dossier, p_token=token) for c in clients])
    assert len({answer["number"] for answer in answers}) == 1
    with refused("MOVE1"):
        call(clients[0], "deposit", p_dossier=dossier, p_token=str(uuid.uuid4()))
    assert scene.value("select count(*) from app.event where dossier_id = %s and kind = 'deposited'", dossier) == 1


def test_numbers_taken_at_once_have_neither_gap_nor_double(scene):
    people = [f"citizen Crowd {letter}" for letter in "ABCD"]
    drafts = []
    for who in people:
        dossier = filing.draft(scene.world, who, HERE)
        for slot in filing.SLOTS:
            filing.attach(scene.world, who, dossier, slot)
        drafts.append((scene.world.client(who), dossier))
    at_once(*[lambda c=c, d=d: call(c, "deposit", p_dossier=d, p_token=str(uuid.uuid4())) for c, d in drafts])
    serials = scene.world.owner.rows(
        "select serial from app.dossier where commune_id = %s and serial is not null order by 1", scene.commune
    )
    assert [row["serial"] for row in serials] == list(range(1, len(serials) + 1))


def test_a_fee_is_paid_once_however_often_the_button_is_pressed(scene):
    dossier = filing.deposited(scene.world, "citizen Hind", HERE)
    scene.value("select app.enter_step(%s, 'payment')", dossier)
    order = scene.value("select id from app.fee_order where dossier_id = %s", dossier)
    clients = [scene.world.client(ACTORS["cashier"]) for _ in range(3)]
    answers = at_once(*[lambda c=c: call(c, "record_payment", p_fee_order=order, p_means="cash") for c in clients])
    assert sorted(isinstance(answer, dict) for answer in answers) == [False, False, True]
    assert {answer for answer in answers if isinstance(answer, str)} <= {"MOVE1", "MONY1"}
    assert scene.value("select count(*) from app.payment where fee_order_id = %s", order) == 1


def test_of_two_agents_who_act_at_once_one_wins(scene):
    dossier = filing.deposited(scene.world, "citizen Ghita", HERE)
    seen = scene.value("select max(seq) from app.event where dossier_id = %s", dossier)
    clients = [scene.world.client(CLERK), scene.world.client(f"second clerk of {HERE}")]
    answers = at_once(*[lambda c=c: call(c, "act", p_dossier=dossier, p_action="transmit", p_seen=seen) for c in clients])
    assert sorted(map(str, answers)) == ["MOVE1", "{'step': 'study'}"]


def test_of_two_signatures_sent_at_once_one_is_kept(scene):
    dossier = filing.deposited(scene.world, "citizen Imane", HERE)
    scene.value("select app.enter_step(%s, 'decision')", dossier)
    waiting = scene.decided(dossier)
    params = {"p_paper": waiting["paper"], "p_digest": waiting["digest"], "p_cms": "A" * 300, "p_key": scene.key}
    clients = [scene.world.client(PRESIDENT) for _ in range(2)]
    answers = at_once(*[lambda c=c: call(c, "sign_paper", **params) for c in clients])
    assert "SIGN3" in answers and scene.value("select count(*) from app.signature where paper_id = %s", waiting["paper"]) == 1


def test_the_applicant_does_not_choose_how_they_were_told(scene):
    """A registered letter or a hand-over is a proof that the administration records."""
    request = scene.insert("request", dossier_id=scene.others, kind="information", items=[], created_at="2026-01-05")["id"]
    other = scene.world.client(ACTORS["other_applicant"])
    call(other, "acknowledge_request", p_request=request, p_how="registered_letter", p_day="2001-01-01")
    told = scene.world.owner.rows("select told_how, told_at >= created_at as after from app.request where id = %s", request)
    assert told == [{"told_how": "online", "after": True}]


# -- threads, drafts, mandates ----------------------------------------------------------------------------------------------


def test_messages_are_read_and_written_by_those_of_the_thread(scene):
    world = scene.world
    assert scene.value("select count(*) from app.message where dossier_id = %s", scene.checked) >= 3
    for word, threads in (
        ("party", {"applicant"}),
        ("party_and_clerk", {"applicant"}),
        ("technical", {"services"}),
        ("clerk", {"applicant", "agents", "services"}),
        ("cashier", set()),
    ):
        client = world.client(ACTORS[word])
        page = call(client, "dossier_for_applicant" if word == "party" else "dossier_page", p_dossier=scene.checked)
        assert {message["thread"] for message in page["messages"]} == threads, word
        for thread in {"applicant", "agents", "services", "none"} - threads:
            for function, more in (("post_message", {"p_body": "Bonjour"}), ("read_thread", {})):
                with refused("ROLE1"):
                    call(client, function, p_dossier=scene.checked, p_thread=thread, **more)


def test_the_applicant_reads_no_opinion_and_no_permit_before_it_is_handed_over(scene):
    assert scene.value("select count(*) from app.opinion where dossier_id = %s", scene.checked) == 1
    page = call(scene.world.client(PARTY), "dossier_for_applicant", p_dossier=scene.checked)
    assert scene.permit not in {paper["id"] for paper in page["papers"]} and page["decision"] is None and "opinions" not in page
    desk = call(scene.world.client(ACTORS["party_and_clerk"]), "dossier_page", p_dossier=scene.checked)
    assert desk["opinions"] == [] and desk["decisions"] == [] and desk["proposal"] is None and desk["acts"] == []
    assert scene.permit not in {paper["id"] for paper in desk["papers"]}
    assert {event["kind"] for event in desk["events"]} & {"paper_requested", "opinion"} == set()


def test_a_mandatary_reads_nothing_once_the_mandate_has_ended(scene):
    world, owner, helper = scene.world, "citizen Amal", "architect Younes"
    dossier = filing.start(world, helper, HERE)
    call(world.client(helper), "add_party", p_dossier=dossier, p_email=world.email(owner) if world.person(owner) else "")
    code = scene.value("select data ->> 'code' from app.outbox where dossier_id = %s and template = 'claim'", dossier)
    call(world.client(owner), "accept_claim", p_dossier=dossier, p_code=code)
    assert call(world.client(helper), "draft_page", p_dossier=dossier)
    call(world.client(owner), "end_mandate", p_dossier=dossier, p_person=world.person(helper))
    for function in (
        "draft_page",
        "clock_band",
        "dossier_for_applicant",
        "verify_record",
        "deposit",
        "save_draft",
        "discard_draft",
        "add_party",
    ):
        more = {
            "deposit": {"p_token": str(uuid.uuid4())},
            "add_party": {"p_email": "a@example.test"},
            "save_draft": {"p_changes": {}, "p_base": 0, "p_editor": "x"},
        }.get(function, {})
        with refused("SEEN1"):
            call(world.client(helper), function, p_dossier=dossier, **more)


def test_an_office_of_architects_holds_no_function_in_the_communes_of_its_province(scene):
    dossier = filing.deposited(scene.world, ACTORS["architect"], HERE)
    with refused("SEEN1"):
        call(scene.world.client(ACTORS["architect"]), "dossier_page", p_dossier=dossier)
    assert call(scene.world.client(ACTORS["architect"]), "dossier_for_applicant", p_dossier=dossier)
