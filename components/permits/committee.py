"""The committee: calendar, sessions, a member's desk, signed opinions, minutes. One function per verb of the database.

What each answer holds: sql/rules/83_committee_pages.sql. Every act may be refused (refusals.Refusal). Keys are opened in this process
for one signature and forgotten, as in signatures.py.
"""

import time
from datetime import datetime

from components.permits import detached, signatures, signing
from components.permits.client import call
from components.permits.refusals import refusal_of_ours

OUTCOMES = ("favourable", "with_reservations", "unfavourable", "modification", "not_concerned")
PREPARED_WITHIN = 20  # seconds that a signer waits for the worker


def calendar(client) -> dict:
    """{bodies, sessions, waiting, defaults}"""
    return call(client, "committee_calendar")


def set_rules(client, organisation: str, settings: dict) -> None:
    """settings: quorum, absence, sealing, notice_hours, remote, weekday, time, place, link."""
    call(client, "set_committee", p_organisation=organisation, p_settings=settings)


def plan(client, organisation: str, held_at: datetime | None, place: str, link: str) -> str:
    """held_at with its zone; None is refused with a sentence. Returns the session's id."""
    return call(client, "plan_session", p_organisation=organisation, p_held_at=held_at, p_place=place, p_link=link)


def move(client, session_id: str, held_at: datetime | None, place: str, link: str) -> None:
    """Another hour or place, as long as nobody was called."""
    call(client, "move_session", p_session=session_id, p_held_at=held_at, p_place=place, p_link=link)


def session(client, session_id: str) -> dict:
    """{session, now, is_secretary, acts, agenda, others, waiting, members, quorum}"""
    return call(client, "session_page", p_session=session_id)


def propose_agenda(client, session_id: str) -> list[str]:
    return call(client, "propose_agenda", p_session=session_id)


def set_agenda(client, session_id: str, dossiers: list[str]) -> None:
    call(client, "set_agenda", p_session=session_id, p_dossiers=dossiers)


def convene(client, session_id: str) -> None:
    call(client, "convene_session", p_session=session_id)


def cancel(client, session_id: str, reason: str) -> None:
    call(client, "cancel_session", p_session=session_id, p_reason=reason)


def postpone(client, session_id: str, dossier: str, note: str) -> None:
    call(client, "postpone_item", p_session=session_id, p_dossier=dossier, p_note=note)


def mark(client, session_id: str, role: str, organisation: str, status: str, person: str | None, mandate: str) -> None:
    """status: present, remote or absent."""
    call(
        client, "mark_attendance", p_session=session_id, p_role=role, p_organisation=organisation, p_status=status, p_person=person,
        p_mandate=mandate,
    )  # fmt: skip


def add_guest(client, session_id: str, name: str, quality: str) -> None:
    call(client, "add_guest", p_session=session_id, p_name=name, p_quality=quality)


def remove_guest(client, session_id: str, guest: dict) -> None:
    """guest: {name, quality} as the page shows it."""
    call(client, "remove_guest", p_session=session_id, p_name=guest["name"], p_quality=guest["quality"])


def open_session(client, session_id: str) -> None:
    call(client, "open_session", p_session=session_id)


def close_session(client, session_id: str) -> None:
    call(client, "close_session", p_session=session_id)


def desk(client, dossier: str) -> dict:
    """A member's desk in one call."""
    return call(client, "committee_desk", p_dossier=dossier)


def add_seat(client, dossier: str, role: str, article: str) -> str:
    return call(client, "add_seat", p_dossier=dossier, p_role=role, p_article=article)


def draft_opinion(client, seat: str, outcome: str, reasons: str, article: str, items: list[dict], unfinished: bool = False) -> dict:
    """Keep the draft of an opinion: {opinion, canonical, digest, now}, what sign_opinion signs.

    items: [{text, article, lift_by, target}], the reservations or the changes asked. unfinished: kept whatever it lacks, not to be signed.
    """
    return call(
        client, "draft_opinion", p_seat=seat, p_outcome=outcome, p_reasons=reasons, p_article=article, p_items=items,
        p_unfinished=unfinished,
    )  # fmt: skip


def sign_opinion(client, opinion: dict, pin: str) -> None:
    """Sign the frozen text that draft_opinion returned.

    Raises Refusal: no certificate yet (KEYS1), signing.WrongPin, the database's own.
    """
    held = usable_key(client)
    cms = detached.sign_text(held["sealed_key"], pin, held["certificate_pem"], opinion["canonical"], datetime.fromisoformat(opinion["now"]))
    call(client, "sign_opinion", p_opinion=opinion["opinion"], p_digest=opinion["digest"], p_cms=cms, p_key=held["id"])


def usable_key(client) -> dict:
    held = signatures.key(client)
    if not held or not held["certificate_pem"]:
        raise refusal_of_ours("KEYS1")
    return held


def add_remark(client, dossier: str, document: str | None, page: int, x: float | None, y: float | None, body: str, audience: str) -> str:
    """x, y: shares of the page's width and height from its top left, 0 to 1. audience: private, committee or architect."""
    return call(client, "add_remark", p_dossier=dossier, p_document=document, p_page=page, p_x=x, p_y=y, p_body=body, p_audience=audience)


def answer_remark(client, remark: str, answer: str) -> None:
    call(client, "answer_remark", p_remark=remark, p_answer=answer)


def resolve_remark(client, remark: str) -> None:
    call(client, "resolve_remark", p_remark=remark)


def remove_remark(client, remark: str) -> None:
    call(client, "remove_remark", p_remark=remark)


def ask_complement(client, dossier: str, items: list[dict], note: str) -> str:
    """items: [{target, note}]"""
    return call(client, "ask_complement", p_dossier=dossier, p_items=items, p_note=note)


def draw_minutes(client, dossier: str) -> str:
    return call(client, "draw_minutes", p_dossier=dossier)


def minutes_to_sign(client) -> list[dict]:
    return call(client, "minutes_to_sign")


def prepare_minutes(client, paper: str, wait: float = PREPARED_WITHIN) -> dict:
    """What this member signs, once the worker has prepared it: {signature, state, digest, path, revision, now, fault, data}.

    state is `preparing` when the worker did not come within `wait` seconds: ask again.
    """
    end = time.monotonic() + wait
    while True:
        answer = call(client, "prepare_minutes", p_paper=paper)
        if answer["state"] != "preparing" or time.monotonic() > end:
            return answer
        time.sleep(0.3)


def prepare_after(client, paper: str, revision: str) -> dict:
    """prepare_minutes once the signature that came first is in the file, when the worker is in time. revision: the one it overtook."""
    end = time.monotonic() + PREPARED_WITHIN
    while True:
        answer = prepare_minutes(client, paper)
        if answer["revision"] != revision or time.monotonic() > end:
            return answer
        time.sleep(0.3)


def sign_minutes(client, prepared: dict, pin: str) -> None:
    """Raises Refusal: MINU3 when another member signed meanwhile (prepare again), signing.WrongPin, the database's own."""
    held = usable_key(client)
    when = datetime.fromisoformat(prepared["now"])
    cms = signing.sign_digest(held["sealed_key"], pin, held["certificate_pem"], prepared["digest"], when)
    call(client, "sign_minutes", p_signature=prepared["signature"], p_digest=prepared["digest"], p_cms=cms, p_key=held["id"])


def seal_minutes(client, paper: str) -> None:
    call(client, "seal_minutes", p_paper=paper)


def verify_minutes(client, paper: str) -> dict:
    """{opinions: [{seat, role, organisation, name, outcome, state: sound|altered|missing|none}], sound}"""
    return call(client, "verify_minutes", p_paper=paper)
