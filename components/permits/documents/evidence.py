"""What minutes prove by themselves: every signature on the file, and every opinion against the text that its author signed."""
import io
from dataclasses import asdict, dataclass

from pyhanko.pdf_utils.reader import PdfFileReader

from components.permits.documents.attached import OPINIONS_FILE, attached, parsed
from components.permits.documents.opinions import judge_opinion
from components.permits.sealing import judge
from components.permits.seats import SEAL_FIELD
from components.permits.verdicts import Verdict

# What became of an opinion. Whoever gave none has nothing to prove; sound ones are what their authors signed; unsigned ones bear no
# signature, or one that leads to no known authority.
SOUND, ALTERED, MISSING, UNSIGNED, NONE = "sound", "altered", "missing", "unsigned", "none"


@dataclass(frozen=True)
class SignatureFound:
    """One signature of a file. seat, role, organisation: of the member whose field it fills; none for the seal. code: why it is worth
    nothing, "" when it holds (papers.yaml). signer: name in the certificate. at: claimed instant, ISO 8601."""
    field: str
    ok: bool
    code: str
    signer: str
    at: str
    seat: str = ""
    role: dict | None = None
    organisation: dict | None = None


@dataclass(frozen=True)
class OpinionFound:
    """One opinion of minutes. state: sound, altered, missing, unsigned or none. code: why it is altered (SEAL1 to SEAL9)."""
    seat: str
    state: str
    code: str
    signer: str
    role: dict | None = None
    organisation: dict | None = None
    person: dict | None = None


def signatures_of(pdf: bytes, trust_roots: list[str]) -> list[tuple[str, Verdict]]:
    """(field, verdict) of every signature, in the order in which they were made. A broken one says so and hides no other."""
    found = []
    signatures = list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
    for signature in signatures:
        try:
            verdict = judge(signature, trust_roots, None, last=signature is signatures[-1])
        except Exception:  # noqa: BLE001  hostile bytes raise anything inside the library: worth nothing
            verdict = Verdict(False, "SEAL1")
        found.append((str(signature.field_name), verdict))
    return found


def weigh(pdf: bytes, trust_roots: list[str]) -> dict:
    """{signatures: [SignatureFound], opinions: [OpinionFound], sealed} of minutes, as plain values."""
    reader = PdfFileReader(io.BytesIO(pdf))
    data, carried = parsed(attached(reader)), parsed(attached(reader, OPINIONS_FILE))
    members = rows(data.get("members"))
    fields = carried.get("fields") if isinstance(carried.get("fields"), dict) else {}
    seats = {field: seat for seat, field in fields.items() if isinstance(field, str)}
    signatures = []
    for field, verdict in signatures_of(pdf, trust_roots):
        member = members.get(seats.get(field, ""), {})
        signatures.append(SignatureFound(field, verdict.ok, verdict.code, verdict.signer, verdict.when.isoformat() if verdict.when else "",
                                         str(member.get("seat") or ""), member.get("role"), member.get("organisation")))
    kept = rows(carried.get("opinions"))
    opinions = [weigh_opinion(printed, kept.get(seat), trust_roots) for seat, printed in rows(data.get("opinions")).items()]
    return {"signatures": [asdict(each) for each in signatures], "opinions": [asdict(each) for each in opinions],
            "sealed": any(each.field == SEAL_FIELD and each.ok for each in signatures)}


def rows(value: object) -> dict[str, dict]:
    """Lines by their seat, whatever a file claims them to be."""
    return {str(line.get("seat")): line for line in value if isinstance(line, dict)} if isinstance(value, list) else {}


def weigh_opinion(printed: dict, kept: dict | None, trust_roots: list[str]) -> OpinionFound:
    """printed: what the minutes say; kept: the text, signature and certificate that the file carries."""
    def told(state: str, verdict: Verdict | None = None) -> OpinionFound:
        return OpinionFound(str(printed.get("seat")), state, verdict.code if verdict else "", verdict.signer if verdict else "",
                            printed.get("role"), printed.get("organisation"), printed.get("person"))

    if not printed.get("outcome"):
        return told(NONE)
    if kept is None or not kept.get("canonical"):
        return told(MISSING)
    if not kept.get("cms"):
        return told(UNSIGNED)
    verdict = judge_opinion(printed | {key: kept.get(key) for key in ("canonical", "cms", "certificate_pem")}, trust_roots)
    return told(SOUND if verdict.ok else UNSIGNED if verdict.code == "SEAL4" else ALTERED, verdict)
