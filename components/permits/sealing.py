"""The worker's side of signing: prepare a paper, embed what the signer sent, judge what a signature is worth.

    prepare   freezes the paper with an empty place for the signature; its digest is all that the signer signs
    embed     puts the signer's CMS into that place
    validate  says whether the result may be published; nothing else decides it
    seal      prepares, signs and embeds at once with the commune's electronic seal
"""
import base64
import hashlib
import io
import json
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.stamp import StaticStampStyle
from pyhanko.stamp.noop import NoOpStampStyle

from components.permits.authority import SealKey
from components.permits.signing import sign_with
from components.permits.verdicts import RESERVED, SealFault, Verdict, code_of_trust, found_of, read_cms, same_certificate, trust

FIELD = "Signature"
WHOLE_BOX = SimpleBoxLayoutRule(x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0))


@dataclass(frozen=True)
class Prepared:
    """A paper waiting for its signature. state: JSON text that embed needs, with the draft, to finish."""
    document_digest: str
    draft: bytes
    state: str


def prepare(pdf: bytes, when: datetime, seal_pdf: bytes | None = None, page: int | None = None,
            box: tuple[float, float, float, float] | None = None, field: str = FIELD, alone: bool = True,
            closing: bool = False) -> Prepared:
    """Freeze a paper for one signature.

    when: instant of preparation. seal_pdf: the visible seal, placed in box (points) on page (from 0); invisible without it.
    alone: this is the only signature, which certifies the paper and forbids any change; otherwise the fields are there already
    (seats.open_places), the first signature certifies and allows the others to be filled. closing: nothing may follow this one.
    The digest depends on the paper, the seal and when; never on the key that will sign.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    first = not writer.prev.embedded_signatures
    if alone:
        fields.append_signature_field(writer, fields.SigFieldSpec(field, on_page=page if box else 0, box=box))
    metadata = PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, certify=first,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES if alone or closing else fields.MDPPerm.FILL_FORMS)
    style = NoOpStampStyle()
    if seal_pdf:
        style = StaticStampStyle(border_width=0, background=SealPicture(seal_pdf), background_layout=WHOLE_BOX)
    nobody = ExternalSigner(signing_cert=None, cert_registry=None)  # the key is elsewhere: only the place is made here
    session = PdfSigner(metadata, signer=nobody, stamp_style=style).init_signing_session(writer, existing_fields_only=True)
    session.system_time = when
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=RESERVED)
    digest, out = document.digest_tbs_document(output=io.BytesIO())
    draft = out.getvalue()
    state = {"digest": digest.document_digest.hex(), "start": digest.reserved_region_start, "end": digest.reserved_region_end,
             "draft": hashlib.sha256(draft).hexdigest(), "field": field}
    return Prepared(digest.document_digest.hex(), draft, json.dumps(state))


def embed(draft: bytes, state: str, cms: str) -> bytes:
    """The draft with the signer's CMS (base64) in its place. Says nothing of its worth: validate does.

    Raises SealFault: SEAL1 when it is no detached signature of one signer, SEAL9 when the draft is not the one prepared.
    """
    kept = json.loads(state)
    if hashlib.sha256(draft).hexdigest() != kept["draft"]:
        raise SealFault("SEAL9")
    prepared = PreparedByteRangeDigest(bytes.fromhex(kept["digest"]), kept["start"], kept["end"])
    out = io.BytesIO(draft)
    PdfTBSDocument.finish_signing(out, prepared, read_cms(cms))
    return out.getvalue()


def validate(pdf: bytes, trust_roots: list[str], expected_certificate: str | None = None, expected_digest: str | None = None,
             at: datetime | None = None, continues: bool = False) -> Verdict:
    """Whether the last signature of a paper, and all before it, are what they claim.

    trust_roots: PEM. expected_certificate: the registered one of the signer (PEM). expected_digest: that of the prepared paper (hex).
    at: the instant at which certificates must be valid, by default the one that the signer claims.
    continues: the file begins with a revision that was judged when it was the whole: its last signature says whether anything but one
    field was filled since, the earlier ones are not asked again (each would go through all revisions after it).
    Never raises on a bad paper or signature: the verdict carries the code.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        signatures = list(reader.embedded_signatures)
        if not signatures:
            return Verdict(False, "SEAL8")
        verdict = Verdict(False, "SEAL1")
        for signature in signatures[-2:] if continues else signatures:
            verdict = judge(signature, trust_roots, at, last=signature is signatures[-1], filled_only=continues)
            if not verdict.ok:
                return verdict
        if expected_digest and signatures[-1].compute_digest().hex() != expected_digest:
            return replace(verdict, ok=False, code="SEAL9")
    except Exception:  # noqa: BLE001  hostile bytes raise anything inside the libraries: unreadable, therefore worth nothing
        return Verdict(False, "SEAL1")
    if expected_certificate is not None and not same_certificate(expected_certificate, verdict.certificate_pem):
        return replace(verdict, ok=False, code="SEAL5")
    return verdict


def judge(signature: EmbeddedPdfSignature, trust_roots: list[str], at: datetime | None, last: bool, filled_only: bool = False) -> Verdict:
    """One signature of a paper. filled_only: nothing but fields may have been filled since, whatever the signature itself allows.
    Raises what the library raises when it cannot be read."""
    claimed = signature.self_reported_timestamp
    status = validate_pdf_signature(signature, trust(trust_roots, at or claimed))
    found = found_of(status, claimed)
    if not status.valid:
        code = "SEAL3"
    elif not status.intact:
        code = "SEAL2"
    elif status.coverage < (SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION) or not status.docmdp_ok:
        code = "SEAL7"
    elif filled_only and status.modification_level > ModificationLevel.FORM_FILLING:
        code = "SEAL7"
    else:
        code = code_of_trust(status) or ("" if status.bottom_line else "SEAL7")
    return found if not code else replace(found, ok=False, code=code)


def seal(pdf: bytes, key: SealKey, when: datetime) -> bytes:
    """The paper under the commune's electronic seal, invisible on the page, allowing no change."""
    return sign_prepared(prepare(pdf, when), key, when)


def sign_prepared(prepared: Prepared, key: SealKey, when: datetime) -> bytes:
    """A prepared paper under the commune's seal."""
    certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
    private = serialization.load_pem_private_key(key.key_pem.encode(), None)
    signed = sign_with(private, certificate, [], bytes.fromhex(prepared.document_digest), when)
    return embed(prepared.draft, prepared.state, base64.b64encode(signed).decode())


class SealPicture(PdfContent):
    """The first page of a PDF held in memory, as the face of a signature (pyHanko's own reads a file)."""

    def __init__(self, pdf: bytes):
        self.pdf = pdf
        super().__init__()

    def render(self) -> bytes:
        picture = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self.pdf)))
        self.resources.xobject["/Seal"] = picture
        left, bottom, right, top = picture.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Seal Do"
