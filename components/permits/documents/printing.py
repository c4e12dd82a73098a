"""From the data of a paper to a PDF: check, lay out, attach the data.

The same data give the same bytes. The file declares PDF/A-3b and carries the canonical data as `permit.json`.
"""
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from components.permits.documents.attached import DATA_FILE
from components.permits.documents.body import draw_french, draw_official, draw_side_by_side, draw_titles
from components.permits.documents.checks import APART, COMPACT, RenderFault, check, fault, to_be_signed
from components.permits.documents.header import draw_feet, draw_header, draw_references, of_the_province, place_name
from components.permits.documents.seal import created, draw_seal, draw_signature_place, draw_verification
from components.permits.documents.typeset import Sheet, TooManyPages
from components.permits.texts import translate


@dataclass(frozen=True)
class Paper:
    """A printed paper. seal_page counts from 0, seal_box in points from the lower left; both None when nobody signs on it.
    seal: the visible seal, a one-page PDF, or None."""
    pdf: bytes
    pages: int
    data_digest: str
    seal: bytes | None
    seal_page: int | None
    seal_box: tuple[float, float, float, float] | None


def canonical_text(data: dict) -> str:
    """The data as one text, for callers that have no canonical text from the database."""
    kept = {key: value for key, value in data.items() if key != "data_digest"}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def frozen(data: dict, canonical: str | bytes | None) -> tuple[bytes, str]:
    """The content to be attached and its digest, once the data may be printed. Raises RenderFault with every fault found."""
    faults = check(data)
    if faults:
        raise RenderFault(faults)
    canonical = canonical_text(data) if canonical is None else canonical
    content = canonical.encode() if isinstance(canonical, str) else canonical
    digest = hashlib.sha256(content).hexdigest()
    if data.get("data_digest") and data["data_digest"] != digest:
        raise RenderFault([fault("LEAF9", "data_digest")])
    return content, digest


def compose(data: dict, canonical: str | bytes | None = None) -> Paper:
    """Lay out a paper. canonical: the exact text whose sha256 is the data digest (app.canonical of app.paper.data).

    Raises RenderFault, with every fault found, when a value is missing, a placeholder is left or a text does not fit.
    """
    if data.get("kind") in APART:
        raise RenderFault([fault("LEAF7", "kind", data["kind"])])
    content, digest = frozen(data, canonical)
    seal = draw_seal(data) if to_be_signed(data) else None
    sheet, place = laid_out(lambda: lay_out(data, digest))
    attach(sheet, data, content, DATA_FILE, "papers.attachment")
    page, box = place or (None, None)
    return Paper(sheet.output(), sheet.pdf.pages_count, digest, seal, page, box)


def laid_out(lay: Callable[[], tuple[Sheet, object]]) -> tuple[Sheet, object]:
    """What lay returns, when everything stands on the pages. Raises RenderFault."""
    try:
        sheet, places = lay()
    except TooManyPages as error:
        raise RenderFault([fault("LEAF6", "", str(error))]) from None
    if sheet.overflows:
        raise RenderFault([fault("LEAF5", "", text[:80]) for text in sheet.overflows])
    return sheet, places


def attach(sheet: Sheet, data: dict, content: bytes, name: str, described: str) -> None:
    """A file inside the file, dated as the paper is."""
    moment = created(data)
    sheet.pdf.embed_file(bytes=content, basename=name, mime_type="application/json", associated_file_relationship="DATA",
                         creation_date=moment, modification_date=moment, desc=translate(described, "fr"), compress=True)


def lay_out(data: dict, digest: str) -> tuple[Sheet, tuple[int, tuple[float, float, float, float]] | None]:
    """The pages, and the page and box of the signature. Raises TooManyPages."""
    sheet = Sheet()
    describe(sheet, data)
    draw_header(sheet, data)
    draw_references(sheet, data)
    draw_titles(sheet, data)
    if data["kind"] in COMPACT:
        draw_side_by_side(sheet, data)
        place = draw_signature_place(sheet, data)
        draw_verification(sheet, data, digest)
    else:
        draw_official(sheet, data)
        place = draw_signature_place(sheet, data)
        draw_verification(sheet, data, digest)
        draw_french(sheet, data)
    draw_feet(sheet, data)
    return sheet, place


def render(data: dict, canonical: str | bytes | None = None) -> bytes:
    """The PDF alone; see compose."""
    return compose(data, canonical).pdf


def describe(sheet: Sheet, data: dict) -> None:
    """Title, author, language and dates. The metadata are written here because fpdf2 would date them with the clock."""
    title = f"{data['title']['ar']} — {data['title']['fr']} — {data['number']}"
    kind, name = ("province", "province") if of_the_province(data) else ("commune", "name")
    author = f"{place_name(kind, 'ar', data['commune'][f'{name}_ar'])} — {data['commune'][f'{name}_fr']}"
    moment = created(data)
    stamp = moment.isoformat(timespec="seconds")
    sheet.pdf.set_title(title)
    sheet.pdf.set_author(author)
    sheet.pdf.set_creator("Shubbak")
    sheet.pdf.set_producer("fpdf2")
    sheet.pdf.set_lang("ar-MA")
    sheet.pdf.set_creation_date(moment)
    sheet.pdf.set_xmp_metadata(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        "<dc:format>application/pdf</dc:format>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>"
        "<dc:language><rdf:Bag><rdf:li>ar-MA</rdf:li><rdf:li>fr-MA</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreatorTool>Shubbak</xmp:CreatorTool><xmp:CreateDate>{stamp}</xmp:CreateDate>"
        f"<xmp:ModifyDate>{stamp}</xmp:ModifyDate><xmp:MetadataDate>{stamp}</xmp:MetadataDate>"
        f"<pdf:Producer>fpdf2</pdf:Producer>"
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>")
