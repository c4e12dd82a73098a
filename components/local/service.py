"""The local service: the part of Supabase's HTTP interface that the site uses, on one loopback port."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import asynccontextmanager

import jwt
import psycopg
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from components.local import database as rest_errors
from components.local import storage as storage_errors
from components.local.auth import Auth
from components.local.auth_users import auth_fault
from components.local.buckets import Buckets
from components.local.calls import Call, Fault, json_answer
from components.local.database import Database, rest_fault
from components.local.files import Files
from components.local.home import WINDOWS
from components.local.keys import read_token
from components.local.postgres import Cluster
from components.local.rest import Rest
from components.local.schema_cache import SchemaCache
from components.local.storage import Storage, not_spoken, storage_fault
from components.local.uploads import receive

BODY_LIMIT = 10 * 1024 * 1024
log = logging.getLogger("components.local")
Handler = Callable[[Call], Response]


class Service:
    """Everything behind the port. `app` is the ASGI application; its lifespan opens the pools and watches the server."""

    def __init__(self, cluster: Cluster, url: str):
        self.cluster, self.keys = cluster, cluster.keys
        self.database = Database(cluster)
        self.cache = SchemaCache(self.database)
        self.storage = Storage(self.database, self.keys, Files(cluster.home.files))
        self.auth = Auth(self.database, self.keys, f"{url}/auth/v1")
        self.rest = Rest(self.database, self.cache)
        self.buckets = Buckets(self.database, self.storage)
        self._stopped = threading.Event()
        self.app = Starlette(
            routes=self._routes(), lifespan=self._lifespan, exception_handlers={HTTPException: _http_error, Exception: _crash}
        )

    @asynccontextmanager
    async def _lifespan(self, app: Starlette):
        await run_in_threadpool(self._open)
        try:
            yield
        finally:
            await run_in_threadpool(self._close)

    def _open(self) -> None:
        self.database.open()
        self.cache.load()
        self.storage.files.clear_drafts()
        for work in (self.cache.listen, self._watch_server, self._sweep):
            threading.Thread(target=work, daemon=True).start()

    def _close(self) -> None:
        self._stopped.set()
        self.cache.stop()
        self.database.close()

    def _watch_server(self) -> None:
        """Brings PostgreSQL back when it was killed."""
        while not self._stopped.wait(2 if WINDOWS else 0.25):  # there, asking is expensive
            if not self.cluster.alive():
                try:
                    self.cluster.revive()
                except Exception:  # whatever it was, the next round tries again; requests answer 503 meanwhile
                    log.exception("PostgreSQL could not be started again")

    def _sweep(self) -> None:
        try:
            self.storage.sweep(Call("POST", "/", {}, [], Headers({}), {"role": "service_role"}))
        except (psycopg.Error, PoolTimeout, OSError):
            log.warning("Leftover files could not be swept; the next start tries again.")

    # -- routes ---------------------------------------------------------------------------------------------------------------------

    def _routes(self) -> list[Route]:
        auth, rest, storage, buckets = self.auth, self.rest, self.storage, self.buckets
        every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

        def route(path: str, part: str, key: bool = True, methods: list[str] = every, **handlers: Handler) -> Route:
            return Route(path, self._endpoint(part, handlers, key), methods=methods)

        return [
            route("/auth/v1/health", "auth", key=False, GET=auth.health),
            route("/auth/v1/settings", "auth", GET=auth.settings),
            route("/auth/v1/signup", "auth", POST=auth.sign_up),
            route("/auth/v1/token", "auth", POST=auth.token),
            route("/auth/v1/logout", "auth", POST=auth.log_out),
            route("/auth/v1/user", "auth", GET=auth.user, PUT=auth.change_own),
            route("/auth/v1/recover", "auth", POST=auth.recover),
            route("/auth/v1/verify", "auth", POST=auth.verify),
            route("/auth/v1/admin/users", "auth", GET=auth.list_users, POST=auth.create_user),
            route("/auth/v1/admin/users/{id}", "auth", GET=auth.get_user, PUT=auth.change_user, DELETE=auth.delete_user),
            route("/rest/v1/rpc/{name}", "rest", GET=rest.function, HEAD=rest.function, POST=rest.function),
            route("/rest/v1/{name}", "rest", **dict.fromkeys(every, rest.view)),
            route("/storage/v1/bucket", "storage", GET=buckets.list, POST=buckets.create),
            route("/storage/v1/bucket/{bucket}", "storage", GET=buckets.get, PUT=buckets.change, DELETE=buckets.delete),
            route("/storage/v1/bucket/{bucket}/empty", "storage", POST=buckets.empty),
            route("/storage/v1/object/sign/{bucket}/{key:path}", "storage", methods=["POST"], POST=storage.sign_one),
            route("/storage/v1/object/sign/{bucket}/{key:path}", "storage", key=False, GET=storage.read_signed, HEAD=storage.read_signed),
            route("/storage/v1/object/sign/{bucket}", "storage", POST=storage.sign_many),
            route("/storage/v1/object/list/{bucket}", "storage", POST=storage.list),
            route("/storage/v1/object/info/authenticated/{bucket}/{key:path}", "storage", GET=storage.info, HEAD=storage.info),
            route("/storage/v1/object/info/{bucket}/{key:path}", "storage", GET=storage.info, HEAD=storage.info),
            route("/storage/v1/object/authenticated/{bucket}/{key:path}", "storage", GET=storage.read, HEAD=storage.read),
            *[
                route(f"/storage/v1/{path}", "storage", **dict.fromkeys(every, self._unspoken_storage))
                for path in (
                    "object/public/{rest:path}",
                    "object/upload/{rest:path}",
                    "object/move",
                    "object/copy",
                    "object/list-v2/{rest:path}",
                )
            ],
            route("/storage/v1/object/{bucket}", "storage", DELETE=storage.remove_many),
            Route("/storage/v1/object/{bucket}/{key:path}", self._upload, methods=["POST", "PUT"]),
            route("/storage/v1/object/{bucket}/{key:path}", "storage", GET=storage.read, HEAD=storage.read, DELETE=storage.remove_one),
            route("/{rest:path}", "", key=False, **dict.fromkeys(every, _unspoken)),
        ]

    def _unspoken_storage(self, call: Call) -> Response:
        raise not_spoken(call.path.removeprefix("/storage/v1/"))

    def _endpoint(self, part: str, handlers: dict[str, Handler], key: bool):
        async def endpoint(request: Request) -> Response:
            handler = handlers.get(request.method)
            try:
                if handler is None:
                    raise _refused_method(part, request.method)
                call = self._call(request, part, key)
                call.body = await _read_body(request, part)
                return await run_in_threadpool(handler, call)
            except (Fault, psycopg.Error, PoolTimeout, ClientDisconnect) as error:
                return _error_answer(part, error, request)

        return endpoint

    async def _upload(self, request: Request) -> Response:
        try:
            return await receive(request, self._call(request, "storage", key=True), self.storage)
        except (Fault, psycopg.Error, PoolTimeout) as error:
            return _error_answer("storage", error, request)

    def _call(self, request: Request, part: str, key: bool) -> Call:
        """The request as a plain value. `key`: an API key is demanded, as by hosted Supabase; a person's token may come with it."""
        claims = {"role": "anon"}
        if key:
            given = request.headers.get("apikey", "")
            if not given:
                raise _refused_key(part, "No API key found in request", "No `apikey` request header or url param was found.")
            if not any(secrets.compare_digest(given.encode(), known.encode()) for known in (self.keys.anon, self.keys.service_role)):
                raise _refused_key(part, "Invalid API key", "Double check your API key.")
            kind, _, token = request.headers.get("authorization", "").partition(" ")
            token = token.strip() if kind.lower() == "bearer" and token.strip() else given
            try:
                claims = read_token(self.keys, token)
            except jwt.ExpiredSignatureError:
                raise _refused_token(part, "PGRST303", "JWT expired") from None
            except jwt.InvalidTokenError as error:
                raise _refused_token(part, "PGRST301", str(error)) from None
        request.scope["caller_role"] = claims["role"]
        return Call(
            request.method,
            request.url.path,
            dict(request.path_params),
            request.query_params.multi_items(),
            request.headers,
            claims,
        )


async def _read_body(request: Request, part: str) -> bytes:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > BODY_LIMIT:
            message = f"The body exceeds {BODY_LIMIT} bytes."
            raise {
                "auth": auth_fault(413, "request_too_large", message),
                "storage": storage_fault(413, "Payload too large", message),
            }.get(part) or rest_fault(413, "request_too_large", message)
    return bytes(received)


def _refused_method(part: str, method: str) -> Fault:
    if part == "auth":
        return auth_fault(405, "method_not_allowed", f"{method} is not spoken here")
    if part == "storage":
        return Fault(405, {"statusCode": "405", "error": "method_not_allowed", "message": f"{method} is not spoken here"})
    return rest_fault(405, "PGRST101", f"Cannot use the {method} method here")


def _refused_key(part: str, message: str, hint: str) -> Fault:
    if part == "auth":
        return auth_fault(401, "no_authorization", message, message=message, hint=hint)
    if part == "storage":
        return Fault(401, {"statusCode": "401", "error": "Unauthorized", "message": message})
    return Fault(401, {"code": None, "message": message, "hint": hint, "details": None})


def _refused_token(part: str, code: str, message: str) -> Fault:
    if part == "auth":
        return auth_fault(403, "bad_jwt", f"invalid JWT: unable to parse or verify signature, {message}")
    if part == "storage":
        return storage_fault(403, "Unauthorized", "jwt expired" if code == "PGRST303" else message)
    return rest_fault(401, code, message, headers={"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{message}"'})


def _unspoken(call: Call) -> Response:
    message = f"The local service does not speak {call.method} {call.path}."
    if call.path.startswith("/storage/"):
        raise storage_fault(501, "not_spoken", message)
    if call.path.startswith("/auth/"):
        raise auth_fault(501, "not_spoken", message)
    if call.path.startswith(("/rest/", "/realtime/", "/functions/", "/graphql/")):
        raise rest_fault(501, "not_spoken", message)
    raise rest_fault(404, "not_found", message)


def _error_answer(part: str, error: Exception, request: Request) -> Response:
    if isinstance(error, ClientDisconnect):
        return Response(status_code=400)
    if not isinstance(error, Fault):
        error = _database_fault(part, error, request.scope.get("caller_role", "anon"))
    return json_answer(error.body, error.status, error.headers)


def _database_fault(part: str, error: psycopg.Error | PoolTimeout, role: str) -> Fault:
    if part == "storage":
        return storage_errors.fault_of(error)
    if part == "auth":
        if isinstance(error, psycopg.DataError):
            return auth_fault(400, "validation_failed", error.diag.message_primary or str(error))
        if rest_errors.connection_lost(error):
            return auth_fault(503, "unexpected_failure", "The database is being started again; try once more.")
        log.error("Auth could not use the database: %s", error)
        return auth_fault(500, "unexpected_failure", f"Database error: {error.diag.message_primary}")
    return rest_errors.fault_of(error, role)


async def _http_error(request: Request, error: HTTPException) -> Response:
    return json_answer({"code": str(error.status_code), "message": error.detail, "details": None, "hint": None}, error.status_code)


async def _crash(request: Request, error: Exception) -> Response:
    message = "The local service failed; its log says more."
    body = {"code": 500, "error_code": "unexpected_failure", "msg": message} if request.url.path.startswith("/auth/") else None
    return json_answer(
        body or {"code": "500", "statusCode": "500", "error": "internal", "message": message, "details": None, "hint": None}, 500
    )
