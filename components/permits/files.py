"""What an uploaded file really is, and whether the house accepts it. Bytes in, report out; nothing is ever altered.

The first bytes decide the type, not the name and not what the browser claimed. Every refusal is a code whose sentence, in both
languages, stands in sql/rules/75_worker.sql:

    SCAN1  empty                     SCAN6  holds scripts or automatic actions
    SCAN2  larger than the slot      SCAN7  holds other files, media or a dynamic form
    SCAN3  type not accepted here    SCAN8  damaged: cannot be opened
    SCAN4  disguised: name and       SCAN9  no page, too many pages, or too heavy to open
           content disagree          NAME2  file name that cannot be read or that misleads
    SCAN5  needs a password
"""

import hashlib
import io
import unicodedata
import warnings
from dataclasses import asdict, dataclass

import pikepdf
from PIL import Image, ImageFile, UnidentifiedImageError

PAGES_LIMIT = 300
PIXELS_LIMIT = 80_000_000  # a plan scanned in A1 at 300 dots per inch has about 70 million
NAME_LIMIT = 200
MEGABYTE = 1024 * 1024  # as the forms announce it

# How a type starts, and the extensions that announce it. Order matters for nothing: the starts exclude each other.
EXTENSIONS = {
    "application/pdf": {"pdf"},
    "image/jpeg": {"jpg", "jpeg", "jpe", "jfif"},
    "image/png": {"png"},
    "image/webp": {"webp"},
    "image/tiff": {"tif", "tiff"},
}
PILLOW_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/tiff": "TIFF"}

# Keys that make a PDF act by itself (ISO 32000-1, 12.6), and keys that carry something else inside it (7.11, 12.7.8, 13).
ACTIVE_KEYS = {"/JS", "/JavaScript"}
ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound"}
CARRIED_KEYS = {"/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
CARRIED_TYPES = {"/EmbeddedFile", "/RichMedia", "/FileAttachment", "/3D", "/Screen"}

# Characters that turn the reading direction or print nothing: "permit<RLO>fdp.exe" reads as permitexe.pdf.
MISLEADING = set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True)
class FileReport:
    """ok, or a refusal code with details for the log (no personal data).

    mime: what the first bytes say, None when unknown; size: bytes; digest: sha256 in hexadecimal; pages: of a PDF, 1 for an image.
    """

    ok: bool
    mime: str | None
    size: int
    digest: str
    pages: int | None = None
    code: str | None = None
    details: str = ""

    def as_result(self) -> dict:
        return asdict(self)


class _Fault(Exception):
    def __init__(self, code: str, details: str = ""):
        super().__init__(code)
        self.code, self.details = code, details


def examine_file(content: bytes, file_name: str, allowed_types: list[str], max_mb: float) -> FileReport:
    """Judge one uploaded file. allowed_types: MIME types of the slot; max_mb: its limit in megabytes of 2**20 bytes."""
    mime = type_by_first_bytes(content)
    pages = None
    try:
        _check_name(file_name)
        if not content:
            raise _Fault("SCAN1")
        if len(content) > max_mb * MEGABYTE:
            raise _Fault("SCAN2", f"{len(content)} bytes, limit {max_mb} MB")
        _check_type(mime, file_name, allowed_types)
        pages = _check_pdf(content) if mime == "application/pdf" else _check_image(content, mime)
    except _Fault as fault:
        return FileReport(False, mime, len(content), _sha256(content), pages, fault.code, fault.details)
    except MemoryError:
        return FileReport(False, mime, len(content), _sha256(content), pages, "SCAN9", "memory")
    return FileReport(True, mime, len(content), _sha256(content), pages)


def type_by_first_bytes(content: bytes) -> str | None:
    if content[:1024].lstrip(b"\xef\xbb\xbf\x00\t\r\n\x0c ").startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith((b"II*\x00", b"MM\x00*")):
        return "image/tiff"
    return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > NAME_LIMIT:
        raise _Fault("NAME2", "empty or too long")
    for character in name:
        # Cc control, Cs half of a pair, Co private, Cn unassigned; U+FFFD stands where decoding failed.
        if character in MISLEADING or character in "/\\\ufffd" or unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn"):
            raise _Fault("NAME2", f"U+{ord(character):04X}")


def _check_type(mime: str | None, file_name: str, allowed_types: list[str]) -> None:
    stem, dot, last = file_name.rpartition(".")
    extension = last.strip().lower() if dot and stem else ""
    if mime is None:
        # Announced as something we accept, but its bytes are something else.
        announced = any(extension in EXTENSIONS[kind] for kind in EXTENSIONS if kind in allowed_types)
        raise _Fault("SCAN4" if announced else "SCAN3", f".{extension}, unknown content")
    # A file without an extension claims nothing; any other extension must be one of its type.
    if extension and extension not in EXTENSIONS[mime]:
        raise _Fault("SCAN4", f".{extension}, content {mime}")
    if mime not in allowed_types:
        raise _Fault("SCAN3", mime)


def _check_pdf(content: bytes) -> int:
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            pages = _count_pages(pdf)
            if pages == 0:
                raise _Fault("SCAN9", "no page")
            if pages > PAGES_LIMIT:
                raise _Fault("SCAN9", f"more than {PAGES_LIMIT} pages")
            _look_for_active_content(pdf)
            return pages
    except pikepdf.PasswordError:
        raise _Fault("SCAN5") from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, RecursionError) as error:
        # qpdf names a damaged structure in several ways; all mean that it cannot be read as a document.
        raise _Fault("SCAN8", type(error).__name__) from error


def _count_pages(pdf: pikepdf.Pdf) -> int:
    """Leaves of the page tree, counted only up to the limit: a small file can claim millions, or contain itself."""
    leaves, seen, waiting = 0, set(), [pdf.Root.get("/Pages")]
    while waiting and leaves <= PAGES_LIMIT:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue
        kids = node.get("/Kids")
        if kids is None:
            leaves += 1
            continue
        if node.objgen in seen:
            continue
        seen.add(node.objgen)
        if len(kids) > PAGES_LIMIT:
            return PAGES_LIMIT + 1
        waiting.extend(kids)
    return leaves


def _look_for_active_content(pdf: pikepdf.Pdf) -> None:
    """Walk every object of the file, referenced or not: a reader that repairs the file may meet them all."""
    waiting = [pdf.trailer, *pdf.objects]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (pikepdf.Dictionary, pikepdf.Stream)):
            for key, value in node.items():
                if key in ACTIVE_KEYS:
                    raise _Fault("SCAN6", key)
                if key in CARRIED_KEYS:
                    raise _Fault("SCAN7", key)
                _check_name_value(key, value)
                if _is_direct_container(value):
                    waiting.append(value)
        elif isinstance(node, pikepdf.Array):
            waiting.extend(item for item in node if _is_direct_container(item))


def _check_name_value(key: str, value: object) -> None:
    if key == "/S" and isinstance(value, pikepdf.Name) and str(value) in ACTIVE_ACTIONS:
        raise _Fault("SCAN6", str(value))
    if key in ("/Type", "/Subtype") and isinstance(value, pikepdf.Name) and str(value) in CARRIED_TYPES:
        raise _Fault("SCAN7", str(value))


def _is_direct_container(value: object) -> bool:
    # Indirect objects are in pdf.objects already; following them here would never end.
    return isinstance(value, (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)) and not value.is_indirect


def _check_image(content: bytes, mime: str) -> int:
    formats = [PILLOW_FORMATS[mime]]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit follows
            with Image.open(io.BytesIO(content), formats=formats) as image:
                if image.width * image.height > PIXELS_LIMIT:
                    raise _Fault("SCAN9", f"{image.width}x{image.height} pixels")
                pages = getattr(image, "n_frames", 1)
                if pages > PAGES_LIMIT:
                    raise _Fault("SCAN9", f"{pages} pages")
                image.load()
            return pages
    except Image.DecompressionBombError:
        raise _Fault("SCAN9", "pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        # Pillow raises each of these for damaged data, according to the format.
        raise _Fault("SCAN8", type(error).__name__) from error


# Half an image is a damaged image: Pillow must not fill the rest with grey.
ImageFile.LOAD_TRUNCATED_IMAGES = False
