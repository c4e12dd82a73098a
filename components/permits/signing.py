"""The signer's side: a key sealed by a PIN, opened in memory for one signature of one digest.

Neither the PIN nor the open key is stored, queued, logged or put into an exception. The key stays in the database sealed
(PKCS#8, AES-256, scrypt): whoever stole it would still have to try PINs at 64 MB and a fifth of a second each.
EC P-256: made at once, small, and accepted by pyHanko and by poppler's pdfsig.
"""
import asyncio
import base64
import os
import re
from datetime import datetime

from asn1crypto import cms as asn1_cms
from asn1crypto import core, pem
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.x509.oid import NameOID
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.pdf_cms import CAdESSignedAttributeProviderSpec, PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from components.permits.refusals import Refusal
from components.permits.texts import translate

SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**16, 8, 1


class WrongPin(Refusal):
    """LOCK1: the key did not open."""


class PinRefused(Refusal):
    """LOCK2, LOCK3: not a PIN that may seal a key."""


class KeyRefused(Refusal):
    """LOCK4, LOCK5: the key or its request is not the right one."""


def refuse(kind: type[Refusal], code: str) -> Refusal:
    return kind(code, translate(f"papers.{code}", "fr"), translate(f"papers.{code}", "ar"))


def check_pin(pin: str) -> None:
    """6 to 12 digits; not one digit or group repeated, not a run upwards or downwards. Raises PinRefused."""
    if not re.fullmatch("[0-9]{6,12}", pin or ""):
        raise refuse(PinRefused, "LOCK2")
    steps = {(int(b) - int(a)) % 10 for a, b in zip(pin, pin[1:])}
    repeated = any(pin == (pin[:size] * len(pin))[:len(pin)] for size in (1, 2, 3))
    mirrored = len(set(pin)) <= 2
    if steps in ({1}, {9}) or repeated or mirrored:
        raise refuse(PinRefused, "LOCK3")


def new_key(pin: str) -> tuple[str, str]:
    """A signer's key sealed by the PIN, and the certificate request that proves its possession: both PEM."""
    check_pin(pin)
    key, request = new_pair()
    return seal_key(bare(key), pin), request


def new_pair() -> tuple[ec.EllipticCurvePrivateKey, str]:
    """An open key and the certificate request of its owner (PEM)."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = (x509.CertificateSigningRequestBuilder()
               .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signataire")])).sign(key, hashes.SHA256()))
    return key, request.public_bytes(serialization.Encoding.PEM).decode()


def bare(key: ec.EllipticCurvePrivateKey) -> bytes:
    """An open key as bytes (DER), to be sealed at once or signed with."""
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def open_key(sealed_key_pem: str, pin: str) -> ec.EllipticCurvePrivateKey:
    try:
        return serialization.load_pem_private_key(sealed_key_pem.encode(), pin.encode())
    except (ValueError, TypeError):
        pass
    raise refuse(WrongPin, "LOCK1")  # outside the except: the library's words stay out of tracebacks


def sign_digest(sealed_key_pem: str, pin: str, certificate_pem: str, digest_hex: str, when: datetime) -> str:
    """The PAdES signature (CMS, base64) over the digest of a prepared paper. when: the platform's instant, with its zone.

    The CMS covers that digest and nothing else: it is worth nothing on another paper.
    Raises WrongPin, or KeyRefused (LOCK4) when the key is not that of the certificate.
    """
    digest = bytes.fromhex(digest_hex)
    if len(digest) != 32:
        raise ValueError("a sha256 digest is 32 bytes")
    if when.tzinfo is None:
        raise ValueError("the instant of a signature needs its zone")
    key = open_key(sealed_key_pem, pin)
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    if certificate.public_key() != key.public_key():
        raise refuse(KeyRefused, "LOCK4")
    return base64.b64encode(sign_with(key, certificate, [], digest, when)).decode()


def sign_with(key, certificate: x509.Certificate, chain: list[x509.Certificate], digest: bytes, when: datetime) -> bytes:
    """CMS (DER) of a detached PAdES signature with an open key."""
    registry = SimpleCertificateStore()
    registry.register_multiple([to_asn1(each) for each in chain])
    signer = SimpleSigner(signing_cert=to_asn1(certificate), signing_key=asn1_keys.PrivateKeyInfo.load(bare(key)), cert_registry=registry)
    # The signature dictionary and its date are frozen when the paper is prepared, before anyone knows when it will be signed.
    # So the true instant stands in the signed attributes, which ISO 32000-2 puts above that date; the PAdES baseline
    # would leave it out, and a wrong date on an act is worse. The rest is PAdES B-B.
    settings = PdfCMSSignedAttributes(signing_time=when)
    signer.signed_attr_prov_spec = CAdESSignedAttributeProviderSpec(settings, signer.signing_cert, is_pades=False, timestamper=None)
    signed: asn1_cms.ContentInfo = asyncio.run(
        signer.async_sign(digest, "sha256", use_pades=True, signed_attr_settings=settings))
    return signed.dump()


def to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


# PKCS#8 with scrypt (RFC 7914, section 7). The library reads it but writes only its own choice of 2,048 rounds of PBKDF2,
# which six digits would not survive.
class ScryptParameters(core.Sequence):
    _fields = [("salt", core.OctetString), ("n", core.Integer), ("r", core.Integer), ("p", core.Integer), ("length", core.Integer)]


class KeyDerivation(core.Sequence):
    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", ScryptParameters)]


class Encryption(core.Sequence):
    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", core.OctetString)]


class Pbes2Parameters(core.Sequence):
    _fields = [("derivation", KeyDerivation), ("encryption", Encryption)]


class Pbes2(core.Sequence):
    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", Pbes2Parameters)]


class SealedKey(core.Sequence):
    _fields = [("algorithm", Pbes2), ("content", core.OctetString)]


def seal_key(open_der: bytes, pin: str) -> str:
    salt, vector = os.urandom(16), os.urandom(16)
    secret = Scrypt(salt, length=32, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(pin.encode())
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(vector)).encryptor()
    content = encryptor.update(padder.update(open_der) + padder.finalize()) + encryptor.finalize()
    sealed = SealedKey({
        "algorithm": {"algorithm": "1.2.840.113549.1.5.13", "parameters": {
            "derivation": {"algorithm": "1.3.6.1.4.1.11591.4.11",
                           "parameters": {"salt": salt, "n": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P, "length": 32}},
            "encryption": {"algorithm": "2.16.840.1.101.3.4.1.42", "parameters": vector}}},
        "content": content})
    return pem.armor("ENCRYPTED PRIVATE KEY", sealed.dump()).decode()
