"""What shows of a signature: the block that closes a paper, its QR code, and the visible seal placed on the signature field."""
import io
from datetime import datetime

import segno

from components.permits.documents.body import SMALL, of
from components.permits.documents.checks import RenderFault, fault, to_be_signed
from components.permits.documents.header import of_the_province
from components.permits.documents.typeset import GREEN, GREY, INK, RULE, TINT, Sheet, Style
from components.permits.texts import MOROCCO, format_date, translate

SEAL_WIDTH, SEAL_HEIGHT = 84.0, 40.0
QR_SIZE = 27.0


def seal_texts(data: dict) -> list[tuple[str, Style]]:
    """Lines of the visible seal, Arabic first: signer, quality, power cited, date."""
    signer = data["signer"]
    texts: list[tuple[str, Style]] = []
    for lang, small, strong in (("ar", Style("ar", 9.5, 4.7, colour=INK), Style("ar", 12, 5.8, bold=True, colour=GREEN)),
                                ("fr", Style("fr", 6.6, 3.4, colour=INK), Style("fr", 8, 4.1, bold=True, colour=GREEN))):
        texts += [(translate("papers.signed_by", lang), small), (signer[f"name_{lang}"], strong), (of(signer.get("quality"), lang), small),
                  (of(signer.get("power"), lang), small),
                  (translate("papers.signed_on", lang, date=format_date(data["date"], lang)), small)]
        if data.get("demonstration"):
            texts.append((translate("papers.demonstration_certificate", lang), small))
    return [(text, style) for text, style in texts if text]


def draw_seal(data: dict) -> bytes:
    """The visible seal as a small one-page PDF, right in both scripts. RenderFault when its texts are too long for it."""
    sheet = Sheet(page=(SEAL_WIDTH, SEAL_HEIGHT), archival=False)
    sheet.pdf.set_creation_date(created(data))
    texts, inner = seal_texts(data), SEAL_WIDTH - 5
    for factor in (1, 0.93, 0.86, 0.8, 0.74, 0.68, 0.64):
        laid = [(sheet.lines(text, style.scaled(factor), inner), style.scaled(factor)) for text, style in texts]
        height = sum(len(lines) * style.leading for lines, style in laid)
        if height <= SEAL_HEIGHT - 2.4:
            break
    else:
        raise RenderFault([fault("LEAF5", "signer", max((text for text, _ in texts), key=len)[:80])])
    sheet.pdf.set_fill_color(*TINT)
    sheet.pdf.set_draw_color(*GREEN)
    sheet.pdf.set_line_width(0.4)
    sheet.pdf.rect(0.3, 0.3, SEAL_WIDTH - 0.6, SEAL_HEIGHT - 0.6, style="DF")
    y = (SEAL_HEIGHT - height) / 2
    for lines, style in laid:
        y = sheet.draw_lines(lines, style, 2.5, y, inner, "R" if style.family == "ar" else "L")
    return sheet.output()


def created(data: dict) -> datetime:
    """The instant printed on the paper, as its creation date: the same data give the same bytes."""
    return datetime.fromisoformat(f"{data['date']}T{data.get('time') or '00:00'}").replace(tzinfo=MOROCCO)


def draw_signature_place(sheet: Sheet, data: dict) -> tuple[int, tuple[float, float, float, float]] | None:
    """Who signs, and the frame that the signature will cover. Returns its page (from 0) and box in points, or None if only sealed."""
    text_ar, text_fr = Style("ar", 12.5, 6.4, bold=True), Style("fr", 8.2, 4.4, bold=True)
    plain_ar, plain_fr = Style("ar", 12, 6.2), Style("fr", 8.2, 4.4)
    if not to_be_signed(data):
        return None
    sheet.need(SEAL_HEIGHT + 4)
    signer, start, width = data["signer"], sheet.y, sheet.width - SEAL_WIDTH - 6
    x, y = sheet.left + SEAL_WIDTH + 6, sheet.y
    for text, style, align in ((of(signer["quality"], "ar"), text_ar, "R"), (signer["name_ar"], plain_ar, "R"),
                               (of(signer["quality"], "fr"), text_fr, "R"), (signer["name_fr"], plain_fr, "R")):
        y = sheet.draw_lines(sheet.lines(text, style, width), style, x, y, width, align)
        y += 0.6
    if y > sheet.pdf.h - sheet.bottom:
        sheet.overflows.append(signer["name_ar"])
    pdf = sheet.pdf
    pdf.set_draw_color(*RULE)
    pdf.set_line_width(0.3)
    pdf.rect(sheet.left, start, SEAL_WIDTH, SEAL_HEIGHT, style="D")
    small_ar, small_fr = Style("ar", 9, 4.6, colour=GREY), Style("fr", 7, 4, colour=GREY)
    middle = start + SEAL_HEIGHT / 2 - 4
    for lang, style in (("ar", small_ar), ("fr", small_fr)):
        lines = sheet.lines(translate("papers.seal_place", lang), style, SEAL_WIDTH)
        middle = sheet.draw_lines(lines, style, sheet.left, middle, SEAL_WIDTH, "C")
    k, height = pdf.k, pdf.h
    box = (sheet.left * k, (height - start - SEAL_HEIGHT) * k, (sheet.left + SEAL_WIDTH) * k, (height - start) * k)
    sheet.y = max(y, start + SEAL_HEIGHT) + 4
    return pdf.page - 1, box


def qr_picture(data: dict, digest: str) -> io.BytesIO:
    """PNG of the QR code: the address of the verification with the digest of the data."""
    url = data["verification"]["url"]
    picture = io.BytesIO()
    segno.make(f"{url}{'&' if '?' in url else '?'}digest={digest}", error="m", micro=False).save(picture, kind="png", scale=6, border=2)
    picture.seek(0)
    return picture


def draw_verification(sheet: Sheet, data: dict, digest: str) -> None:
    """QR code (address, code, digest of the data), and the same in clear for those who type. Says when a seal alone is in the file."""
    verification = data["verification"]
    url = verification["url"]
    x, width = sheet.left + QR_SIZE + 4, (sheet.width - QR_SIZE - 8) / 2
    notice = {"fr": Style("fr", 7.3, 3.8), "ar": Style("ar", 10, 4.8)}
    code, address, tiny = Style("fr", 12, 6, bold=True), Style("fr", 7.3, 3.8, colour=GREY), Style("fr", 5.8, 3.2, colour=GREY)

    def both(key: str, styles: dict[str, Style], y: float) -> float:
        ends = [sheet.draw_lines(sheet.lines(translate(key, lang), styles[lang], width), styles[lang], left, y, width, align)
                for lang, left, align in (("fr", x, "L"), ("ar", x + width + 4, "R"))]
        return max(ends)

    if sheet.room < QR_SIZE + (3 if to_be_signed(data) else 7):
        sheet.new_page()
    start = sheet.y
    sheet.pdf.image(qr_picture(data, digest), sheet.left, start, QR_SIZE, QR_SIZE, alt_text=f"QR {verification['code']}")
    y = both("papers.verify", notice, start) + 0.5
    for text, style in ((verification["code"], code), (url.split("?")[0], address), (f"SHA-256 {digest}", tiny)):
        y = sheet.draw_lines(sheet.lines(text, style, 2 * width + 4), style, x, y, 2 * width + 4, "C")
    if not to_be_signed(data) and data["kind"] != "minutes":
        y = both("papers.sealed_province" if of_the_province(data) else "papers.sealed", SMALL, y + 0.5)
    sheet.y = max(y, start + QR_SIZE) + 3
