"""The Storage part: private buckets whose objects are rows of storage.objects. Row security decides in the caller's own role, in the same
transaction that reads or writes the row; the bytes lie beside the database."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import quote

import jwt
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import PoolTimeout
from starlette.responses import FileResponse, Response

from components.local.calls import Call, Fault, json_answer
from components.local.database import Database, connection_lost
from components.local.files import Draft, Files
from components.local.keys import Keys, read_link, sign

HARD_LIMIT = 50 * 1024 * 1024  # bytes per object when the bucket names none; hosted Supabase's own
LONGEST_LINK = 30 * 24 * 3600
# Hosted Storage takes these characters in keys and no others.
KEY = re.compile(r"[A-Za-z0-9_/!\-.*'() &$@=;:+,?]{1,1024}")
COLUMNS = "id, name, bucket_id, owner_id, created_at, updated_at, last_accessed_at, metadata, version, user_metadata"


def storage_fault(status: int, error: str, message: str) -> Fault:
    """Hosted Storage answers HTTP 400 and keeps the true status in the body."""
    return Fault(500 if status == 500 else 501 if status == 501 else 400, {"statusCode": str(status), "error": error, "message": message})


def not_spoken(what: str) -> Fault:
    return storage_fault(501, "not_spoken", f"The local service does not speak {what}.")


def fault_of(error: psycopg.Error | PoolTimeout) -> Fault:
    state = error.sqlstate
    if isinstance(error, psycopg.DataError):
        return storage_fault(400, "invalid_request", error.diag.message_primary or str(error))
    if state == "42501":
        return storage_fault(403, "Unauthorized", error.diag.message_primary or "not allowed")
    if state == "23505":
        return storage_fault(409, "Duplicate", "The resource already exists")
    if state == "23503":
        return storage_fault(409, "InvalidRequest", "The bucket is not empty or does not exist")
    if state == "57014":
        return storage_fault(544, "DatabaseTimeout", "The database took too long")
    if connection_lost(error):
        return Fault(
            503, {"statusCode": "503", "error": "DatabaseUnavailable", "message": "The database is being started again; try once more."}
        )
    return storage_fault(500, "DatabaseError", error.diag.message_primary or "database error")


@dataclass
class Upload:
    """An upload that has been allowed so far: where to, and what its bucket takes."""

    bucket: str
    name: str
    limit: int
    types: list[str] | None
    replace: bool

    def check_type(self, kind: str) -> None:
        plain = kind.split(";")[0].strip().lower()
        accepted = [pattern.lower() for pattern in self.types or ["*/*"]]
        if not any(pattern in ("*", "*/*", plain) or pattern.endswith("/*") and plain.startswith(pattern[:-1]) for pattern in accepted):
            raise storage_fault(415, "invalid_mime_type", f"mime type {plain} is not supported")

    def too_large(self) -> Fault:
        return storage_fault(413, "Payload too large", "The object exceeded the maximum allowed size")


class Storage:
    """Handlers of /storage/v1/object. Buckets are in buckets.py."""

    def __init__(self, database: Database, keys: Keys, files: Files):
        self.database, self.keys, self.files = database, keys, files

    # -- uploading ------------------------------------------------------------------------------------------------------------------

    def allow_upload(self, call: Call) -> Upload:
        """Asked before the body is read: the bucket's limits, and a trial of the write that is rolled back."""
        bucket, name = call.parts["bucket"], _checked_key(call.parts["key"])
        replace = call.method == "PUT" or call.headers.get("x-upsert") == "true"
        row = self._bucket(call, bucket)
        limit = HARD_LIMIT if row["file_size_limit"] is None else row["file_size_limit"]
        upload = Upload(bucket, name, limit, row["allowed_mime_types"], replace)
        if int(call.headers.get("content-length") or 0) > limit + 10_000:  # the form around the file
            raise upload.too_large()
        with self.database.as_caller(call) as connection:
            self._write(connection, call, upload, {}, None, None)
            raise psycopg.Rollback
        return upload

    def store(self, call: Call, upload: Upload, draft: Draft, kind: str, cache_control: str | None, user_metadata: dict | None) -> Response:
        """Keeps the received bytes and writes the row. The row is committed after the bytes are safe on the disk."""
        upload.check_type(kind)
        metadata = {
            "eTag": f'"{draft.digest[:32]}"',
            "size": draft.size,
            "mimetype": kind,
            "cacheControl": f"max-age={cache_control}" if cache_control and cache_control.isdigit() else cache_control or "no-cache",
            "lastModified": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
            "contentLength": draft.size,
            "httpStatusCode": 200,
        }
        before = self._version(call, upload.bucket, upload.name) if upload.replace else None
        with self.database.as_caller(call) as connection:
            _lock_content(connection, draft.digest, shared=True)
            identity = self._write(connection, call, upload, metadata, draft.digest, user_metadata)
            self.files.keep(draft)
        if before and before != draft.digest:
            self._release(call, [before])
        return json_answer({"Key": f"{upload.bucket}/{upload.name}", "Id": str(identity)})

    def _write(
        self, connection: psycopg.Connection, call: Call, upload: Upload, metadata: dict, version: str | None, user_metadata: dict | None
    ) -> uuid.UUID:
        owner = call.claims.get("sub")
        if call.method == "PUT":
            row = connection.execute(
                "update storage.objects set metadata = %s, version = %s, user_metadata = %s, updated_at = now(), last_accessed_at = now()"
                " where bucket_id = %s and name = %s returning id",
                [Jsonb(metadata), version, user_metadata and Jsonb(user_metadata), upload.bucket, upload.name],
            ).fetchone()
            if row is None:
                raise storage_fault(404, "not_found", "Object not found")
            return row[0]
        identity = uuid.uuid4()
        # No `returning`: who may write need not be allowed to read.
        statement = (
            "insert into storage.objects (id, bucket_id, name, owner, owner_id, metadata, version, user_metadata)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s)"
        )
        values = [identity, upload.bucket, upload.name, owner, owner, Jsonb(metadata), version, user_metadata and Jsonb(user_metadata)]
        if upload.replace:
            statement += (
                " on conflict (bucket_id, name) do update set metadata = excluded.metadata, version = excluded.version,"
                " user_metadata = excluded.user_metadata, owner = excluded.owner, owner_id = excluded.owner_id, updated_at = now()"
            )
        connection.execute(statement, values)
        return identity

    # -- reading --------------------------------------------------------------------------------------------------------------------

    def read(self, call: Call) -> Response:
        with self.database.as_caller(call, read_only=True) as connection:
            row = self._object(connection, call.parts["bucket"], _checked_key(call.parts["key"]))
        return self._bytes(call, row)

    def info(self, call: Call) -> Response:
        with self.database.as_caller(call, read_only=True) as connection:
            row = self._object(connection, call.parts["bucket"], _checked_key(call.parts["key"]))
        metadata = row["metadata"] or {}
        return json_answer(
            {
                "id": str(row["id"]),
                "name": row["name"],
                "version": row["version"],
                "bucket_id": row["bucket_id"],
                "size": metadata.get("size"),
                "content_type": metadata.get("mimetype"),
                "cache_control": metadata.get("cacheControl"),
                "etag": metadata.get("eTag"),
                "metadata": row["user_metadata"] or {},
                "last_modified": metadata.get("lastModified"),
                "created_at": row["created_at"].isoformat(),
            }
        )

    def read_signed(self, call: Call) -> Response:
        """GET of a signed link: whoever holds it reads that one object until it expires."""
        bucket, name = call.parts["bucket"], _checked_key(call.parts["key"])
        try:
            claims = read_link(self.keys, call.parameter("token") or "")
        except jwt.InvalidTokenError as error:
            raise storage_fault(400, "InvalidJWT", str(error)) from None
        if claims["url"] != f"{bucket}/{name}":
            raise storage_fault(400, "InvalidSignature", "The link was made for another object")
        with self.database.as_caller(call, read_only=True, role="service_role") as connection:
            row = self._object(connection, bucket, name)
        return self._bytes(call, row)

    def _bytes(self, call: Call, row: dict) -> Response:
        path = self.files.path(row["version"] or "none")
        if not path.is_file():
            raise storage_fault(404, "not_found", "Object not found")
        metadata = row["metadata"] or {}
        headers = {
            "ETag": metadata.get("eTag", ""),
            "Cache-Control": metadata.get("cacheControl", "no-cache"),
            "Last-Modified": format_datetime(row["updated_at"], usegmt=True) if row["updated_at"] else "",
            "X-Content-Type-Options": "nosniff",
        }
        download = call.parameter("download")
        if download is not None:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(download or row['name'].rpartition('/')[2])}"
        return FileResponse(path, headers=headers, media_type=metadata.get("mimetype") or "application/octet-stream")

    # -- links, lists, removal ------------------------------------------------------------------------------------------------------

    def sign_one(self, call: Call) -> Response:
        bucket, name = call.parts["bucket"], _checked_key(call.parts["key"])
        seconds = _seconds(_body(call))
        with self.database.as_caller(call, read_only=True) as connection:
            self._object(connection, bucket, name)
        return json_answer({"signedURL": self._link(bucket, name, seconds)})

    def sign_many(self, call: Call) -> Response:
        bucket, body = call.parts["bucket"], _body(call)
        seconds, paths = _seconds(body), _paths(body, "paths")
        with self.database.as_caller(call, read_only=True) as connection:
            found = {
                row[0]
                for row in connection.execute(
                    "select name from storage.objects where bucket_id = %s and name = any(%s)", [bucket, paths]
                ).fetchall()
            }
        missing = "Either the object does not exist or you do not have access to it"
        return json_answer(
            [
                {
                    "error": None if path in found else missing,
                    "path": path,
                    "signedURL": self._link(bucket, path, seconds) if path in found else None,
                }
                for path in paths
            ]
        )

    def _link(self, bucket: str, name: str, seconds: int) -> str:
        now = int(time.time())
        token = sign(self.keys, {"url": f"{bucket}/{name}", "iat": now, "exp": now + seconds})
        return f"/object/sign/{quote(bucket)}/{quote(name)}?token={token}"

    def list(self, call: Call) -> Response:
        """One level below a prefix: files, and folders as names without an id."""
        body = _body(call)
        prefix, search = str(body.get("prefix") or ""), str(body.get("search") or "")
        prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        order = body.get("sortBy") or {}
        if not isinstance(order, dict):
            raise storage_fault(400, "invalid_sort", "sortBy is an object")
        column, direction = order.get("column", "name"), order.get("order", "asc")
        limit, offset = body.get("limit", 100), body.get("offset", 0)
        if column not in ("name", "created_at", "updated_at", "last_accessed_at") or direction not in ("asc", "desc"):
            raise storage_fault(400, "invalid_sort", "sortBy takes name, created_at, updated_at or last_accessed_at, asc or desc")
        if not isinstance(limit, int) or not isinstance(offset, int) or not 1 <= limit <= 1000 or offset < 0:
            raise storage_fault(400, "invalid_limit", "limit is between 1 and 1000, offset is not negative")
        sorted_by = "name" if column == "name" else f"max({column})"
        statement = (
            "with below as (select o.*, substr(o.name, %s) as rest from storage.objects o"
            "  where o.bucket_id = %s and starts_with(o.name, %s)),"
            " level as (select split_part(rest, '/', 1) as name, case when position('/' in rest) = 0 then below.id end as id,"
            "  updated_at, created_at, last_accessed_at, metadata from below)"
            " select name, id, max(updated_at) filter (where id is not null) as updated_at,"
            "  max(created_at) filter (where id is not null) as created_at,"
            "  max(last_accessed_at) filter (where id is not null) as last_accessed_at,"
            "  (array_agg(metadata) filter (where id is not null))[1] as metadata"
            " from level where starts_with(lower(name), lower(%s)) group by name, id"
            f" order by id is not null, {sorted_by} {direction}, name limit %s offset %s"
        )
        with self.database.as_caller(call, read_only=True) as connection:
            cursor = connection.cursor(row_factory=dict_row)
            return json_answer(cursor.execute(statement, [len(prefix) + 1, call.parts["bucket"], prefix, search, limit, offset]).fetchall())

    def remove_one(self, call: Call) -> Response:
        if not self.remove(call, call.parts["bucket"], [_checked_key(call.parts["key"])]):
            raise storage_fault(404, "not_found", "Object not found")
        return json_answer({"message": "Successfully deleted"})

    def remove_many(self, call: Call) -> Response:
        return json_answer(self.remove(call, call.parts["bucket"], _paths(_body(call), "prefixes")))

    def remove(self, call: Call, bucket: str, names: list[str]) -> list[dict]:
        with self.database.as_caller(call) as connection:
            connection.execute("select set_config('storage.allow_delete_query', 'true', true)")
            cursor = connection.cursor(row_factory=dict_row)
            rows = cursor.execute(
                f"delete from storage.objects where bucket_id = %s and name = any(%s) returning {COLUMNS}", [bucket, names]
            ).fetchall()
        self._release(call, [row["version"] for row in rows if row["version"]])
        return rows

    # -- contents -------------------------------------------------------------------------------------------------------------------

    def _release(self, call: Call, digests: list[str]) -> None:
        """Deletes contents that no object names any more, under the lock that an upload of the same content would share."""
        for digest in set(digests):
            with self.database.as_caller(call, role="service_role") as connection:
                _lock_content(connection, digest, shared=False)
                if not connection.execute("select 1 from storage.objects where version = %s limit 1", [digest]).fetchone():
                    self.files.release(digest)

    def sweep(self, call: Call) -> None:
        """Once after a start: contents whose upload or removal was cut short."""
        with self.database.as_caller(call, role="service_role") as connection:
            named = {row[0] for row in connection.execute("select distinct version from storage.objects where version is not null")}
        self._release(call, list(self.files.digests() - named))

    def _bucket(self, call: Call, bucket: str) -> dict:
        with self.database.as_caller(call, read_only=True, role="service_role") as connection:
            row = connection.cursor(row_factory=dict_row).execute("select * from storage.buckets where id = %s", [bucket]).fetchone()
        if row is None:
            raise storage_fault(404, "Bucket not found", "Bucket not found")
        return row

    def _object(self, connection: psycopg.Connection, bucket: str, name: str) -> dict:
        cursor = connection.cursor(row_factory=dict_row)
        row = cursor.execute(f"select {COLUMNS} from storage.objects where bucket_id = %s and name = %s", [bucket, name]).fetchone()
        if row is None:
            raise storage_fault(404, "not_found", "Object not found")
        return row

    def _version(self, call: Call, bucket: str, name: str) -> str | None:
        with self.database.as_caller(call, read_only=True, role="service_role") as connection:
            row = connection.execute("select version from storage.objects where bucket_id = %s and name = %s", [bucket, name]).fetchone()
        return row and row[0]


def _lock_content(connection: psycopg.Connection, digest: str, shared: bool) -> None:
    kind = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    connection.execute(f"select {kind}(hashtextextended(%s, 7))", [digest])


def _checked_key(name: str) -> str:
    if not KEY.fullmatch(name) or any(part in ("", ".", "..") for part in name.split("/")):
        raise storage_fault(400, "InvalidKey", f"Invalid key: {name}")
    return name


def _body(call: Call) -> dict:
    try:
        return call.json_object()
    except ValueError as error:
        raise storage_fault(400, "invalid_json", str(error)) from None


def _seconds(body: dict) -> int:
    try:
        seconds = int(body.get("expiresIn"))
    except (TypeError, ValueError):
        seconds = 0
    if not 1 <= seconds <= LONGEST_LINK:
        raise storage_fault(400, "invalid_request", f"expiresIn is between 1 and {LONGEST_LINK} seconds")
    if body.get("transform"):
        raise not_spoken("image transforms")
    return seconds


def _paths(body: dict, name: str) -> list[str]:
    paths = body.get(name)
    if not isinstance(paths, list) or not 1 <= len(paths) <= 1000 or not all(isinstance(path, str) for path in paths):
        raise storage_fault(400, "invalid_request", f"{name} is a list of 1 to 1000 paths")
    return paths
