"""One authority and one signer for the session: sealing a key takes a fifth of a second by design."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from components.permits import authority, sealing, signing
from components.permits.documents import compose
from tests.papers import samples

PIN = "493817"
WHEN = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    sealed_key: str
    certificate: str


@dataclass(frozen=True)
class Office:
    """An authority, the president whose certificate is registered, and a permit on its way."""

    directory: Path
    roots: list[str]
    president: Signer
    paper: object
    prepared: sealing.Prepared
    signed: bytes

    def sign(self, prepared: sealing.Prepared, signer: Signer) -> str:
        return signing.sign_digest(signer.sealed_key, PIN, signer.certificate, prepared.document_digest, WHEN)

    def new_signer(self, directory: Path | None = None, **values) -> Signer:
        sealed_key, request = signing.new_key(PIN)
        return Signer(sealed_key, authority.issue(directory or self.directory, request, "Autre signataire", **values))


@pytest.fixture(scope="session")
def office(tmp_path_factory) -> Office:
    directory = tmp_path_factory.mktemp("home") / "authority"
    authority.make(directory)
    sealed_key, request = signing.new_key(PIN)
    president = Signer(sealed_key, authority.issue(directory, request, "لحسن أيت باها", "Commune d’Ait Iaaza", "reference-1"))
    paper = compose(samples.permit())
    prepared = sealing.prepare(paper.pdf, WHEN, paper.seal, paper.seal_page, paper.seal_box)
    cms = signing.sign_digest(president.sealed_key, PIN, president.certificate, prepared.document_digest, WHEN)
    return Office(
        directory, authority.trust_roots(directory), president, paper, prepared, sealing.embed(prepared.draft, prepared.state, cms)
    )
