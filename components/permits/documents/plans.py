"""A plan that a permit makes unchangeable: the file that was studied, stamped on every page, as a paper of its own.

The file that was deposited stays as it is. A signature that its author had put on it does not survive the stamp, which is a change:
its picture stays on the page, the signature itself is taken out, and whoever wants to check it opens the deposited file.
"""
import hashlib
import io
import warnings
from dataclasses import dataclass

import pikepdf
from fpdf import FPDF
from pikepdf.models.metadata import encode_pdf_date
from PIL import Image, ImageOps

from components.permits.documents.attached import DATA_FILE
from components.permits.documents.checks import RenderFault, fault
from components.permits.documents.corners import quiet_corners
from components.permits.documents.printing import frozen
from components.permits.documents.seal import created
from components.permits.documents.stamp import draw_stamp, put_on
from components.permits.texts import translate

MOST_PAGES = 300
A0, A3, A4 = 1189, 420, 297  # long sides, millimetres
KNOWN = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")

# What the libraries raise on a file that is no plan, whatever passed for one when it was deposited.
REFUSED = (pikepdf.PdfError, OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, Image.DecompressionBombError)


@dataclass(frozen=True)
class Plan:
    """pdf: stamped, not sealed yet."""
    pdf: bytes
    pages: int
    data_digest: str


def compose_plan(data: dict, canonical: str | bytes | None, content: bytes) -> Plan:
    """The plan of the data with its stamp. content: the deposited file. Raises RenderFault: MARK6 another file, MARK7 no plan at all."""
    attachment, digest = frozen(data, canonical)
    plan = data["plan"]
    if hashlib.sha256(content).hexdigest() != plan.get("digest"):
        raise RenderFault([fault("MARK6", "plan", str(plan.get("file_name") or ""))])
    try:
        source = content if plan.get("mime") == "application/pdf" else picture_as_pdf(content, data)
        return stamped(source, data, attachment, digest)
    except REFUSED as error:
        raise RenderFault([fault("MARK7", "plan", str(plan.get("file_name") or ""))]) from error


def stamped(source: bytes, data: dict, attachment: bytes, digest: str) -> Plan:
    corners = quiet_corners(source)
    with pikepdf.open(io.BytesIO(source), suppress_warnings=True) as document:
        if not 0 < len(document.pages) <= MOST_PAGES:
            raise ValueError("pages")
        still(document)
        with pikepdf.open(io.BytesIO(draw_stamp(data, digest))) as drawn:
            stamp = document.copy_foreign(drawn.make_indirect(drawn.pages[0].as_form_xobject()))
        for page, corner in zip(document.pages, corners + [corners[-1]] * len(document.pages), strict=False):
            put_on(document, page, stamp, corner)
        carry(document, data, attachment)
        out = io.BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=False)
        return Plan(out.getvalue(), len(document.pages), digest)


def still(document: pikepdf.Pdf) -> None:
    """What was drawn over the pages (comments, stamps, the faces of signatures) becomes part of them; forms and signatures go."""
    document.generate_appearance_streams()
    document.flatten_annotations("all")
    for page in document.pages:
        for key in ("/Annots", "/AA", "/StructParents"):
            if key in page.obj:
                del page.obj[key]
    for key in ("/AcroForm", "/Perms", "/DSS", "/OpenAction", "/AA", "/Names", "/StructTreeRoot", "/MarkInfo", "/Legal", "/Collection"):
        if key in document.Root:
            del document.Root[key]


def carry(document: pikepdf.Pdf, data: dict, attachment: bytes) -> None:
    """The data of the paper as `permit.json`, as every paper has them, and its title."""
    moment = created(data)
    spec = pikepdf.AttachedFileSpec(
        document, attachment, filename=DATA_FILE, description=translate("papers.attachment", "fr"), mime_type="application/json",
        relationship=pikepdf.Name.Data, creation_date=pdf_date(moment), mod_date=pdf_date(moment))
    document.attachments[DATA_FILE] = spec
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    if "/Metadata" in document.Root:
        del document.Root["/Metadata"]
    document.docinfo["/Title"] = f"{data['title']['ar']} — {data['title']['fr']} — {data['number']}"
    document.docinfo["/Creator"] = "Shubbak"
    document.docinfo["/CreationDate"] = pdf_date(moment)


def pdf_date(moment) -> str:
    return encode_pdf_date(moment)


def picture_as_pdf(content: bytes, data: dict) -> bytes:
    """A scanned or photographed plan as a page of its own size, as it is meant to be seen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
            width, height = page_size(image)
            upright = image.getexif().get(0x0112, 1) == 1
            if image.format == "JPEG" and upright and image.mode in ("L", "RGB"):
                shown: object = io.BytesIO(content)  # embedded as it is: nothing is lost, nothing is decoded
            else:
                shown = ImageOps.exif_transpose(image) if image.mode in KNOWN else ImageOps.exif_transpose(image).convert("RGB")
                width, height = (width, height) if (width > height) == (shown.width > shown.height) else (height, width)
            pdf = FPDF(unit="pt", format=(width, height))
            pdf.set_creation_date(created(data))
            pdf.set_auto_page_break(False)
            pdf.add_page()
            pdf.image(shown, 0, 0, width, height)
            return bytes(pdf.output())


def page_size(image: Image.Image) -> tuple[float, float]:
    """Points. The size that a scanner wrote when it is one of a sheet of paper; else A4, or A3 for large pictures."""
    long = max(image.size)
    try:
        resolution = float(image.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, IndexError):
        resolution = 0
    length = long / resolution * 25.4 if 100 <= resolution <= 1200 else 0  # 72 and 96 are written by default, by no scanner
    if not 100 <= length <= A0 * 1.2:
        length = A3 if long > 3500 else A4
    scale = length / 25.4 * 72 / long
    return image.size[0] * scale, image.size[1] * scale
