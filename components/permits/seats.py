"""Minutes: one paper, one signature field per member who sits, and the seal at the end.

All fields are made before the first signature: a field added later would break the signatures before it. The first signature
certifies the paper and allows the other fields to be filled, nothing else. Each member signs the revision of that moment, so a
signature that arrives while another is being made has to be prepared again. The seal's field locks everything: filled, the
minutes never change again, and seats that stayed empty stay empty.
"""
import io
import json
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields

from components.permits import sealing
from components.permits.authority import SealKey
from components.permits.verdicts import SealFault, Verdict

SEAL_FIELD = "Seal"


@dataclass(frozen=True)
class Place:
    """Where a signature goes. page from 0, box in points from the lower left, label: what a reader of the field hears."""
    name: str
    page: int
    box: tuple[float, float, float, float]
    label: str = ""


def open_places(pdf: bytes, places: list[Place]) -> bytes:
    """The paper with empty signature fields, for all who may sign it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for place in places:
        lock = {}
        if place.name == SEAL_FIELD:
            lock = {"field_mdp_spec": fields.FieldMDPSpec(fields.FieldMDPAction.ALL), "doc_mdp_update_value": fields.MDPPerm.NO_CHANGES}
        fields.append_signature_field(writer, fields.SigFieldSpec(
            place.name, on_page=place.page, box=place.box, readable_field_name=place.label or None, **lock))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def state_of(pdf: bytes) -> dict[str, bool]:
    """The signature fields of a paper of ours, in their order: {name: signed}. SealFault SEAL1 when it cannot be read."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        return {name: value is not None for name, value, _ in fields.enumerate_sig_fields(reader)}
    except Exception as error:  # noqa: BLE001  whatever the library says of it, it is no paper to be signed
        raise SealFault("SEAL1") from error


def check_place(pdf: bytes, field: str) -> None:
    """SealFault: MARK1 the paper has no such place, MARK2 it is taken, MARK3 the paper is sealed."""
    found = state_of(pdf)
    if field not in found:
        raise SealFault("MARK1")
    if found[field]:
        raise SealFault("MARK2")
    if found.get(SEAL_FIELD):
        raise SealFault("MARK3")


def prepare(revision: bytes, field: str, when: datetime, face: bytes) -> sealing.Prepared:
    """Freeze the current revision for one more signature. face: what will show in its place, a one-page PDF. SealFault: see check_place."""
    check_place(revision, field)
    return sealing.prepare(revision, when, face, field=field, alone=False, closing=field == SEAL_FIELD)


def embed(draft: bytes, state: str, cms: str, current: bytes | None = None) -> bytes:
    """The next revision, with the member's CMS (base64) in its place.

    current: the revision that the paper has now; SealFault SEAL0 when the draft was prepared on an earlier one. SEAL1, SEAL9: see sealing.
    """
    if current is not None and not draft.startswith(current):
        raise SealFault("SEAL0")
    return sealing.embed(draft, state, cms)


def judge(pdf: bytes, trust_roots: list[str], certificate_pem: str, state: str, current: bytes | None = None) -> Verdict:
    """Whether a revision may become the paper: its last signature is the member's, on the field that was prepared, all before it hold.

    current: the revision before, judged when it came; without it every signature is judged again, as the seal does.
    """
    prepared = json.loads(state)
    continues = current is not None and pdf.startswith(current)
    verdict = sealing.validate(pdf, trust_roots, certificate_pem, prepared["digest"], continues=continues)
    if verdict.ok and PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1].field_name != prepared["field"]:
        return Verdict(False, "SEAL9", verdict.signer, verdict.certificate_pem, verdict.when)
    return verdict


def seal(revision: bytes, key: SealKey, when: datetime, face: bytes) -> bytes:
    """The minutes under the commune's seal: from here nothing may be added. SealFault: see check_place."""
    return sealing.sign_prepared(prepare(revision, SEAL_FIELD, when, face), key, when)
