"""What the Auth part does beyond the contract: limits on attempts, links by mail, secrets at rest."""

from __future__ import annotations

import uuid

import psycopg
import pytest

PASSWORD = "long enough"


@pytest.fixture
def auth(empty_backend, transport):
    def call(method, path, body=None, key=None, token=None):
        key = key or empty_backend.anon_key
        headers = {"apikey": key, "Authorization": f"Bearer {token or key}"}
        return transport.request(method, f"{empty_backend.url}/auth/v1/{path}", json=body, headers=headers)

    return call


@pytest.fixture
def database(empty_backend):
    with psycopg.connect(empty_backend.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def email(auth):
    email = f"{uuid.uuid4().hex}@example.ma"
    assert auth("POST", "signup", {"email": email, "password": PASSWORD}).status_code == 200
    return email


def sign_in(auth, email, password=PASSWORD):
    return auth("POST", "token?grant_type=password", {"email": email, "password": password})


def mailed(database, email) -> list[tuple[str, str]]:
    return database.execute("select kind, token_hash from auth.local_mail where email = %s order by id", [email]).fetchall()


def test_too_many_wrong_passwords_close_the_door_for_that_address_only(auth, email):
    answers = [sign_in(auth, email, "wrong").status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]
    closed = sign_in(auth, email)
    assert closed.status_code == 429 and closed.json()["error_code"] == "over_request_rate_limit"
    other = f"{uuid.uuid4().hex}@example.ma"
    assert sign_in(auth, other, "wrong").status_code == 400


def test_an_unknown_address_is_limited_in_the_same_way(auth):
    unknown = f"{uuid.uuid4().hex}@example.ma"
    assert [sign_in(auth, unknown, "wrong").status_code for _ in range(11)] == [400] * 10 + [429]


def test_a_right_password_forgives_the_wrong_ones(auth, email):
    for _ in range(2):
        for _ in range(6):
            sign_in(auth, email, "wrong")
        assert sign_in(auth, email).status_code == 200


def test_a_recovery_link_signs_in_once_and_lets_the_password_be_changed(auth, database, email):
    assert auth("POST", "recover", {"email": email}).json() == {}
    [(kind, token)] = mailed(database, email)
    assert kind == "recovery"
    session = auth("POST", "verify", {"type": "recovery", "token_hash": token}).json()
    assert auth("PUT", "user", {"password": "a new password"}, token=session["access_token"]).status_code == 200
    assert sign_in(auth, email, "a new password").status_code == 200
    again = auth("POST", "verify", {"type": "recovery", "token_hash": token})
    assert (again.status_code, again.json()["error_code"]) == (403, "otp_expired")


def test_a_link_dies_after_an_hour_and_when_the_address_changes(auth, database, email, empty_backend):
    auth("POST", "recover", {"email": email})
    [(_, token)] = mailed(database, email)
    database.execute("update auth.one_time_tokens set created_at = created_at - interval '61 minutes' where relates_to = %s", [email])
    assert auth("POST", "verify", {"type": "recovery", "token_hash": token}).status_code == 403
    database.execute("update auth.one_time_tokens set created_at = now() where relates_to = %s", [email])
    user = sign_in(auth, email).json()["user"]["id"]
    service = empty_backend.service_role_key
    assert auth("PUT", f"admin/users/{user}", {"email": f"new-{email}"}, key=service).status_code == 200
    assert auth("POST", "verify", {"type": "recovery", "token_hash": token}).status_code == 403


def test_recovery_of_an_unknown_address_writes_no_mail_and_says_nothing(auth, database):
    unknown = f"{uuid.uuid4().hex}@example.ma"
    assert auth("POST", "recover", {"email": unknown}).status_code == 200
    assert mailed(database, unknown) == []


def test_mails_to_one_address_are_at_least_a_minute_apart(auth, email):
    unknown = f"{uuid.uuid4().hex}@example.ma"
    for address in (email, unknown):
        assert auth("POST", "recover", {"email": address}).status_code == 200
        assert auth("POST", "recover", {"email": address}).json()["error_code"] == "over_email_send_rate_limit"


def test_no_secret_lies_open_in_the_database(auth, database, email):
    token = sign_in(auth, email).json()["refresh_token"]
    assert database.execute("select count(*) from auth.refresh_tokens where token = %s", [token]).fetchone() == (0,)
    hashed = database.execute("select encrypted_password from auth.users where email = %s", [email]).fetchone()[0]
    assert hashed.startswith("$2b$10$")


def test_a_person_cannot_give_themselves_rights(auth, email):
    session = sign_in(auth, email).json()
    attempt = {"role": "service_role", "app_metadata": {"provider": "me", "rank": "governor"}}
    changed = auth("PUT", "user", {**attempt, "data": {"rank": "governor"}}, token=session["access_token"]).json()
    assert changed["role"] == "authenticated" and "rank" not in changed["app_metadata"]
    other = auth("POST", "signup", {"email": f"x-{email}", "password": PASSWORD, **attempt}).json()["user"]
    assert other["role"] == "authenticated" and "rank" not in other["app_metadata"]


def test_changing_the_password_ends_the_other_sessions(auth, email):
    here, there = sign_in(auth, email).json(), sign_in(auth, email).json()
    assert auth("PUT", "user", {"password": "another one"}, token=here["access_token"]).status_code == 200
    assert auth("GET", "user", token=there["access_token"]).json()["error_code"] == "session_not_found"
    assert auth("GET", "user", token=here["access_token"]).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"email": "a\x00b@example.ma", "password": PASSWORD},
        {"email": ["x"], "password": PASSWORD},
        {"email": "a@example.ma", "password": {"a": 1}},
        {"email": "a@example.ma", "password": "x" * 73},
        {"email": "a@example.ma", "password": PASSWORD, "data": "text"},
        {"email": "a@example.ma", "password": PASSWORD, "data": {"name": "\x00"}},
    ],
)
def test_bad_values_are_refused_with_a_sentence(auth, body):
    answer = auth("POST", "signup", body)
    assert answer.status_code == 400 and answer.json()["error_code"] == "validation_failed" and answer.json()["msg"]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff\xfe", b'{"email": "\\ud800@example.ma", "password": "long enough"}', b"[" * 100_000]
)
def test_bad_bodies_are_refused_with_a_sentence(empty_backend, transport, content):
    headers = {"apikey": empty_backend.anon_key}
    answer = transport.post(f"{empty_backend.url}/auth/v1/token?grant_type=password", content=content, headers=headers)
    assert answer.status_code == 400 and answer.json()["error_code"] in ("bad_json", "validation_failed")
