"""Starting, stopping, and every way of being killed. What was committed is there afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from components.local.binaries import as_account, find_binaries, server_account
from components.local.home import Home, LocalError, process_alive
from components.local.keys import load_keys
from components.local.launch import ROOT
from components.local.postgres import Cluster

unix = pytest.mark.skipif(os.name == "nt", reason="signals and accounts of Unix")


def run(backend, statement, *values):
    with psycopg.connect(backend.database_url, autocommit=True) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def remember(backend, word):
    run(backend, "create table if not exists public.memory (word text)")
    run(backend, "insert into public.memory values (%s)", word)


def remembered(backend) -> list[str]:
    return [row[0] for row in run(backend, "select word from public.memory order by word")]


def postgres_pid(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().splitlines()[0])


def answers(backend) -> bool:
    try:
        return httpx.get(f"{backend.url}/auth/v1/settings", headers={"apikey": backend.anon_key}).status_code == 200
    except httpx.HTTPError:
        return False


def eventually(holds, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def sign_up(backend, email="amina@example.ma"):
    body = {"email": email, "password": "long enough"}
    return httpx.post(f"{backend.url}/auth/v1/signup", headers={"apikey": backend.anon_key}, json=body)


def test_data_accounts_and_keys_survive_a_restart(launch, home):
    first = launch()
    remember(first, "kept")
    assert sign_up(first).status_code == 200
    pid = postgres_pid(home)
    first.stop()
    assert not process_alive(pid) and not (home / "data" / "postmaster.pid").exists()
    second = launch()
    assert remembered(second) == ["kept"]
    assert (second.anon_key, second.service_role_key) == (first.anon_key, first.service_role_key)
    assert sign_up(second).json()["error_code"] == "user_already_exists"


def test_secrets_and_data_are_private(launch, home):
    launch()
    for name in ("keys.json", "log", ".lock"):
        assert (home / name).stat().st_mode & 0o077 == 0, name
    for name in ("data", "run", "files"):
        assert (home / name).stat().st_mode & 0o077 == 0, name


def test_commits_are_synced_and_the_service_listens_on_loopback_only(launch, home):
    backend = launch()
    assert run(backend, "show fsync") == [("on",)] and run(backend, "show synchronous_commit") == [("on",)]
    assert run(backend, "show listen_addresses") == [("",)]
    assert backend.url.startswith("http://127.0.0.1:")


@unix
def test_a_killed_postgres_comes_back_by_itself(launch, home):
    backend = launch()
    remember(backend, "committed")
    old = postgres_pid(home)
    os.kill(old, signal.SIGKILL)
    assert eventually(lambda: not process_alive(old) and sign_up(backend).status_code in (200, 422))
    assert remembered(backend) == ["committed"] and postgres_pid(home) != old


@unix
def test_a_killed_service_leaves_a_server_that_the_next_start_adopts(launch, home):
    first = launch()
    remember(first, "committed")
    assert sign_up(first).status_code == 200
    pid = postgres_pid(home)
    first.process.kill()
    first.process.wait()
    assert process_alive(pid)
    second = launch()
    assert postgres_pid(home) == pid and remembered(second) == ["committed"]
    assert sign_up(second).json()["error_code"] == "user_already_exists"
    second.stop()
    assert not process_alive(pid)


@unix
def test_everything_killed_at_once_loses_nothing(launch, home):
    first = launch()
    remember(first, "committed")
    os.kill(postgres_pid(home), signal.SIGKILL)
    first.process.kill()
    first.process.wait()
    assert remembered(launch()) == ["committed"]


@unix
def test_when_the_parent_is_killed_service_and_server_end_by_themselves(home):
    script = f"""
        from pathlib import Path
        from components.local.launch import start
        backend = start(Path({str(home)!r}), empty=True)
        print(backend.process.pid, flush=True)
        import time
        time.sleep(60)
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    service = int(parent.stdout.readline())
    server = postgres_pid(home)
    assert process_alive(service) and process_alive(server)
    parent.kill()
    parent.wait()
    assert eventually(lambda: not process_alive(service) and not process_alive(server))


@unix
@pytest.mark.parametrize("moment", ["init-*", "run/.s.PGSQL.5432"])
def test_a_first_start_killed_in_the_middle_is_begun_again(launch, new_home, moment):
    command = [sys.executable, "-m", "components.local", "--home", str(new_home), "--empty"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    assert eventually(lambda: list(new_home.glob(moment)))
    child.kill()
    child.wait()
    backend = launch()
    assert answers(backend) and run(backend, "select current_user") == [("postgres",)]
    assert not list(new_home.glob("init-*"))


@unix
def test_sigterm_stops_service_and_server_in_order(home):
    command = [sys.executable, "-m", "components.local", "--home", str(home), "--empty"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    lines = [child.stdout.readline().partition("=")[0] for _ in range(4)]
    assert lines == ["SUPABASE_URL", "SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY", "DATABASE_URL"]
    pid = postgres_pid(home)
    child.terminate()
    assert child.wait(20) == 0
    assert not process_alive(pid)


def test_two_starts_at_once_share_one_server_until_the_last_leaves(new_home):
    command = [sys.executable, "-m", "components.local", "--home", str(new_home), "--empty"]
    pair = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        urls = [child.stdout.readline().strip().partition("=")[2] for child in pair]
        assert len(set(urls)) == 2
        pid = postgres_pid(new_home)
        keys = load_keys(Home(new_home))
        for url in urls:
            assert httpx.get(f"{url}/auth/v1/settings", headers={"apikey": keys.anon}).status_code == 200
        pair[0].terminate()
        assert pair[0].wait(20) == 0
        assert process_alive(pid)
        assert httpx.get(f"{urls[1]}/rest/v1/absent", headers={"apikey": keys.anon}).status_code == 404
    finally:
        for child in pair:
            child.terminate()
            child.wait(20)
            child.stdin.close()
            child.stdout.close()
    assert not process_alive(pid)


def test_a_taken_port_is_told(launch, home, capfd):
    port = int(launch().url.rpartition(":")[2])
    with pytest.raises(LocalError):
        launch(port=port)
    assert f"Port {port} cannot be used" in capfd.readouterr().err


def test_a_wrong_directory_of_programs_is_told(launch, tmp_path, capfd):
    with pytest.raises(LocalError):
        launch(environment={"PG_BIN": str(tmp_path)})
    assert "PG_BIN points to" in capfd.readouterr().err


@unix
def test_a_long_path_does_not_stop_the_socket(home):
    long = home.rename(home.with_name("long" * 30))
    cluster = Cluster(Home(long))
    cluster.start()
    try:
        with psycopg.connect(cluster.address()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        directory = Path((cluster.home.root / "run.path").read_text())
        assert directory.stat().st_mode & 0o077 == 0
    finally:
        cluster.stop()
    cluster.start()
    assert Path((cluster.home.root / "run.path").read_text()) == directory
    cluster.stop()
    directory.rmdir()


@unix
def test_a_stranger_with_the_number_of_a_dead_server_is_not_taken_for_it(home):
    """After a reboot numbers are given out again."""
    cluster = Cluster(Home(home))
    cluster.start()
    pid = postgres_pid(home)
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not cluster.alive())
    stranger = subprocess.Popen(["sleep", "60"], **as_account(server_account(cluster.home)))
    try:
        record = home / "data" / "postmaster.pid"
        record.write_text(record.read_text().replace(str(pid), str(stranger.pid), 1))
        successor = Cluster(Home(home))
        successor.start()
        assert stranger.poll() is None and postgres_pid(home) != stranger.pid
        successor.stop()
    finally:
        stranger.kill()
        stranger.wait()
        cluster.stop()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs root to become an ordinary user")
def test_an_ordinary_user_runs_a_cluster_too(new_home, made_home):
    """Root drops to an existing account for the server; here the whole of us is an ordinary user."""
    import pwd

    nobody = pwd.getpwnam("nobody")
    first = Cluster(Home(made_home))  # loads every module: the interpreter may lie where nobody cannot read
    first.start()
    assert (made_home / "data").stat().st_uid != 0
    first.stop()
    new_home.mkdir()
    os.chown(new_home, nobody.pw_uid, nobody.pw_gid)
    child = os.fork()
    if child == 0:
        outcome = 1
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            cluster = Cluster(Home(new_home))
            cluster.start()
            with psycopg.connect(cluster.address()) as connection:
                outcome = 0 if connection.execute("select current_user").fetchone() == ("postgres",) else 2
            cluster.stop()
        finally:
            os._exit(outcome)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (new_home / "data").stat().st_uid == nobody.pw_uid and (new_home / "data").stat().st_mode & 0o077 == 0
    later = Cluster(Home(new_home))  # root opens it as its owner, not as the usual account
    later.start()
    later.stop()


def test_the_server_is_postgresql_17(launch, home):
    assert run(launch(), "show server_version")[0][0].startswith("17.")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs root, whose environment may be private")
def test_programs_in_a_private_directory_are_copied_once_and_nobody_is_let_in(home, monkeypatch):
    private = home.with_name("private")
    private.mkdir(mode=0o700)
    shutil.copytree(find_binaries().parent, private / "server", symlinks=True)
    monkeypatch.setenv("PG_BIN", str(private / "server" / "bin"))
    for _ in range(2):
        cluster = Cluster(Home(home))
        cluster.start()
        with psycopg.connect(cluster.address()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        cluster.stop()
        [copy] = home.glob("server-*")
    assert copy.stat().st_uid == 0 and copy.stat().st_mode & 0o022 == 0
    assert private.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs root, whose own directories the server cannot enter")
def test_a_home_that_the_server_cannot_enter_is_told(home):
    home.parent.chmod(0o700)
    with pytest.raises(LocalError, match="Choose another home"):
        Cluster(Home(home)).start()
