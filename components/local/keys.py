"""Secrets of one installation and the tokens made with them (HS256, like a Supabase project with a shared secret)."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass

import jwt

from components.local.home import Home, write_atomically

ROLES = ("anon", "authenticated", "service_role")
TEN_YEARS = 10 * 365 * 24 * 3600


@dataclass(frozen=True)
class Keys:
    """`secret` signs tokens; `anon` and `service_role` are the two API keys; `password` is the database roles' (used on Windows only)."""

    secret: str
    anon: str
    service_role: str
    password: str


def load_keys(home: Home) -> Keys:
    """Reads the keys, making them at the first start. Call under the home's lock."""
    if not home.keys.exists():
        secret = secrets.token_hex(32)
        content = {
            "secret": secret,
            "anon": _api_key(secret, "anon"),
            "service_role": _api_key(secret, "service_role"),
            "password": secrets.token_hex(16),
        }
        write_atomically(home.keys, json.dumps(content, indent=1).encode())
    return Keys(**json.loads(home.keys.read_text()))


def _api_key(secret: str, role: str) -> str:
    now = int(time.time())
    return jwt.encode({"iss": "shubbak", "role": role, "iat": now, "exp": now + TEN_YEARS}, secret, algorithm="HS256")


def sign(keys: Keys, claims: dict) -> str:
    return jwt.encode(claims, keys.secret, algorithm="HS256")


def read_token(keys: Keys, token: str) -> dict:
    """The claims of a valid API token. Raises jwt.InvalidTokenError: wrong signature, expired, no expiry, unknown role."""
    claims = jwt.decode(token, keys.secret, algorithms=["HS256"], options={"require": ["exp"], "verify_aud": False})
    if claims.get("role") not in ROLES:
        raise jwt.InvalidTokenError("the token names no known role")
    return claims


def read_link(keys: Keys, token: str) -> dict:
    """The claims of a signed storage link: `url` (bucket/path) and `exp`. Raises jwt.InvalidTokenError."""
    return jwt.decode(token, keys.secret, algorithms=["HS256"], options={"require": ["exp", "url"], "verify_aud": False})
