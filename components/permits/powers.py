"""The register of powers: who holds the pen of a body today, every act with its history, and entering acts.

page = register(client, None)          the body whose register one reads first; see public.powers_page
"""

from datetime import date, datetime, time, timedelta

from components.permits import queue
from components.permits.client import call
from components.permits.texts import MOROCCO, as_day, as_moment, format_date, pick, translate

# Functions whose holders sign (app.signing_roles): each may have a key and a deputy.
SIGNERS = (
    "president", "delegate", "governor", "secretary", "member_commune", "member_province", "member_agency", "member_network",
    "member_telecom", "member_registry", "member_civil_protection", "member_public_works", "member_rail", "member_culture",
    "member_environment",
)  # fmt: skip
OFFICES = ("president", "governor")  # never without a signer
CAUSES = ("term", "resignation", "death", "removal", "transfer", "other")
WHYS = ("lost", "compromised", "other")
LIVE = ("in_force", "coming", "expiring", "asked")
NOTICE = timedelta(days=60)  # before a certificate ends


def register(client, body: str | None) -> dict:
    """{organisations, organisation, today, pens, register, may, mine, me, people, recusable, procedures}."""
    return call(client, "powers_page", p_organisation=body)


def delegate(client, commune: str, person: str, order_no: str, order_date: date, procedures: list[str], first: date, last: date) -> None:
    """first and last day, both included, in Morocco."""
    call(
        client,
        "delegate_signature",
        p_commune=commune,
        p_delegate=person,
        p_order_no=order_no,
        p_order_date=order_date,
        p_procedures=procedures,
        p_from=datetime.combine(first, time.min, MOROCCO) if first else None,
        p_to=datetime.combine(last, time.max, MOROCCO) if last else None,
    )


def record_absence(
    client, body: str, role: str, person: str, first: date, last: date, order_no: str, order_date: date, deputy: str | None, reason: str
) -> None:
    call(
        client,
        "record_absence",
        p_organisation=body,
        p_role=role,
        p_person=person,
        p_from=first,
        p_to=last,
        p_order_no=order_no,
        p_order_date=order_date,
        p_deputy=deputy,
        p_reason=reason,
    )


def declare_vacancy(client, body: str, role: str, since: date, cause: str) -> None:
    call(client, "declare_vacancy", p_organisation=body, p_role=role, p_since=since, p_cause=cause)


def name_acting(client, vacancy: str, person: str | None, text: str, order_no: str, order_date: date) -> None:
    call(client, "name_acting", p_vacancy=vacancy, p_acting=person, p_text=text, p_order_no=order_no, p_order_date=order_date)


def recuse(client, number: str, person: str, reason: str) -> None:
    call(client, "recuse", p_number=number, p_person=person, p_reason=reason)


def end(client, line: dict, why: str = "other") -> None:
    """Ends one act of the register: a delegation, an absence, a certificate."""
    if line["kind"] == "delegation":
        call(client, "revoke_delegation", p_delegation=line["id"])
    elif line["kind"] == "absence":
        call(client, "end_absence", p_absence=line["id"])
    else:
        call(client, "revoke_certificate", p_key=line["id"], p_why=why)


def absent_ones(page: dict) -> list[tuple[dict, str]]:
    """(person, role) whose absence the reader may write down, offices first: everybody's who sign, or their own."""
    return [
        (person, role)
        for role in SIGNERS
        for person in page["people"]
        if role in person["roles"] and (page["may"]["absence"] or (person["id"] == page["me"] and role in page["mine"]))
    ]


def deputies(page: dict, role: str, person: str | None) -> list[dict]:
    """Who may stand in for that function: a delegate for a president or a delegate, a colleague for the others."""
    wanted = {"delegate"} if role in ("president", "delegate") else None
    return [one for one in page["people"] if one["id"] != person and (wanted is None or wanted & set(one["roles"]))]


def vacant(page: dict) -> dict | None:
    """The line of the office that nobody holds, when its vacancy is declared or found."""
    return next((line for line in page["pens"] if line["state"] == "vacant" and line["vacancy"]), None)


def office_role(kind: str) -> str | None:
    """The office of a kind of body."""
    return {"commune": "president", "province": "governor"}.get(kind)


def key_state(key: dict | None, now: datetime) -> str:
    """none, asked, until, soon (60 days), over."""
    if key is None:
        return "none"
    if not key["certified"] or not key["expires_at"]:
        return "asked"
    ends = as_moment(key["expires_at"])
    return "over" if ends <= now else "soon" if ends <= now + NOTICE else "until"


def chosen(lines: list[dict], kinds: list[str], only_live: bool) -> list[dict]:
    """The lines of the register that a filter leaves; no kind chosen: all of them."""
    return [line for line in lines if (not kinds or line["kind"] in kinds) and (not only_live or line["state"] in LIVE)]


def order_of(line: dict, lang: str) -> str:
    """Number and date of the act, as far as it has them."""
    return " · ".join(filter(None, [line["order_no"], format_date(line["order_date"], lang, "short") if line["order_date"] else ""]))


def detail_of(line: dict, titles: dict[str, str], lang: str) -> str:
    """What an act says beside its dates: scope, cause and text, reason."""
    if line["kind"] == "delegation":
        return ("، " if lang == "ar" else ", ").join(titles.get(code, code) for code in line["procedures"]) or translate(
            "powers.every_procedure", lang
        )
    if line["kind"] == "vacancy":
        cause, _, text = line["detail"].partition(":")
        return " · ".join(filter(None, [translate(f"powers.cause_{cause}", lang), text]))
    if line["kind"] == "certificate":
        return translate(f"powers.why_{line['detail']}", lang) if line["detail"] else ""
    return line["detail"]


def other_of(line: dict, lang: str) -> str:
    """The second person of an act, with what they do in it."""
    name = pick(line["other"], lang)
    return translate(f"powers.other_{line['kind']}", lang, name=name) if name else ""


def role_of(line: dict, lang: str) -> str:
    return translate(f"people.role_{line['role']}", lang) if line["role"] else ""


def register_csv(lines: list[dict], titles: dict[str, str], lang: str) -> bytes:
    """The register as a file, in the order shown."""

    def column(name: str) -> str:
        return translate(f"powers.column_{name}", lang)

    names = [column(name) for name in ("act", "function", "person", "other", "order", "from", "to", "state", "detail")]
    rows = [
        dict(
            zip(
                names,
                [
                    translate(f"powers.kind_{line['kind']}", lang),
                    role_of(line, lang),
                    pick(line["person"], lang),
                    pick(line["other"], lang),
                    order_of(line, lang),
                    format_date(line["from_day"], lang, "short"),
                    format_date(line["to_day"], lang, "short") if line["to_day"] else "",
                    translate(f"powers.is_{line['state']}", lang),
                    detail_of(line, titles, lang),
                ],
                strict=True,
            )
        )
        for line in lines
    ]
    return queue.to_csv(rows, names)


def day_of(page: dict) -> date:
    return as_day(page["today"])
