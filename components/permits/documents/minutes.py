"""Minutes of a committee: the paper with a field per seat, and beside it the opinions exactly as their authors signed them.

The file carries two files: `permit.json`, the data of the paper as every paper has them, and `opinions.json`, the texts that the
members signed with their signatures, so that anybody checks each opinion without this platform.
"""
from dataclasses import dataclass

from components.permits.documents.attached import DATA_FILE, OPINIONS_FILE
from components.permits.documents.body import SMALL, done_at, draw_titles
from components.permits.documents.checks import RenderFault, fault
from components.permits.documents.header import draw_feet, draw_header, draw_references
from components.permits.documents.opinions import field_names, judge_opinion, opinions_file
from components.permits.documents.places import draw_places
from components.permits.documents.printing import attach, describe, frozen, laid_out
from components.permits.documents.seal import draw_verification
from components.permits.documents.sitting import (
    LANGUAGES,
    draw_both,
    draw_conclusion,
    draw_guests,
    draw_members,
    draw_opinions,
    draw_project,
    draw_session,
    label,
    who,
)
from components.permits.documents.typeset import Sheet
from components.permits.seats import Place, open_places

MOST_PAGES = 200


@dataclass(frozen=True)
class Minutes:
    """pdf: with all its fields, none signed. fields: {seat: name of its field, "seal": that of the seal}."""
    pdf: bytes
    pages: int
    data_digest: str
    places: list[Place]
    fields: dict[str, str]


def compose_minutes(data: dict, canonical: str | bytes | None, trust_roots: list[str]) -> Minutes:
    """Lay out minutes. canonical: see printing.compose. Raises RenderFault: also MARK4 when an opinion is not what its author signed."""
    content, digest = frozen(data, canonical)
    wrong = [name_of(opinion) for opinion in data["opinions"] if opinion.get("cms") and not judge_opinion(opinion, trust_roots).ok]
    if wrong:
        raise RenderFault([fault("MARK4", "opinions", name) for name in wrong])
    sheet, places = laid_out(lambda: lay_out(data, digest))
    attach(sheet, data, content, DATA_FILE, "papers.attachment")
    attach(sheet, data, opinions_file(data), OPINIONS_FILE, "papers.attachment_opinions")
    fields = field_names(data)
    return Minutes(open_places(sheet.output(), places), sheet.pdf.pages_count, digest, places, fields)


def lay_out(data: dict, digest: str) -> tuple[Sheet, list[Place]]:
    sheet = Sheet(most_pages=MOST_PAGES)
    describe(sheet, data)
    draw_header(sheet, data)
    draw_references(sheet, data)
    draw_titles(sheet, data)
    draw_session(sheet, data)
    if data.get("intro"):
        draw_both(sheet, data["intro"], SMALL)
    draw_project(sheet, data)
    draw_members(sheet, data)
    draw_opinions(sheet, data)
    draw_guests(sheet, data)
    draw_conclusion(sheet, data)
    if data.get("place"):
        draw_both(sheet, {lang: done_at(data, lang) for lang in LANGUAGES}, SMALL)
    places = draw_places(sheet, data)
    draw_both(sheet, label("minutes_attached"), SMALL)
    draw_verification(sheet, data, digest)
    draw_feet(sheet, data)
    return sheet, places


def name_of(opinion: dict) -> str:
    return " — ".join(who(opinion, "fr") or [str(opinion.get("seat"))])
