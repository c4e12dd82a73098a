"""What may follow the committee: a grant its binding member allows, reservations, modified plans, small complements, deferral, refusal."""

from datetime import timedelta

import pytest
from psycopg.types.json import Jsonb

from tests import building, filing, hall
from tests.hall import AGENCY, COMMUNE, ITEM, MEMBERS, PLACE, PRESIDENT, SECRETARY, WORKER, decide, give, publish, seats, through
from tests.world import refused

OWNER = "citizen Fatima"
REASON = [{"text": "Le sol n'est pas affecté", "article": "12-90 art. 45"}]
CHANGE = [{"target": "masse", "text": "Reculer la façade de 3 m", "article": "PA, art. 12"}]


@pytest.fixture
def world(seated_world):
    return seated_world


@pytest.fixture
def dossier(world):
    return world.dossier


def today(world):
    return world.owner.value("select app.today(%s)", world.commune(PLACE))


def band(world, dossier):
    with world.acting_as(OWNER) as owner:
        return owner.call("clock_band", p_dossier=dossier)


def request(world, dossier):
    return world.owner.rows("select * from app.request where dossier_id = %s order by created_at desc, due_on desc limit 1", dossier)[0]


def new_plan(world, dossier, slot="masse", digest="1"):
    old = world.owner.value("select id from app.document where dossier_id = %s and slot = %s and removed_at is null", dossier, slot)
    plan = filing.register(world, OWNER, dossier, slot, replaces=old)
    found = {"ok": True, "mime": "application/pdf", "size": 9, "digest": digest * 64, "pages": 1}
    world.owner.value("select app.file_checked(%s, %s)", plan, Jsonb(found))
    return plan


def tick(world):
    with world.acting_as(WORKER) as worker:
        did = worker.call("worker_tick")
    assert not [fault for fault in did["faults"] if fault.get("dossier") in (None, str(world.dossier))], did["faults"]


# -- the grant ---------------------------------------------------------------------------------------------------------------


def test_the_unfavourable_opinion_of_the_agency_forbids_a_grant_and_that_of_another_member_does_not(world, dossier):
    through(world, dossier, member_agency="unfavourable")
    for kind, more in (("grant", {}), ("grant_with_reservations", {"p_reservations": [ITEM]})):
        with refused("STOP1"):
            decide(world, dossier, kind, **more)
    assert world.owner.value("select count(*) from app.decision where dossier_id = %s", dossier) == 0


def test_a_binding_opinion_that_turned_unfavourable_behind_the_rules_still_forbids_the_grant(world, dossier):
    """The two guards stand apart: one asks for a word that allows, the other for none that forbids."""
    through(world, dossier)
    opinion = world.owner.value("select id from app.opinion where seat_id = %s", seats(world, dossier)["member_agency"]["id"])
    world.owner.run("update app.opinion set outcome = 'unfavourable', reasons = 'Non', article = '1' where id = %s", opinion)
    assert world.owner.value("select app.blocking_opinion(%s)", dossier) == "member_agency"
    with refused("STOP1"):
        decide(world, dossier, "grant")


def test_an_unfavourable_opinion_without_binding_force_leaves_the_decision_to_the_president(world, dossier):
    through(world, dossier, member_telecom="unfavourable")
    assert decide(world, dossier, "grant")


def test_the_permit_is_drawn_when_every_plan_is_stamped_and_lists_their_digests(world, dossier):
    through(world, dossier)
    decision = decide(world, dossier, "grant")
    plans = hall.papers(world, dossier, "plan")
    assert {plan["data"]["plan"]["slot"] for plan in plans} >= building.PLANS and {plan["needs"] for plan in plans} == {"seal"}
    assert hall.papers(world, dossier, "permit") == []
    hall.stamp_plans(world, decision)
    (permit,) = hall.papers(world, dossier, "permit")
    for plan in hall.papers(world, dossier, "plan"):
        assert plan["file_digest"] in str(permit["data"]["tables"])
    publish(world, decision)
    assert hall.file(world, dossier)["state"] == "APPROVED_PENDING_FEES"
    with world.acting_as(OWNER) as owner:
        shown = {paper["kind"] for paper in owner.call("dossier_for_applicant", p_dossier=dossier)["papers"]}
        assert not shown & {"plan", "permit", "minutes"}, "the permit and its plans are handed over together"
    world.owner.value("select app.deliver(%s)", dossier)
    with world.acting_as(OWNER) as owner:
        shown = [paper["kind"] for paper in owner.call("dossier_for_applicant", p_dossier=dossier)["papers"]]
        assert shown.count("plan") == len(plans) and "permit" in shown and "minutes" not in shown


def test_whoever_signs_instead_signs_no_permit_that_leaves_a_plan_out(world, dossier):
    through(world, dossier)
    decision = decide(world, dossier, "grant")
    first, second, *others = hall.papers(world, dossier, "plan")
    world.owner.value("select app.paper_rendered(%s, %s)", first["id"], Jsonb({"fault": "cannot be read"}))
    world.owner.value("select app.paper_rendered(%s, %s)", second["id"], Jsonb({"storage_path": "x", "file_digest": "a" * 64}))
    told = world.owner.value("select count(*) from app.notice where dossier_id = %s and kind = 'paper_failed' and person_id = %s", dossier,
                             world.person(PRESIDENT))  # fmt: skip
    assert told == 1, "whoever decided can ask for it again"
    with world.acting_as(PRESIDENT) as president:
        acts = president.call("dossier_page", p_dossier=dossier)["acts"]
        assert [(act["id"], act["fault"]) for act in acts if act["verb"] == "draw_again"] == [(str(decision), "cannot be read")]
        president.call("sign_instead", p_decision=decision)
        assert "draw_again" not in {act["verb"] for act in president.call("dossier_page", p_dossier=dossier)["acts"]}
    assert hall.papers(world, dossier, "permit") == [], "one plan failed, others wait for their stamp"
    hall.stamp_plans(world, decision)
    live = [plan for plan in hall.papers(world, dossier, "plan") if plan["state"] != "withdrawn"]
    assert sorted(plan["data"]["plan"]["document"] for plan in live) == sorted(
        plan["data"]["plan"]["document"] for plan in (first, second, *others)
    )
    (permit,) = hall.papers(world, dossier, "permit")
    assert all(plan["file_digest"] in str(permit["data"]["tables"]) for plan in live)


def test_the_stamped_plans_fall_with_the_permit(world, dossier):
    through(world, dossier)
    publish(world, decide(world, dossier, "grant"))
    world.owner.value("select app.deliver(%s)", dossier)
    codes = [paper["data"]["verification"]["code"] for kind in ("plan", "permit") for paper in hall.papers(world, dossier, kind)]
    with world.acting_as("nobody") as anybody:
        assert {anybody.call("verify_code", p_code=code)["status"] for code in codes} == {"authentic"}
    with world.acting_as(PRESIDENT) as president:
        president.call(
            "revoke", p_dossier=dossier, p_reasons=[{"text": "Permis obtenu par fraude", "article": "1", "ground": "illegality"}]
        )
    publish(world, world.owner.value("select id from app.decision where dossier_id = %s and kind = 'revocation'", dossier))
    with world.acting_as("nobody") as anybody:
        assert {anybody.call("verify_code", p_code=code)["status"] for code in codes} == {"revoked"}


def test_nobody_is_asked_to_sign_the_minutes_of_a_request_that_was_withdrawn(world, dossier):
    for who in MEMBERS:
        give(world, who, dossier)
    paper = hall.minutes(world, dossier)
    with world.acting_as(OWNER) as owner:
        owner.call("withdraw", p_dossier=dossier)
    with world.acting_as(AGENCY) as member:
        assert member.call("minutes_to_sign") == []
        with refused("MINU5"):
            member.call("prepare_minutes", p_paper=paper)


# -- reservations ------------------------------------------------------------------------------------------------------------


def reservations(world, dossier, **said):
    """Each reservation of the opinions, as the president's page sends it back."""
    lines = world.owner.rows("select opinion, item, text, article from app.open_reservations(%s)", dossier)
    return [line | {"opinion": str(line["opinion"])} | said for line in lines]


def test_every_reservation_of_a_member_is_lifted_or_written_in(world, dossier):
    two = [ITEM, {"text": "Poser un extincteur", "article": "art. 20", "lift_by": "permit"}]
    give(world, AGENCY, dossier, "with_reservations", items=two)
    for who in MEMBERS:
        if who != AGENCY:
            give(world, who, dossier)
    paper = hall.minutes(world, dossier)
    for who in MEMBERS:
        hall.sign_minutes(world, who, paper)
    hall.seal(world, paper)
    asked = reservations(world, dossier)
    assert len(asked) == 2
    for kind, said in (
        ("grant", []),
        ("grant", asked),  # a plain grant that writes reservations in
        ("grant_with_reservations", asked[:1]),
        ("grant_with_reservations", [{"text": "Autre chose", "article": "1"}]),
        ("grant", [line | {"lifted": True} for line in asked]),  # without saying how
        ("grant", [line | {"lifted": True, "lifted_note": " "} for line in asked]),
        ("grant", [line | {"lifted": True, "lifted_note": "Plan corrigé", "opinion": str(paper)} for line in asked]),
    ):
        with refused("RESV2"):
            decide(world, dossier, kind, p_reservations=said)
    kept = [asked[0] | {"lifted": True, "lifted_note": "Plan du 3 mai"}, asked[1]]
    decision = decide(world, dossier, "grant_with_reservations", p_reservations=kept)
    hall.stamp_plans(world, decision)
    (permit,) = hall.papers(world, dossier, "permit")
    assert asked[1]["text"] in str(permit["data"]["lists"]) and asked[0]["text"] not in str(permit["data"]["lists"])


def test_when_all_reservations_are_lifted_the_grant_is_a_plain_one(world, dossier):
    through(world, dossier, member_commune="with_reservations")
    lifted = reservations(world, dossier, lifted=True, lifted_note="Vu sur place")
    assert decide(world, dossier, "grant", p_reservations=lifted)


# -- modified plans ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [[], [{"target": "masse", "text": " "}], [{"target": "nothing", "text": "Reculer"}], [{"text": "Reculer"}], [None], ["masse"]],
)
def test_changes_are_demanded_on_something_of_the_file(world, dossier, changes):
    through(world, dossier, member_agency="modification")
    with refused("REQM1"):
        decide(world, dossier, "modification", p_requested=changes)


def test_a_grant_is_closed_while_the_agency_asks_for_a_modification(world, dossier):
    through(world, dossier, member_agency="modification")
    with refused("STOP2"):
        decide(world, dossier, "grant")


def test_modified_plans_stop_the_legal_clock_and_start_the_committees_again_in_a_new_round(world, dossier):
    before = seats(world, dossier)
    through(world, dossier, member_agency="modification")
    world.set_today(PLACE, today(world) + timedelta(days=5))
    decision = decide(world, dossier, "modification", p_requested=CHANGE)
    assert hall.file(world, dossier)["state"] == "DECISION_PENDING", "nothing happens before the president has signed"
    left = (hall.file(world, dossier)["legal_end"] - today(world)).days
    publish(world, decision)
    file = hall.file(world, dossier)
    assert (file["state"], file["step"], file["legal_end"], file["decided_at"], file["closed_at"]) == (
        "MODIFICATION_REQUESTED", "committee", None, None, None,
    )  # fmt: skip
    assert (band(world, dossier)["legal"]["state"], file["remaining_days"]) == ("suspended", left)
    asked = request(world, dossier)
    assert asked["kind"] == "modification" and asked["due_on"] == world.owner.value("select app.full_days_end(%s, 30)", today(world))

    # Meanwhile nobody of the committee acts, and the days of silence do not pass.
    with world.acting_as(AGENCY) as member, refused("SITS1"):
        member.call("draft_opinion", p_seat=seats(world, dossier)["member_agency"]["id"], p_outcome="favourable")
    with refused("MOVE1"):
        decide(world, dossier, "refusal", p_reasons=REASON)
    world.set_today(PLACE, today(world) + timedelta(days=10))
    tick(world)
    assert hall.file(world, dossier)["silence_on"] is None

    with world.acting_as(OWNER) as owner, refused("LACK5"):
        owner.call("answer_request", p_request=asked["id"])
    new_plan(world, dossier)
    with world.acting_as(OWNER) as owner:
        owner.call("answer_request", p_request=asked["id"])
    file = hall.file(world, dossier)
    days = world.owner.value("select (app.clocks_of(version_id) #>> '{sector,days}')::int from app.dossier where id = %s", dossier)
    counted = world.owner.value("select app.clocks_of(version_id) #>> '{sector,counted}' from app.dossier where id = %s", dossier)
    assert file["state"] == "IN_STUDY" and file["complete_by"] is None
    assert file["legal_end"] == world.owner.value("select app.next_working_day(%s)", today(world) + timedelta(days=left))
    assert file["sector_end"] == world.owner.value("select app.add_days(%s, %s, %s)", today(world), days, counted)

    with world.acting_as(AGENCY) as member, refused("SITS1"):
        member.call("draft_opinion", p_seat=before["member_agency"]["id"], p_outcome="favourable")  # a seat of the first round
    found = seats(world, dossier)
    assert {seat["round"] for seat in found.values()} == {2} and set(found) == {hall.role_of(who) for who in MEMBERS}
    due = world.owner.rows("select distinct due_on from app.task where dossier_id = %s and closed_at is null", dossier)
    assert due == [{"due_on": world.owner.value("select app.add_days(%s, 15, 'working_days')", today(world))}], (
        "the step has its days again"
    )
    with world.acting_as(AGENCY) as member:
        desk = member.call("committee_desk", p_dossier=dossier)
        assert desk["round"] == 2 and len(desk["earlier"]) == 5 and desk["mine"][0]["opinion"] is None and desk["minutes"] is None
        assert sorted(line["version"] for line in desk["documents"] if line["slot"] == "masse") == [1, 2], "versions side by side"
    through(world, dossier)
    assert decide(world, dossier, "grant")
    for paper in hall.papers(world, dossier, "minutes"):
        with world.acting_as(AGENCY) as member:
            assert member.call("verify_minutes", p_paper=paper["id"])["sound"], "each round stands by itself"
    assert len(hall.papers(world, dossier, "minutes")) == 2
    stamped = [paper["data"]["plan"] for paper in hall.papers(world, dossier, "plan") if paper["data"]["plan"]["slot"] == "masse"]
    assert [plan["digest"] for plan in stamped] == ["1" * 64], "only the last version is stamped"


def test_without_modified_plans_in_time_the_file_is_returned(world, dossier):
    through(world, dossier, member_agency="modification")
    publish(world, decide(world, dossier, "modification", p_requested=CHANGE))
    world.set_today(PLACE, request(world, dossier)["due_on"] + timedelta(days=1))
    tick(world)
    assert hall.file(world, dossier)["state"] == "RETURNED"


# -- small complements -------------------------------------------------------------------------------------------------------


def complement(world, dossier, who=SECRETARY, items=({"target": "masse", "note": "Cote illisible"},)):
    with world.acting_as(who) as keeper:
        return keeper.call("ask_complement", p_dossier=dossier, p_items=list(items))


def test_a_small_complement_stops_no_clock_and_touches_no_opinion(world, dossier):
    before = hall.file(world, dossier)
    give(world, COMMUNE, dossier)
    asked = complement(world, dossier)
    file = hall.file(world, dossier)
    assert (file["state"], file["legal_end"], file["sector_end"]) == ("IN_STUDY", before["legal_end"], before["sector_end"])
    assert band(world, dossier)["legal"]["state"] == "running"
    assert request(world, dossier)["due_on"] == world.owner.value("select app.add_days(%s, 5, 'working_days')", today(world))
    with refused("OWED1"):
        complement(world, dossier)
    new_plan(world, dossier)
    with world.acting_as(OWNER) as owner:
        owner.call("answer_request", p_request=asked)
    file = hall.file(world, dossier)
    assert (file["state"], file["legal_end"], file["sector_end"]) == ("IN_STUDY", before["legal_end"], before["sector_end"])
    assert world.owner.value("select app.round_of(%s)", dossier) == 1
    assert world.owner.value("select state from app.opinion where dossier_id = %s", dossier) == "given"
    assert complement(world, dossier), "another one may follow"


def test_a_complement_that_did_not_come_holds_nothing_up(world, dossier):
    asked = complement(world, dossier)
    world.set_today(PLACE, request(world, dossier)["due_on"] + timedelta(days=1))
    tick(world)
    assert world.owner.value("select closed_as from app.request where id = %s", asked) == "expired"
    assert hall.file(world, dossier)["state"] == "IN_STUDY"
    with world.acting_as(OWNER) as owner, refused("MOVE1"):
        owner.call("answer_request", p_request=asked, p_note="Voici")


def test_a_complement_is_asked_by_the_secretariat_for_something_of_the_file(world, dossier):
    for who in (AGENCY, PRESIDENT, f"clerk of {PLACE}"):
        with refused("ROLE1"):
            complement(world, dossier, who)
    for items in ([], [{"target": "masse"}], [{"target": "nothing", "note": "x"}], [None], ["masse"]):
        with refused("REQM1"):
            complement(world, dossier, items=items)


# -- deferral ----------------------------------------------------------------------------------------------------------------


def defer(world, dossier, days=90, **said):
    return decide(world, dossier, "deferral", p_reasons=REASON, p_until=today(world) + timedelta(days=days), **said)


def test_a_deferral_has_reasons_and_an_end_within_the_law(world, dossier):
    through(world, dossier)
    with refused("REAS1"):
        decide(world, dossier, "deferral", p_until=today(world) + timedelta(days=90))
    longest = (world.owner.value("select (%s::date + interval '24 months')::date", today(world)) - today(world)).days
    for days in (0, -1, longest + 1, 9999):
        with refused("SURS1"):
            defer(world, dossier, days)
    with refused("SURS1"):
        decide(world, dossier, "deferral", p_reasons=REASON)
    assert defer(world, dossier, longest)


def test_a_deferral_supposes_the_opinion_of_the_agency(world, dossier):
    hall.set_rules(world, absence="proceed")
    session = hall.convene(world, dossier)
    for who in MEMBERS:
        if who != AGENCY:
            give(world, who, dossier)
    hall.hold(world, session, "member_agency")
    paper = hall.minutes(world, dossier)
    for who in MEMBERS:
        hall.sign_minutes(world, who, paper)
    hall.seal(world, paper)
    with refused("SURS2"):
        defer(world, dossier)


def test_while_it_is_deferred_nothing_runs_and_the_president_takes_it_up_again(world, dossier):
    through(world, dossier)
    publish(world, defer(world, dossier))
    assert hall.file(world, dossier)["state"] == "DEFERRED" and band(world, dossier)["legal"]["state"] == "stopped"
    for kind, more in (("grant", {}), ("refusal", {"p_reasons": REASON})):
        with refused("SURS3"):
            decide(world, dossier, kind, **more)
    world.set_today(PLACE, today(world) + timedelta(days=80))
    tick(world)
    file = hall.file(world, dossier)
    assert file["state"] == "DEFERRED" and file["silence_on"] is None
    for who, code in ((SECRETARY, "ROLE1"), (AGENCY, "ROLE1"), (OWNER, "ROLE1"), ("president of Aoulouz", "SEEN1")):
        with world.acting_as(who) as other, refused(code):
            other.call("resume_deferred", p_dossier=dossier)
    with world.acting_as(PRESIDENT) as president:
        president.call("resume_deferred", p_dossier=dossier)
        with refused("MOVE1"):
            president.call("resume_deferred", p_dossier=dossier)
    file = hall.file(world, dossier)
    assert (file["state"], file["step"]) == ("DECISION_PENDING", "decision")
    assert file["legal_end"] > today(world) and band(world, dossier)["legal"]["state"] == "running"
    publish(world, decide(world, dossier, "grant"))
    assert hall.file(world, dossier)["state"] == "APPROVED_PENDING_FEES" and band(world, dossier)["legal"]["state"] == "stopped"


def test_on_its_last_day_the_worker_takes_it_up(world, dossier):
    through(world, dossier)
    publish(world, defer(world, dossier, 30))
    world.set_today(PLACE, today(world) + timedelta(days=29))
    tick(world)
    assert hall.file(world, dossier)["state"] == "DEFERRED"
    world.set_today(PLACE, today(world) + timedelta(days=1))
    tick(world)
    assert hall.file(world, dossier)["state"] == "DECISION_PENDING"
    assert world.owner.value("select count(*) from app.event where dossier_id = %s and kind = 'deferral_ended'", dossier) == 1


# -- refusal -----------------------------------------------------------------------------------------------------------------


def test_a_refusal_gives_every_reason_with_its_article_and_opens_the_appeal(world, dossier):
    through(world, dossier, member_agency="unfavourable")
    for reasons in ([], [{"text": "Recul"}], [{"text": " ", "article": "12"}], [{"article": "12"}], {"text": "x"}):
        with refused("LONG9" if isinstance(reasons, dict) else "REAS1"):
            decide(world, dossier, "refusal", p_reasons=reasons)
    reasons = [{"text": "Recul insuffisant", "article": "PA, art. 12"}, {"text": "Hauteur dépassée", "article": "PA, art. 14"}]
    paper = publish(world, decide(world, dossier, "refusal", p_reasons=reasons))
    file = hall.file(world, dossier)
    assert file["state"] == "REFUSED" and file["closed_at"] and file["decided_at"] and band(world, dossier)["legal"]["state"] == "stopped"
    data = world.owner.value("select data from app.paper where id = %s", paper)
    for reason in reasons:
        assert f"{reason['text']} ({reason['article']})" in str(data["lists"])
    with world.acting_as(OWNER) as owner:
        page = owner.call("dossier_for_applicant", p_dossier=dossier)
        assert page["decision"]["kind"] == "refusal" and page["may"]["appeal_president"]
        assert "member_agency" not in str(page["decision"])
        owner.call("appeal", p_dossier=dossier, p_level="president", p_grounds="Le recul est de 3 m")
