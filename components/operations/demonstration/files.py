"""Small papers to attach to a demonstration request: one PDF and one photograph per kind, made once. Plans: drawings.py."""

import io
from functools import lru_cache

from fpdf import FPDF
from PIL import Image, ImageDraw

from components.operations.demonstration.drawings import PLANS, drawing


def file_for(slot: str, title: str, seed: int, levels: int = 0, version: int = 1) -> tuple[bytes, str, str]:
    """(content, file name, type) for a slot. levels: of the building, when it is one and its plans are wanted."""
    if levels and slot in PLANS:
        return drawing(slot, levels, version), f"{slot}-v{version}.pdf" if version > 1 else f"{slot}.pdf", "application/pdf"
    if "photo" in slot:
        return photograph(seed), f"{slot}.jpg", "image/jpeg"
    return paper(title), f"{slot}.pdf", "application/pdf"


@lru_cache(maxsize=64)
def paper(title: str) -> bytes:
    """A one-page PDF that says what it stands for."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 18)
    pdf.cell(0, 20, title.encode("latin-1", "replace").decode("latin-1"), align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "", 12)
    pdf.multi_cell(0, 8, "Document de démonstration, sans valeur.\nIl tient lieu de la pièce que le demandeur aurait numérisée.")
    pdf.rect(20, 80, 170, 120)
    return bytes(pdf.output())


@lru_cache(maxsize=16)
def photograph(seed: int) -> bytes:
    """A JPEG that looks like a façade."""
    image = Image.new("RGB", (640, 480), (196 + seed % 40, 170, 140))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 380, 640, 480), fill=(120, 120, 118))
    for row in range(2):
        for column in range(4):
            x, y = 60 + column * 145, 60 + row * 150
            draw.rectangle((x, y, x + 80, y + 95), fill=(60, 80 + seed % 60, 95), outline=(240, 235, 225), width=6)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()
