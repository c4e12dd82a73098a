"""A working copy of minutes that a word processor opens: the same words, no signature. What counts is the signed paper."""
from datetime import datetime

from components.permits.documents import sitting
from components.permits.documents.body import of
from components.permits.documents.opinions import article_of
from components.permits.documents.sitting import LANGUAGES, RED, in_both, label, told, told_pair, who
from components.permits.documents.typeset import GREEN, GREY, shown
from components.permits.documents.word import DOCX, fill, new_document, saved, table, write

__all__ = ["DOCX", "write_copy"]
ORDER = ("ar", "fr")  # Arabic, the official language, first: on the right of a table, above in a text
HALF = 85.0


def write_copy(data: dict) -> bytes:
    """The copy as a .docx file. data: that of the minutes, as compose_minutes accepted it."""
    document = new_document(f"{of(data['title'], 'ar')} — {data['number']}")
    document.core_properties.created = document.core_properties.modified = datetime.fromisoformat(data["date"])
    head = document.sections[0].header
    for lang in ORDER:
        write(head.paragraphs[0] if lang == "ar" else head.add_paragraph(), label("minutes_copy", number=data["number"])[lang], lang,
              size=8, colour=RED)
    both(document, data["title"], bold=True, size=14)
    both(document, data["body"], bold=True)
    for line in sitting.session_lines(data):
        both(document, line)
    if data.get("intro"):
        both(document, data["intro"])
    add_project(document, data)
    add_members(document, data)
    add_opinions(document, data)
    add_end(document, data)
    return saved(document)


def both(document, value: dict, bold: bool = False, size: float | None = None, colour: tuple[int, int, int] | None = None) -> None:
    for lang in ORDER:
        if text := told(value, lang):
            write(document.add_paragraph(), text, lang, bold, size, colour, keep=bold)


def section(document, title: dict[str, str]) -> None:
    """A heading in both languages on one line of a table without frame would break apart when edited: two paragraphs."""
    both(document, title, bold=True, size=11.5, colour=GREEN)


def pairs(document, rows: list[dict[str, list[str]]]) -> None:
    """Rows of two cells, Arabic on the right."""
    made = table(document, len(rows), [HALF, HALF])
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, lang in zip(row.cells, ORDER, strict=True):
            fill(cell, texts[lang], lang, bold=True)


def words(document, text: str, bullet: bool = False) -> None:
    for paragraph in shown(text).split("\n"):
        if paragraph.strip():
            write(document.add_paragraph(), ("• " if bullet else "") + paragraph.strip(), sitting.language_of(paragraph))


def add_project(document, data: dict) -> None:
    rows = [(told_pair(name), told_pair(value)) for name, value in data.get("project") or []]
    if not rows:
        return
    section(document, label("minutes_project"))
    pairs(document, [{lang: [name[lang], value[lang]] for lang in LANGUAGES} for name, value in rows])


def add_members(document, data: dict) -> None:
    section(document, label("minutes_members"))
    pairs(document, [{lang: [*who(member, lang), *sitting.came(lang, member)] for lang in LANGUAGES} for member in data["members"]])


def add_opinions(document, data: dict) -> None:
    section(document, label("minutes_opinions"))
    opinions = {opinion["seat"]: opinion for opinion in data["opinions"]}
    for number, member in enumerate(data["members"], start=1):
        opinion = opinions[member["seat"]]
        both(document, {lang: f"{number}. {' — '.join(who({**member, 'person': None}, lang))}" for lang in LANGUAGES}, bold=True, size=10.5)
        if not opinion.get("outcome"):
            both(document, label("minutes_no_opinion"), colour=RED)
            continue
        both(document, in_both(sitting.outcome, member, opinion), bold=True)
        both(document, in_both(sitting.said_by, opinion), size=8, colour=GREY)
        for key, text in (("minutes_reasons", opinion.get("reasons")), ("minutes_article", article_of(opinion))):
            if text:
                both(document, label(key), bold=True, size=9, colour=GREEN)
                words(document, told(text, "fr"))
        if opinion.get("items"):
            title = "minutes_changes" if opinion["outcome"] == "modification" else "minutes_reservations"
            both(document, label(title), bold=True, size=9, colour=GREEN)
        for item in opinion.get("items") or []:
            words(document, sitting.item_text(item), bullet=True)


def add_end(document, data: dict) -> None:
    if data.get("guests"):
        section(document, label("minutes_guests"))
    for guest in data.get("guests") or []:
        words(document, sitting.guest_text(guest), bullet=True)
    section(document, label("minutes_conclusion"))
    both(document, data["conclusion"], bold=True)
    for key, title in (("changes", "minutes_changes"), ("reservations", "minutes_reservations")):
        if data.get(key):
            section(document, label(title))
        for demand in data.get(key) or []:
            words(document, sitting.item_text(demand), bullet=True)
            if demand.get("by"):
                both(document, told_pair(demand["by"]), size=8, colour=GREY)
    for note in data.get("footer") or []:
        both(document, note)
    if data.get("transmitted_to"):
        both(document, sitting.sent(data))
