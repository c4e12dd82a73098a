"""The text of a paper. Orders and letters: Arabic in full, which alone is authentic, then the French translation.
Receipts: both languages side by side, so that they hold on one page."""
from components.permits.documents import tables
from components.permits.documents.checks import COMPACT, ORDERS, blank, to_be_signed
from components.permits.documents.typeset import GREEN, GREY, INK, TINT, Sheet, Style, shown
from components.permits.texts import format_date, translate

TITLE = {"ar": Style("ar", 19, 10, bold=True), "fr": Style("fr", 11.5, 6, bold=True, colour=GREY)}
TEXT = {"ar": Style("ar", 13, 6.9), "fr": Style("fr", 9, 4.9)}
STRONG = {"ar": Style("ar", 13, 6.9, bold=True), "fr": Style("fr", 9, 4.9, bold=True)}
DECIDES = {"ar": Style("ar", 15, 8.5, bold=True), "fr": Style("fr", 10.5, 6, bold=True)}
HEADING = {"ar": Style("ar", 12.5, 6.8, bold=True, colour=GREEN), "fr": Style("fr", 9, 5, bold=True, colour=GREEN)}
SMALL = {"ar": Style("ar", 10, 4.9, colour=GREY), "fr": Style("fr", 7.3, 3.8, colour=GREY)}
COMPACT_TEXT = {"ar": Style("ar", 11, 5.5), "fr": Style("fr", 8.2, 4.2)}
STATE = {"ar": Style("ar", 14.5, 7.6, bold=True, colour=GREEN), "fr": Style("fr", 10.5, 6, bold=True, colour=GREEN)}


def of(value: dict | None, lang: str) -> str:
    return (value or {}).get(lang) or ""


def draw_titles(sheet: Sheet, data: dict) -> None:
    compact = data["kind"] in COMPACT
    for lang in ("ar", "fr"):
        sheet.block(of(data["title"], lang), TITLE[lang].scaled(0.85 if compact else 1), align="C", after=0.6)
    sheet.y += 1 if compact else 2.5
    if not blank(data.get("state_line")):
        draw_state(sheet, data["state_line"])


def draw_state(sheet: Sheet, state: dict) -> None:
    """The literal legal state of a receipt, in a frame."""
    half = sheet.width / 2 - 4
    left, right = sheet.lines(of(state, "fr"), STATE["fr"], half), sheet.lines(of(state, "ar"), STATE["ar"], half)
    height = max(len(left) * STATE["fr"].leading, len(right) * STATE["ar"].leading) + 1
    sheet.need(height)
    sheet.pdf.set_fill_color(*TINT)
    sheet.pdf.set_draw_color(*GREEN)
    sheet.pdf.set_line_width(0.35)
    sheet.pdf.rect(sheet.left, sheet.y, sheet.width, height, style="DF")
    far = sheet.pdf.w - sheet.right - half - 3
    for lines, style, x, align in ((left, STATE["fr"], sheet.left + 3, "L"), (right, STATE["ar"], far, "R")):
        sheet.draw_lines(lines, style, x, sheet.y + (height - len(lines) * style.leading) / 2, half, align)
    sheet.y += height + 2.5


def article_name(number: int, lang: str) -> str:
    return translate("papers.article_first", lang) if number == 1 else translate("papers.article", lang, number=number)


def draw_items(sheet: Sheet, items: list[dict], lang: str) -> None:
    """A list of texts with bullets on the side where the language starts."""
    style, indent = TEXT[lang], 5.0
    for item in items:
        sheet.need(style.leading * 2 if len(of(item, lang)) > 90 else style.leading)
        x = sheet.pdf.w - sheet.right - 1.5 if lang == "ar" else sheet.left + 1.5
        tables.draw_bullet(sheet, x, sheet.y + style.leading / 2)
        sheet.block(shown(of(item, lang)), style, x=sheet.left + (0 if lang == "ar" else indent), width=sheet.width - indent, after=0.8)


def draw_language(sheet: Sheet, data: dict, lang: str) -> None:
    """Everything the paper says, in one language, in the order of an order (arrêté)."""
    text, strong = TEXT[lang], STRONG[lang]
    if of(data.get("intro"), lang):
        sheet.block(of(data["intro"], lang), strong if data["kind"] in ORDERS | {"attestation"} else text, after=1.5)
    for key in ("visas", "considerations"):
        for item in data.get(key) or []:
            sheet.block(of(item, lang), text, after=0.8)
    if data["kind"] in ORDERS | {"attestation"} and data.get("articles"):
        sheet.y += 1
        sheet.need(DECIDES[lang].leading + 3 * text.leading)
        word = "papers.attests" if data["kind"] == "attestation" else "papers.decides"
        sheet.block(translate(word, lang), DECIDES[lang], align="C", after=1)
    for number, article in enumerate(data.get("articles") or [], start=1):
        heading, title = article_name(number, lang), of(article.get("title"), lang)
        if title:
            heading += f": {title}" if lang == "ar" else f" : {title}"
        sheet.need(strong.leading + 2 * text.leading)
        sheet.block(heading, strong, after=0)
        sheet.block(of(article, lang), text, after=1.5)
    for table in data.get("tables") or []:
        columns = tables.columns_in_one_language(table, lang)
        sheet.need(HEADING[lang].leading + 18)
        sheet.block(of(table.get("title"), lang), HEADING[lang], after=0.5)
        tables.draw_table(sheet, columns)
    for group in data.get("lists") or []:
        sheet.need(HEADING[lang].leading + 2 * text.leading)
        sheet.block(of(group.get("title"), lang), HEADING[lang], after=0.3)
        draw_items(sheet, group.get("items") or [], lang)
        sheet.y += 1.5


def draw_footer_notes(sheet: Sheet, data: dict, lang: str) -> None:
    """Appeal routes, personal data: small print."""
    for note in data.get("footer") or []:
        sheet.block(of(note, lang), SMALL[lang], after=0.8)


def done_at(data: dict, lang: str) -> str:
    """Place and date, as the end of an act says them; empty when the paper names no place."""
    place = of(data.get("place"), lang)
    return translate("papers.done_at", lang, place=place, date=format_date(data["date"], lang)) if place else ""


def draw_translation_notice(sheet: Sheet) -> None:
    sheet.need(40)
    sheet.y += 2
    sheet.rule(after=1.5, colour=GREEN)
    notice = {lang: translate("papers.translation", lang) for lang in ("fr", "ar")}
    tables.draw_pair(sheet, notice["fr"], notice["ar"], SMALL, after=2.5)


def draw_side_by_side(sheet: Sheet, data: dict) -> None:
    """Both languages in two columns; tables share what needs no translation."""
    for item in [data.get("intro"), *(data.get("visas") or []), *(data.get("considerations") or [])]:
        if item:
            tables.draw_pair(sheet, of(item, "fr"), of(item, "ar"), COMPACT_TEXT)
    for table in data.get("tables") or []:
        sheet.need(24)
        tables.draw_pair(sheet, of(table.get("title"), "fr"), of(table.get("title"), "ar"), HEADING, after=0.8)
        tables.draw_table(sheet, tables.columns_side_by_side(table))
    for number, article in enumerate(data.get("articles") or [], start=1):
        titles = {lang: of(article.get("title"), lang) or article_name(number, lang) for lang in ("fr", "ar")}
        sheet.need(16)
        tables.draw_pair(sheet, titles["fr"], titles["ar"], HEADING, after=0.3)
        tables.draw_pair(sheet, of(article, "fr"), of(article, "ar"), COMPACT_TEXT)
    for group in data.get("lists") or []:
        sheet.need(16)
        tables.draw_pair(sheet, of(group.get("title"), "fr"), of(group.get("title"), "ar"), HEADING, after=0.3)
        for item in group.get("items") or []:
            tables.draw_pair(sheet, of(item, "fr"), of(item, "ar"), COMPACT_TEXT, after=0.8, bullet=True)
        sheet.y += 1.5
    for note in data.get("footer") or []:
        tables.draw_pair(sheet, of(note, "fr"), of(note, "ar"), SMALL, after=1)
    if data.get("place"):
        tables.draw_pair(sheet, done_at(data, "fr"), done_at(data, "ar"), COMPACT_TEXT, after=2)


def draw_official(sheet: Sheet, data: dict) -> None:
    """The Arabic text, up to its place and date: what the signature closes."""
    draw_language(sheet, data, "ar")
    draw_footer_notes(sheet, data, "ar")
    sheet.need(8 + (60 if to_be_signed(data) else 40))  # date, signature and QR code stay together
    sheet.block(done_at(data, "ar"), Style("ar", 13, 6.9, colour=INK), align="L", after=2)


def draw_french(sheet: Sheet, data: dict) -> None:
    """The translation, after the closing of the Arabic text."""
    draw_translation_notice(sheet)
    sheet.block(of(data["title"], "fr"), Style("fr", 10.5, 5.6, bold=True), align="C", after=1.5)
    draw_language(sheet, data, "fr")
    draw_footer_notes(sheet, data, "fr")
    sheet.block(done_at(data, "fr"), TEXT["fr"], align="R", after=1)
