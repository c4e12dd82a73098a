"""Filing a request: drafts, files, people, deposit, and what the applicant reads afterwards. Every function is one call.

Shapes are those of sql/rules/50_filing.sql to 55_applicant_page.sql. A page of a draft (`draft_page`) holds
{id, state, revision, saved_at, definition, answers, visible: {steps, fields, required}, demanded: [slot...], faults: [...], fee,
documents: [...], people, open_targets, other_forms: [{code, title}]}.
"""

import re
from dataclasses import dataclass, field
from uuid import uuid4

from components.permits.client import call, stored
from components.permits.refusals import refusal_of_ours
from components.permits.texts import pick, translate

BUCKET = "dossiers"
PAPERS = "papers"
MEGABYTE = 1024 * 1024
# Screens that follow those of the procedure's own form.
DOCUMENTS, PEOPLE, CHECK = "documents", "people", "check"


# -- drafts ---------------------------------------------------------------------------------------------------------------


def start_draft(client, commune: str, procedure: str, channel: str, token: str) -> str:
    """The id of the draft; the same token gives the same draft."""
    return call(client, "start_draft", p_commune=commune, p_procedure=procedure, p_channel=channel, p_token=token)["id"]


def draft_page(client, dossier: str) -> dict:
    return call(client, "draft_page", p_dossier=dossier)


def save(client, dossier: str, changes: dict, base: int, editor: str) -> dict:
    """{revision, saved_at, answers, visible, demanded, faults, fee, conflicts: [{path, mine, theirs, by, same_person, at}]}."""
    return call(client, "save_draft", p_dossier=dossier, p_changes=changes, p_base=base, p_editor=editor)


def discard(client, page: dict) -> None:
    """Give a draft up: its files first, through storage, then everything typed."""
    for document in page["documents"]:
        remove(client, document["id"])
    call(client, "discard_draft", p_dossier=page["id"])


def change_procedure(client, dossier: str, procedure: str) -> None:
    """The draft goes on as a request of another procedure (a code of page["other_forms"]); answers and files stay."""
    call(client, "change_procedure", p_dossier=dossier, p_procedure=procedure)


def deposit(client, dossier: str, token: str, changed: str | None = None) -> dict:
    """{number, state, deposited_at, legal_end, complete_by, tracking_code, missing, receipt}."""
    return call(client, "deposit", p_dossier=dossier, p_token=token, p_changed=changed)


def complete(client, dossier: str) -> dict:
    return call(client, "complete_deposit", p_dossier=dossier)


# -- files ----------------------------------------------------------------------------------------------------------------


def upload(client, dossier: str, slot: dict, name: str, data: bytes, mime: str, replaces: str | None = None) -> str:
    """Put one file into its slot and register it; its id. Refuses what is too large before sending it."""
    limit = slot.get("max_mb") or 10
    if len(data) > limit * MEGABYTE:
        raise refusal_of_ours("SIZE1", size=limit)
    key = f"{dossier}/{slot['slot']}/{uuid4()}"
    stored(client.storage.from_(BUCKET).upload, key, data, {"content-type": mime or "application/octet-stream"})
    return call(
        client,
        "register_document",
        p_dossier=dossier,
        p_slot=slot["slot"],
        p_path=key,
        p_file_name=name,
        p_size=len(data),
        p_replaces=replaces,
    )


def remove(client, document: str) -> None:
    """Take a file out of a draft, and its bytes where the policy lets them go."""
    path = call(client, "remove_document", p_document=document)
    stored(client.storage.from_(BUCKET).remove, [path])


def fetch(client, document: str, purpose: str = "") -> bytes:
    """The bytes of a document; a look at an identity paper is written down first."""
    found = call(client, "open_document", p_document=document, p_purpose=purpose)
    return stored(client.storage.from_(BUCKET).download, found["path"])


def fetch_paper(client, path: str) -> bytes:
    return stored(client.storage.from_(PAPERS).download, path)


# -- people ---------------------------------------------------------------------------------------------------------------


def add_party(client, dossier: str, email: str, quality: str) -> None:
    call(client, "add_party", p_dossier=dossier, p_email=email, p_quality=quality)


def withdraw_invitations(client, dossier: str) -> None:
    call(client, "withdraw_invitations", p_dossier=dossier)


def end_mandate(client, dossier: str, person: str) -> None:
    call(client, "end_mandate", p_dossier=dossier, p_person=person)


def share_with_company(client, dossier: str) -> int:
    return call(client, "share_with_company", p_dossier=dossier)


def accept_claim(client, dossier: str, code: str) -> dict:
    """{dossier, state}, or {} when the code opens nothing."""
    return call(client, "accept_claim", p_dossier=dossier, p_code=code)


def claim_dossier(client, number: str, code: str) -> dict:
    return call(client, "claim_dossier", p_number=number, p_code=code)


# -- afterwards -----------------------------------------------------------------------------------------------------------


def my_dossiers(client) -> list[dict]:
    return call(client, "my_dossiers")


def counter_dossiers(client, commune: str) -> list[dict]:
    return call(client, "counter_dossiers", p_commune=commune)


def dossier_for_applicant(client, dossier: str) -> dict:
    return call(client, "dossier_for_applicant", p_dossier=dossier)


def track(client, number: str, code: str) -> dict:
    """{found: false}, or the public progress of the dossier."""
    return call(client, "track", p_number=number, p_code=code)


def acknowledge_request(client, request: str) -> str:
    """Record that the applicant was shown the request; the last day to answer."""
    return call(client, "acknowledge_request", p_request=request, p_how="online")


def answer_request(client, request: str, note: str) -> None:
    call(client, "answer_request", p_request=request, p_note=note)


def withdraw(client, dossier: str, reason: str) -> None:
    call(client, "withdraw", p_dossier=dossier, p_reason=reason)


def appeal(client, dossier: str, level: str, grounds: str) -> dict:
    return call(client, "appeal", p_dossier=dossier, p_level=level, p_grounds=grounds)


# -- the way through a form -----------------------------------------------------------------------------------------------


def root(path: str) -> str:
    """The question that a path of a fault belongs to: "rooms[2].area" -> "rooms"."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


@dataclass
class Screen:
    """One screen of the form. faults: those of its questions or files; given: how many of its questions are answered."""

    id: str
    title: dict | None
    fields: list[dict] = field(default_factory=list)
    faults: list[dict] = field(default_factory=list)
    given: int = 0

    @property
    def blocked(self) -> bool:
        return any(fault["severity"] == "refuse" for fault in self.faults)

    @property
    def status(self) -> str:
        """empty, begun or done: what the progress shows. Warnings and papers that may follow do not keep a screen open."""
        if not self.blocked:
            return "done"
        return "begun" if self.given else "empty"


class Journey:
    """The screens of a draft in order: those of the procedure that apply, the documents, the people, the check."""

    def __init__(self, page: dict):
        visible, answers = set(page["visible"]["fields"]), page["answers"]
        self.screens = []
        for step in page["definition"]["steps"]:
            asked = [entry for entry in step["fields"] if entry["id"] in visible]
            if step["id"] in page["visible"]["steps"] and asked:
                given = sum(entry["id"] in answers for entry in asked)
                self.screens.append(Screen(step["id"], step["title"], asked, given=given))
        self.files = {entry["id"] for screen in self.screens for entry in screen.fields if entry["type"] == "document"}
        self.screens.append(Screen(DOCUMENTS, None, given=len(page["documents"])))
        for fault in page["faults"]:
            self._screen_of(root(fault["path"])).faults.append(fault)
        for document in page["documents"]:
            if document["check"] == "refused":
                self._screen_of(document["slot"]).faults.append({"path": document["slot"], "severity": "refuse", **(document["why"] or {})})
        self.screens += [Screen(PEOPLE, None), Screen(CHECK, None)]
        self.slots = [slot for slot in page["demanded"] if slot["slot"] not in self.files]

    def _screen_of(self, path: str) -> Screen:
        for screen in self.screens:
            if any(entry["id"] == path for entry in screen.fields):
                return screen
        return next(screen for screen in self.screens if screen.id == DOCUMENTS)

    @property
    def ids(self) -> list[str]:
        return [screen.id for screen in self.screens]

    def screen(self, wanted: str | None) -> Screen:
        """The screen of that id, else the first that still lacks something, else the check."""
        found = next((screen for screen in self.screens if screen.id == wanted), None)
        return found or next((screen for screen in self.screens if screen.blocked), self.screens[-1])

    def after(self, here: str) -> str | None:
        return self._beside(here, 1)

    def before(self, here: str) -> str | None:
        return self._beside(here, -1)

    def _beside(self, here: str, move: int) -> str | None:
        place = self.ids.index(here) + move
        return self.ids[place] if 0 <= place < len(self.ids) else None

    @property
    def may_deposit(self) -> bool:
        return not any(screen.blocked for screen in self.screens)


def slot_of(page: dict, slot: str) -> dict | None:
    """The slot as it is demanded now, or None."""
    return next((entry for entry in page["demanded"] if entry["slot"] == slot), None)


def files_in(page: dict, slot: str) -> list[dict]:
    return [document for document in page["documents"] if document["slot"] == slot]


def unchecked(documents: list[dict]) -> int:
    return sum(document["check"] == "unchecked" for document in documents)


def in_words(entry: dict, value, lang: str) -> str:
    """One answer as a person reads it, short: for showing two answers side by side."""
    if value in (None, "", []):
        return translate("filing.no_answer", lang)
    labels = {option["value"]: pick(option["label"], lang) for option in entry.get("options") or []}
    if entry["type"] == "yes_no":
        return translate("common.yes" if value is True else "common.no", lang)
    if isinstance(value, list) and entry["type"] == "choices":
        return ("، " if lang == "ar" else ", ").join(labels.get(one, str(one)) for one in value)
    if isinstance(value, list):
        return translate("filing.rows", lang, count=len(value))
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part)
    return labels.get(value, str(value))
