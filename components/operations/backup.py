"""Back up and restore one embedded installation: database, stored files, keys.

    python -m components.operations.backup make FILE [--home DIR]       while the site runs or not
    python -m components.operations.backup restore FILE [--home DIR]    into a home that does not exist yet

The archive is a tar of `database.dump` (pg_dump of everything, accounts included), `home/` (keys, the worker's account, the
signing authority, stored files) and `manifest.json`: rows and digest of each table as of the dump's own snapshot, and the digest of each
member. A restore counts and digests everything again and says no when anything differs. Whoever holds the archive holds the
keys: it is made readable by its owner only, and belongs on an encrypted disk.

An installation on Supabase is backed up with Supabase's own means, and the worker's SHUBBAK_HOME beside it (docs/operations).
"""

import argparse
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from components.local.binaries import find_binaries, program
from components.local.home import Home, LocalError, default_home
from components.local.postgres import SUPERUSER, Cluster

# What a home holds only while it runs, or can make again.
PASSING = ("data", "run", "run.path", "users", "log", "init-*", "server-*", ".*")
SCHEMAS = ("app", "auth", "storage")
FORMAT = 1


class BackupError(Exception):
    """The backup or the restore stopped; the sentence says what to do."""


def make(archive, home=None, progress=print):
    """Write the archive (a path that must not exist) from the installation in `home`. Return the manifest.

    Raises BackupError, and leaves no archive then.
    """
    archive, home = Path(archive).absolute(), Home(home or default_home())
    if archive.exists():
        raise BackupError(f"{archive} exists already. Choose another name: a backup never replaces one.")
    if not home.data.exists():
        raise BackupError(f"There is no installation in {home.root}. Name its directory with --home or SHUBBAK_HOME.")
    draft = archive.with_name(archive.name + ".part")
    with _running(home) as cluster, tempfile.TemporaryDirectory() as scratch:
        dump = Path(scratch, "database.dump")
        progress("backup: database")
        manifest = _dump(cluster, dump)
        manifest |= {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "members": {}}
        draft.unlink(missing_ok=True)
        try:
            with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
                _add(tar, dump, "database.dump", manifest)
                progress("backup: files and keys")
                for path in _lasting_files(home):
                    _add(tar, path, f"home/{path.relative_to(home.root).as_posix()}", manifest)
                _check_stored_files(manifest)
                _add_text(tar, "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False))
                tar.close()
                raw.flush()
                os.fsync(raw.fileno())
            draft.rename(archive)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    progress(f"backup: {archive} holds {_summary(manifest)}")
    return manifest


def restore(archive, home=None, progress=print):
    """Rebuild the installation of the archive in `home`, a new or empty directory. Return the manifest.

    Everything is counted and digested again. Raises BackupError, and leaves nothing in `home` then.
    """
    home = Home(home or default_home())
    if home.root.exists() and any(home.root.iterdir()):
        raise BackupError(f"{home.root} is not empty. Restore into a new directory (--home), or `make reset` first.")
    try:
        return _restore(Path(archive), home, progress)
    except BaseException:
        shutil.rmtree(home.root, ignore_errors=True)
        raise


def _restore(archive, home, progress):
    with tempfile.TemporaryDirectory() as scratch:
        progress("restore: reading the archive")
        manifest = _unpack(archive, Path(scratch))
        home.prepare()
        shutil.copytree(Path(scratch, "home"), home.root, dirs_exist_ok=True)
        progress("restore: database")
        with _running(home) as cluster:
            command = [_tool("pg_restore"), "--clean", "--if-exists", "--create", "--exit-on-error", "--dbname"]
            _call([*command, cluster.address(SUPERUSER).replace("/postgres?", "/template1?"), str(Path(scratch, "database.dump"))])
            progress("restore: counting")
            with psycopg.connect(cluster.address(SUPERUSER)) as connection:
                found = _tables(connection)
        if differing := sorted(name for name in manifest["tables"] | found if manifest["tables"].get(name) != found.get(name)):
            raise BackupError(f"The restored database differs from the backup in {', '.join(differing)}. Take another copy of it.")
    progress(f"restore: {home.root} holds {_summary(manifest)}")
    return manifest


@contextmanager
def _running(home):
    """The installation's PostgreSQL: the one that serves the site, or one started for us."""
    cluster = Cluster(home)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def _dump(cluster, target):
    """pg_dump and the counts of one and the same snapshot."""
    with psycopg.connect(cluster.address(SUPERUSER)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = connection.execute("select pg_export_snapshot()").fetchone()[0]
        _call([_tool("pg_dump"), "--format=custom", f"--snapshot={snapshot}", f"--file={target}", "--dbname", cluster.address(SUPERUSER)])
        stored = connection.execute("select distinct version from storage.objects where version is not null order by 1").fetchall()
        return {
            "postgres": connection.execute("show server_version").fetchone()[0],
            "tables": _tables(connection),
            "stored": [row[0] for row in stored],
        }


def _tables(connection):
    """{schema.table: [rows, digest]}; the digest does not depend on the order of the rows."""
    connection.execute("set local timezone = 'UTC'; set local datestyle = 'ISO'; set local bytea_output = 'hex'")
    names = connection.execute(
        """select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = any(%s) and c.relkind = 'r' order by 1, 2""",
        [list(SCHEMAS)],
    ).fetchall()
    counted = {}
    for schema, table in names:
        query = sql.SQL("select count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text from {} t")
        counted[f"{schema}.{table}"] = list(connection.execute(query.format(sql.Identifier(schema, table))).fetchone())
    return counted


def _lasting_files(home):
    for entry in sorted(home.root.iterdir()):
        if any(entry.match(pattern) for pattern in PASSING):
            continue
        found = [entry] if entry.is_file() else sorted(entry.rglob("*"))
        yield from (path for path in found if path.is_file() and path.parent.name != "drafts")  # drafts: uploads still on their way


def _check_stored_files(manifest):
    kept = {Path(name).name for name in manifest["members"]}
    if missing := [digest for digest in manifest.pop("stored") if digest not in kept]:
        raise BackupError(f"{len(missing)} stored files vanished while they were copied: they were just removed. Start the backup again.")


def _add(tar, path, name, manifest):
    tar.add(path, name, recursive=False)
    manifest["members"][name] = _sha256(path)


def _sha256(path):
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _add_text(tar, name, text):
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _unpack(archive, folder):
    """Extract and check every member against the manifest."""
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads(Path(folder, "manifest.json").read_text(encoding="utf-8"))
        found = {name: _sha256(Path(folder, name)) for name in manifest["members"]}
    except (OSError, tarfile.TarError, ValueError, KeyError) as fault:
        raise BackupError(f"{archive} cannot be read as a backup ({fault}). Take another copy of it.") from fault
    if manifest["format"] != FORMAT:
        raise BackupError(f"{archive} was made by another release of this program. Restore it with that release, then upgrade.")
    if damaged := sorted(name for name in found if found[name] != manifest["members"][name]):
        raise BackupError(f"{archive} is damaged: {', '.join(damaged[:5])}. Take another copy of it.")
    return manifest


def _summary(manifest):
    rows = sum(rows for rows, _ in manifest["tables"].values())
    return f"{rows} rows in {len(manifest['tables'])} tables and {len(manifest['members']) - 1} files"


def _tool(name):
    path = program(find_binaries(), name)
    if not Path(path).exists():
        raise BackupError(f"{path} does not exist. Install the PostgreSQL client programs, or set PG_BIN to a directory that holds {name}.")
    return path


def _call(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BackupError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def main():
    parser = argparse.ArgumentParser(prog="python -m components.operations.backup", description=__doc__.splitlines()[0])
    parser.add_argument("act", choices=["make", "restore"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--home", type=Path, help="the installation's directory (default: SHUBBAK_HOME or the platform's data directory)")
    options = parser.parse_args()
    try:
        (make if options.act == "make" else restore)(options.file, options.home)
    except (BackupError, LocalError) as fault:
        sys.exit(f"{options.act}: {fault}")


if __name__ == "__main__":
    main()
