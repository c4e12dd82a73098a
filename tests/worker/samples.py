"""Real files for the tests."""

import io

import pikepdf
from PIL import Image


def pdf(pages=1, change=None, **save):
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        if change:
            change(document)
        out = io.BytesIO()
        document.save(out, **save)
    return out.getvalue()


def image(kind="JPEG", size=(40, 30)):
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, kind)
    return out.getvalue()


def scripted():
    def change(document):
        document.Root.OpenAction = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))

    return pdf(change=change)
