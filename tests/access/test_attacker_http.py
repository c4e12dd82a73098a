"""What somebody tries who holds the public key or an ordinary account and a terminal: raw HTTP, wrong forms, floods, guesses."""

import json
import uuid

import httpx
import pytest

from components.permits.client import call
from tests import filing
from tests.access import probes
from tests.access.scene import ACTORS, HERE
from tests.world import refused

INTRUDER = "citizen Zahra"


@pytest.fixture(scope="module")
def http(scene):
    """The REST part, signed in as an ordinary citizen."""
    client = scene.world.client(INTRUDER)
    headers = {"apikey": scene.world.backend.anon_key, "Authorization": client.options.headers["Authorization"]}
    with httpx.Client(base_url=scene.world.backend.url, headers=headers, timeout=30) as http:
        yield http


@pytest.fixture(scope="module")
def own_draft(scene):
    return filing.start(scene.world, INTRUDER, HERE)


def rpc(http, function, body, **headers):
    content = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return http.post(f"/rest/v1/rpc/{function}", content=content, headers={"Content-Type": "application/json", **headers})


# -- headers and addresses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Prefer": "tx=commit, role=service_role"},
        {"Role": "service_role", "X-Role": "postgres", "X-Client-Info": "postgres"},
        {"Prefer": "return=representation; role=postgres"},
        {"X-Forwarded-User": "postgres", "request.jwt.claims": '{"role":"service_role"}'},
    ],
)
def test_no_header_changes_who_one_is(http, scene, headers):
    answer = rpc(http, "dossier_page", {"p_dossier": str(scene.checked)}, **headers)
    assert answer.status_code == 400 and answer.json()["code"] in ("SEEN1", "PGRST122")


def test_the_key_of_everybody_or_an_invented_token_is_nobody(http, scene):
    body = {"p_dossier": str(scene.checked)}
    assert rpc(http, "dossier_page", body, Authorization=f"Bearer {scene.world.backend.anon_key}").status_code == 401
    import jwt

    person = str(scene.world.person(ACTORS["president"]))
    for claims in ({"role": "service_role"}, {"role": "authenticated", "sub": person}, {"role": "postgres", "sub": person}):
        for token in (jwt.encode(claims, "secret" * 8, algorithm="HS256"), jwt.encode(claims, None, algorithm="none")):
            assert rpc(http, "dossier_page", body, Authorization=f"Bearer {token}").status_code == 401


def test_a_name_of_a_function_is_a_name_and_not_a_piece_of_sql(http):
    for name in ("pg_sleep", "set_config", "my_communes", "app.my_communes", "me();select 1", "me%22%3B--", "pg_read_file", "lo_import"):
        assert rpc(http, name, {"seconds": 1}).status_code == 404, name


# -- forms ------------------------------------------------------------------------------------------------------------------

STRINGS = [
    "'; drop table app.dossier; --",
    "' or '1'='1",
    "$$;select pg_sleep(9);$$",
    "%",
    "\\",
    "{}",
    "(select 1)",
    "\u202e\u0000x",
    "𝕏" * 300,
    "null",
]


@pytest.mark.parametrize("text", STRINGS)
@pytest.mark.parametrize("key", ["text", "procedure", "step", "holder", "band", "channel", "assigned", "from", "to", "scope", "states"])
def test_a_filter_of_the_queue_is_only_ever_a_value(http, scene, key, text):
    """The queue puts its statement together; what is typed must travel as a parameter."""
    value = [text] if key == "states" else text
    answer = rpc(http, "queue", {"p_commune": str(scene.commune), "p_filter": {key: value}})
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert answer.json()["rows"] == []
    else:
        assert answer.json()["code"].startswith("22"), answer.text
    assert scene.value("select count(*) from app.dossier where id = %s", scene.checked) == 1


@pytest.mark.parametrize(
    "form", [[], "x", 5, None, True, {"states": "x"}, {"states": {"a": 1}}, {"text": {"a": []}}, {"from": 5}, {"band": None}, [["text"]]]
)
def test_a_filter_of_another_form_is_an_answer_and_no_crash(http, scene, form):
    for function, extra in (("queue", {}), ("queue_neighbours", {"p_dossier": str(scene.checked)}), ("queue_export", {})):
        answer = rpc(http, function, {"p_commune": str(scene.commune), "p_filter": form, **extra})
        assert answer.status_code < 500, answer.text
    answer = rpc(http, "queue", {"p_commune": str(scene.commune), "p_after": form})
    assert answer.status_code < 500, answer.text


def test_the_staff_find_their_rows_with_the_same_filters(scene):
    """The proof that the filters above do filter: the row is there for its reader, and hostile text finds nothing."""
    clerk = scene.world.client(ACTORS["clerk"])
    assert call(clerk, "queue", p_commune=scene.commune, p_filter={"scope": "all"})["total"] > 0
    for text in STRINGS[:5]:
        assert call(clerk, "queue", p_commune=scene.commune, p_filter={"scope": "all", "text": text})["total"] == 0


def test_wrong_types_are_refused_with_a_code_and_never_crash(http, scene):
    """Every function with every argument replaced by something else: an answer of at most four hundred and something."""
    crashed = []
    for function, (params, _) in probes.calls(scene).items():
        given = json.loads(json.dumps(params, default=str))
        for name in given:
            for value in ({"a": {"b": [1, None]}}, "x" * 200):
                answer = rpc(http, function, {**given, name: value})
                if answer.status_code >= 500 or not answer.headers.get("content-type", "application/json").startswith("application/json"):
                    crashed.append(f"{function}({name}={value!r:.40}): {answer.status_code} {answer.text[:160]}")
    assert not crashed, "\n".join(crashed)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b'{"p_dossier": ',
        b"\xff\xfe{}",
        b'{"p_dossier": "\xc3\x28"}',
        b'{"p_dossier": "\\u0000"}',
        b'{"p_dossier": "\\ud800"}',
        b"[1,2]",
        b'"x"',
        b"null",
        b"5",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(http, body):
    answer = rpc(http, "dossier_page", body)
    assert answer.status_code in (400, 404) and answer.json()["code"]


def test_a_very_deep_or_very_large_body_is_refused(http, own_draft):
    deep = '{"p_dossier": "%s", "p_changes": {"ref_desc": %s}, "p_base": 0, "p_editor": "x"}'
    for depth in (500, 7000, 200000):
        answer = rpc(http, "save_draft", deep % (own_draft, "[" * depth + "]" * depth))
        assert answer.status_code in (200, 400, 413) or answer.json()["code"] == "54001", (depth, answer.text[:200])
    answer = rpc(http, "save_draft", deep % (own_draft, json.dumps("x" * 300_000)))
    assert answer.json()["code"] == "SIZE3"
    answer = rpc(http, "save_draft", deep % (own_draft, json.dumps("x" * 12_000_000)))
    assert answer.status_code == 413


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e131072", "1e999999999", "NaN", "Infinity", "0." + "1" * 50000])
def test_numbers_out_of_range_are_refused_or_judged_as_faults(http, own_draft, number):
    answer = rpc(
        http,
        "save_draft",
        f'{{"p_dossier": "{own_draft}", "p_changes": {{"ref_surface": {number}}}, "p_base": 99, "p_editor": "y"}}',
    )
    if answer.status_code == 200:
        assert any(fault["path"] == "ref_surface" for fault in answer.json()["faults"])
    else:
        assert answer.status_code == 400, answer.text[:200]


@pytest.mark.parametrize(
    "day", ["infinity", "-infinity", "99999-01-01", "0000-00-00", "2026-02-30", "now", "epoch", "0001-01-01 BC", -5, {"y": 1}]
)
def test_days_out_of_range_are_faults_of_the_form(http, own_draft, day):
    answer = rpc(http, "save_draft", {"p_dossier": str(own_draft), "p_changes": {"ref_start": day}, "p_base": 999, "p_editor": "z"})
    assert answer.status_code == 200 and any(fault["path"] == "ref_start" for fault in answer.json()["faults"]), answer.text[:300]


def test_negative_amounts_and_areas_are_faults_of_the_form(http, own_draft):
    answer = rpc(
        http,
        "save_draft",
        {"p_dossier": str(own_draft), "p_changes": {"ref_surface": -80, "land_area": -1}, "p_base": 999, "p_editor": "n"},
    )
    assert {"ref_surface", "land_area"} <= {fault["path"] for fault in answer.json()["faults"]}


@pytest.mark.parametrize("day", ["infinity", "-infinity", "9999-12-31", "0001-01-01"])
def test_a_day_that_screens_cannot_show_never_reaches_another_person(scene, day):
    party, president = scene.world.client(ACTORS["party"]), scene.world.client(ACTORS["president"])
    with refused("WHEN9"):
        call(party, "post_message", p_dossier=scene.asked, p_thread="applicant", p_body="Bonjour", p_expected_on=day)
    with refused("WHEN9"):
        call(
            president,
            "invite",
            p_organisation=scene.world.organisation("clerk", HERE),
            p_email="x@example.test",
            p_role="clerk",
            p_to=day,
            p_from=day,
        )
    with refused("WHEN9"):
        call(president, "revoke", p_dossier=scene.delivered, p_reasons=[{"text": "Motif", "article": "1"}], p_effective_on=day)


@pytest.mark.parametrize("function, params", [
    ("withdraw", {"p_reason": "x" * 5001}),
    ("act", {"p_action": "transmit", "p_data": ["x"]}),
    ("act", {"p_action": "transmit", "p_data": {"note": "x" * 200_000}}),
    ("ask_applicant", {"p_kind": "information", "p_items": "x"}),
])  # fmt: skip
def test_endless_texts_and_values_of_another_form_do_not_enter_the_record(scene, function, params):
    who = ACTORS["party"] if function == "withdraw" else ACTORS["clerk"]
    with refused("LONG9"):
        call(scene.world.client(who), function, p_dossier=scene.checked, **params)


def test_no_answer_holds_more_than_a_thousand_rows_and_no_call_lasts(http, scene):
    answer = http.post("/rest/v1/rpc/holidays", json={"p_year": 2026}, headers={"Range": "0-99999"})
    assert len(answer.json()) <= 1000
    assert len(rpc(http, "queue_export", {"p_filter": {}}).json()["rows"]) <= 1000
    with scene.world.acting_as(INTRUDER) as intruder, refused("57014"):
        intruder.connection.execute("select set_config('statement_timeout', '100', false)")
        try:
            intruder.run("select pg_sleep(5)")
        finally:
            intruder.connection.execute("reset statement_timeout")


# -- guesses ----------------------------------------------------------------------------------------------------------------


def test_codes_of_verification_are_guessed_ten_times_a_minute(scene):
    nobody, visitor = scene.world.client("nobody"), uuid.uuid4().hex
    for _ in range(10):
        assert call(nobody, "verify_code", p_code=uuid.uuid4().hex[:12], p_client=visitor) == {"status": "unknown"}
    for function, params in (("verify_code", {"p_code": "0"}), ("verify_digest", {"p_data_digest": "0"})):
        with refused("RATE1"):
            call(nobody, function, p_client=visitor, **params)


def test_another_name_each_time_does_not_help_whoever_guesses(scene):
    """The visitor's name is the caller's own word: misses are counted for everybody together too."""
    nobody = scene.world.client("nobody")
    scene.run("insert into app.verification_attempt (client, minute, misses) values ('flood', date_trunc('minute', now()), 400)")
    try:
        with refused("RATE1"):
            call(nobody, "verify_code", p_code="0", p_client=uuid.uuid4().hex)
    finally:
        scene.run("delete from app.verification_attempt where client = 'flood'")


def test_codes_of_tracking_and_of_claims_are_guessed_ten_times(scene):
    nobody, intruder = scene.world.client("nobody"), scene.world.client("citizen Guesser")
    number = scene.value("select number from app.dossier where id = %s", scene.others)
    for _ in range(10):
        assert call(nobody, "track", p_number=number, p_code=uuid.uuid4().hex[:8]) == {"found": False}
        assert call(intruder, "accept_claim", p_dossier=scene.others, p_code=uuid.uuid4().hex[:16]) == {}
    code = scene.value("select tracking_code from app.dossier where id = %s", scene.others)
    with refused("RATE1"):
        call(nobody, "track", p_number=number, p_code=code)
    for function, params in (
        ("accept_claim", {"p_dossier": scene.others, "p_code": code}),
        ("claim_dossier", {"p_number": number, "p_code": code}),
    ):
        with refused("RATE1"):
            call(intruder, function, **params)


def test_an_invitation_opens_by_its_whole_token_only(scene):
    world = scene.world
    office = world.organisation("clerk", HERE)
    token = call(world.client(ACTORS["president"]), "invite", p_organisation=office, p_email=world.email(INTRUDER), p_role="clerk")["token"]
    intruder = world.client(INTRUDER)
    assert len(token) == 64 and call(world.client("nobody"), "invitation", p_token=token[:-1]) is None
    for wrong in (
        token[:-1],
        token.upper(),
        scene.value("select token_hash from app.invitation where email = %s", world.email(INTRUDER)),
        "%",
        "",
    ):
        with refused("JOIN1"):
            call(intruder, "accept_invitation", p_token=wrong)
    with refused("JOIN2"):
        call(world.client(ACTORS["other_applicant"]), "accept_invitation", p_token=token)


# -- who has an account? ----------------------------------------------------------------------------------------------------


def test_answers_do_not_say_whether_an_address_has_an_account(scene, http):
    world = scene.world
    known, unknown = world.email(ACTORS["party"]), f"{uuid.uuid4().hex}@example.test"
    said = [http.post("/auth/v1/recover", json={"email": email}) for email in (known, unknown)]
    assert said[0].status_code == said[1].status_code == 200 and said[0].json() == said[1].json()
    said = [http.post("/auth/v1/token?grant_type=password", json={"email": email, "password": "wrong"}) for email in (known, unknown)]
    assert said[0].status_code == said[1].status_code and said[0].json() == said[1].json()
    draft = filing.start(world, INTRUDER, HERE)
    client = world.client(INTRUDER)
    assert call(client, "add_party", p_dossier=draft, p_email=known) == call(client, "add_party", p_dossier=draft, p_email=unknown)
    invited = call(client, "draft_page", p_dossier=draft)["people"]["invited"]
    assert {frozenset(line) for line in invited} == {frozenset({"email", "quality", "at"})} and len(invited) == 2


def test_mail_cannot_be_sent_without_limit_through_an_invitation(scene):
    client = scene.world.client("citizen Spammer")
    draft = filing.start(scene.world, "citizen Spammer", HERE)
    for _ in range(10):
        call(client, "add_party", p_dossier=draft, p_email="victim@example.test")
    with refused("RATE1"):
        call(client, "add_party", p_dossier=draft, p_email="victim@example.test")
    with refused("RATE1"):
        call(client, "add_party", p_dossier=filing.start(scene.world, "citizen Spammer", HERE), p_email="victim@example.test")
    assert scene.value("select count(*) from app.outbox where recipient = 'victim@example.test'") == 10
