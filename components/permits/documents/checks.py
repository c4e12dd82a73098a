"""What a paper must hold before it may be printed: nothing incomplete can be signed."""
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from components.permits.documents.typeset import unprintable
from components.permits.texts import translate

ORDERS = {"permit", "refusal", "revocation", "lapse", "deferral"}  # an authority decides: visas, articles
SIGNED = {"permit", "refusal", "revocation", "modification", "deferral", "attestation"}  # by a person, on the paper
COMPACT = {"receipt", "payment", "minutes"}             # both languages side by side
APART = {"minutes", "plan"}                             # composed by minutes.py and plans.py
LETTERS = {"request", "return", "silence_request", "silence_referral", "silence_letter", "silence_answer", "appeal", "appeal_answer"}
KINDS = ORDERS | SIGNED | COMPACT | APART | LETTERS
# What members wrote and signed, names from registers, values of a request: printed as they are, in the language they have.
# Nothing in them may hold up the paper, for nobody may change them any more.
OWN_WORDS = {
    "minutes": {"members", "opinions", "guests", "changes", "reservations", "project", "session", "summary"},
    "plan": {"plan"},
    "appeal": {"lists"},
    "appeal_answer": {"lists"},
    "silence_answer": {"lists"},
}
MAX_TEXT = 20_000
MOST_SEATS = 40

BASIC = ("number", "date", "title.fr", "title.ar", "commune.name_fr", "commune.name_ar", "commune.province_fr", "commune.province_ar",
         "verification.code", "verification.url")
MANDATORY = {
    "permit": ("visas", "articles", "signer", "place"),
    "refusal": ("visas", "considerations", "articles", "signer", "place"),
    "revocation": ("visas", "considerations", "articles", "signer", "place"),
    "lapse": ("articles",),
    "receipt": ("time", "state_line", "dossier_number"),
    "payment": ("tables", "dossier_number"),
    "request": ("lists", "dossier_number"),
    "return": ("dossier_number",),
    "modification": ("lists", "articles", "signer", "place"),
    "deferral": ("considerations", "articles", "signer", "place"),
    "attestation": ("visas", "considerations", "articles", "signer", "place"),
    "silence_request": ("tables", "dossier_number"),
    "silence_referral": ("tables", "dossier_number"),
    "silence_letter": ("considerations", "dossier_number"),
    "silence_answer": ("lists", "dossier_number"),
    "appeal": ("lists", "dossier_number"),
    "appeal_answer": ("lists", "dossier_number"),
    "minutes": ("dossier_number", "body", "members", "opinions", "conclusion"),
    "plan": ("plan",),
}
SIGNER = ("signer.name_fr", "signer.name_ar", "signer.quality.fr", "signer.quality.ar")
PLACEHOLDER = re.compile(r"\{[^{}\n]{1,60}\}")
NOT_PRINTED = {"public", "data_digest"}


@dataclass(frozen=True)
class Fault:
    """Why a paper cannot be printed. path: place in the data, as `articles.2.fr`."""
    code: str
    path: str
    fr: str
    ar: str

    def sentence(self, lang: str) -> str:
        return self.ar if lang == "ar" else self.fr


def fault(code: str, path: str = "", value: str = "") -> Fault:
    return Fault(code, path, *(translate(f"papers.{code}", lang, path=path, value=value) for lang in ("fr", "ar")))


class RenderFault(Exception):
    """The paper is not printed: faults says why, each in both languages."""

    def __init__(self, faults: list[Fault]):
        super().__init__("; ".join(f"{each.code} {each.path}" for each in faults))
        self.faults = faults

    def sentence(self, lang: str) -> str:
        return " ".join(each.sentence(lang) for each in self.faults)


def to_be_signed(data: dict) -> bool:
    """A person signs the paper; otherwise the commune's seal is enough."""
    return data.get("kind") in SIGNED or not blank(data.get("signer"))


def value_at(data: dict, path: str) -> object:
    found: object = data
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def blank(value: object) -> bool:
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())


def pairs(value: object, path: str = "") -> Iterator[tuple[str, dict]]:
    """Every {"fr", "ar"} of the data that is printed, with its path."""
    if isinstance(value, dict):
        if "fr" in value or "ar" in value:
            yield path, value
        for key, inner in value.items():
            if path or key not in NOT_PRINTED:
                yield from pairs(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from pairs(inner, f"{path}.{place}")


def strings(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if path or key not in NOT_PRINTED:
                yield from strings(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from strings(inner, f"{path}.{place}")


def shape_faults(data: dict) -> Iterator[Fault]:
    """Parts that are not of the form that the layout draws."""
    for key in ("visas", "considerations", "articles", "tables", "lists", "footer"):
        part = data.get(key) or []
        if not isinstance(part, list) or not all(isinstance(each, dict) for each in part):
            yield fault("LEAF8", key)
    for place, table in enumerate(data.get("tables") or []):
        columns, rows = (table.get("columns"), table.get("rows")) if isinstance(table, dict) else (None, None)
        sound = isinstance(columns, list) and columns and isinstance(rows, list) and all(
            isinstance(row, list) and len(row) == len(columns) and all(isinstance(cell, (str, dict)) for cell in row) for row in rows)
        if not sound:
            yield fault("LEAF8", f"tables.{place}")
    for key, parse in (("date", date.fromisoformat), ("time", time.fromisoformat)):
        if not blank(data.get(key)):
            try:
                parse(data[key])
            except (TypeError, ValueError):
                yield fault("LEAF8", key)
    wrong = [path for path in BASIC if not blank(value_at(data, path)) and not isinstance(value_at(data, path), str)]
    wrong += [path for path, pair in pairs(data) if any(not isinstance(pair.get(lang) or "", str) for lang in ("fr", "ar"))]
    yield from (fault("LEAF8", path) for path in wrong)


def minutes_faults(data: dict) -> Iterator[Fault]:
    """Seats: each member once, each opinion a member's."""
    for key in ("members", "opinions", "guests", "changes", "reservations"):
        part = data.get(key) or []
        if not isinstance(part, list) or not all(isinstance(each, dict) for each in part):
            yield fault("LEAF8", key)
            return
    seats = [member.get("seat") for member in data.get("members") or []]
    if not all(isinstance(seat, str) and seat for seat in seats) or len(set(seats)) < len(seats) or len(seats) > MOST_SEATS:
        yield fault("LEAF8", "members")
    if sorted(str(opinion.get("seat")) for opinion in data.get("opinions") or []) != sorted(map(str, seats)):
        yield fault("LEAF8", "opinions")
    if not all(isinstance(row, list) and len(row) == 2 for row in data.get("project") or []):
        yield fault("LEAF8", "project")


def check(data: dict) -> list[Fault]:
    """Faults of the data of one paper (see the contract of app.paper.data); empty when it may be laid out."""
    kind = data.get("kind")
    if kind not in KINDS:
        return [fault("LEAF7", "kind", str(kind))]
    faults = list(shape_faults(data)) + (list(minutes_faults(data)) if kind == "minutes" else [])
    mandatory = BASIC + MANDATORY[kind] + (SIGNER if to_be_signed(data) else ())
    faults += [fault("LEAF1", path) for path in mandatory if blank(value_at(data, path))]
    missing = {each.path for each in faults}
    free = OWN_WORDS.get(kind, set())
    for path, pair in pairs(data):
        if missing & {path, f"{path}.fr", f"{path}.ar"} or path.split(".")[0] in free:
            continue
        if blank(pair.get("fr")) != blank(pair.get("ar")):
            faults.append(fault("LEAF2", path))
        elif blank(pair.get("fr")) and blank(pair.get("ar")) and path.split(".")[0] not in ("intro", "place", "service", "signer"):
            if not path.startswith("tables."):  # an empty cell is a value, an empty sentence is not
                faults.append(fault("LEAF1", path))
    for path, text in strings(data):
        if path.split(".")[0] in free:
            continue
        left = PLACEHOLDER.search(text)
        if left:
            faults.append(fault("LEAF3", path, left.group()))
        if len(text) > MAX_TEXT:
            faults.append(fault("LEAF5", path, text[:40] + "…"))
            continue
        bad = unprintable(text)
        if bad:
            faults.append(fault("LEAF4", path, " ".join(f"U+{ord(c):04X}" for c in bad[:5])))
    return faults
