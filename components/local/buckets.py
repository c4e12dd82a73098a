"""Buckets of the Storage part: private ones only, made by the operator's key or by SQL."""

from __future__ import annotations

import re

import psycopg
from psycopg.rows import dict_row
from starlette.responses import Response

from components.local.calls import Call, json_answer
from components.local.database import Database
from components.local.storage import Storage, _body, not_spoken, storage_fault

NAME = re.compile(r"[A-Za-z0-9_!\-.*'() &$@=;:+,?]{1,100}")
RESERVED = {
    "authenticated",
    "public",
    "sign",
    "info",
    "list",
    "list-v2",
    "upload",
    "move",
    "copy",
}  # words of the address before a bucket's name
UNITS = {"": 1, "b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1024, "mib": 1024**2, "gib": 1024**3}


class Buckets:
    """Handlers of /storage/v1/bucket; row security on storage.buckets decides like on objects."""

    def __init__(self, database: Database, storage: Storage):
        self.database, self.storage = database, storage

    def list(self, call: Call) -> Response:
        with self.database.as_caller(call, read_only=True) as connection:
            return json_answer([_shown(row) for row in _rows(connection, "select * from storage.buckets order by name", [])])

    def get(self, call: Call) -> Response:
        with self.database.as_caller(call, read_only=True) as connection:
            return json_answer(_shown(_one(connection, call.parts["bucket"])))

    def create(self, call: Call) -> Response:
        body = _body(call)
        identity = body.get("id") or body.get("name")
        if not isinstance(identity, str) or not NAME.fullmatch(identity) or identity in RESERVED:
            raise storage_fault(400, "InvalidBucketName", f"Invalid bucket name: {identity}")
        if body.get("name", identity) != identity:
            raise not_spoken("buckets whose name is not their id")
        limits = _limits(body)
        with self.database.as_caller(call) as connection:
            connection.execute(
                "insert into storage.buckets (id, name, owner_id, public, file_size_limit, allowed_mime_types)"
                " values (%s, %s, %s, false, %s, %s)",
                [
                    identity,
                    identity,
                    call.claims.get("sub"),
                    limits.get("file_size_limit"),
                    limits.get("allowed_mime_types"),
                ],
            )
        return json_answer({"name": identity})

    def change(self, call: Call) -> Response:
        limits = _limits(_body(call))
        with self.database.as_caller(call) as connection:
            _one(connection, call.parts["bucket"])
            for column, value in limits.items():
                statement = f"update storage.buckets set {column} = %s, updated_at = now() where id = %s"
                connection.execute(statement, [value, call.parts["bucket"]])
        return json_answer({"message": "Successfully updated"})

    def empty(self, call: Call) -> Response:
        with self.database.as_caller(call, read_only=True) as connection:
            _one(connection, call.parts["bucket"])
            names = [
                row["name"] for row in _rows(connection, "select name from storage.objects where bucket_id = %s", [call.parts["bucket"]])
            ]
        self.storage.remove(call, call.parts["bucket"], names)
        return json_answer({"message": "Successfully emptied"})

    def delete(self, call: Call) -> Response:
        with self.database.as_caller(call) as connection:
            _one(connection, call.parts["bucket"])
            connection.execute("select set_config('storage.allow_delete_query', 'true', true)")
            connection.execute("delete from storage.buckets where id = %s", [call.parts["bucket"]])
        return json_answer({"message": "Successfully deleted"})


def _rows(connection: psycopg.Connection, statement: str, values: list) -> list[dict]:
    return connection.cursor(row_factory=dict_row).execute(statement, values).fetchall()


def _one(connection: psycopg.Connection, bucket: str) -> dict:
    rows = _rows(connection, "select * from storage.buckets where id = %s", [bucket])
    if not rows:
        raise storage_fault(404, "Bucket not found", "Bucket not found")
    return rows[0]


def _shown(row: dict) -> dict:
    names = ("id", "name", "public", "file_size_limit", "allowed_mime_types")
    return {name: row[name] for name in names} | {
        "owner": row["owner_id"] or "",
        "type": "STANDARD",
        "created_at": row["created_at"].isoformat(),
        "updated_at": row["updated_at"].isoformat(),
    }


def _limits(body: dict) -> dict:
    """The limits named in the body. file_size_limit is bytes or a text like 10MB."""
    if body.get("public"):
        raise not_spoken("public buckets")
    limits = {}
    if "file_size_limit" in body:
        limits["file_size_limit"] = _size(body["file_size_limit"])
    if "allowed_mime_types" in body:
        types = body["allowed_mime_types"]
        if types is not None and (not isinstance(types, list) or not all(isinstance(one, str) for one in types)):
            raise storage_fault(400, "invalid_request", "allowed_mime_types is a list of types")
        limits["allowed_mime_types"] = types
    return limits


def _size(value: object) -> int | None:
    if value is None or isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value or None
    match = re.fullmatch(r"(\d{1,15})\s*([a-z]*)", str(value).lower())
    if not match or match[2] not in UNITS:
        raise storage_fault(400, "invalid_request", "file_size_limit is a number of bytes, or a text like 10MB")
    return int(match[1]) * UNITS[match[2]] or None
