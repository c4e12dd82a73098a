"""Stored bytes: one file per content, named by its SHA-256, written whole and synced before it gets its name.

A key never becomes a path. Equal contents share a file; it goes when the last object that names it goes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from components.local.home import sync_directory

DRAFT_SECONDS = 3600


@dataclass(frozen=True)
class Draft:
    """Bytes received but not yet kept."""

    path: Path
    digest: str
    size: int

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


class DraftWriter:
    """Collects a stream. `write` raises TooLarge past the limit (bytes; None: no limit)."""

    def __init__(self, folder: Path, limit: int | None):
        self.path = folder / "drafts" / secrets.token_hex(8)
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        self.limit, self.size, self._hash = limit, 0, hashlib.sha256()
        self._file = open(self.path, "xb")

    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.limit is not None and self.size > self.limit:
            raise TooLarge
        self._hash.update(chunk)
        self._file.write(chunk)

    def finish(self) -> Draft:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Draft(self.path, self._hash.hexdigest(), self.size)

    def abort(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


class TooLarge(Exception):
    pass


class Files:
    """The contents under one folder. Callers hold a database lock per digest while keeping or releasing."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def keep(self, draft: Draft) -> None:
        """Gives the draft its name. The same content kept twice is one file."""
        place = self.path(draft.digest)
        if not place.parent.exists():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            sync_directory(self.folder)
        os.replace(draft.path, place)
        sync_directory(place.parent)

    def release(self, digest: str) -> None:
        self.path(digest).unlink(missing_ok=True)

    def digests(self) -> set[str]:
        return {path.name for path in self.folder.glob("[0-9a-f][0-9a-f]/*")}

    def clear_drafts(self) -> None:
        """Drafts of uploads that were cut short by a kill. Younger ones may belong to another service on the same home."""
        for path in (self.folder / "drafts").glob("*"):
            if time.time() - path.stat().st_mtime > DRAFT_SECONDS:
                path.unlink(missing_ok=True)
