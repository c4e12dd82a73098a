"""Word documents in two directions. A word processor needs to be told of every paragraph, run and table that reads from right to
left, and of the sizes and fonts of that script apart: python-docx knows none of it."""
import io
import re
import zipfile

from docx import Document
from docx.document import Document as Docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from components.permits.documents.bidi import NUMBER, base_is_rtl

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONTS = {"ar": "Amiri", "fr": "Noto Sans"}
# Pieces of an Arabic line that keep their own direction: numbers made of groups, Latin words with what joins them.
LEFT_TO_RIGHT = re.compile(f"(?:{NUMBER.pattern})|[A-Za-z\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f@&'’._+/-]|\\s(?=[A-Za-z\u00c0-\u024f]))*")
LARGER = 1.3  # Arabic letters are small for their size
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def new_document(title: str) -> Docx:
    """An empty A4 document."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(18)
    document.core_properties.title, document.core_properties.author = title, "Shubbak"
    return document


def put(place, name: str, **values: str) -> None:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    place.append(element)


def write(paragraph, text: str, lang: str, bold: bool = False, size: float | None = None,
          colour: tuple[int, int, int] | None = None, keep: bool = False):
    """Add a text to a paragraph, which takes the text's direction. size: points of Latin letters; Arabic ones are drawn larger.
    keep: the paragraph stays on the page of the one that follows."""
    rtl = base_is_rtl(text, lang == "ar")
    properties = paragraph._p.get_or_add_pPr()
    if rtl:
        put(properties, "w:bidi")
    put(properties, "w:jc", val="start" if rtl or lang == "fr" else "end")
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.keep_with_next = keep or None
    for piece, turned in pieces(text, rtl):
        # Latin letters inside Arabic would look small beside letters drawn larger.
        style(paragraph.add_run(piece), turned, bold, (size or 9.5) * (1.15 if rtl and not turned else 1), colour)
    return paragraph


def pieces(text: str, rtl: bool) -> list[tuple[str, bool]]:
    """A paragraph cut into runs: (text, whether it reads from right to left)."""
    if not rtl:
        return [(text, False)]
    found, place = [], 0
    for match in LEFT_TO_RIGHT.finditer(text):
        found += [(text[place:match.start()], True), (match.group(), False)]
        place = match.end()
    return [(piece, turned) for piece, turned in [*found, (text[place:], True)] if piece]


def style(run, rtl: bool, bold: bool, size: float, colour: tuple[int, int, int] | None) -> None:
    run.font.size, run.font.bold = Pt(round(size * 2) / 2), bold or None
    if colour:
        run.font.color.rgb = RGBColor(*colour)
    properties = run._r.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi"):
        fonts.set(qn(f"w:{script}"), FONTS["fr"])
    fonts.set(qn("w:cs"), FONTS["ar"])
    put(properties, "w:szCs", val=str(round(size * 2 * LARGER)))
    if bold:
        put(properties, "w:bCs")
    if rtl:
        put(properties, "w:rtl")
    put(properties, "w:lang", val="fr-FR", bidi="ar-MA")
    in_order(properties, RUN_ORDER)


# A word processor refuses properties in another order than the standard's (ISO/IEC 29500-1, 17.3.2 and 17.4.60).
RUN_ORDER = ["rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "rtl", "cs", "lang"]
PARAGRAPH_ORDER = ["pStyle", "keepNext", "keepLines", "bidi", "spacing", "ind", "jc", "rPr"]
TABLE_ORDER = ["tblStyle", "bidiVisual", "tblW", "jc", "tblBorders", "tblLayout", "tblLook"]


def in_order(properties, order: list[str]) -> None:
    properties[:] = sorted(properties, key=lambda child: order.index(child.tag.split("}")[1]) if child.tag.split("}")[1] in order else 99)


def table(place, rows: int, widths: list[float]):
    """A table whose first column stands on the right. widths in millimetres, from the right."""
    made = place.add_table(rows=rows, cols=len(widths))
    made.style, made.autofit = "Table Grid", False
    put(made._tbl.tblPr, "w:bidiVisual")
    in_order(made._tbl.tblPr, TABLE_ORDER)
    for row in made.rows:
        put(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return made


def fill(cell, texts: list[str], lang: str, bold: bool = False, size: float | None = None) -> None:
    """Texts of one language in a cell, one under the other; the first in its first paragraph."""
    for place, text in enumerate(texts or [""]):
        write(cell.paragraphs[0] if place == 0 else cell.add_paragraph(), text, lang, bold=bold and place == 0, size=size)


def saved(document: Docx) -> bytes:
    """The file; the same document gives the same bytes."""
    for paragraph in document.element.body.iter(qn("w:pPr")):
        in_order(paragraph, PARAGRAPH_ORDER)
    draft, out = io.BytesIO(), io.BytesIO()
    document.save(draft)
    with zipfile.ZipFile(draft) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in read.namelist():
            kept.writestr(zipfile.ZipInfo(name, LONG_AGO), read.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
