"""What minutes tell: the session, the members, the project, each opinion as its author signed it, and what they come to.

Labels stand in both languages, French on the left and Arabic on the right; what a member wrote stands once, in the member's own words.
"""
import re
from collections.abc import Callable
from itertools import groupby

from components.permits.documents import tables
from components.permits.documents.bidi import ARABIC, has_arabic
from components.permits.documents.body import COMPACT_TEXT, HEADING, SMALL
from components.permits.documents.opinions import article_of
from components.permits.documents.tables import Cell
from components.permits.documents.typeset import GREEN, GREY, INK, TINT, Sheet, Style, shown
from components.permits.texts import format_date, format_moment, pick, translate

RED = (179, 38, 30)
LANGUAGES = ("fr", "ar")
STRONG = {"fr": Style("fr", 9, 4.8, bold=True), "ar": Style("ar", 12, 6, bold=True)}
SECTION = {"fr": Style("fr", 10, 5.4, bold=True, colour=GREEN), "ar": Style("ar", 13.5, 6.8, bold=True, colour=GREEN)}
WORDS = {"fr": Style("fr", 8.8, 4.7), "ar": Style("ar", 12, 6.1)}
TINY = Style("fr", 6, 3.2, colour=GREY)
COLOURS = {"favourable": GREEN, "with_reservations": GREEN, "unfavourable": RED}


def told(value: str | dict | None, lang: str) -> str:
    """A name or a value in one language, in the other when it has only that one."""
    return shown(value if isinstance(value, str) else pick(value, lang))


def in_both(say: Callable[..., str], *values) -> dict[str, str]:
    return {lang: say(lang, *values) for lang in LANGUAGES}


def label(key: str, **values) -> dict[str, str]:
    return {lang: translate(f"papers.{key}", lang, **values) for lang in LANGUAGES}


def draw_section(sheet: Sheet, title: dict[str, str], keep: float = 16) -> None:
    sheet.need(SECTION["ar"].leading + keep)
    sheet.y += 1.5
    tables.draw_pair(sheet, title["fr"], title["ar"], SECTION, after=0.6)


def draw_both(sheet: Sheet, value: dict | None, styles: dict[str, Style], after: float = 1.5) -> None:
    tables.draw_pair(sheet, told(value, "fr"), told(value, "ar"), styles, after=after)


def language_of(paragraph: str) -> str:
    """The script that most of its letters have."""
    arabic = len(ARABIC.findall(paragraph))
    return "ar" if arabic > len(re.findall("[A-Za-z\u00c0-\u024f]", paragraph)) else "fr"


def draw_words(sheet: Sheet, text: str, bullet: bool = False, after: float = 0.8) -> None:
    """Words of one person, each paragraph on the side where its script starts."""
    for paragraph in shown(text).split("\n"):
        if not paragraph.strip():
            continue
        lang = language_of(paragraph)
        style, indent = WORDS[lang], 5.0 if bullet else 0.0
        sheet.need(style.leading)
        if bullet:
            x = sheet.pdf.w - sheet.right - 1.5 if lang == "ar" else sheet.left + 1.5
            tables.draw_bullet(sheet, x, sheet.y + style.leading / 2)
        sheet.block(paragraph, style, x=sheet.left + (indent if lang == "fr" else 0), width=sheet.width - indent, after=after)
        bullet = False


def draw_session(sheet: Sheet, data: dict) -> None:
    """Who sat, when and where; opinions gathered without a sitting say so."""
    draw_both(sheet, data["body"], STRONG, after=0.8)
    for line in session_lines(data):
        draw_both(sheet, line, COMPACT_TEXT, after=0.4)
    sheet.y += 1


def session_lines(data: dict) -> list[dict[str, str]]:
    session = data.get("session")
    if session:
        lines = [in_both(lambda lang: translate("papers.minutes_held", lang, when=format_moment(session["held_at"], lang)))]
        lines += [label("minutes_place", place=told(session["place"], "fr"))] if session.get("place") else []
        lines += [label("minutes_link")] if session.get("link") else []
    else:
        lines = [label("minutes_no_session")]
    if int(data.get("round") or 1) > 1:
        lines.append(label("minutes_round", round=data["round"]))
    return lines


def draw_project(sheet: Sheet, data: dict) -> None:
    rows = [[told_pair(name), told_pair(value)] for name, value in data.get("project") or []]
    if not rows:
        return
    draw_section(sheet, label("minutes_project"))
    if any(told(data.get("summary"), lang) for lang in LANGUAGES):
        draw_both(sheet, data["summary"], COMPACT_TEXT)
    tables.draw_table(sheet, tables.columns_side_by_side({"columns": [label("minutes_item"), label("minutes_value")], "rows": rows}))


def told_pair(value: str | dict | None) -> dict[str, str]:
    return {lang: told(value, lang) for lang in LANGUAGES}


def who(member: dict, lang: str) -> list[str]:
    """Seat, body and person, each once."""
    found = [told(member.get("role"), lang), told(member.get("organisation"), lang), told(member.get("person"), lang)]
    return [text for place, text in enumerate(found) if text and text not in found[:place]]


def came(lang: str, member: dict) -> list[str]:
    """Whether a member came, by which mandate, and the text that gives the seat."""
    said = [translate(f"papers.status_{member.get('status') or 'absent'}", lang)]
    said += [translate("papers.minutes_mandate", lang, mandate=told(member["mandate"], lang))] if member.get("mandate") else []
    article = told(member.get("article"), lang)
    need = translate(f"papers.need_{member.get('need') or 'permanent'}", lang)
    return [*said, f"{need} ({article})" if article else need]


def draw_members(sheet: Sheet, data: dict) -> None:
    draw_section(sheet, label("minutes_members"))
    columns = {}
    for lang, align in (("fr", "L"), ("ar", "R")):
        people = [Cell(((translate("papers.minutes_member", lang), lang),), align)]
        presence = [Cell(((translate("papers.minutes_presence", lang), lang),), align)]
        for member in data["members"]:
            names = who(member, lang) or ["—"]
            people.append(Cell(tuple((text, lang if place else f"{lang}+") for place, text in enumerate(names)), align))
            presence.append(Cell(tuple((text, lang if place else f"{lang}+") for place, text in enumerate(came(lang, member))), align))
        columns[lang] = [people, presence]
    tables.draw_table(sheet, columns["fr"] + columns["ar"][::-1])


def draw_opinions(sheet: Sheet, data: dict) -> None:
    draw_section(sheet, label("minutes_opinions"), keep=30)
    members = {member["seat"]: member for member in data["members"]}
    opinions = {opinion["seat"]: opinion for opinion in data["opinions"]}
    for number, seat in enumerate(members, start=1):
        draw_opinion(sheet, number, members[seat], opinions[seat])


def draw_opinion(sheet: Sheet, number: int, member: dict, opinion: dict) -> None:
    draw_band(sheet, {lang: f"{number}. {' — '.join(who({**member, 'person': None}, lang))}" for lang in LANGUAGES})
    if not opinion.get("outcome"):
        draw_both(sheet, label("minutes_no_opinion"), {lang: coloured(STRONG[lang], RED) for lang in LANGUAGES}, after=2.5)
        return
    colour = COLOURS.get(opinion["outcome"], INK)
    draw_both(sheet, in_both(outcome, member, opinion), {lang: coloured(STRONG[lang], colour) for lang in LANGUAGES}, after=0.3)
    draw_both(sheet, in_both(said_by, opinion), SMALL, after=0.8)
    draw_titled(sheet, "minutes_reasons", opinion.get("reasons"))
    draw_titled(sheet, "minutes_article", article_of(opinion))
    if opinion.get("items"):
        key = "minutes_changes" if opinion["outcome"] == "modification" else "minutes_reservations"
        draw_heading(sheet, label(key))
        for item in opinion["items"]:
            draw_words(sheet, item_text(item), bullet=True)
    draw_proof(sheet, opinion)
    sheet.y += 2


def outcome(lang: str, member: dict, opinion: dict) -> str:
    found = told(opinion.get("outcome_label"), lang) or translate(f"papers.outcome_{opinion['outcome']}", lang)
    return f"{found} ({translate('papers.minutes_binding', lang)})" if member.get("binding") else found


def said_by(lang: str, opinion: dict) -> str:
    person = told(opinion.get("person"), lang) or "—"
    return translate("papers.minutes_said_by", lang, person=person, when=format_moment(opinion.get("at"), lang))


def coloured(style: Style, colour: tuple[int, int, int]) -> Style:
    return Style(style.family, style.size, style.leading, style.bold, colour)


def draw_band(sheet: Sheet, title: dict[str, str]) -> None:
    """Whose opinion follows, on a tinted band; never alone at the foot of a page."""
    half = (sheet.width - 6) / 2 - 2
    laid = {lang: sheet.lines(title[lang], STRONG[lang], half) for lang in LANGUAGES}
    height = max(len(laid[lang]) * STRONG[lang].leading for lang in LANGUAGES) + 0.8
    sheet.need(height + 20)
    sheet.pdf.set_fill_color(*TINT)
    sheet.pdf.rect(sheet.left, sheet.y, sheet.width, height, style="F")
    for lang, x, align in (("fr", sheet.left + 2, "L"), ("ar", sheet.left + half + 8, "R")):
        top = sheet.y + (height - len(laid[lang]) * STRONG[lang].leading) / 2
        sheet.draw_lines(laid[lang], STRONG[lang], x, top, half, align)
    sheet.y += height + 1


def draw_heading(sheet: Sheet, title: dict[str, str]) -> None:
    sheet.need(HEADING["ar"].leading + 2 * WORDS["ar"].leading)  # never alone at the foot of a page
    draw_both(sheet, title, HEADING, after=0.2)


def draw_titled(sheet: Sheet, key: str, text: str | dict | None) -> None:
    if not text or (isinstance(text, str) and not text.strip()):
        return
    draw_heading(sheet, label(key))
    if isinstance(text, str):
        draw_words(sheet, text)
    else:
        draw_both(sheet, text, COMPACT_TEXT)


def item_text(item: dict) -> str:
    """A reservation or a change: what, under which article, until when or by whom it is lifted."""
    text = str(item.get("text") or "").strip()
    lang = language_of(text)
    article = told(item.get("article"), lang)
    lifted = translate("papers.minutes_lift", lang, value=as_day(item["lift_by"], lang)) if item.get("lift_by") else ""
    return " ".join(part for part in (text, f"({article})" if article else "", lifted) if part)


def as_day(value: str | dict, lang: str) -> str:
    text = told(value, lang)
    return format_date(text, lang) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text


def draw_proof(sheet: Sheet, opinion: dict) -> None:
    """The fingerprint of the text that the author signed: anybody may compare it with opinions.json."""
    if not opinion.get("cms"):
        draw_both(sheet, label("minutes_unsigned"), {lang: coloured(SMALL[lang], RED) for lang in LANGUAGES}, after=0.6)
        return
    names, height = label("minutes_signed_text"), SMALL["ar"].leading
    sheet.need(height)
    for lang, align in (("fr", "L"), ("ar", "R")):
        sheet.draw_lines(sheet.lines(names[lang], SMALL[lang], sheet.width), SMALL[lang], sheet.left, sheet.y, sheet.width, align)
    sheet.draw_lines(sheet.lines(str(opinion.get("digest") or ""), TINY, sheet.width), TINY, sheet.left, sheet.y + 0.6, sheet.width, "C")
    sheet.y += height + 0.6


def draw_guests(sheet: Sheet, data: dict) -> None:
    if not data.get("guests"):
        return
    draw_section(sheet, label("minutes_guests"))
    for guest in data["guests"]:
        draw_words(sheet, guest_text(guest), bullet=True)


def guest_text(guest: dict) -> str:
    name, quality = told(guest.get("name"), "fr"), told(guest.get("quality"), "fr")
    return ("، " if has_arabic(name) else ", ").join(part for part in (name, quality) if part)


def draw_demands(sheet: Sheet, data: dict, key: str, title: str) -> None:
    """Changes or reservations of all members in one table."""
    demands = data.get(key) or []
    if not demands:
        return
    draw_section(sheet, label(title))
    for by, group in groupby(demands, key=lambda demand: demand.get("by")):
        if by:
            draw_heading(sheet, told_pair(by))
        for demand in group:
            draw_words(sheet, item_text(demand), bullet=True)


def draw_conclusion(sheet: Sheet, data: dict) -> None:
    draw_section(sheet, label("minutes_conclusion"))
    draw_both(sheet, data["conclusion"], STRONG, after=2)
    draw_demands(sheet, data, "changes", "minutes_changes")
    draw_demands(sheet, data, "reservations", "minutes_reservations")
    for note in data.get("footer") or []:
        draw_both(sheet, note, COMPACT_TEXT)
    if data.get("transmitted_to"):
        draw_both(sheet, sent(data), COMPACT_TEXT)


def sent(data: dict) -> dict[str, str]:
    return in_both(lambda lang: translate("papers.minutes_sent", lang, to=told(data["transmitted_to"], lang)))
