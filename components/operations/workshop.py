"""What a worker works with: its signed-in session, calls, stored files and the secrets of the installation.

The worker is an ordinary account of Auth with a membership `worker`: it calls functions and fetches files like anybody, with its
own token. It never sees the service key.
"""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from storage3.utils import StorageException
from supabase import Client

from components.permits import accounts
from components.permits.client import call, make_client, stored
from components.permits.refusals import Refusal

SECONDS_BEFORE_EXPIRY = 120
# The session is over, or the backend no longer knows it.
SIGNED_OUT = {"SIGN1", "SESS1"}
# The backend is not there, or too busy: nothing is wrong with the work itself.
AWAY = {"LINK1", "SLOW1", "MOVE9", "RATE2"}


class NoAccount(Exception):
    """The worker cannot sign in; the text says what to do."""


@dataclass
class Workshop:
    """home: directory of the installation's secrets (the authority's keys)."""

    email: str
    password: str
    home: Path
    tokens: accounts.Tokens | None = field(default=None, repr=False)
    _client: Client | None = field(default=None, repr=False)

    def client(self) -> Client:
        if self.tokens is None or self.tokens.expires_at - time.time() < SECONDS_BEFORE_EXPIRY:
            self.sign_in()
        return self._client

    def sign_in(self) -> None:
        """Always by password: a refresh token is one more thing to lose, and a worker signs in once an hour."""
        try:
            self.tokens = accounts.sign_in(self.email, self.password)
        except Refusal as refusal:
            if refusal.code in AWAY:
                raise
            raise NoAccount(
                f"The worker's account was refused ({refusal.code}). Make it anew: python -m components.operations.worker_account"
            ) from refusal
        self._client = make_client(access_token=self.tokens.access)

    def again(self, act):
        """Run one call; when the session turns out to be over, sign in and run it once more."""
        try:
            return act(self.client())
        except Refusal as refusal:
            if refusal.code not in SIGNED_OUT:
                raise
        self.sign_in()
        return act(self.client())

    def ask(self, function: str, **params):
        """The answer of one SQL function; raises Refusal."""
        return self.again(lambda client: call(client, function, **params))

    def fetch(self, bucket: str, path: str) -> bytes:
        """Bytes of a stored file. Raises Refusal LOST1 when it is not there, or not open to the worker."""
        return self.again(lambda client: stored(client.storage.from_(bucket).download, path))

    def keep(self, bucket: str, path: str, content: bytes, mime: str) -> None:
        """Store a file under a name made from its digest: when it is there already, it is the same file."""
        try:
            self.again(lambda client: stored(client.storage.from_(bucket).upload, path, content, {"content-type": mime}))
        except StorageException as error:
            if str(getattr(error, "code", "")) not in ("Duplicate", "ResourceAlreadyExists", "KeyAlreadyExists"):
                raise

    def erase(self, bucket: str, paths: list[str]) -> None:
        self.again(lambda client: stored(client.storage.from_(bucket).remove, paths))


def open_workshop() -> Workshop:
    """From SHUBBAK_HOME; the account from SHUBBAK_WORKER_EMAIL and SHUBBAK_WORKER_PASSWORD, else from worker.json in the home."""
    if not os.environ.get("SHUBBAK_HOME"):
        raise NoAccount("Set SHUBBAK_HOME: the directory that holds the authority's keys, and worker.json in embedded mode.")
    home = Path(os.environ["SHUBBAK_HOME"])
    email, password = os.environ.get("SHUBBAK_WORKER_EMAIL"), os.environ.get("SHUBBAK_WORKER_PASSWORD")
    if not (email and password):
        try:
            kept = json.loads((home / "worker.json").read_text(encoding="utf-8"))
            email, password = kept["email"], kept["password"]
        except (OSError, ValueError, KeyError) as error:
            raise NoAccount(
                "The worker has no account: set SHUBBAK_WORKER_EMAIL and SHUBBAK_WORKER_PASSWORD, "
                "or make one with python -m components.operations.worker_account"
            ) from error
    return Workshop(email, password, home)
