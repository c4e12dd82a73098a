"""Who sits on a dossier, and what an opinion is: written by its author alone, signed once, never changed."""

import pytest
from psycopg.types.json import Jsonb

from tests import building, filing, hall
from tests.hall import (
    AGENCY,
    COMMUNE,
    ITEM,
    MEMBERS,
    NETWORK,
    PLACE,
    PRESIDENT,
    PROVINCE,
    SECRETARY,
    STATE,
    draft,
    give,
    judge,
    seats,
    sign,
)
from tests.world import refused


@pytest.fixture
def world(seated_world):
    return seated_world


@pytest.fixture
def dossier(world):
    return world.dossier


def bodies(world, dossier):
    return {role: row["organisation_id"] for role, row in seats(world, dossier).items()}


def before_the_committee(world, procedure, slots, **changed):
    dossier = building.draft(world, "citizen Omar", PLACE, procedure, **changed)
    for slot in slots:
        filing.attach(world, "citizen Omar", dossier, slot)
    filing.deposit(world, "citizen Omar", dossier)
    building.transmit(world, PLACE, dossier)
    return dossier


# -- who sits ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("population, place", [(50_000, f"{PROVINCE} province"), (50_001, PLACE)])
def test_above_fifty_thousand_inhabitants_the_committee_sits_at_the_commune(world, dossier, population, place):
    world.owner.run("update app.commune set population = %s where id = %s", population, world.commune(PLACE))
    assert world.owner.value("select app.seating_body(%s)", dossier) == world.organisation("secretary", place)


@pytest.mark.parametrize("population, choice, place", [(9_000, "commune", PLACE), (90_000, "province", f"{PROVINCE} province")])
def test_a_commune_may_have_its_own_window_or_leave_it_to_the_province(world, dossier, population, choice, place):
    world.owner.run("update app.commune set population = %s where id = %s", population, world.commune(PLACE))
    world.owner.run(
        "update app.commune_procedure set settings = settings || %s where commune_id = %s and procedure_code = 'URB-02'",
        Jsonb({"sits_at": choice}), world.commune(PLACE),
    )  # fmt: skip
    assert world.owner.value("select app.seating_body(%s)", dossier) == world.organisation("secretary", place)
    with world.acting_as(f"secretary of {place}") as keeper:
        assert [line["id"] for line in keeper.call("committee_calendar")["waiting"]] == [str(dossier)]
    with world.acting_as(f"second secretary of {PROVINCE if place == PLACE else PLACE}{' province' * (place == PLACE)}") as other:
        assert other.call("committee_calendar")["waiting"] == []


def test_a_large_project_has_its_five_permanent_seats_each_with_its_body_and_its_article(world, dossier):
    found = seats(world, dossier)
    assert set(found) == {"member_commune", "member_province", "member_agency", "member_network", "member_telecom"}
    for who in MEMBERS:
        role, place = who.split(" of ")[0].replace(" ", "_"), who.split(" of ")[1]
        assert found[role]["organisation_id"] == world.organisation(role, place)
        assert found[role]["need"] == "permanent" and found[role]["article"]
    assert [role for role, row in found.items() if row["is_binding"]] == ["member_agency"]
    assert {row["task_id"] for row in found.values()} == {
        row["id"]
        for row in world.owner.rows("select id from app.task where dossier_id = %s and closed_at is null and role <> 'secretary'", dossier)
    }


def test_in_an_accepted_subdivision_no_operator_of_networks_sits(world):
    slots = set(building.SLOTS["URB-02"]) - {"networks_plans"}
    accepted = before_the_committee(world, "URB-02", slots, in_accepted_lot=True, lot_ref="Al Amal, lot 3")
    small = building.seated(world, "citizen Omar", PLACE, "URB-03")
    assert "member_network" not in seats(world, accepted) and "member_telecom" in seats(world, accepted)
    assert set(seats(world, small)) == {"member_commune", "member_province", "member_agency"}


def test_an_occasional_member_sits_only_where_a_text_demands_it(world, dossier):
    world.person(f"member civil protection of {PROVINCE}")
    public = before_the_committee(world, "URB-03", {*building.SLOTS["URB-03"], "fire_notice"}, erp=True, capacity=40)
    seat = seats(world, public)["member_civil_protection"]
    assert (seat["need"], seat["article"]) == ("occasional", "fire regulation") and not seat["is_binding"]
    with world.acting_as(SECRETARY) as secretary:
        for role, article in (("member_registry", "art. 26"), ("clerk", "art. 26"), ("member_agency", "art. 26"), ("member_rail", " ")):
            with refused("SEAT2"):
                secretary.call("add_seat", p_dossier=dossier, p_role=role, p_article=article)
        secretary.call("add_seat", p_dossier=dossier, p_role="member_civil_protection", p_article="fire regulation, art. 5")
        with refused("SEAT3"):
            secretary.call("add_seat", p_dossier=dossier, p_role="member_civil_protection", p_article="fire regulation, art. 5")
    assert seats(world, dossier)["member_civil_protection"]["article"] == "fire regulation, art. 5"
    with world.acting_as(AGENCY) as member, refused("ROLE1"):
        member.call("add_seat", p_dossier=dossier, p_role="member_rail", p_article="art. 26")
    with world.acting_as(PRESIDENT) as president:
        president.call("add_seat", p_dossier=dossier, p_role="member_rail", p_article="art. 26")
    assert seats(world, dossier)["member_rail"]["organisation_id"] is None, "nobody holds it: the empty seat shows"


def test_a_body_has_one_seat_however_many_people_it_sends_and_each_body_has_its_own(world):
    world.person(f"second member agency of {PROVINCE}")
    other = world.owner.value(
        "insert into app.organisation (kind, name_fr, name_ar, province_code) values ('operator', 'Eau', 'ماء', '09.541') returning id"
    )
    world.owner.run(
        "insert into app.membership (person_id, organisation_id, role, valid_from) values (%s, %s, 'member_network', '2000-01-01')",
        world.person("operator Rachid"), other,
    )  # fmt: skip
    dossier = building.seated(world, "citizen Omar", PLACE, "URB-02")
    held = world.owner.rows("select role, organisation_id from app.seats_of(%s)", dossier)
    assert [line["role"] for line in held].count("member_agency") == 1
    assert {line["organisation_id"] for line in held if line["role"] == "member_network"} == {
        world.organisation("member_network", PROVINCE),
        other,
    }
    give(world, AGENCY, dossier)
    with world.acting_as(f"second member agency of {PROVINCE}") as colleague, refused("OPIN2"):
        colleague.call(
            "draft_opinion", p_seat=seats(world, dossier)["member_agency"]["id"], p_outcome="unfavourable", p_reasons="Non", p_article="1"
        )


def test_a_seat_that_nobody_holds_shows_empty_and_its_missing_opinion_holds_the_minutes(world, dossier):
    world.owner.run("update app.membership set valid_to = '2001-01-01' where person_id = %s", world.person(AGENCY))
    lonely = building.seated(world, "citizen Omar", PLACE, "URB-03")
    for who in (COMMUNE, STATE):
        give(world, who, lonely)
    with world.acting_as(SECRETARY) as secretary:
        shown = {line["role"]: line for line in secretary.call("committee_desk", p_dossier=lonely)["seats"]}
        assert shown["member_agency"]["organisation"] is None and not shown["member_agency"]["given"]
        with refused("MINU1"):
            secretary.call("draw_minutes", p_dossier=lonely)


# -- opinions ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome, reasons, article, items",
    [
        (None, "Motif", "12", []),
        ("perhaps", "Motif", "12", []),
        ("unfavourable", "", "PA, art. 12", []),
        ("unfavourable", "Recul insuffisant", "  ", []),
        ("with_reservations", "", "", [ITEM]),
        ("with_reservations", "Escalier", "", []),
        ("with_reservations", "Escalier", "", [{"text": " "}]),
        ("modification", "Escalier", "", []),
        ("modification", " ", "", [ITEM]),
        ("modification", "Escalier", "", [ITEM, {"text": "Sans article"}]),
        ("favourable", " ", "", []),
        ("not_concerned", "", "", []),
    ],
)
def test_an_opinion_says_why_and_under_which_article(world, dossier, outcome, reasons, article, items):
    seat = seats(world, dossier)["member_agency"]["id"]
    with world.acting_as(AGENCY) as member, refused("OPIN4"):
        member.call("draft_opinion", p_seat=seat, p_outcome=outcome, p_reasons=reasons, p_article=article, p_items=items)


def test_an_article_stands_once_for_all_lines_or_at_each_of_them(world, dossier):
    seat = seats(world, dossier)["member_agency"]["id"]
    bare = {"text": "Élargir l'escalier"}
    with world.acting_as(AGENCY) as member:
        for article, items in (("PA, art. 12", [bare, bare]), ("", [ITEM, bare | {"article": "PA, art. 3"}])):
            said = {"p_outcome": "with_reservations", "p_reasons": "Escalier", "p_article": article, "p_items": items}
            assert member.call("draft_opinion", p_seat=seat, **said)["canonical"]
        assert member.call("committee_desk", p_dossier=dossier)["demanded"]["with_reservations"] == ["reasons", "article"]


def test_what_an_opinion_must_hold_is_a_setting(world, dossier):
    seat = seats(world, dossier)["member_agency"]["id"]
    stricter = """update app.setting set value = value || '{"favourable": ["reasons", "article"]}' where key = 'committee.opinion'"""
    world.owner.run(stricter)
    with world.acting_as(AGENCY) as member:
        with refused("OPIN4"):
            member.call("draft_opinion", p_seat=seat, p_outcome="favourable", p_reasons="Conforme")
        assert member.call("draft_opinion", p_seat=seat, p_outcome="favourable", p_reasons="Conforme", p_article="PA, art. 1")["canonical"]


def test_items_that_are_no_list_or_a_text_without_end_are_refused(world, dossier):
    seat = seats(world, dossier)["member_agency"]["id"]
    with world.acting_as(AGENCY) as member:
        with refused("LONG9"):
            member.call("draft_opinion", p_seat=seat, p_outcome="with_reservations", p_reasons="Motif", p_items={"text": "x"})
        with refused("LONG9"):
            member.call("draft_opinion", p_seat=seat, p_outcome="favourable", p_reasons="x" * 5001)


def test_what_is_not_finished_is_kept_and_cannot_be_signed(world, dossier):
    finished = draft(world, AGENCY, dossier)
    seat = seats(world, dossier)["member_agency"]["id"]
    with world.acting_as(AGENCY) as author:
        kept = author.call("draft_opinion", p_seat=seat, p_outcome="unfavourable", p_reasons="Recul", p_unfinished=True)
        assert author.call("committee_desk", p_dossier=dossier)["mine"][0]["opinion"]["reasons"] == "Recul"
    assert kept["opinion"] == finished["opinion"] and kept["digest"] is None and kept["canonical"] is None
    for digest in (
        None,
        finished["digest"],
        world.owner.value("select app.digest(app.opinion_text(o)) from app.opinion o where seat_id = %s", seat),
    ):
        with refused("OPIN3"):
            sign(world, AGENCY, kept | {"digest": digest})


def test_a_draft_is_its_authors_alone(world, dossier):
    drafted = draft(world, AGENCY, dossier, "unfavourable", reasons="Recul à revoir entre nous")
    with world.acting_as(AGENCY) as author:
        (mine,) = author.call("committee_desk", p_dossier=dossier)["mine"]
        assert mine["opinion"]["reasons"] == "Recul à revoir entre nous" and mine["opinion"]["state"] == "draft"
        assert author.value("select count(*) from app.opinion where id = %s", drafted["opinion"]) == 1
    for who in (NETWORK, f"second member agency of {PROVINCE}", SECRETARY, PRESIDENT, f"clerk of {PLACE}", "citizen Fatima"):
        with world.acting_as(who) as reader:
            assert reader.value("select count(*) from app.opinion where id = %s", drafted["opinion"]) == 0, who
            if who not in (PRESIDENT, f"clerk of {PLACE}", "citizen Fatima"):
                assert "Recul à revoir" not in str(reader.call("committee_desk", p_dossier=dossier)), who
            if who in (PRESIDENT, f"clerk of {PLACE}", SECRETARY):
                assert "Recul à revoir" not in str(reader.call("dossier_page", p_dossier=dossier)), who


def test_an_opinion_never_changes_once_it_is_signed_and_no_second_one_is_given(world, dossier):
    drafted = draft(world, AGENCY, dossier)
    signature = sign(world, AGENCY, drafted)
    with refused("OPIN2"):
        draft(world, AGENCY, dossier, "unfavourable")
    with refused("SIGN3"):
        sign(world, AGENCY, drafted)
    judge(world, signature)
    for again in (lambda: draft(world, AGENCY, dossier, "unfavourable"), lambda: sign(world, AGENCY, drafted)):
        with refused("OPIN2"):
            again()
    judge(world, signature, ok=False)
    row = world.owner.rows("select * from app.opinion where id = %s", drafted["opinion"])[0]
    assert (row["state"], row["outcome"], row["digest"]) == ("given", "favourable", drafted["digest"]), "a second verdict changes nothing"


def test_a_forged_signature_gives_no_opinion_and_its_author_may_sign_again(world, dossier):
    drafted = draft(world, AGENCY, dossier, "unfavourable")
    judge(world, sign(world, AGENCY, drafted), ok=False)
    assert world.owner.value("select state from app.opinion where id = %s", drafted["opinion"]) == "draft"
    assert (
        world.owner.value("select kind from app.notice where person_id = %s order by id desc limit 1", world.person(AGENCY))
        == "signature_invalid"
    )
    with world.acting_as(AGENCY) as author:
        assert author.call("committee_desk", p_dossier=dossier)["mine"][0]["opinion"]["fault"]
    judge(world, sign(world, AGENCY, drafted))
    assert world.owner.value("select state from app.opinion where id = %s", drafted["opinion"]) == "given"


def test_a_text_that_changed_since_it_was_shown_is_not_signed(world, dossier):
    shown = draft(world, AGENCY, dossier)
    draft(world, AGENCY, dossier, "unfavourable")
    with refused("OPIN3"):
        sign(world, AGENCY, shown)
    with refused("OPIN3"):
        sign(world, AGENCY, shown | {"digest": None})
    world.owner.run("update app.opinion set outcome = 'favourable' where id = %s", shown["opinion"])  # behind the text
    current = world.owner.value("select digest from app.opinion where id = %s", shown["opinion"])
    with refused("OPIN3"):
        sign(world, AGENCY, shown | {"digest": current})


def test_an_opinion_about_a_plan_that_was_replaced_meanwhile_is_read_again_before_it_is_signed(world, dossier):
    drafted = draft(world, AGENCY, dossier)
    with world.acting_as(SECRETARY) as secretary:
        secretary.call("ask_complement", p_dossier=dossier, p_items=[{"target": "masse", "note": "Cotes illisibles"}])
    plan = filing.register(world, "citizen Fatima", dossier, "masse")
    world.owner.value(
        "select app.file_checked(%s, %s)", plan, Jsonb({"ok": True, "mime": "application/pdf", "size": 9, "digest": "1" * 64, "pages": 1})
    )
    with refused("OPIN3"):
        sign(world, AGENCY, drafted)
    judge(world, sign(world, AGENCY, draft(world, AGENCY, dossier)))


def test_who_has_an_interest_in_the_dossier_neither_writes_nor_signs(world, dossier):
    drafted = draft(world, AGENCY, dossier)
    with world.acting_as(AGENCY) as member:
        member.call("declare_interest", p_dossier=dossier, p_reason="Le terrain est à mon frère")
    for act in (lambda: draft(world, AGENCY, dossier), lambda: sign(world, AGENCY, drafted)):
        with refused("INTR1"):
            act()
    with world.acting_as(AGENCY) as member:
        assert member.call("committee_desk", p_dossier=dossier)["mine"][0]["may_write"] is False


def test_a_member_who_is_a_party_to_the_dossier_is_on_the_applicants_side(world, dossier):
    world.owner.run("insert into app.party (dossier_id, person_id, quality) values (%s, %s, 'mandatary')", dossier, world.person(COMMUNE))
    give(world, AGENCY, dossier, "unfavourable", reasons="Ceci ne vous regarde pas")
    held = hall.convene(world, dossier)
    with world.acting_as(COMMUNE) as member:
        with refused("SEEN1"):
            member.call("committee_desk", p_dossier=dossier)
        with refused("INTR1"):
            member.call("draft_opinion", p_seat=seats(world, dossier)["member_commune"]["id"], p_outcome="favourable")
        assert "Ceci ne vous regarde pas" not in str(member.call("session_page", p_session=held))
        assert member.value("select count(*) from app.opinion where dossier_id = %s", dossier) == 0


def test_a_secretary_who_is_a_party_lists_the_dossier_and_reads_nothing_that_members_said(world, dossier):
    world.owner.run("insert into app.party (dossier_id, person_id, quality) values (%s, %s, 'mandatary')", dossier, world.person(SECRETARY))
    give(world, AGENCY, dossier, "unfavourable", reasons="Ceci ne vous regarde pas")
    held = hall.convene(world, dossier)
    with world.acting_as(SECRETARY) as secretary:
        page = secretary.call("session_page", p_session=held)
        assert [line["dossier"] for line in page["agenda"]] == [str(dossier)] and "Ceci ne vous regarde pas" not in str(page)
        with refused("INTR1"):
            secretary.call("draw_minutes", p_dossier=dossier)
        with refused("SEEN1"):
            secretary.call("committee_desk", p_dossier=dossier)


def test_members_of_another_commune_of_another_province_and_of_another_body_do_not_sit(world, dossier):
    seat = seats(world, dossier)
    for who, role in (
        ("member commune of Aoulouz", "member_commune"),
        ("member province of Tiznit", "member_province"),
        ("member agency of Tiznit", "member_agency"),
        (NETWORK, "member_agency"),
        (SECRETARY, "member_province"),
        (PRESIDENT, "member_commune"),
    ):
        with world.acting_as(who) as outsider, refused("SEAT1"):
            outsider.call("draft_opinion", p_seat=seat[role]["id"], p_outcome="favourable")
    for who in ("member commune of Aoulouz", "member agency of Tiznit", "secretary of Tiznit province", PRESIDENT, "citizen Fatima"):
        with world.acting_as(who) as outsider, refused("SEEN1"):
            outsider.call("committee_desk", p_dossier=dossier)
    drafted = draft(world, AGENCY, dossier)
    for who in ("member agency of Tiznit", f"second member agency of {PROVINCE}", NETWORK):
        with refused("SEAT1"):
            sign(world, who, drafted)


def test_a_membership_that_is_over_opens_no_seat(world, dossier):
    world.owner.run("update app.membership set valid_to = '2001-01-01' where person_id = %s", world.person(AGENCY))
    with world.acting_as(AGENCY) as former, refused("SEAT1"):
        former.call("draft_opinion", p_seat=seats(world, dossier)["member_agency"]["id"], p_outcome="favourable")


# -- absences ---------------------------------------------------------------------------------------------------------------


def everybody_but_the_agency(world, dossier, **rules):
    hall.set_rules(world, **rules)
    held = hall.convene(world, dossier)
    assert hall.file(world, dossier)["state"] == "COMMISSION_SCHEDULED"
    for who in MEMBERS:
        if who != AGENCY:
            give(world, who, dossier)
    hall.hold(world, held, "member_agency")
    return held


@pytest.mark.parametrize("rule, told", [("wait", 0), ("escalate", 1)])
def test_the_file_waits_for_an_absent_member_and_the_governor_hears_of_it_once(world, dossier, rule, told):
    governor = world.person(f"governor of {PROVINCE}")
    everybody_but_the_agency(world, dossier, absence=rule)
    world.owner.value("select app.collect_opinions(%s)", dossier)
    notices = "select count(*) from app.notice where dossier_id = %s and kind = 'opinion_missing' and person_id = %s"
    assert world.owner.value(notices, dossier, governor) == told
    with world.acting_as(SECRETARY) as secretary, refused("MINU1"):
        secretary.call("draw_minutes", p_dossier=dossier)
    give(world, AGENCY, dossier)
    assert hall.file(world, dossier)["state"] == "OPINIONS_COLLECTED"


def test_under_the_rule_proceed_the_minutes_say_who_was_absent_and_deem_nothing_favourable(world, dossier):
    everybody_but_the_agency(world, dossier, absence="proceed")
    paper = hall.minutes(world, dossier)
    data = world.owner.value("select data from app.paper where id = %s", paper)
    (line,) = [line for line in data["opinions"] if line["outcome"] is None]
    assert (line["status"], line["opinion"], line["binding"]) == ("absent", None, True)
    words = world.owner.value("select app.wording('{}', 'minutes') -> 'conclusions'")
    assert data["conclusion"] == words["incomplete"]
    for who in MEMBERS:
        hall.sign_minutes(world, who, paper)
    hall.seal(world, paper)
    with refused("STOP2"):
        hall.decide(world, dossier, "grant")
    with world.acting_as(AGENCY) as late, refused("SITS1"):
        late.call("draft_opinion", p_seat=seats(world, dossier)["member_agency"]["id"], p_outcome="favourable")


def test_once_the_minutes_are_drawn_no_opinion_is_added_behind_them(world, dossier):
    everybody_but_the_agency(world, dossier, absence="proceed")
    drafted = draft(world, AGENCY, dossier)
    waiting = sign(world, AGENCY, drafted)
    with world.acting_as(SECRETARY) as secretary, refused("MINU1"):
        secretary.call("draw_minutes", p_dossier=dossier)  # a signature is being judged
    judge(world, waiting, ok=False)
    hall.minutes(world, dossier)
    for act in (lambda: draft(world, AGENCY, dossier), lambda: sign(world, AGENCY, drafted)):
        with refused("MINU2"):
            act()
    with world.acting_as(PRESIDENT) as president, refused("MINU2"):
        president.call("add_seat", p_dossier=dossier, p_role="member_rail", p_article="art. 26")


def test_a_seat_added_when_all_opinions_were_in_is_waited_for(world, dossier):
    for who in MEMBERS:
        give(world, who, dossier)
    assert hall.file(world, dossier)["state"] == "OPINIONS_COLLECTED"
    world.person(f"member rail of {PROVINCE}")
    with world.acting_as(PRESIDENT) as president:
        president.call("add_seat", p_dossier=dossier, p_role="member_rail", p_article="art. 26")
    with world.acting_as(SECRETARY) as secretary, refused("MINU1"):
        secretary.call("draw_minutes", p_dossier=dossier)
    give(world, f"member rail of {PROVINCE}", dossier)
    assert hall.file(world, dossier)["state"] == "OPINIONS_COLLECTED"


def test_a_project_noted_as_large_does_not_go_the_way_of_small_ones(world):
    dossier = building.draft(world, "citizen Fatima", "Ait Iaaza")
    for slot in building.SLOTS["URB-03"]:
        filing.attach(world, "citizen Fatima", dossier, slot)
    filing.deposit(world, "citizen Fatima", dossier)
    with world.acting_as("clerk of Ait Iaaza") as clerk:
        with refused("LACK1") as said:
            clerk.call("act", p_dossier=dossier, p_action="transmit", p_data={"class_confirmed": "large"})
        assert said.paths() == {"transmit"} and "grand projet" in said.faults[0]["fr"]
        clerk.call("act", p_dossier=dossier, p_action="transmit", p_data={"class_confirmed": "small"})
