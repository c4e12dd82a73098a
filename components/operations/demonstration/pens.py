"""Signing keys of the people of the demonstration, each opened once for the whole load: an opening takes a fifth of a second."""

import base64
from datetime import datetime
from threading import Lock

from cryptography import x509

from components.operations.demonstration.cast import Cast
from components.operations.demonstration.people import PIN
from components.operations.demonstration.waiting import until
from components.permits import signing


class Pens:
    """pens.sign(who, digest, now): the signature as the functions of the API take it. A key is made when first needed."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self._pens: dict[str, tuple] = {}
        self._locks: dict[str, Lock] = {}
        self._one = Lock()

    def sign(self, who: str, digest: str, now: str) -> dict:
        """{p_cms, p_key} over a digest (hex), at the instant that the platform gave."""
        identifier, key, certificate = self.of(who)
        cms = signing.sign_with(key, certificate, [], bytes.fromhex(digest), datetime.fromisoformat(now))
        return {"p_cms": base64.b64encode(cms).decode(), "p_key": identifier}

    def of(self, who: str) -> tuple:
        with self._one:
            lock = self._locks.setdefault(who, Lock())
        with lock:
            if who not in self._pens:
                self._pens[who] = self.open(who)
            return self._pens[who]

    def open(self, who: str) -> tuple:
        if held := self.cast.call(who, "my_signing_key"):
            key = signing.open_key(held["sealed_key"], PIN)  # an interrupted load had made it
        else:
            key, request = signing.new_pair()
            self.cast.call(who, "enrol_key", p_sealed_key=signing.seal_key(signing.bare(key), PIN), p_request_pem=request)

        def certified() -> dict | None:
            found = self.cast.call(who, "my_signing_key")
            return found if found and found["certificate_pem"] else None

        held = until(certified)
        return held["id"], key, x509.load_pem_x509_certificate(held["certificate_pem"].encode())
