"""The files that a paper carries: its data, and for minutes the signed opinions."""
import io
import json

from pyhanko.pdf_utils.reader import PdfFileReader

DATA_FILE = "permit.json"
OPINIONS_FILE = "opinions.json"
MAX_DATA = 2_000_000


def attached(reader: PdfFileReader, name: str = DATA_FILE) -> bytes | None:
    """The content of the one attached file of that name; None when there is none, several, or more than a paper would carry."""
    found = []
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        for place in range(0, min(len(names), 40) - 1, 2):
            entry = names[place + 1]
            if str(entry.get("/UF", entry.get("/F", ""))) == name or str(names[place]) == name:
                found.append(entry["/EF"]["/F"].data)
    except Exception:  # noqa: BLE001  no tree of names, or a hostile one: no data
        return None
    return found[0] if len(found) == 1 and len(found[0]) <= MAX_DATA else None


def parsed(content: bytes | None) -> dict:
    try:
        data = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def data_of(pdf: bytes) -> dict:
    """The data of a paper of our own."""
    return parsed(attached(PdfFileReader(io.BytesIO(pdf))))
