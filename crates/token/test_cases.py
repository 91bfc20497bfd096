"""One table of cases, tests/cases.json, which check() and mint() are held to here and in Rust (tests/cases.rs).

Run with `python3 -m unittest crates.token.test_cases` in the workspace's folder, by a Python that has PyJWT.
"""

import base64
import hashlib
import hmac
import json
import math
import unittest
from pathlib import Path

from crates import token
from crates.auth import Key

TABLE = json.loads((Path(__file__).parent / "tests/cases.json").read_text(encoding="utf-8"))
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Cases(unittest.TestCase):
    def test_what_is_minted_is_the_same_in_both_languages(self):
        key = Key(TABLE["key"].encode())
        for minted in TABLE["minted"]:
            claims = token.Claims(minted["user_id"], minted["exp"], minted["nbf"])
            self.assertEqual(token.mint(claims, key), minted["token"])
            self.assertEqual(vars(token.check(minted["token"], key, minted["exp"] - 1)), vars(claims))

    def test_a_time_that_is_no_number_is_not_minted(self):
        key = Key(TABLE["key"].encode())
        for exp, nbf in [(math.inf, None), (1, math.nan)]:
            with self.assertRaises(ValueError):
                token.mint(token.Claims("someone@example.com", exp, nbf), key)

    def check(self, case):
        key, of_case = key_and_token(case)
        try:
            claims = token.check(of_case, Key(key), case.get("now", TABLE["now"]))
        except token.Rejected as error:
            self.assertEqual(str(error), case.get("rejected"))
        else:
            self.assertNotIn("rejected", case)
            self.assertEqual(claims.user_id, case.get("user_id", TABLE["user_id"]))


def key_and_token(case):
    """What the token is checked with, and the token, signed by hmac alone."""
    filler, times = case.get("filler", ["", 0])

    def filled(text):
        return text.replace("FILLER", filler * times)

    key = bytes.fromhex(case["key_hex"]) if "key_hex" in case else TABLE["key"].encode()
    signed_with = case["signed_with"].encode() if "signed_with" in case else key
    header = base64url(case.get("header", TABLE["header"]).encode())
    claims = filled(case.get("claims", TABLE["claims"])).encode()
    claims = base64url(bytes.fromhex(case["claims_hex"]) if "claims_hex" in case else claims)
    algorithm = hashlib.sha512 if case.get("signature") == "HS512" else hashlib.sha256
    signature = hmac.new(signed_with, f"{header}.{claims}".encode(), algorithm).digest()
    parts = {
        "header": base64url(case["sent_header"].encode()) if "sent_header" in case else header,
        "claims": base64url(case["sent_claims"].encode()) if "sent_claims" in case else claims,
        "signature": altered(signature, case.get("signature")),
        "signature_plain": base64.b64encode(signature).decode().rstrip("="),
    }
    form = filled(case.get("form", "{header}.{claims}.{signature}"))
    for name, part in parts.items():
        form = form.replace(f"{{{name}}}", part)
    return key, form


def altered(signature, how):
    if how == "one bit flipped":
        return base64url(signature[:-1] + bytes([signature[-1] ^ 1]))
    if how == "a byte short":
        return base64url(signature[:-1])
    if how == "a byte long":
        return base64url(signature + b"\0")
    if how == "empty":
        return ""
    text = base64url(signature)
    if how == "other trailing bits":
        # Of the last character's six bits the lowest two belong to no byte.
        return text[:-1] + ALPHABET[ALPHABET.index(text[-1]) + 1]
    assert how in (None, "HS512"), how
    return text


for number, case in enumerate(TABLE["cases"]):
    test = lambda self, case=case: self.check(case)
    test.__doc__ = case["name"]
    setattr(Cases, f"test_case_{number}", test)
