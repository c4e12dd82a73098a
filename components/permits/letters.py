"""What a mail says, in one language, and where its button leads. Also shown by the mailbox of a demonstration.

Words stand in assets/locales/mails.yaml, keyed by the template of app.outbox.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from components.permits import texts

ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
ISO_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")

# What the register of powers tells people.
POWERS = (
    "signature_delegated",
    "delegation_revoked",
    "absence_deputy",
    "absence_recorded",
    "absence_over",
    "office_vacant",
    "acting_named",
)

SESSIONS = ("convened", "agenda_changed", "session_cancelled")
# What leads its reader to the desk of the committee.
DESK = ("seated", "opinions_collected", "remark_answered")

# Where the button of a mail leads: path and query built from the row. Everything else opens the dossier, on the side of the
# counter where its reader stands.
LINKS = {
    "invitation": lambda mail: ("/invitation", {"token": mail["data"].get("token")}),
    "recovery": lambda mail: ("/session/confirm", {"token_hash": mail["data"].get("token_hash"), "type": "recovery"}),
    "confirm": lambda mail: ("/session/confirm", {"token_hash": mail["data"].get("token_hash"), "type": "signup"}),
    "claim": lambda mail: ("/claim", {"dossier": mail["dossier"], "code": mail["data"].get("code")}),
    "draft_reminder": lambda mail: ("/filing", {"id": mail["dossier"]}),
    "certificate_expiring": lambda mail: ("/account", {}),
    "certificate_revoked": lambda mail: ("/account", {}),
    **{kind: lambda mail: ("/powers", {}) for kind in POWERS},
    **{kind: lambda mail: ("/committee_desk", {"id": mail["dossier"]}) for kind in DESK},
    "to_sign": lambda mail: ("/sign", {}),
    "minutes_to_sign": lambda mail: ("/sign", {}),
    "signature_invalid": lambda mail: ("/sign", {}),
    "copy": lambda mail: ("/copies", {}),
    **{kind: lambda mail: ("/session", {"id": mail["data"].get("session")}) for kind in SESSIONS},
}

# A sentence with a date has a form without it.
UNDATED = {"task": "due_on", "delivered": "valid_until"}


@dataclass(frozen=True)
class Words:
    """One language's half of a mail."""

    lang: str
    subject: str
    paragraphs: list[str]
    facts: list[tuple[str, str]]
    button: str


def link_of(mail: dict, public_url: str) -> str:
    build = LINKS.get(mail["template"])
    if build:
        path, query = build(mail)
    elif mail.get("dossier"):
        path, query = "/agent_dossier" if mail.get("agent") else "/dossier", {"id": mail["dossier"]}
    else:
        path, query = "/", {}
    query = {key: value for key, value in query.items() if value}
    return public_url.rstrip("/") + path + ("?" + urlencode(query) if query else "")


def words_of(mail: dict, lang: str) -> Words:
    """What the mail says in one language. Names that the data lacks print nothing."""
    template = mail["template"] if texts.has(f"mails.{mail['template']}_subject") else "generic"
    values = _values(mail["data"], lang)
    body = f"mails.{template}_body"
    if template in UNDATED and not mail["data"].get(UNDATED[template]):
        body = f"mails.{template}_undated_body"
    button = f"mails.{template}_button"
    if not texts.has(button):
        button = "mails.open" if mail.get("dossier") else "mails.open_site"
    return Words(
        lang,
        " ".join(_say(f"mails.{template}_subject", lang, values).split()),
        _say(body, lang, values).split("\n\n"),
        [(texts.translate(f"mails.fact_{name}", lang), values[name]) for name in ("number", "procedure", "commune") if values[name]],
        texts.translate(button, lang),
    )


def _say(key: str, lang: str, values: dict) -> str:
    sentence = texts.catalogue()[key][lang].format_map(values)
    return texts.in_order(sentence) if lang == "ar" else sentence


def _values(data: dict, lang: str) -> defaultdict:
    """The data as this language's reader writes it: x_fr and x_ar become x, dates are spelt, roles are named."""
    values = defaultdict(str)
    for key, value in data.items():
        if isinstance(value, dict):
            values[key] = str(texts.pick(value, lang))
        elif isinstance(value, str) and ISO_DAY.match(value):
            values[key] = texts.format_date(value, lang)
        elif isinstance(value, str) and ISO_MOMENT.match(value):
            values[key] = texts.format_moment(value, lang)
        elif key == "role" and texts.has(f"people.role_{value}"):
            values[key] = texts.translate(f"people.role_{value}", lang)
        elif value is not None:
            values[key] = str(value)
    for stem in {key[:-3] for key in data if key.endswith(("_fr", "_ar"))}:
        values[stem] = texts.pick(data, lang, f"{stem}_")
    return values
