"""Files, tried with a token and a path: read, listed, signed, moved, copied, replaced, erased, planted."""

import uuid

import httpx
import pytest

from components.permits.client import call
from tests.access.scene import ACTORS

OUTSIDERS = ("nobody", "stranger", "other_applicant", "former_mandatary", "former_clerk", "clerk_elsewhere", "governor_elsewhere")


@pytest.fixture(scope="module")
def files(scene):
    """Real bytes behind the documents and the permit of the scene: {name: (bucket, key)}."""
    keys = {
        "identity": ("dossiers", scene.value("select storage_path from app.document where id = %s", scene.identity)),
        "title": ("dossiers", scene.value("select storage_path from app.document where id = %s", scene.document)),
        "permit": ("papers", f"{scene.checked}/permit.pdf"),
    }
    backend = scene.world.backend
    headers = {
        "apikey": backend.service_role_key,
        "Authorization": f"Bearer {backend.service_role_key}",
        "Content-Type": "application/pdf",
        "x-upsert": "true",
    }
    for bucket, key in keys.values():
        assert httpx.post(f"{backend.url}/storage/v1/object/{bucket}/{key}", content=b"%PDF-1.7 secret", headers=headers).status_code == 200
    return keys


@pytest.fixture(scope="module")
def storage(scene):
    def speak(word):
        backend = scene.world.backend
        client = scene.world.client(ACTORS[word])
        token = client.options.headers["Authorization"]
        return httpx.Client(base_url=f"{backend.url}/storage/v1", headers={"apikey": backend.anon_key, "Authorization": token})

    return speak


def reads(http, bucket, key):
    return http.get(f"/object/authenticated/{bucket}/{key}").content == b"%PDF-1.7 secret"


@pytest.mark.parametrize("word", OUTSIDERS)
def test_outsiders_reach_no_file_by_its_path_a_list_a_link_or_a_copy(scene, files, storage, word):
    with storage(word) as http:
        for bucket, key in files.values():
            assert not reads(http, bucket, key)
            assert http.get(f"/object/{bucket}/{key}").status_code >= 400 and http.get(f"/object/public/{bucket}/{key}").status_code >= 400
            assert http.get(f"/object/info/{bucket}/{key}").status_code >= 400
            assert http.post(f"/object/sign/{bucket}/{key}", json={"expiresIn": 60}).status_code >= 400
            signed = http.post(f"/object/sign/{bucket}", json={"expiresIn": 60, "paths": [key]})
            assert signed.status_code >= 400 or not any(line.get("signedURL") for line in signed.json())
            folder = key.rsplit("/", 1)[0]
            for prefix in (folder, str(scene.checked), ""):
                listed = http.post(f"/object/list/{bucket}", json={"prefix": prefix, "limit": 1000})
                assert listed.status_code >= 400 or not any(
                    str(scene.checked) in str(line) or "permit" in str(line) for line in listed.json()
                )
            target = f"{scene.checked}/title/{uuid.uuid4()}"
            for act in ("move", "copy"):
                moved = http.post(
                    f"/object/{act}", json={"bucketId": bucket, "sourceKey": key, "destinationKey": target, "destinationBucket": "dossiers"}
                )
                assert moved.status_code >= 400
            assert http.put(f"/object/{bucket}/{key}", content=b"x", headers={"Content-Type": "application/pdf"}).status_code >= 400
            assert (
                http.post(
                    f"/object/{bucket}/{key}", content=b"x", headers={"Content-Type": "application/pdf", "x-upsert": "true"}
                ).status_code
                >= 400
            )
            http.delete(f"/object/{bucket}/{key}")
            http.request("DELETE", f"/object/{bucket}", json={"prefixes": [key]})
            planted = http.post(f"/object/{bucket}/{target}", content=b"%PDF-1.7", headers={"Content-Type": "application/pdf"})
            assert planted.status_code >= 400, "nothing is planted in a dossier of others"
    with storage("worker") as http:
        assert all(reads(http, *place) for place in files.values()), "the files are still there, whole"


def test_no_ordinary_account_makes_or_opens_a_bucket(storage):
    with storage("stranger") as http:
        assert http.post("/bucket", json={"id": "mine", "name": "mine", "public": True}).status_code >= 400
        assert http.put("/bucket/dossiers", json={"public": True}).status_code >= 400
        assert http.post("/bucket/dossiers/empty").status_code >= 400 and http.delete("/bucket/papers").status_code >= 400


def test_the_party_downloads_no_permit_before_it_is_handed_over_and_no_agent_who_is_a_party_either(scene, files, storage):
    for word in ("party", "party_and_clerk", "technical"):
        with storage(word) as http:
            assert not reads(http, *files["permit"]), word
    with storage("clerk") as http:
        assert reads(http, *files["permit"])


def test_identity_papers_open_to_the_staff_of_the_file_after_a_logged_look_only(scene, files, storage):
    for word in ("cashier", "governor", "inspector", "technical"):
        with storage(word) as http:
            assert not reads(http, *files["identity"]), word
            assert reads(http, *files["title"]), f"{word} reads the others"
    looks = "select count(*) from app.access_log where document_id = %s and person_id = %s"
    with storage("instructor") as http:
        assert not reads(http, *files["identity"])
        assert http.post(f"/object/sign/dossiers/{files['identity'][1]}", json={"expiresIn": 60}).status_code >= 400
        call(scene.world.client(ACTORS["instructor"]), "open_document", p_document=scene.identity, p_purpose="Vérification")
        assert reads(http, *files["identity"])
    assert scene.value(looks, scene.identity, scene.world.person(ACTORS["instructor"])) == 1
    with storage("president") as http:
        assert not reads(http, *files["identity"]), "a colleague's look opens nothing for others"


@pytest.mark.parametrize(
    "key",
    [
        "../../etc/passwd",
        "{d}/title/../x",
        "{d}/title/a b c d e f",
        "{d}/ti/tle/{u}",
        "{d}/{u}",
        "{u}",
        "{d}//{u}",
        "{d}/title/{u}.pdf",
        "%2e%2e/x",
        "{D}/title/{u}",
    ],
)
def test_the_party_plants_no_file_under_another_kind_of_path(scene, storage, key):
    key = key.format(d=scene.draft, D=str(scene.draft).upper(), u=uuid.uuid4())
    with storage("party") as http:
        assert http.post(f"/object/dossiers/{key}", content=b"%PDF-1.7", headers={"Content-Type": "application/pdf"}).status_code >= 400
        assert http.post(f"/object/papers/{key}", content=b"%PDF-1.7", headers={"Content-Type": "application/pdf"}).status_code >= 400
    assert scene.value("select count(*) from storage.objects where name = %s", key) == 0


def test_a_deposited_file_is_neither_replaced_nor_erased_by_its_owner(scene, storage):
    dossier = scene.asked
    key = scene.value("select storage_path from app.document where dossier_id = %s and slot = 'title'", dossier)
    with storage("party") as http:
        http.delete(f"/object/dossiers/{key}")
        assert http.put(f"/object/dossiers/{key}", content=b"other", headers={"Content-Type": "application/pdf"}).status_code >= 400
    assert scene.value("select count(*) from storage.objects where name = %s", key) == 1
