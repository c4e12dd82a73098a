"""Receives the body of an upload: raw bytes or a form, written to a draft file while it arrives, never whole in memory."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from urllib.parse import unquote_plus

from starlette.concurrency import run_in_threadpool
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from components.local.calls import Call
from components.local.files import DraftWriter, TooLarge
from components.local.storage import Storage, Upload, storage_fault

PIECE = 1024 * 1024
FORM_ALLOWANCE = 100_000  # bytes of a form that are not the file


async def receive(request: Request, call: Call, storage: Storage) -> Response:
    """One upload from the first byte to the answer. Nobody's bytes are read before they may be written."""
    upload = await run_in_threadpool(storage.allow_upload, call)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _receive_form(request, call, storage, upload)
    kind = request.headers.get("content-type") or "application/octet-stream"
    upload.check_type(kind)
    writer = DraftWriter(storage.files.folder, upload.limit)
    try:
        async for piece in _pieces(request.stream()):
            await run_in_threadpool(writer.write, piece)
        metadata = _metadata(request.headers.get("x-metadata"))
        return await run_in_threadpool(_finish, writer, storage, call, upload, kind, request.headers.get("cache-control"), metadata)
    except TooLarge:
        raise upload.too_large() from None
    except ClientDisconnect:
        raise storage_fault(400, "Aborted", "The upload was cut short") from None
    finally:
        writer.abort()


async def _receive_form(request: Request, call: Call, storage: Storage, upload: Upload) -> Response:
    try:
        form = await MultiPartParser(request.headers, _limited(request.stream(), upload), max_files=1, max_fields=10).parse()
    except MultiPartException as error:
        raise storage_fault(400, "invalid_form", error.message) from None
    except ClientDisconnect:
        raise storage_fault(400, "Aborted", "The upload was cut short") from None
    try:
        file = next((value for value in form.values() if not isinstance(value, str)), None)
        if file is None:
            raise storage_fault(400, "invalid_form", "The form holds no file")
        kind = file.content_type or "application/octet-stream"
        upload.check_type(kind)
        cache, metadata = form.get("cacheControl"), _metadata(form.get("metadata"))
        return await run_in_threadpool(_copy, file.file, storage, call, upload, kind, cache, metadata)
    finally:
        await form.close()


def _copy(source, storage: Storage, call: Call, upload: Upload, kind: str, cache: str | None, metadata: dict | None) -> Response:
    writer = DraftWriter(storage.files.folder, upload.limit)
    try:
        while piece := source.read(PIECE):
            writer.write(piece)
        return _finish(writer, storage, call, upload, kind, cache, metadata)
    except TooLarge:
        raise upload.too_large() from None
    finally:
        writer.abort()


def _finish(
    writer: DraftWriter, storage: Storage, call: Call, upload: Upload, kind: str, cache: str | None, metadata: dict | None
) -> Response:
    return storage.store(call, upload, writer.finish(), kind, cache, metadata)


async def _pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Gathers small chunks, so that a thread is called once per megabyte."""
    gathered = bytearray()
    async for chunk in stream:
        gathered += chunk
        if len(gathered) >= PIECE:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


async def _limited(stream: AsyncIterator[bytes], upload: Upload) -> AsyncIterator[bytes]:
    received = 0
    async for chunk in stream:
        received += len(chunk)
        if received > upload.limit + FORM_ALLOWANCE:
            raise upload.too_large()
        yield chunk


def _metadata(text: object) -> dict | None:
    """The caller's own notes on an object: a JSON object, possibly form-encoded."""
    if not isinstance(text, str) or not text:
        return None
    try:
        content = json.loads(text if text.startswith("{") else unquote_plus(text))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise storage_fault(400, "invalid_metadata", "metadata is a JSON object")
    return content
