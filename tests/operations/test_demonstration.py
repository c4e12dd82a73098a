"""The demonstration province: small here, killed on its way and taken up, then looked at from every side."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from components.operations import demonstration
from components.operations.demonstration import people
from components.operations.demonstration.__main__ import run
from components.operations.demonstration.building_counter import BuildingCounter
from components.operations.demonstration.building_roads import write_building_diary
from components.operations.demonstration.committee_plan import BUILDINGS
from components.operations.demonstration.drawings import PLANS, drawing, drawn
from components.operations.demonstration.plan import FATES, FULL, plan
from components.permits import accounts
from components.permits.client import call, make_client
from tests.backend import start_backend

ROOT = Path(demonstration.__file__).resolve().parents[3]
DOSSIERS, COMMUNES = 30, 3
STATES = {
    "draft": {"DRAFT"}, "new": {"DEPOSITED"}, "incomplete": {"INCOMPLETE"}, "returned": {"RETURNED"}, "asked": {"COMPLEMENT_REQUESTED"},
    "unanswered": {"RETURNED"}, "answered": {"IN_STUDY"}, "in_study": {"IN_STUDY"}, "collected": {"OPINIONS_COLLECTED"},
    "forgotten": {"DEPOSITED", "IN_STUDY", "OPINIONS_COLLECTED"}, "to_decide": {"DECISION_PENDING"}, "to_sign": {"DECISION_PENDING"},
    "to_pay": {"APPROVED_PENDING_FEES"}, "delivered": {"DELIVERED"}, "lapsed": {"LAPSED"}, "inspected": {"DELIVERED"},
    "revoked": {"REVOKED"}, "refused": {"REFUSED"}, "appealed": {"REFUSED"}, "withdrawn": {"WITHDRAWN"},
    # Building permits, before their committee, on its agenda, after it; approved by silence.
    "partly": {"IN_STUDY"}, "remarked": {"IN_STUDY"}, "minor": {"IN_STUDY"}, "listed": {"COMMISSION_SCHEDULED"},
    "convened": {"COMMISSION_SCHEDULED"}, "escalated": {"COMMISSION_SCHEDULED"}, "postponed": {"IN_STUDY"},
    "signatures": {"OPINIONS_COLLECTED"}, "sealed": {"DECISION_PENDING"}, "binding": {"DECISION_PENDING"}, "reserved": {"DECISION_PENDING"},
    "modification": {"MODIFICATION_REQUESTED"}, "modified": {"IN_STUDY"}, "deferred": {"DEFERRED"}, "appealed_again": {"REFUSED"},
    "silent": {"DEPOSITED", "IN_STUDY"}, "claimed": {"IN_STUDY"}, "referred": {"IN_STUDY"},
    "attested": {"APPROVED_PENDING_FEES", "DELIVERED"},
}  # fmt: skip


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    """A small demonstration whose first load was killed; its faults, and a connection of the database's owner."""
    with start_backend(tmp_path_factory.mktemp("demonstration")) as backend, pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("demonstration-home")
        for name, value in (backend.environment() | {"SHUBBAK_HOME": str(home)}).items():
            patch.setenv(name, value)
        kill_a_load()
        faults = run(DOSSIERS, COMMUNES, progress=lambda line: None)
        with psycopg.connect(backend.database_url, autocommit=True) as connection:
            yield faults, connection


def kill_a_load():
    """Start a load as the launcher does and kill it, with its helpers left to notice, when the committees have begun to sit."""
    code = "from components.operations.demonstration.__main__ import run; run(DOSSIERS, COMMUNES, lambda line: print(line, flush=True))"
    code = code.replace("DOSSIERS", str(DOSSIERS)).replace("COMMUNES", str(COMMUNES))
    load = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    for line in load.stdout:
        if " 40 of " in line:
            os.kill(load.pid, signal.SIGKILL)
            break
    assert load.wait() == -signal.SIGKILL, "the load ended before it could be killed"


def rows(connection, query, *values):
    return connection.execute(query, values).fetchall()


def roads(connection):
    """The plan of the demonstration that was loaded."""
    communes = [
        dict(zip(("id", "code", "kind"), row, strict=True))
        for row in rows(
            connection,
            """select id::text, code, kind from app.commune
                where id in (select commune_id from app.dossier) order by name_fr <> %s, population desc""",
            people.MAIN,
        )
    ]
    today = rows(connection, "select (now() at time zone 'Africa/Casablanca')::date")[0][0]
    return plan(communes, DOSSIERS, today)


def test_each_dossier_has_come_to_the_place_the_plan_gave_it(province):
    faults, connection = province
    assert faults == []
    found = {str(token): (code, state) for token, code, state in rows(
        connection, "select d.draft_token, c.code, d.state from app.dossier d join app.commune c on c.id = d.commune_id")}  # fmt: skip
    wanted = roads(connection)
    assert len(found) == len(wanted)
    elsewhere = [
        (road.fate, road.procedure, *found[road.token("draft")])
        for road in wanted
        if found[road.token("draft")][0] != road.commune["code"] or found[road.token("draft")][1] not in STATES[road.fate]
    ]
    assert elsewhere == []


def test_silence_is_open_appeals_wait_and_some_are_late(province):
    _, connection = province
    silent = rows(connection, "select distinct procedure_code from app.dossier where silence_on is not null")
    assert {procedure for (procedure,) in silent} >= {"URB-08", "ECO-09", "URB-03"}
    assert {level for (level,) in rows(connection, "select level from app.appeal where answered_at is null")} == {"president", "governor"}
    assert rows(connection, "select from app.dossier d where d.closed_at is null and d.legal_end < app.today(d.commune_id)")


def test_committees_sat_and_will_sit_at_the_province_and_in_the_main_commune(province):
    _, connection = province
    found = rows(
        connection,
        """select o.kind = 'province', o.name_fr like %s, s.state, s.held_at < now(), s.convened_at <= s.held_at - interval '48 hours'
             from app.session s join app.organisation o on o.id = s.organisation_id""",
        f"%{people.MAIN}",
    )
    for body in (0, 1):
        assert {(state, past) for *which, state, past, _ in found if which[body]} >= {("closed", True), ("planned", False)}
    assert {in_time for *_, state, _, in_time in found if state != "planned"} == {True}


@pytest.mark.parametrize(("fate", "session"), [("convened", "convened"), ("listed", "planned")])
def test_dossiers_wait_on_the_agenda_of_a_session_to_come(province, fate, session):
    _, connection = province
    tokens = [road.token("draft") for road in roads(connection) if road.fate == fate]
    found = rows(
        connection,
        """select s.state, s.held_at > now()
             from app.dossier d join app.agenda_item i on i.dossier_id = d.id join app.session s on s.id = i.session_id
            where d.draft_token = any (%s)""",
        tokens,
    )
    assert tokens and found == [(session, True)] * len(tokens)


def test_members_signed_opinions_and_minutes_and_left_remarks(province):
    _, connection = province
    assert rows(connection, "select distinct state from app.opinion") == [("given",)]
    assert {given for (given,) in rows(connection, "select distinct given_in from app.opinion")} == {"desk", "session"}
    outcomes = {outcome for (outcome,) in rows(connection, "select distinct outcome from app.opinion")}
    assert outcomes >= {"favourable", "with_reservations", "unfavourable", "modification"}
    minutes = rows(connection, "select state, app.signed_seats(id) from app.paper where kind = 'minutes'")
    assert {(state, signed) for state, signed in minutes} == {("ready", 1), ("published", 3)}
    assert rows(connection, "select from app.remark where audience = 'architect' and answered_at is not null")
    assert rows(connection, "select from app.event where kind = 'absence_escalated'")


def test_silence_is_at_each_of_its_steps(province):
    _, connection = province
    steps = rows(connection, "select outcome, referred_at is not null from app.silence_claim")
    assert set(steps) == {(None, False), (None, True), ("attested", True)}


def test_the_secretariats_and_members_are_listed_with_their_bodies(province):
    _, connection = province
    listed = call(make_client(), "demonstration_accounts")["accounts"]
    names = {account["email"].split("@")[0]: (account["role"], account["name_fr"], account["name_ar"]) for account in listed}
    assert names["commune_secretary"][0] == names["secretary"][0] == "secretary"
    for name, (_, fr, ar, _) in people.BODIES.items():
        assert fr in names[name][1] and ar in names[name][2]


def test_whoever_is_listed_and_signs_has_a_key(province):
    _, connection = province
    held = {email for (email,) in rows(connection, """select p.email from app.signing_key k join app.person p on p.id = k.person_id
                                                       where k.certificate_pem is not null and k.revoked_at is null""")}  # fmt: skip
    assert {people.email(name) for name in people.SIGNERS} <= held
    assert {name for name in people.STAFF if name.startswith("member_")} < set(people.SIGNERS)


def test_every_record_is_sound_and_numbers_have_no_gaps(province):
    _, connection = province
    assert rows(connection, "select d.number, f.* from app.dossier d, app.record_faults(d.id) as f") == []
    gaps = rows(
        connection, "select commune_id, serial_year from app.dossier where number is not null group by 1, 2 having max(serial) <> count(*)"
    )
    assert gaps == []


def test_the_clocks_are_back(province):
    _, connection = province
    assert rows(connection, "select name_fr from app.commune where clock_offset <> '0'") == []
    assert rows(connection, "select number from app.dossier where deposited_at > now() or decided_at > now()") == []


def test_everybody_listed_on_the_sign_in_page_can_sign_in(province):
    listed = call(make_client(), "demonstration_accounts")
    roles = set(people.STAFF) - set(people.ROLES) | {"applicant", "architect", "company_member"}
    assert {account["role"] for account in listed["accounts"]} >= roles
    for account in listed["accounts"]:
        assert accounts.sign_in(account["email"], listed["password"]).access


def test_a_finished_demonstration_is_left_alone(province):
    _, connection = province
    before = rows(connection, "select count(*), max(updated_at) from app.dossier")
    said = []
    run(DOSSIERS, COMMUNES, progress=said.append)
    assert said == ["demonstration: already there"]
    assert rows(connection, "select count(*), max(updated_at) from app.dossier") == before


def test_the_worker_draws_every_paper_afterwards(province):
    _, connection = province
    worker = subprocess.run([sys.executable, "-m", "components.operations.worker", "--once"], cwd=ROOT, capture_output=True, text=True)
    assert worker.returncode == 0, worker.stderr
    waiting = rows(connection, "select kind, state, fault from app.paper where state not in ('published', 'withdrawn') and needs = 'seal'")
    assert waiting == []
    assert rows(connection, "select kind, fault from app.paper where state = 'failed'") == []
    assert rows(connection, "select kind, payload from app.job where state = 'failed'") == []


COMMUNES_OF_A_PLAN = [{"code": f"09.541.{place:02}.01", "kind": "rural" if place % 2 else "urban", "id": str(place)} for place in range(12)]


@pytest.mark.parametrize("today", [date(2026, 3, 9) + timedelta(days=days) for days in range(7)], ids=lambda day: day.strftime("%A"))
def test_the_plan_is_the_same_for_the_same_day(today):
    def told(roads):
        return [(r.place, r.procedure, r.commune["code"], r.day, r.fate, r.applicant, r.rng.random()) for r in roads]

    first, second = (told(plan(COMMUNES_OF_A_PLAN, FULL, today)) for _ in range(2))
    assert first == second
    assert len({code for _, _, code, *_ in first}) >= 12
    assert all(day <= today for _, _, _, day, *_ in first)
    for table, procedures in ((FATES, ("URB-08", "ECO-09")), (BUILDINGS, ("URB-03", "URB-02"))):
        of_these = [(procedure, fate, code) for _, procedure, code, _, fate, *_ in first if procedure in procedures]
        assert len(of_these) >= 200 and len({code for *_, code in of_these}) >= 12
        assert {(procedure, fate) for procedure, fate, _ in of_these} == {
            (procedure, fate) for fate, (counts, *_) in table.items() for procedure, count in zip(procedures, counts) if count
        }


LAST_ACT = {
    "draft": {"fill_in"}, "new": {"deposit"}, "incomplete": {"deposit"}, "returned": {"deposit"}, "asked": {"told"}, "unanswered": {"told"},
    "answered": {"transmit"}, "withdrawn": {"withdraw"}, "in_study": {"transmit"}, "partly": {"some_members_speak"},
    "remarked": {"answer_remarks"}, "minor": {"ask_complement"}, "listed": {"transmit"}, "convened": {"transmit"},
    "collected": {"members_speak"}, "escalated": {"members_speak"}, "postponed": {"members_speak"}, "signatures": {"minutes"},
    "sealed": {"minutes"}, "binding": {"minutes"}, "reserved": {"minutes"}, "modification": {"sign"}, "modified": {"some_members_speak"},
    "deferred": {"sign"}, "to_sign": {"decide"}, "to_pay": {"sign"}, "delivered": {"pay"}, "refused": {"sign"}, "appealed": {"appeal"},
    "appealed_again": {"appeal_to_the_governor"}, "revoked": {"sign"}, "silent": {"deposit", "some_members_speak"}, "claimed": {"claim"},
    "referred": {"refer", "explain"}, "attested": {"sign_attestation", "pay"},
}  # fmt: skip


@pytest.mark.parametrize("today", [date(2026, 3, 9) + timedelta(days=days) for days in range(7)], ids=lambda day: day.strftime("%A"))
def test_whatever_day_it_is_a_building_permit_has_the_time_its_fate_needs(today):
    acts = SimpleNamespace(**{name: name for name in dir(BuildingCounter)})
    for road in plan(COMMUNES_OF_A_PLAN, FULL, today, procedures=("URB-03", "URB-02")):
        write_building_diary(road, acts, today)
        last = max((day, half, hour, act) for (day, half), these in road.diary.items() for hour, act in these)
        assert last[3] in LAST_ACT[road.fate] and last[0] <= today, (road.fate, road.procedure, road.day, last)


def test_a_plan_is_the_same_drawing_each_time():
    for slot in PLANS:
        first = drawing(slot, 3)
        drawn.cache_clear()
        assert drawing(slot, 3) == first
    assert drawing("masse", 3, 2) != drawing("masse", 3)
