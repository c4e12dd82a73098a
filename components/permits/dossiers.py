"""A dossier on the desk of the administration: reading it, acting on it, opening its files. One function per verb of the database.

Every act may be refused (refusals.Refusal). `seen` is the number of the last event that the page showed: an act decided on an older
picture of the dossier is refused as MOVE1.
"""

from components.permits.client import call, stored


def page(client, dossier: str) -> dict:
    """Everything the desk shows; its parts are listed in sql/rules/81_dossier_page.sql."""
    return call(client, "dossier_page", p_dossier=dossier)


def act(client, dossier: str, action: str, data: dict, seen: int) -> dict:
    return call(client, "act", p_dossier=dossier, p_action=action, p_data=data, p_seen=seen)


def take_task(client, task: str) -> None:
    call(client, "take_task", p_task=task)


def set_verdict(client, document: str, verdict: str, code: str | None, note: str) -> None:
    call(client, "set_verdict", p_document=document, p_verdict=verdict, p_code=code, p_note=note)


def ask_applicant(client, dossier: str, kind: str, items: list[dict], note: str, article: str | None) -> str:
    """items: [{target, action: replace|add|clarify, reason, note}]. Returns the id of the request."""
    return call(client, "ask_applicant", p_dossier=dossier, p_kind=kind, p_items=items, p_note=note, p_article=article)


def record_told(client, request: str, how: str, day: str) -> str:
    """how: registered_letter, hand or telephone. Returns the applicant's last day."""
    return call(client, "acknowledge_request", p_request=request, p_how=how, p_day=day)


def record_notification(client, decision: str, how: str, day: str) -> None:
    """how: registered_letter or hand: the proof that an applicant without an account was told the decision."""
    call(client, "record_notification", p_decision=decision, p_how=how, p_day=day)


def record_original_seen(client, request: str, note: str) -> None:
    call(client, "answer_request", p_request=request, p_note=note)


def give_opinion(client, task: str, outcome: str, reasons: str, article: str, measured: dict) -> dict:
    return call(client, "give_opinion", p_task=task, p_outcome=outcome, p_reasons=reasons, p_article=article, p_measured=measured)


def decide(
    client,
    dossier: str,
    kind: str,
    reasons: list[dict],
    reservations: list[dict],
    terms: dict,
    seen: int,
    requested: list[dict] = (),
    until: str | None = None,
) -> dict:
    """reasons: [{text, article}]; reservations: the same, those of an opinion with {opinion, item, lifted, lifted_note}.

    requested: changes demanded of the plans, [{text, target, article, by}]; until: the last day of a deferral. Returns {decision, number}.
    """
    return call(
        client, "decide", p_dossier=dossier, p_kind=kind, p_reasons=reasons, p_reservations=reservations, p_terms=terms, p_seen=seen,
        p_requested=list(requested), p_until=until,
    )  # fmt: skip


def resume_deferred(client, dossier: str) -> None:
    call(client, "resume_deferred", p_dossier=dossier)


def revoke(client, dossier: str, reasons: list[dict], effective_on: str) -> dict:
    return call(client, "revoke", p_dossier=dossier, p_reasons=reasons, p_effective_on=effective_on)


def answer_appeal(client, appeal: str, outcome: str, answer: str) -> None:
    call(client, "answer_appeal", p_appeal=appeal, p_outcome=outcome, p_answer=answer)


def record_inspection(client, dossier: str, finding: str, measured: dict, note: str) -> str:
    return call(client, "record_inspection", p_dossier=dossier, p_finding=finding, p_measured=measured, p_note=note)


def record_payment(client, order: str, means: str, reference: str) -> dict:
    """means: cash, cheque, transfer or card. Returns {number} of the receipt."""
    return call(client, "record_payment", p_fee_order=order, p_means=means, p_reference=reference)


def declare_interest(client, dossier: str, reason: str) -> None:
    call(client, "declare_interest", p_dossier=dossier, p_reason=reason)


def post_message(client, dossier: str, thread: str, body: str, expected_on: str | None) -> None:
    call(client, "post_message", p_dossier=dossier, p_thread=thread, p_body=body, p_expected_on=expected_on)


def read_thread(client, dossier: str, thread: str) -> None:
    call(client, "read_thread", p_dossier=dossier, p_thread=thread)


def see_copy(client, copy: str) -> None:
    call(client, "see_copy", p_copy=copy)


def document_bytes(client, document: str, purpose: str) -> tuple[bytes, str, str]:
    """Bytes, file name and type of a file. A look at an identity paper is written down with its purpose."""
    opened = call(client, "open_document", p_document=document, p_purpose=purpose)
    return stored(client.storage.from_("dossiers").download, opened["path"]), opened["file_name"], opened["mime"]


def paper_bytes(client, path: str) -> bytes:
    return stored(client.storage.from_("papers").download, path)
