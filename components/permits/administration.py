"""What administrators read and decide: settings of a commune, holidays, the record and its published digests."""

from datetime import date

from components.permits import authority
from components.permits.client import call
from components.permits.texts import LANGUAGES, translate

MODES = ("online", "online_only", "counter", "paper_register")
STATUSES = ("fixed", "confirmed", "press_forecast", "estimated")  # states of a holiday, the surest first
CATEGORIES = ("national", "religious", "exceptional")
UNKNOWN = "U"  # the mark of a value that no text settles


def page(client, commune: str | None = None, search: str = "") -> dict:
    """{communes, total, commune}; see public.administration_page."""
    return call(client, "administration_page", p_commune=commune, p_search=search)


def enable(client, commune: str, procedure: str, version: str, mode: str, settings: dict) -> None:
    call(client, "enable_procedure", p_commune=commune, p_procedure=procedure, p_version=version, p_mode=mode, p_settings=settings)


def unconfirmed(settings: list[dict]) -> list[dict]:
    """The settings of a version that no text settles and on which the commune has not decided."""
    return [setting for setting in settings if setting["confidence"] == UNKNOWN and "local" not in setting]


def fee_trial(client, version: str, settings: dict, answers: dict) -> dict:
    """{lines, total, whole_total} in centimes, for values that are not saved."""
    return call(client, "fee_trial", p_version=version, p_settings=settings, p_answers=answers)


def sample_answers(questions: list[dict], today: date) -> dict:
    """Answers to begin a trial with: ten of everything, the first option, one row, a year from today."""
    answers, dates = {}, [today, today.replace(month=12, day=31)]
    for question in questions:
        kind = question["type"]
        if kind in ("integer", "decimal", "amount"):
            answers[question["id"]] = 10
        elif kind == "choice":
            answers[question["id"]] = question["options"][0]["value"]
        elif kind == "date" and dates:
            answers[question["id"]] = dates.pop(0).isoformat()
        elif kind == "yes_no":
            answers[question["id"]] = False
        elif kind == "table":
            answers[question["id"]] = [sample_answers(question["columns"], today)]
    return answers


def holidays(client, year: int) -> dict:
    """{days: [{day, name_fr, name_ar, category, status, alt_day, source}], may_change, acts}."""
    return call(client, "holidays_page", p_year=year)


def record(client, number: str | None = None) -> dict:
    """{dossier, digests, digest_key}; see public.record_page."""
    return call(client, "record_page", p_number=number)


def digests_state(digests: list[dict], key: str | None) -> dict[str, str]:
    """{day: "sound" | "unsigned" | "wrong_signature" | "chain_broken" | "unchecked"}; digests latest first, as published."""
    states = {}
    for place, digest in enumerate(digests):
        earlier = digests[place + 1]["digest"] if place + 1 < len(digests) else None
        if earlier is not None and digest["previous"] != earlier:
            state = "chain_broken"
        elif not digest["signature"]:
            state = "unsigned"
        elif key is None:
            state = "unchecked"
        else:
            line = authority.digest_line(digest["day"], digest["digest"])
            state = "sound" if authority.verify_digest_line(key, line, digest["signature"]) else "wrong_signature"
        states[digest["day"]] = state
    return states


def digests_text(digests: list[dict], key: str | None) -> str:
    """The published digests as a text that can be kept and checked elsewhere: how, the public key, then one block a day, oldest first."""
    head = [f"# {line}" for lang in reversed(LANGUAGES) for line in translate("administration.file_head", lang).splitlines()]
    blocks = [
        f"{authority.digest_line(each['day'], each['digest'])}\nprevious {each['previous'] or '-'}\nheads {each['heads']}\n"
        f"signature {each['signature'] or '-'}"
        for each in reversed(digests)
    ]
    return "\n\n".join(["\n".join(head), *([key.strip()] if key else []), *blocks]) + "\n"
