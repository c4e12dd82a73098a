"""The demonstration authority: made at first start, it issues the certificates of signers and holds the platform's own keys.

It proves that a paper was not changed and which account signed it; it is no qualified signature under Moroccan law 43-20.
A recognised provider replaces it without other changes: its root goes where trust_roots reads, its certificates where issue writes.
Everything is elliptic (P-256, Ed25519): keys are made at once, pyHanko and poppler's pdfsig both accept the signatures.
Validity begins in 2020, so that papers signed under a shifted demonstration clock are covered.
"""
import base64
import os
import shutil
import stringprep
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from components.permits.signing import KeyRefused, refuse

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
ROOT_END = datetime(2049, 12, 31, tzinfo=UTC)
CERTIFICATE_END = datetime(2035, 12, 31, tzinfo=UTC)
MARK = "DEMONSTRATION"


@dataclass(frozen=True)
class SealKey:
    """The key that seals papers without a person's signature. certificates: its own, then the root."""
    key_pem: str
    certificate_pem: str
    root_pem: str

    def __repr__(self) -> str:
        return "SealKey(...)"


def make(directory: Path) -> None:
    """Create the authority unless it is there. Whole or not at all: two starts at once leave one authority.

    Files: root.key root.pem seal.key seal.pem digest.key digest.pem, keys 0600 in a directory 0700.
    """
    directory = Path(directory)
    if (directory / "root.pem").exists():
        return
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = directory.with_name(f".{directory.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    root, seal = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    digest = ed25519.Ed25519PrivateKey.generate()
    root_name = distinguished_name("Shubbak racine", "Shubbak")
    root_certificate = certificate(root_name, root.public_key(), root_name, root, ROOT_END, is_authority=True)
    seal_certificate = certificate(distinguished_name("Cachet électronique Shubbak", "Shubbak"), seal.public_key(),
                                   root_certificate.subject, root, ROOT_END)
    for name, key in (("root", root), ("seal", seal), ("digest", digest)):
        write_secret(draft / f"{name}.key", key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    for name, each in (("root", root_certificate), ("seal", seal_certificate)):
        (draft / f"{name}.pem").write_bytes(each.public_bytes(serialization.Encoding.PEM))
    (draft / "digest.pem").write_bytes(
        digest.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    try:
        if directory.exists() and not any(directory.iterdir()):
            directory.rmdir()
        draft.rename(directory)
    except OSError:
        if not (directory / "root.pem").exists():
            raise
        shutil.rmtree(draft, ignore_errors=True)  # another start was quicker: its authority stands


def issue(directory: Path, request_pem: str, name: str, organisation: str = "", reference: str = "",
          until: datetime = CERTIFICATE_END) -> str:
    """The certificate (PEM) of a signer. name and organisation come from the register of people, never from the request.

    Raises KeyRefused (LOCK5) when the request does not prove that its maker holds the key, or the key is too weak.
    """
    try:
        request = x509.load_pem_x509_csr(request_pem.encode())
        sound = request.is_signature_valid and is_strong(request.public_key())
    except (ValueError, TypeError, AttributeError) as error:
        raise refuse(KeyRefused, "LOCK5") from error
    if not sound:
        raise refuse(KeyRefused, "LOCK5")
    root = serialization.load_pem_private_key((Path(directory) / "root.key").read_bytes(), None)
    issuer = x509.load_pem_x509_certificate((Path(directory) / "root.pem").read_bytes())
    subject = distinguished_name(name, organisation or "Shubbak", reference)
    signed = certificate(subject, request.public_key(), issuer.subject, root, until)
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def trust_roots(directory: Path) -> list[str]:
    """The certificates (PEM) that signatures must lead to. Public: the verification page needs no more."""
    return [(Path(directory) / "root.pem").read_text()]


def known_roots() -> list[str]:
    """The roots that the site trusts: those of the authority in SHUBBAK_HOME. None known: no signature is ever called valid."""
    home = os.environ.get("SHUBBAK_HOME")
    directory = Path(home) / "authority" if home else None
    return trust_roots(directory) if directory and (directory / "root.pem").exists() else []


def seal_key(directory: Path) -> SealKey:
    directory = Path(directory)
    return SealKey(*((directory / name).read_text() for name in ("seal.key", "seal.pem", "root.pem")))


def digest_public_key(directory: Path) -> str:
    """The public key (PEM) under which daily digests are published."""
    return (Path(directory) / "digest.pem").read_text()


def digest_line(day: str, digest: str) -> str:
    """The line that is signed and published for a day of the record."""
    return f"shubbak daily digest {day} {digest}"


def sign_digest_line(directory: Path, text: str) -> str:
    """Ed25519 signature, base64, of the line that publishes a day's digest."""
    key = serialization.load_pem_private_key((Path(directory) / "digest.key").read_bytes(), None)
    return base64.b64encode(key.sign(text.encode())).decode()


def verify_digest_line(public_pem: str, text: str, signature: str) -> bool:
    key = serialization.load_pem_public_key(public_pem.encode())
    try:
        key.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def is_strong(key: object) -> bool:
    if isinstance(key, ec.EllipticCurvePublicKey):
        return isinstance(key.curve, (ec.SECP256R1, ec.SECP384R1))
    return isinstance(key, rsa.RSAPublicKey) and 3072 <= key.key_size <= 4096


def one_direction(text: str) -> str:
    """The text as names in certificates allow it (RFC 3454, section 6): letters of both directions in one value make a name
    that no validator can compare. An Arabic name keeps its Arabic words, from its first to its last letter. 64 bytes at most."""
    text = " ".join(text.split()).encode()[:64].decode(errors="ignore").rstrip()
    if not any(stringprep.in_table_d1(c) for c in text):
        return text
    arabic = "".join(" " if stringprep.in_table_d2(c) else c for c in text)
    inside = [place for place, c in enumerate(arabic) if stringprep.in_table_d1(c)]
    return " ".join(arabic[inside[0]:inside[-1] + 1].split())


def distinguished_name(name: str, organisation: str, reference: str = "") -> x509.Name:
    """The mark of demonstration is the organisational unit."""
    parts = [(NameOID.COUNTRY_NAME, "MA"), (NameOID.ORGANIZATION_NAME, one_direction(organisation)),
             (NameOID.ORGANIZATIONAL_UNIT_NAME, MARK), (NameOID.SERIAL_NUMBER, reference[:64]),
             (NameOID.COMMON_NAME, one_direction(name))]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts if value])


def certificate(subject: x509.Name, public_key, issuer: x509.Name, issuer_key, until: datetime,
                is_authority: bool = False) -> x509.Certificate:
    usage = dict.fromkeys(("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                           "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    usage |= {"key_cert_sign": True, "crl_sign": True} if is_authority else {"digital_signature": True, "content_commitment": True}
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
            .serial_number(x509.random_serial_number()).not_valid_before(BEGIN).not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
            .sign(issuer_key, hashes.SHA256()))


def write_secret(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
