"""The stamp of plans that a permit makes unchangeable, on a ground through which the drawing still shows."""
import pikepdf

from components.permits.documents.corners import HEIGHT, WIDTH, Frame, matrix
from components.permits.documents.header import place_name
from components.permits.documents.seal import created, qr_picture
from components.permits.documents.typeset import GREEN, GREY, INK, Sheet, Style
from components.permits.texts import format_date, translate

QR = 25.0
PAD = 2.5
TITLE = {"ar": Style("ar", 17, 7.6, bold=True, colour=GREEN), "fr": Style("fr", 10, 4.9, bold=True, colour=GREEN)}
TEXT = {"ar": Style("ar", 9.5, 4.4, colour=INK), "fr": Style("fr", 6.6, 3.3, colour=INK)}
NUMBER, SMALL = Style("fr", 8.5, 4.2, bold=True), Style("fr", 6, 3, colour=GREY)


def draw_stamp(data: dict, digest: str) -> bytes:
    """The stamp as a one-page PDF: what it says, the permit's number, date, commune, and the QR code of its verification."""
    sheet = Sheet(page=(WIDTH, HEIGHT), archival=False)
    pdf = sheet.pdf
    pdf.set_creation_date(created(data))
    pdf.set_fill_color(255, 255, 255)
    pdf.set_draw_color(*GREEN)
    pdf.set_line_width(0.5)
    with pdf.local_context(fill_opacity=0.86):
        pdf.rect(0.3, 0.3, WIDTH - 0.6, HEIGHT - 0.6, style="DF")
    pdf.image(qr_picture(data, digest), PAD, PAD, QR, QR)
    sheet.draw_lines(sheet.lines(data["verification"]["code"], SMALL, QR), SMALL, PAD, PAD + QR + 0.6, QR, "C")
    x, width = 2 * PAD + QR, WIDTH - 3 * PAD - QR
    lines = [(translate("papers.stamp", lang), TITLE[lang]) for lang in ("ar", "fr")] + [(data["number"], NUMBER)]
    for lang in ("ar", "fr"):
        commune, when = place_name("commune", lang, data["commune"][f"name_{lang}"]), format_date(data["date"], lang)
        lines.append((translate("papers.stamp_of", lang, commune=commune, date=when), TEXT[lang]))
    if data.get("demonstration"):
        lines += [(translate("papers.demonstration", lang), TEXT[lang]) for lang in ("ar", "fr")]
    fit(sheet, lines, x, width)
    return sheet.output()


def fit(sheet: Sheet, lines: list[tuple[str, Style]], x: float, width: float) -> None:
    """Lines in the middle of the stamp's height, smaller until they all stand in it."""
    for factor in (1, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62, 0.56, 0.5, 0.42):
        laid = [(line, style.scaled(factor)) for text, style in lines for line in sheet.lines(text, style.scaled(factor), width)]
        height = sum(style.leading for _, style in laid)
        if height <= HEIGHT - 2:
            break
    y = max(1, (HEIGHT - height) / 2)
    for line, style in laid:
        sheet.draw_line(line, style, x, y, width, "C")
        y += style.leading


def frame_of(page: pikepdf.Page) -> Frame:
    """What shows of the page: its crop box, as far as it lies on the sheet."""
    (left, bottom, right, top), sheet = edges(page.cropbox), edges(page.mediabox)
    left, bottom, right, top = max(left, sheet[0]), max(bottom, sheet[1]), min(right, sheet[2]), min(top, sheet[3])
    if left >= right or bottom >= top:
        left, bottom, right, top = sheet
    unit = float(page.get("/UserUnit", 1))
    return Frame(left, bottom, right, top, page.rotation % 360, unit if unit > 0 else 1)


def edges(box: pikepdf.Array) -> tuple[float, float, float, float]:
    """A box from its lower left to its upper right, whatever two corners the file names."""
    one, two, three, four = (float(edge) for edge in box)
    return min(one, three), min(two, four), max(one, three), max(two, four)


def put_on(document: pikepdf.Pdf, page: pikepdf.Page, stamp: pikepdf.Object, corner: str) -> None:
    """The stamp over the page. What the page drew becomes one closed picture under it: nothing left open there touches the stamp."""
    drawn = closed_picture(document, page)
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Drawn=drawn, Stamp=stamp))
    numbers = " ".join(f"{number:.4f}" for number in matrix(frame_of(page), corner))
    page.obj.Contents = document.make_stream(f"q /Drawn Do Q q {numbers} cm /Stamp Do Q".encode())


def closed_picture(document: pikepdf.Pdf, page: pikepdf.Page) -> pikepdf.Stream:
    """All that a page draws, as a form of its own (ISO 32000-1, 8.10). The library's own copy reads the page when the file is saved: too
    late here, and it cuts at the trim box."""
    contents, kept = page.obj.get("/Contents"), {}
    if isinstance(contents, pikepdf.Stream):
        data = contents.read_raw_bytes()
        kept = {key: contents[key] for key in ("/Filter", "/DecodeParms") if key in contents}
    else:
        parts = contents if isinstance(contents, pikepdf.Array) else []
        data = b"\n".join(part.read_bytes() for part in parts if isinstance(part, pikepdf.Stream))
    form = pikepdf.Stream(document, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    form.BBox, form.Resources = page.mediabox, page.resources
    for key, value in kept.items():
        form[key] = value
    if "/Group" in page.obj:
        form.Group = page.obj.Group
    return document.make_indirect(form)
