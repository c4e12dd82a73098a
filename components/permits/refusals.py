"""Why the platform said no.

Refusal            the person can act on it: show its sentence, do not log it as a fault
  from the database    a code declared beside the SQL function that raises it (app.say)
  of the way there     LINK1 connection lost, SLOW1 too long, ... (assets/locales/refusals_http.yaml)
  SessionOver          SESS1: the tokens are worth nothing any more; a client that can renew them does so once
Anything else is a fault of ours: let it rise.
"""

import json

from components.permits import texts


class Refusal(Exception):
    """A sentence in both languages that says what to do next.

    code    five characters, the SQLSTATE of the database or one of ours
    faults  [{"path", "code", "fr", "ar"}], one per field or document, possibly empty
    params  values named in the sentence
    """

    def __init__(self, code: str, fr: str, ar: str, faults: list[dict] | None = None, params: dict | None = None):
        super().__init__(f"{code}: {fr}")
        self.code, self.fr, self.ar = code, fr, ar
        self.faults = faults or []
        self.params = params or {}

    def sentence(self, lang: str) -> str:
        return self.ar if lang == "ar" else self.fr


class SessionOver(Refusal):
    """The tokens are worth nothing any more: SESS1."""


def refusal_of_ours(code: str, **values) -> Refusal:
    """A refusal whose sentences stand in assets/locales/refusals_http.yaml."""
    key = f"refusals_http.{code}"
    kind = SessionOver if code == "SESS1" else Refusal
    return kind(code, texts.translate(key, "fr", **values), texts.translate(key, "ar", **values), params=values)


def refusal_of_database(details: object) -> Refusal | None:
    """The refusal carried by the DETAIL of an SQL error (JSON text), or None when it is not one of ours."""
    try:
        detail = json.loads(details) if isinstance(details, str) else details
        return Refusal(detail["code"], detail["fr"], detail["ar"], detail.get("faults"), detail.get("params"))
    except (TypeError, ValueError, KeyError):
        return None
