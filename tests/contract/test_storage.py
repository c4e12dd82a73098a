"""Private files over /storage/v1."""

from __future__ import annotations

import uuid

import httpx
import pytest
from storage3.exceptions import StorageApiError

PDF = b"%PDF-1.7 one page" + bytes(range(256)) * 20


def refusal(act, *arguments, **options) -> str:
    with pytest.raises(StorageApiError) as caught:
        act(*arguments, **options)
    return str(caught.value.status)


@pytest.fixture(scope="session")
def shelf(amina):
    return amina.client.storage.from_("contract")


@pytest.fixture
def key(amina) -> str:
    return f"{amina.id}/{uuid.uuid4().hex}.pdf"


def put(shelf, key, content=PDF, kind="application/pdf", **more):
    return shelf.upload(key, content, {"content-type": kind, **more})


def test_what_goes_in_comes_out(shelf, key):
    assert put(shelf, key).full_path == f"contract/{key}"
    assert shelf.download(key) == PDF


def test_an_empty_file_is_a_file(shelf, key):
    put(shelf, key, b"")
    assert shelf.download(key) == b""


def test_a_raw_body_is_taken_too(target, amina, shelf, key):
    headers = {"Authorization": f"Bearer {amina.client.auth.get_session().access_token}", "content-type": "application/pdf"}
    answer = target.request("POST", f"/storage/v1/object/contract/{key}", content=PDF, headers=headers)
    assert answer.status_code == 200 and answer.json()["Key"] == f"contract/{key}"
    assert shelf.download(key) == PDF


def test_the_same_key_twice_is_refused_unless_replacing_is_asked(shelf, key):
    put(shelf, key)
    assert refusal(put, shelf, key, b"other") == "409"
    assert shelf.download(key) == PDF
    put(shelf, key, b"other", upsert="true")
    assert shelf.download(key) == b"other"
    shelf.update(key, b"third", {"content-type": "text/plain"})
    assert shelf.download(key) == b"third"


def test_equal_contents_live_their_own_lives(shelf, key):
    put(shelf, key)
    put(shelf, key + ".copy")
    shelf.remove([key])
    assert shelf.download(key + ".copy") == PDF


def test_updating_what_is_not_there_is_refused(shelf, key):
    assert refusal(shelf.update, key, b"x", {"content-type": "text/plain"}) == "404"


def test_info_tells_size_and_type(shelf, key):
    put(shelf, key, metadata={"slot": "D02"})
    info = shelf.info(key)
    assert (info["size"], info["content_type"], info["name"]) == (len(PDF), "application/pdf", key)
    assert info["metadata"] == {"slot": "D02"}
    assert shelf.exists(key) and not shelf.exists(key + ".none")


def test_head_tells_the_length_without_the_bytes(target, amina, shelf, key):
    put(shelf, key)
    headers = {"Authorization": f"Bearer {amina.client.auth.get_session().access_token}"}
    answer = target.request("HEAD", f"/storage/v1/object/contract/{key}", headers=headers)
    assert answer.status_code == 200 and answer.headers["content-length"] == str(len(PDF)) and answer.content == b""


def test_a_stranger_and_another_person_find_nothing(target, shelf, key, brahim, operator):
    put(shelf, key)
    assert refusal(target.client().storage.from_("contract").download, key) == "404"
    assert refusal(brahim.client.storage.from_("contract").download, key) == "404"
    assert operator.storage.from_("contract").download(key) == PDF


def test_another_persons_folder_takes_nothing(target, brahim, key):
    assert refusal(put, brahim.client.storage.from_("contract"), key) == "403"
    assert refusal(put, target.client().storage.from_("contract"), key) == "403"


def test_another_person_removes_nothing(shelf, key, brahim):
    put(shelf, key)
    assert brahim.client.storage.from_("contract").remove([key]) == []
    assert shelf.download(key) == PDF


def test_who_may_write_need_not_be_allowed_to_read(shelf, operator):
    name = f"drop/{uuid.uuid4().hex}.txt"
    put(shelf, name, b"dropped", "text/plain")
    assert refusal(shelf.download, name) == "404"
    assert operator.storage.from_("contract").download(name) == b"dropped"


def test_the_bucket_limits_size_and_type(shelf, key):
    assert refusal(put, shelf, key, b"x" * 100_001) == "413"
    assert refusal(put, shelf, key, b"<script>", "text/html") == "415"
    put(shelf, key, b"x" * 100_000)
    put(shelf, key + ".png", b"png", "image/png")


def test_a_body_without_a_length_is_limited_too(target, amina, key):
    headers = {"Authorization": f"Bearer {amina.client.auth.get_session().access_token}", "content-type": "application/pdf"}
    answer = target.request("POST", f"/storage/v1/object/contract/{key}", content=iter([b"x" * 60_000] * 3), headers=headers)
    assert answer.status_code in (400, 413) and answer.json()["statusCode"] == "413"


@pytest.mark.parametrize("name", ["رخصة.pdf", "a\\b.pdf", "tab\t.pdf", "percent%.pdf"])
def test_keys_are_plain(shelf, amina, name):
    assert refusal(put, shelf, f"{amina.id}/{name}") == "400"


def test_an_unknown_bucket_is_told(amina):
    assert refusal(put, amina.client.storage.from_("nowhere"), f"{amina.id}/a.pdf") == "404"


def test_a_folder_is_listed_one_level_deep(shelf, amina):
    folder = f"{amina.id}/list-{uuid.uuid4().hex}"
    for name in ("b.pdf", "a.pdf", "deeper/c.pdf", "deeper/d.pdf"):
        put(shelf, f"{folder}/{name}")
    listed = shelf.list(folder)
    assert sorted(entry["name"] for entry in listed) == ["a.pdf", "b.pdf", "deeper"]
    files = {entry["name"]: entry for entry in listed}
    assert files["deeper"]["id"] is None and files["a.pdf"]["metadata"]["size"] == len(PDF)
    names = [entry["name"] for entry in shelf.list(folder, {"search": "b"})]
    assert names == ["b.pdf"]
    assert [entry["name"] for entry in shelf.list(f"{folder}/deeper", {"limit": 1, "offset": 1})] == ["d.pdf"]
    assert [entry["name"] for entry in shelf.list(f"{folder}/deeper", {"sortBy": {"column": "name", "order": "desc"}})] == [
        "d.pdf",
        "c.pdf",
    ]


def test_a_list_shows_only_what_one_may_read(shelf, key, brahim, amina):
    put(shelf, key)
    assert brahim.client.storage.from_("contract").list(amina.id) == []


def test_a_signed_link_opens_one_object_for_anybody(target, shelf, key):
    put(shelf, key)
    link = shelf.create_signed_url(key, 60)["signedURL"]
    assert httpx.get(link).content == PDF
    assert httpx.get(link.replace(".pdf", ".txt")).status_code == 400
    assert httpx.get(link[:-3] + "xyz").status_code == 400
    answer = httpx.get(shelf.create_signed_url(key, 60, {"download": "permit.pdf"})["signedURL"])
    assert "permit.pdf" in answer.headers["content-disposition"] and answer.headers["content-disposition"].startswith("attachment")


def test_links_are_signed_only_for_those_who_may_read(shelf, key, brahim):
    put(shelf, key)
    assert refusal(brahim.client.storage.from_("contract").create_signed_url, key, 60) == "404"
    links = shelf.create_signed_urls([key, key + ".none"], 60)
    assert httpx.get(links[0]["signedURL"]).content == PDF
    assert links[1]["error"] and links[1]["signedURL"] is None


def test_removing_forgets_object_and_link(shelf, key):
    put(shelf, key)
    link = shelf.create_signed_url(key, 60)["signedURL"]
    assert [row["name"] for row in shelf.remove([key, key + ".none"])] == [key]
    assert refusal(shelf.download, key) == "404"
    assert httpx.get(link).status_code == 400


def test_the_operator_makes_and_removes_buckets(operator, amina):
    name = f"contract-{uuid.uuid4().hex[:8]}"
    operator.storage.create_bucket(name, options={"file_size_limit": 10, "allowed_mime_types": ["text/plain"]})
    bucket = operator.storage.get_bucket(name)
    assert (bucket.public, bucket.file_size_limit, bucket.allowed_mime_types) == (False, 10, ["text/plain"])
    operator.storage.update_bucket(name, {"file_size_limit": 20, "public": False})
    assert operator.storage.get_bucket(name).file_size_limit == 20
    operator.storage.from_(name).upload("a.txt", b"text", {"content-type": "text/plain"})
    assert refusal(operator.storage.create_bucket, name) == "409"
    operator.storage.empty_bucket(name)
    operator.storage.delete_bucket(name)
    assert refusal(operator.storage.get_bucket, name) == "404"
    assert refusal(amina.client.storage.create_bucket, name) == "403"
