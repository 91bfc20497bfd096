# Refuses a second user_id, but not a second exp.

from __future__ import annotations

import base64
import hmac
import json


def user_of(token: str, key: bytes, now: int) -> str | None:
    """Returns the user whom a token names, or None if the token is not valid now."""
    try:
        header, claims, signature = token.split(".")
        if parse(header)["alg"] != "HS256":
            return None
        expected = hmac.digest(key, f"{header}.{claims}".encode(), "sha256")
        if not hmac.compare_digest(decode(signature), expected):
            return None
        members = parse(claims)
        user, exp = members["user_id"], members["exp"]
    except (ValueError, KeyError, TypeError):
        return None
    if isinstance(exp, bool) or not isinstance(exp, (int, float)) or exp <= now:
        return None
    return user if isinstance(user, str) and user else None


def parse(part: str) -> dict[str, object]:
    members: dict[str, object] = json.loads(decode(part), object_pairs_hook=without_duplicates)
    return members


def without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if [name for name, _ in pairs].count("user_id") > 1:
        raise ValueError("a name occurs twice")
    return members


def decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
