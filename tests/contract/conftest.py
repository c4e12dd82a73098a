"""The contract suite: what the site may rely on, tried with unmodified supabase-py.

Against a real Supabase project: set SUPABASE_URL, SUPABASE_ANON_KEY, SUPABASE_SERVICE_ROLE_KEY and DATABASE_URL (of a project made for
tests: the suite creates objects named contract_*, accounts at contract.example, and a bucket). Otherwise: an embedded backend of its own.
"""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from supabase import Client, create_client
from supabase.lib.client_options import SyncClientOptions

from tests.backend import start_backend

NAMES = ("SUPABASE_URL", "SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY", "DATABASE_URL")
FIXTURE = Path(__file__).with_name("fixture.sql")
PASSWORD = "correct horse battery"


@dataclass
class Person:
    """A signed-in account: `client` acts as that person."""

    id: str
    email: str
    client: Client


@dataclass
class Target:
    """The backend under test, and ways to speak to it."""

    url: str
    anon_key: str
    service_key: str
    database_url: str
    transport: httpx.Client

    def client(self, key: str | None = None) -> Client:
        options = SyncClientOptions(auto_refresh_token=False, persist_session=False, httpx_client=self.transport)
        return create_client(self.url, key or self.anon_key, options=options)

    def person(self) -> Person:
        email = f"{uuid.uuid4().hex}@contract.example"
        operator = self.client(self.service_key)
        user = operator.auth.admin.create_user({"email": email, "password": PASSWORD, "email_confirm": True}).user
        client = self.client()
        client.auth.sign_in_with_password({"email": email, "password": PASSWORD})
        return Person(user.id, email, client)

    def request(self, method: str, path: str, **options) -> httpx.Response:
        """A bare request with the public key."""
        headers = {"apikey": self.anon_key, **options.pop("headers", {})}
        return self.transport.request(method, self.url + path, headers=headers, **options)


@pytest.fixture(scope="session")
def target(tmp_path_factory):
    values = [os.environ.get(name) for name in NAMES]
    if all(values):
        yield from _prepared(*values)
        return
    with start_backend(tmp_path_factory.mktemp("contract"), empty=True) as backend:
        yield from _prepared(backend.url, backend.anon_key, backend.service_role_key, backend.database_url)


def _prepared(url, anon_key, service_key, database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(FIXTURE.read_text(encoding="utf-8"))
    with httpx.Client(timeout=30, follow_redirects=True) as transport:
        target = Target(url.rstrip("/"), anon_key, service_key, database_url, transport)
        _wait_for_schema(target)
        yield target
        operator = target.client(service_key)
        for user in operator.auth.admin.list_users(per_page=1000):
            if (user.email or "").endswith("@contract.example"):
                operator.auth.admin.delete_user(user.id)


def _wait_for_schema(target: Target) -> None:
    """A real project reads its schema again a moment after it was told to."""
    for _ in range(50):
        if target.request("POST", "/rest/v1/rpc/contract_add", json={"p_first": 1}).status_code == 200:
            return
        time.sleep(0.2)
    pytest.fail("The functions of the fixture do not appear in the API.")


@pytest.fixture(scope="session")
def anonymous(target) -> Client:
    return target.client()


@pytest.fixture(scope="session")
def operator(target) -> Client:
    return target.client(target.service_key)


@pytest.fixture(scope="session")
def amina(target) -> Person:
    return target.person()


@pytest.fixture(scope="session")
def brahim(target) -> Person:
    return target.person()
