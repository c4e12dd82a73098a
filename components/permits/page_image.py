"""One page of an uploaded file as a picture, for screens that point at a place on it.

The file is a stranger's: a child process with little time and memory draws it, so that a bomb costs one picture and not the site.
The picture is WebP: plans are large, telephones are on the road.
"""

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from components.permits.refusals import refusal_of_ours

LONGEST = 2400  # pixels of the longer side: an A3 plan at 145 dots per inch, an A0 one still readable when it is enlarged
QUALITY = 82
CPU_SECONDS = 20
SECONDS = 60  # by the clock: a busy machine must not hide a plan
MEMORY = 1_500_000_000
KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP")  # the rest of the environment holds secrets
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Picture:
    """content: WebP. width, height: pixels."""

    content: bytes
    width: int
    height: int


def picture_of(content: bytes, page: int = 1) -> Picture:
    """page counts from 1; an image has one. Raises Refusal LOOK5 when the file cannot be drawn."""
    try:
        child = subprocess.run(
            [sys.executable, "-m", "components.permits.page_image", str(page)], input=content, cwd=ROOT, capture_output=True,
            env={key: os.environ[key] for key in KEPT if key in os.environ}, timeout=SECONDS, check=True,
        )  # fmt: skip
        size, drawn = child.stdout.split(b"\n", 1)
        width, height = (int(part) for part in size.split())
    except (subprocess.SubprocessError, ValueError) as error:
        raise refusal_of_ours("LOOK5") from error
    return Picture(drawn, width, height)


def draw(content: bytes, page: int):
    """The page as a Pillow image. Raises whatever the libraries raise on a hostile file."""
    if b"%PDF-" in content[:1024]:
        import pypdfium2

        opened = pypdfium2.PdfDocument(content)[page - 1]
        return opened.render(scale=LONGEST / max(opened.get_size())).to_pil()
    from PIL import Image, ImageOps

    photograph = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    photograph.thumbnail((LONGEST, LONGEST))
    return photograph


def main() -> None:
    """The child: the page's number as argument, the file on standard input; "width height", then the picture."""
    limit()
    drawn = draw(sys.stdin.buffer.read(), int(sys.argv[1])).convert("RGB")
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=QUALITY, method=2)
    sys.stdout.buffer.write(f"{drawn.width} {drawn.height}\n".encode() + out.getvalue())


def limit() -> None:
    """Bounds on time and memory where the system has them."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
