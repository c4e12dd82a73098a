"""What an uploaded PDF is worth: the public verification by file.

A stranger's file is hostile until proven otherwise: examine reads it in a child process with little time and memory, so that a
bomb costs one refusal and not the site. The child gets the bytes and the roots, no secret, and answers with JSON.
"""
import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader

from components.permits.authority import known_roots
from components.permits.documents.attached import attached, parsed
from components.permits.documents.evidence import ALTERED, MISSING, UNSIGNED, weigh
from components.permits.documents.uploaded import is_signed, look_here
from components.permits.sealing import validate
from components.permits.texts import translate
from components.permits.verdicts import Verdict

MAX_SIZE = 25_000_000  # stamped plans are the largest papers
MAX_PAGES = 300
CPU_SECONDS = 15
SECONDS = 60     # by the clock: a busy machine must not make an authentic permit unreadable
MEMORY = 1_000_000_000
KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP")  # the rest of the environment holds secrets
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Examination:
    """state: signed_valid, altered, unsigned or unreadable. Only signed_valid says that the paper is authentic; whether it is still
    in force is asked of the register, by data_digest.

    data_digest, data: what the file carries (claimed only, unless signed_valid). signer: name in the certificate. time: claimed
    instant, ISO 8601. file_digest: sha256 of the file. faults: codes of papers.yaml that say why it is not signed_valid.
    Of minutes also: signatures and opinions, each with its verdict (evidence.SignatureFound, OpinionFound as plain values), and
    whether they are sealed.
    """
    state: str
    file_digest: str
    data_digest: str = ""
    data: dict = field(default_factory=dict)
    signer: str = ""
    time: str = ""
    certificate_pem: str = ""
    faults: tuple[str, ...] = ()
    signatures: tuple[dict, ...] = ()
    opinions: tuple[dict, ...] = ()
    sealed: bool | None = None

    def sentences(self, lang: str) -> list[str]:
        """Why the file is not authentic, in the reader's language."""
        return [translate(f"papers.{code}", lang, size=MAX_SIZE // 1_000_000, pages=MAX_PAGES) for code in self.faults]


def examine(pdf: bytes, trust_roots: list[str] | None = None) -> Examination:
    """Examine a stranger's file. trust_roots: PEM, by default those known here. Never raises on what the file holds; about a second."""
    digest = hashlib.sha256(pdf).hexdigest()
    trust_roots = known_roots() if trust_roots is None else trust_roots
    if len(pdf) > MAX_SIZE:
        return Examination("unreadable", digest, faults=("READ2",))
    if b"%PDF-" not in pdf[:1024]:
        return Examination("unreadable", digest, faults=("READ1",))
    try:
        found = ask_child("examine", pdf, trust_roots)
        return Examination(**{key: tuple(value) if isinstance(value, list) else value for key, value in found.items()})
    except (subprocess.SubprocessError, ValueError, TypeError):
        return Examination("unreadable", digest, faults=("READ3",))


def look(pdf: bytes, trust_roots: list[str]) -> dict:
    """The signatures of an uploaded PDF, which files.examine_file has accepted: {signed, valid, trusted, signer, at}; see uploaded."""
    if not is_signed(pdf):
        return {"signed": False, "valid": False, "trusted": False, "signer": "", "at": None}
    try:
        return ask_child("look", pdf, trust_roots)
    except (subprocess.SubprocessError, ValueError):
        return {"signed": True, "valid": False, "trusted": False, "signer": "", "at": None}


def ask_child(act: str, pdf: bytes, trust_roots: list[str]) -> dict:
    heading = json.dumps({"act": act, "roots": trust_roots}).encode() + b"\n"
    kept = {key: os.environ[key] for key in KEPT if key in os.environ}
    child = subprocess.run([sys.executable, "-m", "components.permits.documents.inspect"], input=heading + pdf, cwd=ROOT, env=kept,
                           capture_output=True, timeout=SECONDS, check=True)
    return json.loads(child.stdout)


def examine_here(pdf: bytes, trust_roots: list[str]) -> Examination:
    """The same in this process, for papers of our own; a stranger's file goes through examine."""
    digest = hashlib.sha256(pdf).hexdigest()
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        pages = int(reader.root["/Pages"]["/Count"])
        signed = bool(reader.embedded_signatures)
    except Exception:  # noqa: BLE001  hostile bytes raise anything inside the library: unreadable, whatever it was
        return Examination("unreadable", digest, faults=("READ1",))
    if pages > MAX_PAGES:
        return Examination("unreadable", digest, faults=("READ2",))
    content = attached(reader)
    data, data_digest = parsed(content), hashlib.sha256(content).hexdigest() if content is not None else ""
    if not signed:
        return Examination("unsigned", digest, data_digest, data, faults=("SEAL8",))
    verdict = validate(pdf, trust_roots)
    faults = [verdict.code] if verdict.code else []
    if verdict.ok and content is None:
        faults.append("READ4")  # signed under our roots, but no act of the platform
    found = Examination(state_of(verdict), digest, data_digest, data, verdict.signer, verdict.when.isoformat() if verdict.when else "",
                        verdict.certificate_pem, tuple(faults))
    return with_evidence(found, pdf, trust_roots) if data.get("kind") == "minutes" else found


def with_evidence(found: Examination, pdf: bytes, trust_roots: list[str]) -> Examination:
    """Minutes say more: who signed, and whether each opinion is the one that its author signed. One that is not makes them altered."""
    weighed = weigh(pdf, trust_roots)
    opinions = tuple(weighed["opinions"])
    state, faults, became = found.state, found.faults, {each["state"] for each in opinions}
    if state == "signed_valid" and became & {ALTERED, MISSING, UNSIGNED}:
        state, faults = "altered", ("MARK5",)
    elif became & {ALTERED, MISSING}:
        faults = (*faults, "MARK5")
    return replace(found, state=state, faults=faults, signatures=tuple(weighed["signatures"]), opinions=opinions, sealed=weighed["sealed"])


def state_of(verdict: Verdict) -> str:
    """A signature under a foreign root proves nothing here, and does not say that anything was altered."""
    if verdict.ok:
        return "signed_valid"
    return "unsigned" if verdict.code == "SEAL4" else "altered"


def main() -> None:
    """The child: what is asked and the roots on the first line, then the file; the answer as JSON."""
    limit()
    heading, pdf = sys.stdin.buffer.readline(), sys.stdin.buffer.read()
    asked = json.loads(heading)
    answer = look_here(pdf, asked["roots"]) if asked["act"] == "look" else asdict(examine_here(pdf, asked["roots"]))
    print(json.dumps(answer))


def limit() -> None:
    """Bounds on time and memory where the system has them (not on Windows: there only the parent's clock stands guard)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
