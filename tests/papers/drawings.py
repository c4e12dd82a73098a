"""Plans as architects deposit them: sheets of every size, turned, cropped, drawn by programs that leave things open; and scans."""

import hashlib
import io

import pikepdf
from PIL import Image, ImageDraw

from tests.papers import samples

MILLIMETRE = 72 / 25.4
A4, A3, A1, A0 = (210, 297), (297, 420), (594, 841), (841, 1189)


def drawing(width: float, height: float, busy: str = "right") -> bytes:
    """A frame, a building in the middle, a title block at the lower right, and ink in the lower left corner when busy is left."""
    lines = [f"q 0.4 w {10} {10} {width - 20} {height - 20} re S"]
    walls = [width * 0.3 + n * 6 for n in range(int(width * 0.05))]
    lines += [f"{x:.1f} {height * 0.35:.1f} m {x:.1f} {height * 0.65:.1f} l S" for x in walls]
    lines.append(f"0.8 0.8 0.9 rg {width - width * 0.3:.1f} 12 {width * 0.3 - 12:.1f} {height * 0.14:.1f} re B")
    if busy == "left":
        lines.append(f"0.2 0.2 0.2 rg 12 12 {width * 0.45:.1f} {height * 0.2:.1f} re f")
    return " ".join([*lines, "Q"]).encode()


def sheet(document, size, turn=0, origin=(0, 0), unit=1.0, busy="right", content=None, **boxes):
    """One more page; size in millimetres as it lies in the file, before it is turned."""
    width, height = (side * MILLIMETRE / unit for side in size)
    x, y = origin
    page = document.add_blank_page(page_size=(width, height))
    page.obj.MediaBox = [x, y, x + width, y + height]
    drawn = drawing(width, height, busy) if content is None else content
    page.obj.Contents = document.make_stream(f"q 1 0 0 1 {x} {y} cm ".encode() + drawn + b" Q")
    if turn:
        page.obj.Rotate = turn
    if unit != 1:
        page.obj.UserUnit = unit
    for name, box in boxes.items():
        page.obj[f"/{name}"] = box
    return page


def plan(*sheets: dict, change=None) -> bytes:
    with pikepdf.new() as document:
        for each in sheets:
            sheet(document, **each)
        if change:
            change(document)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def scan(kind: str, size=(1240, 1754), mode="RGB", **save) -> bytes:
    image = Image.new(mode, size, "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 40, size[0] - 40, size[1] - 40), outline="black", width=4)
    pen.rectangle((size[0] // 2, size[1] - size[1] // 6, size[0] - 40, size[1] - 40), fill="black")
    out = io.BytesIO()
    image.save(out, kind, **save)
    return out.getvalue()


HEAD = ("language", "commune", "demonstration", "service", "place", "verification", "dossier_number")


def paper(content: bytes, mime="application/pdf", name="plan de masse.pdf") -> dict:
    """The data of the stamped plan as the database freezes them."""
    return {
        **{key: samples.permit()[key] for key in HEAD},
        "kind": "plan", "number": "TRD-2026-PC-000123", "date": "2026-12-02", "time": "09:15",
        "title": {"fr": "Plan de masse", "ar": "تصميم الكتلة"}, "public": {},
        "plan": {"document": "d", "slot": "masse", "version": 2, "path": "dossier/masse/1", "digest": hashlib.sha256(content).hexdigest(),
                 "file_name": name, "mime": mime, "pages": 1},
    }  # fmt: skip
