"""A real embedded backend for tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components.local.binaries import account_reaches, server_account
from components.local.home import Home
from components.local.launch import Backend, start


@contextmanager
def start_backend(tmp: Path, empty: bool = False, defaults: str = "old") -> Iterator[Backend]:
    """A backend on a home below `tmp`, with the project's sql/ applied unless `empty`, stopped at the end.

    `defaults`: the default privileges of `old` or `new` Supabase projects. As root the home moves to a place that the server's account
    can enter, because pytest's own directories are private.
    """
    with reachable_directory(Path(tmp)) as directory:
        backend = start(directory / "home", empty=empty, environment={"SHUBBAK_DEFAULT_PRIVILEGES": defaults})
        try:
            yield backend
        finally:
            backend.stop()


@contextmanager
def reachable_directory(tmp: Path) -> Iterator[Path]:
    """`tmp` itself, or for root a directory that an unprivileged account can enter, removed at the end."""
    if os.name == "nt" or account_reaches(tmp, server_account(Home(tmp))):
        yield tmp
        return
    directory = Path(tempfile.mkdtemp(prefix="shubbak-test-"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
