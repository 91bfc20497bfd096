"""Who is calling, stated by a token: a JSON Web Token (RFC 7519), signed with HS256.

    header . claims . signature            each as base64url, without padding
                      HMAC-SHA-256(key, "header.claims")

The signature is lesson 1's response again, but the challenge is the first two parts of the token instead of a nonce. So
the server need not send anything first, and anyone who captures the token can use it until it expires.

check() requires what RFC 7515, 7519 and 8725 require, and an expiration time. It checks in one fixed order, so that the
Rust twin rejects the same token for the same reason.

PyJWT is not used, nor jsonwebtoken in Rust: their defaults differ from each other and from RFC 8725 (PyJWT accepts a
token that never expires; jsonwebtoken accepts one for a minute after it expires and ignores `nbf` and `crit`), so
everything that they exist for had to be switched off or checked again. What was left of them is about ten lines.
"""

from __future__ import annotations

import base64
import hmac
import json
import math
from dataclasses import dataclass
from typing import List, NoReturn, Tuple

from crates.auth import Key, Scheme

# The maximum length of a token in bytes: many times that of a token from mint().
MAX_LEN = 8192

# The name of the server that checks tokens. A token for other servers only (`aud`) is rejected.
AUDIENCE = "ws-server"

_HEADER = b'{"typ":"JWT","alg":"HS256"}'

# The maximum depth of arrays and objects. serde_json has the same.
_MAX_DEPTH = 127


class Rejected(ValueError):
    """Why a token is rejected. The text is for the client, and reveals nothing about the key or the token."""


class TooLong(Rejected):
    """It has more than MAX_LEN bytes."""

    def __init__(self) -> None:
        super().__init__(f"the token is longer than {MAX_LEN} bytes")


class NotJwt(Rejected):
    """It does not have three parts in base64url, or its header or claims are not the JSON that they should be."""

    def __init__(self) -> None:
        super().__init__("not a valid JWT")


class Expired(Rejected):
    """Its `exp` is not in the future. The text is that of the tutorial's server."""

    def __init__(self) -> None:
        super().__init__("Token Expired")


@dataclass(frozen=True)
class Claims:
    """What a valid token states. Times are seconds since 1970 (UTC) and may have fractions."""

    user_id: str
    # The time from which the token is no longer valid.
    exp: float
    # The time from which the token is valid, unless it always was.
    nbf: float | None = None


def mint(claims: Claims, key: Key) -> str:
    """Creates a token with these claims, signed with the key. Raises ValueError if a time is infinite or NaN."""
    members = {"user_id": claims.user_id, "exp": _seconds(claims.exp)}
    if claims.nbf is not None:
        members["nbf"] = _seconds(claims.nbf)
    payload = json.dumps(members, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    message = f"{_encode(_HEADER)}.{_encode(payload.encode())}"
    return f"{message}.{_encode(_hs256(message, key))}"


def check(token: str, key: Key, now: float) -> Claims:
    """Returns the claims of a token that is signed with the key and valid now: not before `nbf`, and before `exp`.

    Raises Rejected with the first reason to reject the token.
    """
    # A character has at least one byte, so a long token is not even encoded.
    if len(token) > MAX_LEN or len(token.encode("utf-8", "surrogatepass")) > MAX_LEN:
        raise TooLong
    parts = token.split(".")
    if len(parts) != 3:
        raise NotJwt
    header = _json_object(parts[0], unique=("alg", "crit"))
    claims = _json_object(parts[1], unique=("aud", "exp", "nbf", "user_id"))
    exp, nbf, audience = _time(claims, "exp"), _time(claims, "nbf"), _audience(claims)
    signature = _decode(parts[2])

    if header.get("alg") != "HS256":
        raise Rejected("the token is not signed with HS256")
    if "crit" in header:
        raise Rejected("the token requires an unknown extension (crit)")
    if not hmac.compare_digest(signature, _hs256(f"{parts[0]}.{parts[1]}", key)):
        raise Rejected("the token's signature is wrong")

    # From here on, the claims come from a holder of the key.
    if exp is None:
        raise Rejected("the token has no expiration time (exp)")
    if exp <= now:
        raise Expired
    if nbf is not None and nbf > now:
        raise Rejected("the token is not valid yet (nbf)")
    if audience is not None and AUDIENCE not in audience:
        raise Rejected("the token is for another server (aud)")
    user_id = claims.get("user_id")
    if not isinstance(user_id, str) or not user_id:
        raise Rejected("the token does not name a user (user_id)")
    return Claims(user_id, exp, nbf)


def _hs256(message: str, key: Key) -> bytes:
    """Lesson 1's HMAC, over the text `header.claims` (RFC 7518, section 3.2)."""
    return Scheme.SHA256.response(key, message.encode())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Strict: each byte string has exactly one accepted encoding."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        raise NotJwt from None
    # Python ignores characters outside the alphabet and bits that belong to no byte.
    if _encode(data) != text:
        raise NotJwt
    return data


def _seconds(time: float) -> float:
    """Writes whole seconds without a decimal point: `1795377662`."""
    return int(time) if abs(time) < 2**63 and time == int(time) else time


class _Object(List[Tuple[str, object]]):
    """All members of a JSON object, also those whose name occurs twice."""


def _json_object(part: str, unique: tuple[str, ...]) -> dict[str, object]:
    """Parses an object in which these names may occur only once, or two readers could take it for two things."""
    try:
        members = json.loads(
            _decode(part).decode(),  # json would also accept bytes in UTF-16.
            object_pairs_hook=_Object,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_reject_constant,
        )
        _check_json(members)
    except (ValueError, RecursionError):
        raise NotJwt from None
    if not isinstance(members, _Object):
        raise NotJwt
    names = [name for name, _ in members]
    if any(names.count(name) > 1 for name in unique):
        raise NotJwt
    return dict(members)


def _check_json(value: object, depth: int = 0) -> None:
    """Rejects what json accepts and serde_json does not: half a surrogate pair, and deep nesting."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, tuple):  # A member: its name and its value.
        for part in value:
            _check_json(part, depth)
    elif isinstance(value, list):
        if depth == _MAX_DEPTH:
            raise ValueError("nested too deeply")
        for item in value:
            _check_json(item, depth + 1)


def _number(text: str) -> float:
    """Parses every number as a float: an int of thousands of digits would take long."""
    number = float(text)
    if math.isinf(number):
        raise ValueError("too large")
    return number


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _time(claims: dict[str, object], name: str) -> float | None:
    """Returns a time, which may be missing but not be anything else."""
    time = claims.get(name)
    if isinstance(time, float):
        return time
    if name in claims:
        raise NotJwt
    return None


def _audience(claims: dict[str, object]) -> list[str] | None:
    """Returns the servers that the token is for: one name or several (RFC 7519, section 4.1.3), if it says so."""
    if "aud" not in claims:
        return None
    audience = claims["aud"]
    if isinstance(audience, str):
        return [audience]
    if isinstance(audience, _Object) or not isinstance(audience, list):
        raise NotJwt
    names = [name for name in audience if isinstance(name, str)]
    if len(names) < len(audience):
        raise NotJwt
    return names
