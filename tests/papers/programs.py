"""Real programs that read papers, and what they say."""

import re
import subprocess
from pathlib import Path


def say(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout


def words(pdf: Path) -> str:
    return say("pdftotext", "-layout", str(pdf), "-")


def outside_the_page(pdf: Path, margin: float) -> list[str]:
    """Words whose box leaves the page less a margin (points), as poppler places them."""
    found = []
    page = (0.0, 0.0)
    for line in say("pdftotext", "-bbox", str(pdf), "-").splitlines():
        if size := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            page = (float(size[1]), float(size[2]))
        elif box := re.search(r'<word xMin="(-?[\d.]+)" yMin="(-?[\d.]+)" xMax="(-?[\d.]+)" yMax="(-?[\d.]+)">(.*)</word>', line):
            left, top, right, bottom = map(float, box.groups()[:4])
            if left < margin or right > page[0] - margin or top < 0 or bottom > page[1]:
                found.append(box[5])
    return found
