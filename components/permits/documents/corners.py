"""Where a stamp stands on a page of any size, turned or not, and which of its corners is the emptiest. Lengths of the stamp in millimetres.

Looking at a plan means drawing it, small: a child process with little time and memory does it, for the plan came from outside. The
pages that it did not reach take the corner of the last one that it saw.
"""
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT = 84.0, 33.0
POINTS = 72 / 25.4
A4_WIDTH = 210.0
CORNERS = ("lower left", "upper left", "upper right", "lower right")  # title blocks stand at the lower right: that one last
LOOKED = 60        # pages that are looked at
PIXELS = 500       # of the long side, enough to tell a drawing from paper
LEAST = 0.01       # a difference of ink that is worth leaving the usual corner for
CPU_SECONDS, SECONDS, MEMORY = 10, 25, 1_000_000_000
KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP")  # the rest of the environment holds secrets
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Frame:
    """A page: its box in the file's units, its quarter turns clockwise in degrees, points per unit."""
    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0
    unit: float = 1

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as it is read, in points."""
        wide, high = (self.right - self.left) * self.unit, (self.top - self.bottom) * self.unit
        return (wide, high) if self.turn in (0, 180) else (high, wide)


def scale_of(frame: Frame) -> float:
    """How large the stamp is: by the short side of the page, growing more slowly than the page does."""
    short = min(frame.size) / POINTS
    return 0.85 * (short / A4_WIDTH) ** (0.5 if short > A4_WIDTH else 1)


def place(frame: Frame, corner: str) -> tuple[float, float, float, float]:
    """The stamp's box on the page as it is read: left, bottom, width, height, in points."""
    scale = scale_of(frame)
    width, height = WIDTH * POINTS * scale, HEIGHT * POINTS * scale
    margin = min(5 * POINTS * scale, min(frame.size) / 50)
    return (margin if "left" in corner else frame.size[0] - width - margin,
            margin if "lower" in corner else frame.size[1] - height - margin, width, height)


def matrix(frame: Frame, corner: str) -> tuple[float, ...]:
    """Where a stamp drawn in points from its own lower left goes: the six numbers of a transformation of the page's content."""
    x, y, scale = (number / frame.unit for number in (*place(frame, corner)[:2], scale_of(frame)))
    return {
        0: (scale, 0, 0, scale, frame.left + x, frame.bottom + y),
        90: (0, scale, -scale, 0, frame.right - y, frame.bottom + x),
        180: (-scale, 0, 0, -scale, frame.right - x, frame.top - y),
        270: (0, -scale, scale, 0, frame.left + y, frame.top - x),
    }[frame.turn]


def quiet_corners(pdf: bytes) -> list[str]:
    """The corner for each page that was looked at, at least one; the usual corner when nothing could be seen."""
    environment = {key: os.environ[key] for key in KEPT if key in os.environ}
    try:
        said = subprocess.run([sys.executable, "-m", "components.permits.documents.corners"], input=pdf, cwd=ROOT, env=environment,
                              capture_output=True, timeout=SECONDS).stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
    except OSError:
        said = b""
    seen = [line for line in said.decode(errors="replace").splitlines() if line in CORNERS]
    return seen or [CORNERS[0]]


def quietest(picture, frame: Frame) -> str:
    """The corner of a picture of the page with the least ink under the stamp; the usual one unless another is clearly emptier."""
    from PIL import ImageStat

    across, down = picture.width / frame.size[0], picture.height / frame.size[1]
    found = {}
    for corner in CORNERS:
        x, y, width, height = place(frame, corner)
        box = (x * across, (frame.size[1] - y - height) * down, (x + width) * across, (frame.size[1] - y) * down)
        found[corner] = 1 - ImageStat.Stat(picture.crop(tuple(round(edge) for edge in box))).mean[0] / 255
    least = min(found.values())
    return next(corner for corner in CORNERS if found[corner] <= least + LEAST)


def main() -> None:
    """The child: a PDF on standard input, a corner a line."""
    limit()
    import pypdfium2

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    for number in range(min(len(document), LOOKED)):
        page = document[number]
        width, height = page.get_size()
        picture = page.render(scale=PIXELS / max(width, height), grayscale=True).to_pil().convert("L")
        sys.stdout.write(quietest(picture, Frame(0, 0, width, height)) + "\n")
        sys.stdout.flush()


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
