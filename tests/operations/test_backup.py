"""A backup taken while the installation runs gives the same installation in another directory."""

import tarfile

import psycopg
import pytest
from supabase import create_client

from components.local.home import Home
from components.local.launch import start
from components.operations import backup
from components.operations.backup import BackupError
from tests.backend import reachable_directory

SCAN = b"%PDF-1.7 a scan " * 5000
ACCOUNT = {"email": "fatima@example.test", "password": "motdepasse-essai"}


def quietly(line):
    pass


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with reachable_directory(tmp_path_factory.mktemp("backup")) as directory:
        yield directory


@pytest.fixture(scope="module")
def archive(place):
    """A backup of a running installation that has an account, a file, keys and the reference data."""
    running = start(place / "home")
    try:
        keeper = create_client(running.url, running.service_role_key)
        keeper.auth.admin.create_user(ACCOUNT | {"email_confirm": True})
        keeper.storage.create_bucket("scans")
        keeper.storage.from_("scans").upload("one/scan.pdf", SCAN, {"content-type": "application/pdf"})
        (place / "home/authority").mkdir()
        (place / "home/authority/key.pem").write_text("a key of the signing authority")
        manifest = backup.make(place / "backup.tar", place / "home", quietly)
    finally:
        running.stop()
    assert manifest["tables"]["auth.users"][0] == 1 and manifest["tables"]["app.commune"][0] == 1503
    return place / "backup.tar"


def test_a_restored_installation_is_the_same_one(place, archive):
    manifest = backup.restore(archive, place / "restored", quietly)

    running = start(place / "restored")
    try:
        with psycopg.connect(running.database_url) as connection:
            names = ("app.commune", "storage.objects")
            counted = {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in names}
        assert counted == {name: manifest["tables"][name][0] for name in counted} and counted["storage.objects"] == 1
        visitor = create_client(running.url, running.anon_key)
        assert visitor.auth.sign_in_with_password(ACCOUNT).user.email == ACCOUNT["email"]
        keeper = create_client(running.url, running.service_role_key)
        assert keeper.storage.from_("scans").download("one/scan.pdf") == SCAN
    finally:
        running.stop()
    # keys and files are the same, digest by digest
    second = backup.make(place / "second.tar", place / "restored", quietly)
    assert {n: d for n, d in second["members"].items() if n.startswith("home/")} == {
        n: d for n, d in manifest["members"].items() if n.startswith("home/")}
    unchanged = manifest["tables"].keys() - {"auth.users", "auth.sessions", "auth.refresh_tokens"}  # the visitor signed in
    assert {n: second["tables"][n] for n in unchanged} == {n: manifest["tables"][n] for n in unchanged}


def test_the_archive_is_its_owner_s_alone_and_replaces_nothing(archive, place):
    assert archive.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupError, match="exists already"):
        backup.make(archive, place / "home", quietly)
    with tarfile.open(archive) as tar:
        names = set(tar.getnames())
    assert {"database.dump", "manifest.json", "home/keys.json", "home/authority/key.pem"} <= names
    assert not [name for name in names if name.startswith(("home/data", "home/run", "home/log"))]


def test_a_damaged_archive_is_refused_and_leaves_nothing(archive, place, tmp_path):
    content = bytearray(archive.read_bytes())
    middle = content.find(SCAN[:100])
    content[middle] ^= 1
    (tmp_path / "damaged.tar").write_bytes(content)
    with pytest.raises(BackupError, match="is damaged: home/files/"):
        backup.restore(tmp_path / "damaged.tar", place / "never", quietly)
    (tmp_path / "cut.tar").write_bytes(content[: len(content) // 3])
    with pytest.raises(BackupError, match="cannot be read|is damaged"):
        backup.restore(tmp_path / "cut.tar", place / "never", quietly)
    assert not (place / "never").exists()


def test_rows_that_differ_from_the_manifest_are_noticed(archive, place, monkeypatch):
    true_tables = backup._tables

    def one_row_changed(connection):
        connection.execute("update app.region set population = population + 1 where code = '09'")
        return true_tables(connection)

    monkeypatch.setattr(backup, "_tables", one_row_changed)
    with pytest.raises(BackupError, match="differs from the backup in app.region"):
        backup.restore(archive, place / "differs", quietly)


def test_a_home_in_use_is_not_written_over(archive, place):
    kept = Home(place / "home").keys.read_bytes()
    with pytest.raises(BackupError, match="is not empty"):
        backup.restore(archive, place / "home", quietly)
    assert Home(place / "home").keys.read_bytes() == kept
