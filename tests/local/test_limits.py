"""What the local service does not speak is a clear JSON error, and what is too much is refused."""

from __future__ import annotations

import httpx
import jwt
import psycopg
import pytest

from components.local.keys import ROLES


@pytest.fixture(scope="module")
def call(empty_backend, transport):
    with psycopg.connect(empty_backend.database_url, autocommit=True) as connection:
        connection.execute("create table public.plain (id int); create view public.seen as select 1 as id, 'x'::text as name")
        connection.execute("create function public.rows() returns table (id int) language sql stable as 'select 1'")
        connection.execute("create function public.number() returns int language sql stable as 'select 1'")
        connection.execute("create function public.many(variadic p int[]) returns int language sql stable as 'select 1'")

    def call(method, path, **options):
        headers = {"apikey": empty_backend.anon_key, **options.pop("headers", {})}
        return transport.request(method, empty_backend.url + path, headers=headers, **options)

    yield call
    with psycopg.connect(empty_backend.database_url, autocommit=True) as connection:
        connection.execute(
            "drop table public.plain; drop view public.seen; drop function public.rows(), public.number(), public.many(int[])"
        )


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/rest/v1/plain"),
        ("POST", "/rest/v1/plain"),
        ("PATCH", "/rest/v1/plain?id=eq.1"),
        ("DELETE", "/rest/v1/plain?id=eq.1"),
        ("POST", "/rest/v1/seen"),
        ("PATCH", "/rest/v1/seen?id=eq.1"),
        ("DELETE", "/rest/v1/seen?id=eq.1"),
        ("PUT", "/rest/v1/seen?id=eq.1"),
        ("PUT", "/rest/v1/rpc/rows"),
        ("GET", "/rest/v1/seen?or=(id.eq.1,id.eq.2)"),
        ("GET", "/rest/v1/seen?and=(id.eq.1,id.eq.2)"),
        ("GET", "/rest/v1/seen?not.or=(id.eq.1)"),
        ("GET", "/rest/v1/seen?select=id::text"),
        ("GET", "/rest/v1/seen?select=id,plain(*)"),
        ("GET", "/rest/v1/seen?select=count()"),
        ("GET", "/rest/v1/seen?select=name->>x"),
        ("GET", "/rest/v1/seen?name=fts.x"),
        ("GET", "/rest/v1/seen?name=cs.{x}"),
        ("GET", "/rest/v1/seen?name=match.x"),
        ("GET", "/rest/v1/seen?plain.limit=1"),
        ("GET", "/rest/v1/seen?name->>x=eq.1"),
        ("GET", "/rest/v1/seen?id=eq.1;drop"),
        ("GET", '/rest/v1/seen?"id"=eq.1'),
        ("GET", "/rest/v1/seen?limit=-1"),
        ("GET", "/rest/v1/rpc/number?limit=1"),
        ("GET", "/rest/v1/rpc/number?surprise=1"),
        ("GET", "/rest/v1/rpc/many?p=1"),
        ("GET", "/rest/v1/"),
        ("POST", "/graphql/v1"),
        ("GET", "/realtime/v1/websocket"),
        ("POST", "/functions/v1/hello"),
        ("POST", "/auth/v1/otp"),
        ("POST", "/auth/v1/magiclink"),
        ("POST", "/auth/v1/invite"),
        ("GET", "/auth/v1/authorize?provider=google"),
        ("GET", "/auth/v1/verify?token=x&type=recovery"),
        ("POST", "/auth/v1/factors"),
        ("POST", "/auth/v1/token?grant_type=pkce"),
        ("POST", "/auth/v1/token?grant_type=magic"),
        ("GET", "/auth/v1/token?grant_type=password"),
        ("POST", "/auth/v1/admin/generate_link"),
        ("GET", "/storage/v1/object/public/bucket/a.pdf"),
        ("GET", "/storage/v1/render/image/authenticated/bucket/a.png"),
        ("POST", "/storage/v1/object/upload/sign/bucket/a.pdf"),
        ("POST", "/storage/v1/object/move"),
        ("POST", "/storage/v1/object/copy"),
        ("POST", "/storage/v1/object/list-v2/bucket"),
        ("GET", "/somewhere/else"),
    ],
)
def test_what_is_not_spoken_is_said(call, method, path):
    answer = call(method, path, json={} if method in ("POST", "PUT", "PATCH") else None)
    assert answer.status_code in (400, 404, 405, 501), answer.text
    body = answer.json()
    assert body.get("message") or body.get("msg")


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"Accept": "text/csv"}, 406),
        ({"Accept": "application/vnd.pgrst.plan+json"}, 406),
        ({"Accept": "application/vnd.pgrst.object+json;nulls=stripped"}, 406),
        ({"Accept-Profile": "app"}, 406),
        ({"Prefer": "tx=rollback"}, 400),
        ({"Prefer": "count=planned"}, 400),
        ({"Range": "5-1"}, 416),
        ({"Range": "some"}, 400),
    ],
)
def test_headers_that_are_not_spoken_are_said(call, headers, status):
    answer = call("GET", "/rest/v1/seen", headers=headers)
    assert answer.status_code == status and answer.json()["message"]


def test_an_embedded_public_bucket_or_transform_is_not_spoken(call, empty_backend):
    service = {"apikey": empty_backend.service_role_key}
    assert call("POST", "/storage/v1/bucket", json={"id": "open", "public": True}, headers=service).status_code == 501
    body = {"expiresIn": 60, "transform": {"width": 10}}
    assert call("POST", "/storage/v1/object/sign/bucket/a.png", json=body, headers=service).status_code == 501


@pytest.mark.parametrize("path", ["/rest/v1/rpc/number", "/auth/v1/signup", "/storage/v1/object/list/bucket"])
def test_a_huge_body_is_refused(call, path):
    answer = call("POST", path, content=b" " * (10 * 1024 * 1024 + 1), headers={"content-type": "application/json"})
    assert answer.json().get("statusCode") == "413" or answer.status_code == 413


@pytest.mark.parametrize("content", [b"", b"[1]", b"null", b"{", b"\xff", b'{"a": "\\u0000"}'])
def test_odd_bodies_of_a_call_are_answered_in_json(call, content):
    answer = call("POST", "/rest/v1/rpc/number", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400, 404) and answer.headers["content-type"].startswith("application/json")


def test_a_zero_byte_in_the_address_is_refused(call):
    assert call("GET", "/rest/v1/seen?name=eq.%00").status_code == 400
    assert call("GET", "/storage/v1/bucket/%00").status_code == 400
    assert call("GET", "/rest/v1/%00").status_code == 404


def forged(claims, secret="x" * 32, algorithm="HS256"):
    return jwt.encode({"exp": 2_000_000_000, **claims}, secret, algorithm=algorithm)


@pytest.mark.parametrize("role", [*ROLES, "postgres", "supabase_admin"])
def test_tokens_of_strangers_are_refused(call, role):
    for token in (forged({"role": role}), forged({"role": role}, "", "none")):
        assert call("POST", "/rest/v1/rpc/number", json={}, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_storage_link_is_no_api_token(call, empty_backend):
    service = {"apikey": empty_backend.service_role_key}
    call("POST", "/storage/v1/bucket", json={"id": "links"}, headers=service)
    call("POST", "/storage/v1/object/links/a.txt", content=b"x", headers={**service, "content-type": "text/plain"})
    link = call("POST", "/storage/v1/object/sign/links/a.txt", json={"expiresIn": 60}, headers=service).json()["signedURL"]
    token = link.partition("token=")[2]
    assert call("POST", "/rest/v1/rpc/number", json={}, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    for role_token in (empty_backend.anon_key, empty_backend.service_role_key):
        assert httpx.get(f"{empty_backend.url}/storage/v1/object/sign/links/a.txt?token={role_token}").status_code == 400
