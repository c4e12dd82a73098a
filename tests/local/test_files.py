"""Bytes on the disk: shared by content, gone with their last object, whole or not there."""

from __future__ import annotations

import hashlib
import os
import time

import httpx
import psycopg
import pytest

from components.local.home import Home


def put(backend, name, content, bucket="b", **headers):
    given = {"apikey": backend.service_role_key, "content-type": "application/octet-stream", **headers}
    return httpx.post(f"{backend.url}/storage/v1/object/{bucket}/{name}", content=content, headers=given)


def get(backend, name, bucket="b"):
    return httpx.get(f"{backend.url}/storage/v1/object/{bucket}/{name}", headers={"apikey": backend.service_role_key})


def remove(backend, name, bucket="b"):
    return httpx.delete(f"{backend.url}/storage/v1/object/{bucket}/{name}", headers={"apikey": backend.service_role_key})


def make_bucket(backend, bucket="b"):
    httpx.post(f"{backend.url}/storage/v1/bucket", json={"id": bucket}, headers={"apikey": backend.service_role_key}).raise_for_status()


def stored(home):
    return {path.name for path in Home(home).files.glob("??/*")}


def eventually(holds, seconds=10):
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def test_contents_are_shared_replaced_and_removed(launch, home):
    backend = launch()
    make_bucket(backend)
    one, two = hashlib.sha256(b"one").hexdigest(), hashlib.sha256(b"two").hexdigest()
    put(backend, "a", b"one")
    put(backend, "b/../c".replace("../", ""), b"one")
    assert stored(home) == {one}
    put(backend, "a", b"two", **{"x-upsert": "true"})
    assert stored(home) == {one, two}
    remove(backend, "b/c")
    assert stored(home) == {two}
    remove(backend, "a")
    assert stored(home) == set() and get(backend, "a").json()["statusCode"] == "404"
    assert not list((Home(home).files / "drafts").iterdir())


def test_files_survive_a_kill_and_leftovers_are_swept(launch, home):
    first = launch()
    make_bucket(first)
    assert put(first, "kept", b"kept").status_code == 200
    leftover = Home(home).files / "ab" / ("ab" + "0" * 62)
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_bytes(b"nobody names me")
    draft = Home(home).files / "drafts" / "cut-short"
    draft.write_bytes(b"half")
    os.utime(draft, (0, 0))
    first.process.kill()
    first.process.wait()
    second = launch()
    assert eventually(lambda: not leftover.exists() and not draft.exists())
    assert get(second, "kept").content == b"kept"


def test_an_upload_that_breaks_off_leaves_nothing(launch, home):
    backend = launch()
    make_bucket(backend)

    def broken():
        yield b"x" * 100_000
        raise ConnectionError("the line is cut")

    with pytest.raises(ConnectionError):
        put(backend, "half", broken())
    assert eventually(lambda: not list((Home(home).files / "drafts").glob("*")))
    assert get(backend, "half").json()["statusCode"] == "404" and stored(home) == set()


def test_a_refused_upload_is_refused_before_its_bytes_are_kept(launch, home):
    backend = launch()
    make_bucket(backend)
    answer = httpx.post(
        f"{backend.url}/storage/v1/object/b/x", content=b"x" * 1000, headers={"apikey": backend.anon_key, "content-type": "text/plain"}
    )
    assert answer.json()["statusCode"] == "403" and not (Home(home).files / "drafts").exists()


def test_the_hard_limit_holds_without_a_limit_of_the_bucket(launch, home):
    backend = launch()
    make_bucket(backend)
    assert put(backend, "big", b"x" * (50 * 1024 * 1024 + 20_000)).json()["statusCode"] == "413"
    with psycopg.connect(backend.database_url) as connection:
        assert connection.execute("select count(*) from storage.objects").fetchone() == (0,)
