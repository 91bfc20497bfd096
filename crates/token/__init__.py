"""Who is calling, said by a token: a JSON Web Token (RFC 7519), signed with HS256.

    header . claims . signature            each as base64url, without padding
                      HMAC-SHA-256(key, "header.claims")

Its signature is lesson 1's answer over again: the challenge is the token's own first two parts instead of a nonce. So
nothing has to be asked first, and whoever overhears the token has it too, until it expires.

What is checked is what RFC 7515, 7519 and 8725 ask for, and an end; in one order, so that the twin rejects the same
token for the same reason. The library signs and verifies; the form and the claims are judged here, because libraries
differ in both. jsonwebtoken takes a token 60 seconds after its end or longer than any of ours, does not look at `nbf`
or `crit`, and rounds times; PyJWT takes one without an end, cuts times off, and reads of a member given twice the last.
"""

import base64
import hmac
import json
import math

import jwt

from crates.auth import Scheme

# The longest token taken, in bytes: many times what one of ours has.
MAX_LEN = 8192

# Why a token lets nobody in: what the user is told, which gives nothing away of the key or the token.
TOO_LONG = "the token is longer than 8192 bytes"
# It came as a binary message; who receives it sees that, not check().
NOT_TEXT = "a token is text"
# Not three parts in base64url, or header or claims are not the JSON that they should be.
NOT_JWT = "that is no JWT"
NOT_HS256 = "the token is not signed with HS256"
# Its header names extensions that must be understood; none is, here.
CRITICAL = "the token wants an extension that is not known here (crit)"
# Not signed with this key, or changed since.
WRONG_SIGNATURE = "the token's signature is wrong"
# It would be good for ever.
NO_END = "the token has no end (exp)"
# What the tutorial's server said, in its words.
EXPIRED = "Token Expired"
NOT_YET_VALID = "the token is not valid yet (nbf)"
# It has no user_id, or one that is empty or no text.
NO_USER = "the token names no user (user_id)"


class Rejected(ValueError):
    """A token lets nobody in; its text is one of the reasons above."""


class Claims:
    """What a good token says. Times are seconds since 1970 (UTC), and may have fractions."""

    def __init__(self, user_id, exp, nbf=None):
        # Who is calling.
        self.user_id = user_id
        # When it ends: from then on it lets nobody in.
        self.exp = exp
        # When it begins, if it has not from the first.
        self.nbf = nbf


def mint(claims, key):
    """A token that says this, signed with the key; ValueError where a time is no number, which JSON cannot say."""
    members = {"user_id": claims.user_id, "exp": _seconds(claims.exp)}
    if claims.nbf is not None:
        members["nbf"] = _seconds(claims.nbf)
    payload = json.dumps(members, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return _LIBRARY.encode(payload.encode(), key, "HS256", sort_headers=False)


def _seconds(time):
    """Whole seconds without a point: `1795377662`."""
    return int(time) if abs(time) < 2**63 and time == int(time) else time


def check(token, key, now):
    """What the token says, if it was signed with the key and is valid at that time, `time.time()`: from `nbf` on, and
    before `exp`. Raises Rejected with the first reason against it."""
    # A character is one byte or more: a long token is not even copied.
    if len(token) > MAX_LEN or len(token.encode("utf-8", "surrogatepass")) > MAX_LEN:
        raise Rejected(TOO_LONG)
    parts = token.split(".")
    if len(parts) != 3:
        raise Rejected(NOT_JWT)
    header = _json_object(parts[0], looked_at=["alg", "crit"])
    claims = _json_object(parts[1], looked_at=["exp", "nbf", "user_id"])
    exp, nbf = (_time(claims, name) for name in ["exp", "nbf"])
    signature = _decoded(parts[2])

    if header.get("alg") != "HS256":
        raise Rejected(NOT_HS256)
    if "crit" in header:
        raise Rejected(CRITICAL)
    if not _is_signed(f"{parts[0]}.{parts[1]}".encode(), signature, key):
        raise Rejected(WRONG_SIGNATURE)

    # From here on, a holder of the key has said it.
    if exp is None:
        raise Rejected(NO_END)
    if exp <= now:
        raise Rejected(EXPIRED)
    if nbf is not None and nbf > now:
        raise Rejected(NOT_YET_VALID)
    user_id = claims.get("user_id")
    if not isinstance(user_id, str) or not user_id:
        raise Rejected(NO_USER)
    return Claims(user_id, exp, nbf)


def _json_object(part, looked_at):
    """The members of an object. Given twice, one that is looked at is an error, so that two readers cannot take it for
    two things."""
    try:
        # Bytes that json is given it would try as UTF-16 too.
        members = json.loads(
            _decoded(part).decode(),
            object_pairs_hook=_Members,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_no_constant,
        )
        _check_json(members)
    except (ValueError, RecursionError):
        raise Rejected(NOT_JWT) from None
    if not isinstance(members, _Members):
        raise Rejected(NOT_JWT)
    names = [name for name, _ in members]
    if any(names.count(name) > 1 for name in looked_at):
        raise Rejected(NOT_JWT)
    return dict(members)


class _Members(list):
    """An object's members, as pairs, all of them."""


# How deep arrays and objects may stand in each other; serde_json has this limit.
_MAX_DEPTH = 127


def _check_json(value, depth=0):
    """What json takes and is no JSON, or beyond what serde_json takes: half a character, and great depth."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, _Members):
        for name, member in value:
            _check_json(name)
            _check_json(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check_json(member, depth + 1)
    if depth > _MAX_DEPTH or depth == _MAX_DEPTH and isinstance(value, list):
        raise ValueError("too deep")


def _number(text):
    """All numbers are floats: an int may be as long as it likes, and takes its time."""
    number = float(text)
    if math.isinf(number):
        raise ValueError("too large")
    return number


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


def _time(claims, name):
    """The time, which may be missing but not be something else."""
    time = claims.get(name)
    if name in claims and not isinstance(time, float):
        raise Rejected(NOT_JWT)
    return time


def _decoded(part):
    """Without padding, foreign characters, or bits behind the last byte: of all texts for the same bytes one alone will
    do."""
    try:
        data = base64.urlsafe_b64decode(part.encode("ascii") + b"=" * (-len(part) % 4))
    except ValueError:
        raise Rejected(NOT_JWT) from None
    # Python passes over foreign characters and such bits; written again, they are missing.
    if base64.urlsafe_b64encode(data).rstrip(b"=") != part.encode("ascii"):
        raise Rejected(NOT_JWT)
    return data


class _HS256(jwt.algorithms.Algorithm):
    """HS256 for PyJWT, resting on lesson 1's HMAC. Its own would print a warning of the tutorial's short key."""

    def prepare_key(self, key):
        return key

    def sign(self, msg, key):
        return Scheme.SHA256.answer(key, msg)

    def verify(self, msg, key, sig):
        # In a time that tells nothing of how far the signature is right.
        return hmac.compare_digest(sig, Scheme.SHA256.answer(key, msg))

    # PyJWT asks for these two; nothing here writes a key as JSON, or reads one.

    def to_jwk(self, key_obj, as_dict=False):
        raise NotImplementedError

    def from_jwk(self, jwk):
        raise NotImplementedError


def _library():
    # No other algorithm is registered, so no token can ask for one.
    library = jwt.PyJWS(algorithms=[])
    library.register_algorithm("HS256", _HS256())
    return library


_LIBRARY = _library()


def _is_signed(message, signature, key):
    return _LIBRARY.get_algorithm_by_name("HS256").verify(message, key, signature)
