"""What the register of powers refuses, in SQL, over HTTP and at the same minute; offices without a holder."""

import threading
from datetime import date

import pytest

from components.permits import letters
from components.permits.client import call
from tests.rules.powers_town import CLERK, CMS, DELEGATE, GOVERNOR, HOME, NATIONAL, PRESIDENT, PROVINCIAL, SECOND, TODAY, Town, days
from tests.world import World, refused


@pytest.fixture
def town(world):
    return Town(world)


# Refusals of the register, in SQL and over HTTP

AGENCY = "agency"
BAD_ABSENCES = {
    "a stranger": ("ROLE1", {"by": CLERK}),
    "a president elsewhere": ("ROLE1", {"by": "president of Aoulouz"}),
    "end before start": ("TERM2", {"start": 5, "end": 4}),
    "no last day": ("TERM2", {"p_to": None}),
    "a day of no calendar": ("WHEN9", {"p_to": date(2999, 1, 1)}),
    "over already": ("LEAV9", {"start": -9, "end": -3}),
    "no order": ("LEAV8", {"p_order_no": "  "}),
    "no date of order": ("LEAV8", {"p_order_date": None}),
    "an order too long for a paper": ("ORDR1", {"p_order_no": "7" * 41}),
    "an order after its effect": ("LEAV8", {"p_order_date": days(1)}),
    "a function they do not hold": ("LEAV1", {"words": CLERK, "by": PRESIDENT}),
    "a function that signs nothing": ("LEAV1", {"words": CLERK, "role": "clerk", "by": PRESIDENT}),
    "their own deputy": ("LEAV3", {"deputy": PRESIDENT}),
    "a deputy of no function there": ("LEAV4", {"deputy": "citizen Omar"}),
    "a deputy of another commune": ("LEAV4", {"deputy": "delegate of Aoulouz"}),
    "a clerk for a president": ("LEAV4", {"deputy": CLERK}),
    "no deputy for an office": ("LEAV7", {"deputy": None}),
    "a delegate naming their own": ("ROLE1", {"words": DELEGATE, "role": "delegate", "deputy": SECOND}),
    "too long a reason": ("LONG9", {"p_reason": "x" * 6000}),
}


@pytest.mark.parametrize("case", BAD_ABSENCES)
def test_an_absence_that_cannot_be(town, case):
    code, changed = BAD_ABSENCES[case]
    with refused(code) as said:
        town.absence(**changed)
    assert said.fr and said.ar and town.count("absence", "organisation_id = %s", town.office) == 0


def test_absences_do_not_overlap_and_deputies_are_there(town):
    town.absence(start=10, end=20)
    for start, end in ((10, 20), (5, 10), (20, 30), (0, 40), (12, 13)):
        with refused("LEAV2") as said:
            town.absence(deputy=SECOND, start=start, end=end)
        assert "12/03/2026" in said.fr
    town.absence(deputy=SECOND, start=21, end=30)
    with refused("LEAV6") as said:  # the delegate replaces the president on those days
        town.absence(DELEGATE, None, "delegate", by=PRESIDENT, start=15, end=16)
    assert PRESIDENT in said.fr
    town.absence(DELEGATE, None, "delegate", by=PRESIDENT, start=40, end=50)
    with refused("LEAV5"):
        town.absence(start=45, end=60)


def test_a_deputy_is_of_the_body_for_the_whole_absence(town):
    town.world.owner.run("update app.membership set valid_to = %s where person_id = %s", days(5), town.person(DELEGATE))
    with refused("LEAV4"):
        town.absence(end=6)
    town.absence(end=5)


BAD_VACANCIES = {
    "a president": ("ROLE1", {"by": PRESIDENT}),
    "a delegate": ("ROLE1", {"by": DELEGATE}),
    "the governor of another province": ("ROLE1", {"by": "governor of Tiznit"}),
    "to come": ("VACN2", {"since": 1}),
    "no cause": ("VACN5", {"cause": "found"}),
    "an acting person without a text": ("VACN4", {"p_acting": DELEGATE}),
    "an acting person of no function there": (
        "LEAV4",
        {"p_acting": "citizen Omar", "p_text": "x", "p_order_no": "1", "p_order_date": TODAY},
    ),
}


@pytest.mark.parametrize("case", BAD_VACANCIES)
def test_a_vacancy_that_cannot_be(town, case):
    code, changed = BAD_VACANCIES[case]
    changed = changed | ({"p_acting": town.person(changed["p_acting"])} if "p_acting" in changed else {})
    with refused(code):
        town.vacancy(**changed)
    assert town.count("vacancy", "organisation_id = %s", town.office) == 0 and town.power(PRESIDENT, town.dossier())


def test_only_an_office_is_vacant_and_only_once(town):
    with refused("VACN1"):
        town.does(NATIONAL, "declare_vacancy", p_organisation=town.office, p_role="governor", p_since=TODAY, p_cause="other")
    town.vacancy()
    with refused("VACN3"):
        town.vacancy()


@pytest.fixture
def committed(open_world):
    """A town whose acts are committed, as HTTP and two connections need."""
    town = Town(open_world, "Ouneine")
    yield town
    town.leave()


def test_the_register_says_no_over_http_too(committed):
    """The same refusals, from a signed-in client that knows no page."""
    town, open_world = committed, committed.world
    town.http = True
    for words in (PRESIDENT, DELEGATE, SECOND, CLERK):
        town.person(words)
    for code, changed in BAD_ABSENCES.values():
        with refused(code):
            town.absence(**{key: value.replace(HOME, town.name) if isinstance(value, str) else value for key, value in changed.items()})
    for code, changed in BAD_VACANCIES.values():
        changed = changed | ({"p_acting": town.person(changed["p_acting"])} if "p_acting" in changed else {})
        with refused(code):
            town.vacancy(**changed)
    for function, params in (
        ("powers_page", {}),
        ("end_absence", {"p_absence": town.office}),
        ("revoke_certificate", {"p_key": town.office, "p_why": "lost"}),
    ):
        with refused("ROLE2"):
            call(open_world.client("nobody"), function, **params)
    dossier, given = town.dossier(), town.delegation(start=-10, end=-1)
    with refused("NOPW2"):
        town.decide(DELEGATE, dossier)
    wide = town.delegation(procedures=["ECO-09"])
    with refused("NOPW3"):
        town.decide(DELEGATE, dossier)
    with refused("NOPW1"):
        town.decide(SECOND, dossier)
    for one in (given, wide):
        town.does(PRESIDENT, "revoke_delegation", p_delegation=one)
    town.delegation()
    town.absence(deputy=SECOND)
    with refused("NOPW4"):
        town.decide(PRESIDENT, dossier)
    town.does(PRESIDENT, "recuse", p_number=open_world.owner.value("select number from app.dossier where id = %s", dossier),
              p_person=town.person(SECOND), p_reason="Frère du demandeur")  # fmt: skip
    with refused("INTR1"):
        town.decide(SECOND, dossier)
    town.vacancy()
    with refused("NOPW5"):
        town.decide(DELEGATE, dossier)
    with refused("SEEN1"):  # no longer of this commune
        town.decide(PRESIDENT, dossier)


# Interests


def test_a_recused_signer_signs_nothing_of_that_dossier(town):
    dossier = town.dossier()
    town.delegation()
    town.decide(DELEGATE, dossier)
    paper = town.paper(dossier)
    number = town.world.owner.value("select number from app.dossier where id = %s", dossier)
    town.does(PRESIDENT, "recuse", p_number=f" {number} ", p_person=town.person(DELEGATE), p_reason="Associé du demandeur")
    with refused("INTR1"):
        town.sign(DELEGATE, paper)
    assert town.does(DELEGATE, "papers_to_sign") == [], "nor does it stand on their desk"
    assert town.told(DELEGATE, "recused") == 1
    line = next(one for one in town.does(PRESIDENT, "powers_page", p_organisation=town.office)["register"] if one["kind"] == "interest")
    assert (line["order_no"], line["person"]["fr"], line["other"]["fr"]) == (number, DELEGATE, PRESIDENT)


@pytest.mark.parametrize(
    "by, person, reason, code",
    [
        (CLERK, DELEGATE, "x", "ROLE1"),
        (PRESIDENT, DELEGATE, " ", "INTR2"),
        (PRESIDENT, "citizen Omar", "x", "INTR3"),
        ("president of Aoulouz", DELEGATE, "x", "SEEN1"),
    ],
)
def test_a_recusal_that_cannot_be(town, by, person, reason, code):
    number = town.world.owner.value("select number from app.dossier where id = %s", town.dossier())
    with refused(code):
        town.does(by, "recuse", p_number=number, p_person=town.person(person), p_reason=reason)


# Vacancies


def test_the_tick_finds_an_office_without_a_holder_and_tells_the_province_once(town):
    for who in (GOVERNOR, PROVINCIAL, PRESIDENT):
        town.person(who)
    town.world.owner.run("update app.membership set valid_to = %s where person_id = %s", days(-3), town.person(PRESIDENT))
    assert town.tick()["vacancies"] == 1
    assert town.tick()["vacancies"] == 0
    assert [town.told(who, "office_vacant") for who in (GOVERNOR, PROVINCIAL, PRESIDENT)] == [1, 1, 0]
    found = town.world.owner.rows("select * from app.vacancy where organisation_id = %s", town.office)[0]
    assert (found["since"], found["cause"], found["last_holder_id"]) == (days(-2), "found", town.person(PRESIDENT))
    board = town.does(GOVERNOR, "governor_board")
    assert (HOME, "2026-02-28") in [(one["commune"]["fr"], one["since"]) for one in board["vacancies"]]


def test_a_commune_that_never_had_a_president_raises_no_alarm(town):
    assert town.tick()["vacancies"] == 0 and town.count("vacancy", "organisation_id = %s", town.office) == 0


def test_a_new_president_closes_the_vacancy_and_ends_the_interim(town):
    dossier, vacancy = town.dossier(), town.vacancy()
    town.interim(vacancy)
    assert town.power(DELEGATE, dossier)
    town.world.set_today(HOME, days(12))
    town.world.join("citizen New", "president", HOME, valid_from=days(12))
    assert town.power(DELEGATE, dossier) is None, "before the tick has passed"
    assert town.tick()["vacancies"] == 1
    ended = town.world.owner.rows("select since, until from app.vacancy where id = %s", vacancy)[0]
    assert ended == {"since": TODAY, "until": days(11)}
    assert town.world.owner.value("select valid_to from app.membership where vacancy_id = %s", vacancy) == days(11)
    with refused("VACN6"):
        town.interim(vacancy)


def test_who_acts_may_change_and_delegates_anew(town):
    dossier, vacancy = town.dossier(), town.vacancy()
    town.interim(vacancy)
    town.interim(vacancy, SECOND, p_order_no="4/G")
    assert town.power(DELEGATE, dossier) is None and town.power(SECOND, dossier)["act"]["order_no"] == "4/G"
    town.delegation(DELEGATE, by=SECOND, start=0)
    assert town.power(DELEGATE, dossier)["kind"] == "delegation"
    assert town.told(SECOND, "acting_named") == 1


def test_a_declared_vacancy_ends_the_function_without_rewriting_the_past(town):
    membership = town.world.owner.value("select id from app.membership where person_id = %s", town.person(PRESIDENT))
    town.vacancy(since=-30)
    assert town.world.owner.value("select valid_to from app.membership where id = %s", membership) == days(-1)
    assert town.does(PRESIDENT, "me")["memberships"] == []


def test_what_the_register_tells_people_reads_in_both_languages_and_leads_to_it(town):
    for who in (GOVERNOR, PRESIDENT, SECOND):
        town.person(who)
    town.does(PRESIDENT, "revoke_delegation", p_delegation=town.delegation())
    town.does(PROVINCIAL, "end_absence", p_absence=town.absence(by=PROVINCIAL))
    town.does(PROVINCIAL, "revoke_certificate", p_key=town.key(SECOND), p_why="lost")
    town.interim(town.vacancy())
    mails = town.world.owner.rows(
        "select distinct on (template) template, data from app.outbox where sent_at is null order by template, id desc"
    )
    told = {mail["template"]: mail for mail in mails}
    assert told.keys() >= {*letters.POWERS, "certificate_revoked"}
    for kind in (*letters.POWERS, "certificate_revoked"):
        for lang, foreign in (("fr", "ar"), ("ar", "fr")):
            words = letters.words_of(told[kind], lang)
            text = "\n".join([words.subject, *words.paragraphs])
            assert "{" not in text and "  " not in text and "« »" not in text and "«»" not in text, text
            assert text != "\n".join([letters.words_of(told[kind], foreign).subject, *letters.words_of(told[kind], foreign).paragraphs])
        assert letters.link_of(told[kind], "https://x").startswith(
            "https://x/account" if kind.startswith("certificate") else "https://x/powers"
        )


# At the same minute


def both(open_world, backend, first, second):
    """first(world) holds its transaction open while second(world) runs; then first commits. What second raised, or None."""
    one, other = World(backend), World(backend)
    for world in (one, other):
        world._people, world._run = open_world._people, open_world._run
    raised = []

    def later():
        try:
            second(other)
            other.connection.commit()
        except Exception as fault:  # noqa: BLE001 the test judges it
            raised.append(fault)

    try:
        first(one)
        thread = threading.Thread(target=later)
        thread.start()
        thread.join(1.0)
        assert thread.is_alive(), "the second waits for the first"
        one.connection.commit()
        thread.join(30)
    finally:
        one.close()
        other.close()
    return raised[0] if raised else None


def speaker(world, words, function, **params):
    with world.acting_as(words) as actor:
        return actor.call(function, **params)


def test_a_delegation_revoked_while_the_delegate_signs_is_seen(committed, backend):
    town, open_world = committed, committed.world
    dossier, given = town.dossier(), town.delegation()
    town.decide(DELEGATE, dossier)
    paper, key = town.paper(dossier), town.key(DELEGATE)
    signing = {"p_paper": paper["id"], "p_digest": "ab" * 32, "p_cms": CMS, "p_key": key}
    fault = both(
        open_world, backend,
        lambda world: speaker(world, town.who(PRESIDENT), "revoke_delegation", p_delegation=given),
        lambda world: speaker(world, town.who(DELEGATE), "sign_paper", **signing),
    )  # fmt: skip
    with refused("NOPW2"):
        raise fault
    assert open_world.owner.value("select state from app.paper where id = %s", paper["id"]) == "ready"


def test_an_absence_written_while_the_president_signs_waits_for_the_signature(committed, backend):
    town, open_world = committed, committed.world
    town.person(PRESIDENT), town.person(SECOND)
    dossier = town.dossier()
    town.decide(PRESIDENT, dossier)
    paper, key = town.paper(dossier), town.key(PRESIDENT)
    signing = {"p_paper": paper["id"], "p_digest": "ab" * 32, "p_cms": CMS, "p_key": key}
    leave = {"p_organisation": town.office, "p_role": "president", "p_person": town.person(PRESIDENT), "p_from": TODAY, "p_to": days(9),
             "p_order_no": "8/2026", "p_order_date": TODAY, "p_deputy": town.person(SECOND)}  # fmt: skip
    fault = both(
        open_world, backend,
        lambda world: speaker(world, town.who(PRESIDENT), "sign_paper", **signing),
        lambda world: speaker(world, town.who(PRESIDENT), "record_absence", **leave),
    )  # fmt: skip
    assert fault is None and open_world.owner.value("select state from app.paper where id = %s", paper["id"]) == "signed"
