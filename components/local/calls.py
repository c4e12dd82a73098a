"""What a handler is given and what it may answer: plain values, so that handlers are plain functions in worker threads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import Headers
from starlette.responses import Response


class Fault(Exception):
    """An answer that is an error: HTTP status and a JSON body, in the shape the client library of that part expects."""

    def __init__(self, status: int, body: dict, headers: dict[str, str] | None = None):
        super().__init__(body.get("message") or body.get("msg"))
        self.status = status
        self.body = body
        self.headers = headers or {}


@dataclass
class Call:
    """One request: `claims` of its token, `query` in order with repetitions, `body` whole (uploads are streamed elsewhere)."""

    method: str
    path: str
    parts: dict[str, str]
    query: list[tuple[str, str]]
    headers: Headers
    claims: dict
    body: bytes = b""

    @property
    def role(self) -> str:
        return self.claims["role"]

    def parameter(self, name: str, default: str | None = None) -> str | None:
        return next((value for key, value in self.query if key == name), default)

    def json_object(self) -> dict:
        """The body as a JSON object, empty when there is none. Raises ValueError with a sentence."""
        if not self.body.strip():
            return {}
        try:
            content = json.loads(self.body)
            json.dumps(content, ensure_ascii=False).encode()  # half a character, written as an escape, is none
        except (ValueError, RecursionError):
            raise ValueError("The body is not valid JSON.") from None
        if not isinstance(content, dict):
            raise ValueError("The body must be a JSON object.")
        return content


def json_answer(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return raw_answer(json.dumps(content, ensure_ascii=False, default=_written), status, headers)


def _written(value: object) -> str:
    """Moments as ISO 8601, identifiers as text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def raw_answer(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON that the database made, passed on unparsed."""
    return Response(text, status_code=status, headers=headers, media_type="application/json")
