"""Accounts and sessions over /auth/v1."""

from __future__ import annotations

import time
import uuid

import jwt
import psycopg
import pytest
from supabase_auth.errors import AuthApiError, AuthWeakPasswordError

from tests.contract.conftest import PASSWORD


def refusal(act, *arguments, **options) -> AuthApiError:
    with pytest.raises(AuthApiError) as caught:
        act(*arguments, **options)
    return caught.value


def new_email() -> str:
    return f"{uuid.uuid4().hex}@contract.example"


def test_a_person_signs_up_and_is_signed_in(target):
    client, email = target.client(), new_email()
    answer = client.auth.sign_up({"email": email.upper(), "password": PASSWORD, "options": {"data": {"name": "أمينة"}}})
    assert answer.user.email == email and answer.user.user_metadata["name"] == "أمينة"
    assert client.rpc("contract_whoami").execute().data["uid"] == answer.user.id


def test_an_address_signs_up_once(target, amina):
    error = refusal(target.client().auth.sign_up, {"email": amina.email, "password": PASSWORD})
    assert (error.status, error.code) == (422, "user_already_exists")


def test_a_short_password_is_refused(target):
    with pytest.raises(AuthWeakPasswordError) as caught:
        target.client().auth.sign_up({"email": new_email(), "password": "short"})
    assert caught.value.reasons == ["length"]


@pytest.mark.parametrize("email", ["nobody", "a b@c.d", "@x.ma"])
def test_a_wrong_address_is_refused(target, email):
    assert refusal(target.client().auth.sign_up, {"email": email, "password": PASSWORD}).code in (
        "validation_failed",
        "email_address_invalid",
    )


def test_a_wrong_password_and_an_unknown_address_look_the_same(target, amina):
    wrong = refusal(target.client().auth.sign_in_with_password, {"email": amina.email, "password": "wrong password"})
    unknown = refusal(target.client().auth.sign_in_with_password, {"email": new_email(), "password": "wrong password"})
    assert (
        (wrong.status, wrong.code, wrong.message)
        == (unknown.status, unknown.code, unknown.message)
        == (400, "invalid_credentials", wrong.message)
    )


def test_the_access_token_says_who_and_until_when(amina):
    session = amina.client.auth.get_session()
    claims = jwt.decode(session.access_token, options={"verify_signature": False})
    assert (claims["sub"], claims["role"], claims["aud"], claims["email"]) == (amina.id, "authenticated", "authenticated", amina.email)
    assert claims["session_id"] and time.time() < claims["exp"] == session.expires_at


def test_the_token_opens_the_account(target, amina):
    token = amina.client.auth.get_session().access_token
    assert target.client().auth.get_user(token).user.id == amina.id


@pytest.mark.parametrize("token", ["a.b.c", "nonsense"])
def test_a_bad_token_opens_nothing(target, token):
    assert refusal(target.client().auth.get_user, token).code == "bad_jwt"


def test_the_public_key_is_nobodys_account(target):
    assert refusal(target.client().auth.get_user, target.anon_key).status in (401, 403)


def test_refreshing_gives_a_new_pair_for_the_same_person(target):
    person = target.person()
    old = person.client.auth.get_session()
    new = person.client.auth.refresh_session().session
    assert new.refresh_token != old.refresh_token and new.user.id == person.id
    assert person.client.rpc("contract_whoami").execute().data["uid"] == person.id


def test_two_tabs_may_refresh_at_once(target):
    person = target.person()
    token = person.client.auth.get_session().refresh_token
    first = target.client().auth.refresh_session(token).session
    second = target.client().auth.refresh_session(token).session
    assert first.user.id == second.user.id == person.id
    assert target.client().auth.refresh_session(second.refresh_token).session.user.id == person.id


def test_a_token_used_again_later_ends_the_session(target):
    person = target.person()
    stolen = person.client.auth.get_session().refresh_token
    second = target.client().auth.refresh_session(stolen).session
    third = target.client().auth.refresh_session(second.refresh_token).session
    with psycopg.connect(target.database_url, autocommit=True) as connection:  # instead of waiting
        connection.execute("update auth.refresh_tokens set updated_at = updated_at - interval '1 minute' where user_id = %s", [person.id])
    assert refusal(target.client().auth.refresh_session, stolen).code == "refresh_token_already_used"
    assert refusal(target.client().auth.refresh_session, third.refresh_token).code in ("refresh_token_already_used", "session_not_found")


def test_an_unknown_refresh_token_is_refused(target):
    assert refusal(target.client().auth.refresh_session, "unknown").code == "refresh_token_not_found"


def test_signing_out_ends_this_session_only_or_all(target):
    person = target.person()
    here, there = target.client(), target.client()
    for client in (here, there):
        client.auth.sign_in_with_password({"email": person.email, "password": PASSWORD})
    token = here.auth.get_session().refresh_token
    here.auth.sign_out({"scope": "local"})
    assert refusal(target.client().auth.refresh_session, token).status == 400
    assert there.auth.get_user().user.id == person.id
    there.auth.sign_out({"scope": "others"})
    assert refusal(person.client.auth.get_user).code == "session_not_found"
    token = there.auth.get_session().access_token
    there.auth.sign_out()
    assert refusal(target.client().auth.get_user, token).code == "session_not_found"


def test_a_person_changes_name_password_and_address(target):
    person = target.person()
    assert person.client.auth.update_user({"data": {"city": "تارودانت", "gone": None}}).user.user_metadata["city"] == "تارودانت"
    assert refusal(person.client.auth.update_user, {"password": PASSWORD}).code == "same_password"
    person.client.auth.update_user({"password": "another good one"})
    assert refusal(target.client().auth.sign_in_with_password, {"email": person.email, "password": PASSWORD}).code == "invalid_credentials"
    again = target.client().auth.sign_in_with_password({"email": person.email, "password": "another good one"})
    assert again.user.id == person.id


def test_the_operator_manages_accounts(target, operator):
    admin, email = operator.auth.admin, new_email()
    user = admin.create_user({"email": email, "password": PASSWORD, "email_confirm": True, "app_metadata": {"office": "TRD"}}).user
    assert user.app_metadata["office"] == "TRD" and user.email_confirmed_at is not None
    assert admin.get_user_by_id(user.id).user.email == email
    assert email in [one.email for one in admin.list_users(page=1, per_page=50)]
    changed = admin.update_user_by_id(user.id, {"user_metadata": {"name": "Brahim"}, "password": "changed by the operator"}).user
    assert changed.user_metadata["name"] == "Brahim" and changed.app_metadata["office"] == "TRD"
    assert target.client().auth.sign_in_with_password({"email": email, "password": "changed by the operator"}).user.id == user.id
    assert refusal(admin.create_user, {"email": email, "password": PASSWORD}).code == "email_exists"
    admin.delete_user(user.id)
    assert refusal(admin.get_user_by_id, user.id).code == "user_not_found"
    assert refusal(target.client().auth.sign_in_with_password, {"email": email, "password": PASSWORD}).code == "invalid_credentials"


def test_an_unconfirmed_or_banned_account_stays_outside(target, operator):
    email = new_email()
    user = operator.auth.admin.create_user({"email": email, "password": PASSWORD}).user
    credentials = {"email": email, "password": PASSWORD}
    assert refusal(target.client().auth.sign_in_with_password, credentials).code == "email_not_confirmed"
    operator.auth.admin.update_user_by_id(user.id, {"email_confirm": True, "ban_duration": "24h"})
    assert refusal(target.client().auth.sign_in_with_password, credentials).code == "user_banned"
    operator.auth.admin.update_user_by_id(user.id, {"ban_duration": "none"})
    assert target.client().auth.sign_in_with_password(credentials).user.id == user.id


def test_nobody_else_manages_accounts(target, amina):
    assert refusal(target.client().auth.admin.list_users).status in (401, 403)
    token = amina.client.auth.get_session().access_token
    answer = target.request("GET", "/auth/v1/admin/users", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403 and answer.json()["error_code"] == "not_admin"


def test_a_trigger_of_the_project_meets_every_new_account(target):
    with psycopg.connect(target.database_url, autocommit=True) as connection:
        connection.execute("create table if not exists public.contract_joined (id uuid references auth.users on delete cascade)")
        connection.execute("revoke all on public.contract_joined from anon, authenticated")
        connection.execute(
            "create or replace function public.contract_join() returns trigger language plpgsql security definer set search_path = '' as"
            " $$ begin insert into public.contract_joined values (new.id); return new; end $$"
        )
        connection.execute(
            "create or replace trigger contract_join after insert on auth.users for each row execute function public.contract_join()"
        )
        try:
            person = target.person()
            assert connection.execute("select count(*) from public.contract_joined where id = %s", [person.id]).fetchone() == (1,)
        finally:
            connection.execute("drop trigger contract_join on auth.users")
            connection.execute("drop table public.contract_joined")


def test_recovery_answers_the_same_for_everybody(target, amina):
    assert target.request("POST", "/auth/v1/recover", json={"email": new_email()}).status_code == 200


def test_an_invented_link_is_refused(target):
    assert refusal(target.client().auth.verify_otp, {"token_hash": "0" * 56, "type": "recovery"}).code == "otp_expired"


def test_settings_say_that_people_may_sign_up(target):
    settings = target.request("GET", "/auth/v1/settings").json()
    assert settings["disable_signup"] is False and settings["external"]["email"] is True
