"""Functions over /rest/v1/rpc."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import psycopg
import pytest
from postgrest.exceptions import APIError


def refusal(query) -> APIError:
    with pytest.raises(APIError) as caught:
        query.execute()
    return caught.value


def count(target) -> int:
    with psycopg.connect(target.database_url) as connection:
        return connection.execute("select n from public.contract_count").fetchone()[0]


def test_arguments_are_given_by_name_and_may_have_defaults(anonymous):
    assert anonymous.rpc("contract_add", {"p_first": 1, "p_second": 2}).execute().data == 3
    assert anonymous.rpc("contract_add", {"p_first": 1}).execute().data == 11


@pytest.mark.parametrize("value", [{"a": [1, None, "ع"]}, [], "text", 12, True, {"deep": {"deeper": {}}}])
def test_json_comes_back_as_it_was(anonymous, value):
    assert anonymous.rpc("contract_echo", {"p_value": value}).execute().data == value


def test_the_database_turns_json_into_the_types_of_the_arguments(anonymous):
    given = {"p_words": ["un", "deux, trois", 'qua"tre'], "p_day": "2026-11-23", "p_number": 1.5}
    assert anonymous.rpc("contract_say", given).execute().data == 'un,deux, trois,qua"tre|2026-11-23|1.5'


def test_a_wrong_type_is_a_clear_error(anonymous):
    error = refusal(anonymous.rpc("contract_add", {"p_first": "many"}))
    assert error.code == "22P02" and "many" in error.message


def test_null_void_and_empty_answers(anonymous, target):
    assert target.request("POST", "/rest/v1/rpc/contract_nothing", json={}).text == "null"
    answer = target.request("POST", "/rest/v1/rpc/contract_quietly", json={})
    assert answer.status_code == 204 and answer.content == b""
    assert anonymous.rpc("contract_numbers", {"p_count": 0}).execute().data == []


def test_sets_rows_and_single_rows_have_their_shapes(anonymous):
    assert anonymous.rpc("contract_numbers", {"p_count": 3}).execute().data == [1, 2, 3]
    assert anonymous.rpc("contract_rows", {"p_count": 2}).execute().data == [{"n": 1, "square": 1}, {"n": 2, "square": 4}]
    assert anonymous.rpc("contract_one").execute().data == {"first": 7, "second": "sept"}


def test_rows_can_be_filtered_ordered_and_cut(anonymous):
    query = anonymous.rpc("contract_rows", {"p_count": 10}).select("square").gt("n", 5).order("n", desc=True).limit(2)
    assert query.execute().data == [{"square": 100}, {"square": 81}]


def test_rows_can_be_counted(anonymous):
    answer = anonymous.rpc("contract_rows", {"p_count": 10}, count="exact").limit(3).execute()
    assert answer.count == 10 and len(answer.data) == 3


def test_one_row_may_be_demanded(anonymous):
    query = anonymous.rpc("contract_rows", {"p_count": 3})
    assert query.eq("n", 2).single().execute().data == {"n": 2, "square": 4}
    assert refusal(anonymous.rpc("contract_rows", {"p_count": 3}).single()).code == "PGRST116"


def test_a_demand_for_one_row_that_fails_undoes_the_work(anonymous, target):
    before = count(target)
    with pytest.raises(APIError):
        anonymous.rpc("contract_two_rows").single().execute()
    assert count(target) == before


def test_get_calls_the_same_function_with_arguments_in_the_address(anonymous):
    assert anonymous.rpc("contract_add", {"p_first": 4}, get=True).execute().data == 14
    assert anonymous.rpc("contract_say", {"p_words": "{a,b}"}, get=True).execute().data == "a,b"


def test_get_cannot_write(anonymous, target):
    before = count(target)
    assert refusal(anonymous.rpc("contract_tick", get=True)).code == "25006"
    assert count(target) == before
    anonymous.rpc("contract_tick").execute()
    assert count(target) == before + 1


@pytest.mark.parametrize("arguments", [{}, {"p_first": 1, "p_third": 1}, {"p_second": 1}])
def test_missing_and_unknown_arguments_find_no_function(anonymous, arguments):
    assert refusal(anonymous.rpc("contract_add", arguments)).code == "PGRST202"


def test_an_unknown_function_is_not_found(anonymous, target):
    assert refusal(anonymous.rpc("contract_absent")).code == "PGRST202"
    assert target.request("POST", "/rest/v1/rpc/contract_absent", json={}).status_code == 404


def test_an_overloaded_function_is_ambiguous(anonymous, target):
    assert target.request("POST", "/rest/v1/rpc/contract_twice", json={"p_value": None}).json()["code"] == "PGRST203"


def test_a_body_that_is_no_json_is_refused(target):
    answer = target.request("POST", "/rest/v1/rpc/contract_add", content=b"{nonsense", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "PGRST102")


@pytest.mark.parametrize("code", ["MOVE1", "RATE1", "IDEN9", "QUOT1", "P0001"])
def test_our_own_refusals_keep_code_sentence_detail_and_hint(anonymous, target, code):
    detail = json.dumps({"code": code, "ar": "هذا الملف ينتظر شخصا آخر", "fr": "Ce dossier attend"}, ensure_ascii=False)
    error = refusal(anonymous.rpc("contract_refuse", {"p_code": code, "p_detail": detail}))
    assert (error.code, error.message, error.hint) == (code, "Ce dossier attend une autre personne", "Demandez-lui")
    assert json.loads(error.details)["ar"] == "هذا الملف ينتظر شخصا آخر"
    assert target.request("POST", "/rest/v1/rpc/contract_refuse", json={"p_code": code}).status_code == 400


def test_a_function_may_choose_the_status(target):
    assert target.request("POST", "/rest/v1/rpc/contract_refuse", json={"p_code": "PT404"}).status_code == 404


@pytest.mark.parametrize("code, status", [("23505", 409), ("23503", 409), ("23514", 400), ("22023", 400)])
def test_database_errors_have_their_status(target, code, status):
    assert target.request("POST", "/rest/v1/rpc/contract_refuse", json={"p_code": code}).status_code == status


def test_a_function_that_is_not_granted_is_refused(anonymous, amina, operator):
    assert refusal(anonymous.rpc("contract_private")).code == "42501"
    assert refusal(amina.client.rpc("contract_private")).code == "42501"
    assert operator.rpc("contract_private").execute().data == 1


def test_refused_strangers_get_401_and_refused_persons_403(target, amina):
    assert target.request("POST", "/rest/v1/rpc/contract_private", json={}).status_code == 401
    token = amina.client.auth.get_session().access_token
    answer = target.request("POST", "/rest/v1/rpc/contract_private", json={}, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def test_the_function_knows_its_caller(anonymous, amina, operator):
    stranger = anonymous.rpc("contract_whoami").execute().data
    assert (stranger["uid"], stranger["role"], stranger["user"]) == (None, "anon", "anon")
    person = amina.client.rpc("contract_whoami").execute().data
    assert person == {"uid": amina.id, "role": "authenticated", "user": "authenticated", "email": amina.email, "aal": "aal1"}
    assert operator.rpc("contract_whoami").execute().data["user"] == "service_role"


def test_two_persons_over_one_transport_are_never_mixed_up(amina, brahim, anonymous):
    for _ in range(5):
        assert amina.client.rpc("contract_whoami").execute().data["uid"] == amina.id
        assert brahim.client.rpc("contract_whoami").execute().data["uid"] == brahim.id
        assert anonymous.rpc("contract_whoami").execute().data["uid"] is None


def test_no_more_than_a_thousand_rows_come_back(anonymous):
    assert len(anonymous.rpc("contract_rows", {"p_count": 1500}).execute().data) == 1000
    assert len(anonymous.rpc("contract_rows", {"p_count": 1500}).limit(1400).execute().data) == 1000
    assert len(anonymous.rpc("contract_numbers", {"p_count": 1500}).execute().data) == 1000


def test_a_strangers_call_ends_after_three_seconds(anonymous, amina):
    with ThreadPoolExecutor() as beside:
        signed_in = beside.submit(amina.client.rpc("contract_sleep", {"p_seconds": 3.5}).execute)
        assert refusal(anonymous.rpc("contract_sleep", {"p_seconds": 3.5})).code == "57014"
        signed_in.result()  # who is signed in has eight seconds


def test_a_bad_token_is_refused(target):
    answer = target.request("POST", "/rest/v1/rpc/contract_nothing", json={}, headers={"Authorization": "Bearer a.b.c"})
    assert answer.status_code == 401 and answer.json()["code"].startswith("PGRST30")
    forged = target.anon_key[:-4] + ("AAAA" if target.anon_key[-4:] != "AAAA" else "BBBB")
    assert (
        target.request("POST", "/rest/v1/rpc/contract_nothing", json={}, headers={"Authorization": f"Bearer {forged}"}).status_code == 401
    )


def test_a_call_without_a_key_is_refused(target):
    assert target.transport.post(f"{target.url}/rest/v1/rpc/contract_nothing", json={}).status_code == 401
    assert target.request("POST", "/rest/v1/rpc/contract_nothing", json={}, headers={"apikey": "none"}).status_code == 401


def test_a_changed_function_is_seen(target, anonymous):
    with psycopg.connect(target.database_url, autocommit=True) as connection:
        connection.execute("create or replace function public.contract_fresh(p_a int) returns int language sql as 'select 1'")
        connection.execute("grant execute on function public.contract_fresh(int) to anon")
        connection.execute("notify pgrst, 'reload schema'")
        assert _eventually(lambda: anonymous.rpc("contract_fresh", {"p_a": 1}).execute().data == 1)
        connection.execute("drop function public.contract_fresh(int)")
        connection.execute("create function public.contract_fresh(p_b text) returns text language sql as 'select p_b'")
        connection.execute("grant execute on function public.contract_fresh(text) to anon")
        connection.execute("notify pgrst, 'reload schema'")
        assert _eventually(lambda: anonymous.rpc("contract_fresh", {"p_b": "x"}).execute().data == "x")
        connection.execute("drop function public.contract_fresh(text)")


def _eventually(holds) -> bool:
    for _ in range(50):
        try:
            if holds():
                return True
        except APIError:
            pass
        time.sleep(0.1)
    return False


def test_big_numbers_lose_nothing(target, amina):
    token = amina.client.auth.get_session().access_token
    answer = target.request("GET", "/rest/v1/contract_letters?select=weight&id=eq.2", headers={"Authorization": f"Bearer {token}"})
    assert json.loads(answer.text, parse_float=Decimal)[0]["weight"] == Decimal("12345678901234567890.123")
