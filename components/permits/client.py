"""One supabase client per signed-in person over one shared transport, and calls whose failures are refusals."""

import os
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

import httpx
from postgrest.exceptions import APIError
from storage3.utils import StorageException
from supabase import Client, ClientOptions, create_client

from components.permits.refusals import SessionOver, refusal_of_database, refusal_of_ours

# Hosted Supabase stops a statement of a signed-in person after 8 s; files may take longer.
TIMEOUT = httpx.Timeout(30, connect=5)

# SQLSTATE or PostgREST code -> sentence of ours. Anything absent is a fault and rises.
SENTENCES = {
    "42501": "ROLE2",
    "PGRST301": "SESS1",
    "PGRST302": "SESS1",
    "PGRST303": "SESS1",
    "57014": "SLOW1",
    "55P03": "SLOW1",
    "40001": "MOVE9",
    "40P01": "MOVE9",
    "22P02": "INPT1",
    "22007": "INPT1",
    "22008": "INPT1",
    "22003": "INPT1",
    "22P05": "INPT1",
    "PGRST102": "INPT1",
    "503": "LINK1",
    "502": "LINK1",
    "504": "SLOW1",
    "PGRST000": "LINK1",
    "PGRST001": "LINK1",
    "PGRST002": "LINK1",
    "PGRST003": "LINK1",
    "57P01": "LINK1",
    "57P03": "LINK1",
    "08006": "LINK1",
    "53300": "LINK1",
    "429": "RATE2",
    "413": "SIZE1",
}
STORAGE_SENTENCES = {"401": "SESS1", "403": "ROLE2", "404": "LOST1", "413": "SIZE1", "415": "TYPE9", "429": "RATE2", "503": "LINK1"}


@lru_cache(maxsize=1)
def transport() -> httpx.Client:
    """The connections of the whole process. It holds no identity: each client sends its own headers."""
    return httpx.Client(timeout=TIMEOUT, limits=httpx.Limits(max_connections=64, max_keepalive_connections=32))


def settings() -> tuple[str, str]:
    """Address and public key of the backend, from the environment (the launcher sets them in embedded mode)."""
    return os.environ["SUPABASE_URL"], os.environ.get("SUPABASE_PUBLISHABLE_KEY") or os.environ["SUPABASE_ANON_KEY"]


def make_client(
    url: str | None = None, key: str | None = None, access_token: str | None = None, http: httpx.Client | None = None
) -> Client:
    """A client for one visitor: anonymous, or acting with the given access token."""
    if url is None or key is None:
        url, key = settings()
    # Options of one client only: its headers are its identity.
    options = ClientOptions(auto_refresh_token=False, persist_session=False, httpx_client=http or transport(), flow_type="implicit")
    # An Authorization header given here keeps create_client from looking for a session of its own.
    options.headers["Authorization"] = f"Bearer {access_token or key}"
    return create_client(url, key, options)


def plain(value: object) -> object:
    """Values as JSON carries them: dates and identifiers as text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, str):
        # PostgreSQL keeps no NUL, and lone surrogates cannot be sent.
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    return value


def call(client: Client, function: str, **params) -> object:
    """The parsed answer of one SQL function. Raises Refusal; other errors are faults of ours.

    A client whose token has expired and that knows how to `renew` it (components/ui/session.py) does so, once.
    """
    try:
        return execute(client.rpc(function, plain(params))).data
    except SessionOver:
        token = client.renew() if hasattr(client, "renew") else None
        if token is None:
            raise
    set_token(client, token)
    return execute(client.rpc(function, plain(params))).data


def set_token(client: Client, token: str) -> None:
    client.options.headers["Authorization"] = f"Bearer {token}"
    client._postgrest = client._storage = None  # made again, with the new header, when next used; as supabase-py does itself


def execute(request) -> object:
    """Run any built request (`client.table(...).select(...)`); the same refusals as `call`."""
    try:
        return request.execute()
    except APIError as error:
        refusal = refusal_of_database(error.details)
        if refusal is None and error.code in SENTENCES:
            refusal = refusal_of_ours(SENTENCES[error.code])
        if refusal is None:
            raise
        raise refusal from error
    except httpx.HTTPError as error:
        raise refusal_of_transport(error) from error


def refusal_of_transport(error: httpx.HTTPError):
    return refusal_of_ours("SLOW1" if isinstance(error, httpx.ReadTimeout) else "LINK1")


def stored(act, *args, **kwargs):
    """Run one call of the storage client, e.g. stored(bucket.upload, path, data); failures are refusals."""
    try:
        return act(*args, **kwargs)
    except StorageException as error:
        code = STORAGE_SENTENCES.get(str(getattr(error, "status", "")))
        if code is None:
            raise
        raise refusal_of_ours(code) from error
    except httpx.HTTPError as error:
        raise refusal_of_transport(error) from error
