"""One table of cases, tests/cases.json, for both languages (in Rust, see tests/it/cases.rs).

Run with `python3 -m unittest crates.token.test_cases` in the workspace's folder.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import unittest
from pathlib import Path
from typing import Any

from crates import token
from crates.auth import Key

TABLE = json.loads((Path(__file__).parent / "tests/cases.json").read_text(encoding="utf-8"))
KEY = Key(TABLE["key"].encode())
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Cases(unittest.TestCase):
    def test_each_case_has_its_outcome(self) -> None:
        for case in TABLE["cases"]:
            with self.subTest(case["name"]):
                key, text = key_and_token(case)
                try:
                    outcome = token.check(text, Key(key), case.get("now", TABLE["now"])).user_id
                except token.Rejected as error:
                    outcome = str(error)
                self.assertEqual(outcome, case.get("rejected") or case.get("user_id", TABLE["user_id"]))

    def test_both_languages_mint_the_same_tokens(self) -> None:
        for minted in TABLE["minted"]:
            claims = token.Claims(minted["user_id"], minted["exp"], minted["nbf"])
            self.assertEqual(token.mint(claims, KEY), minted["token"])
            self.assertEqual(token.check(minted["token"], KEY, minted["exp"] - 1), claims)

    def test_a_time_that_json_cannot_express_is_not_minted(self) -> None:
        for exp, nbf in [(math.inf, None), (1, math.nan)]:
            with self.assertRaises(ValueError):
                token.mint(token.Claims("someone@example.com", exp, nbf), KEY)


def key_and_token(case: dict[str, Any]) -> tuple[bytes, str]:
    """The key for the check, and the token, signed with hmac alone."""
    filler, times = case.get("filler", ["", 0])

    def filled(text: str) -> str:
        return text.replace("FILLER", filler * times)

    key = bytes.fromhex(case["key_hex"]) if "key_hex" in case else TABLE["key"].encode()
    signed_with = case["signed_with"].encode() if "signed_with" in case else key
    header = base64url(case.get("header", TABLE["header"]).encode())
    json_claims = filled(case.get("claims", TABLE["claims"])).encode()
    claims = base64url(bytes.fromhex(case["claims_hex"]) if "claims_hex" in case else json_claims)
    algorithm = hashlib.sha512 if case.get("signature") == "HS512" else hashlib.sha256
    signature = hmac.new(signed_with, f"{header}.{claims}".encode(), algorithm).digest()
    parts = {
        "header": base64url(case["sent_header"].encode()) if "sent_header" in case else header,
        "claims": base64url(case["sent_claims"].encode()) if "sent_claims" in case else claims,
        "signature": altered(signature, case.get("signature")),
        "signature_plain": base64.b64encode(signature).decode().rstrip("="),
    }
    text = filled(case.get("form", "{header}.{claims}.{signature}"))
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return key, text


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def altered(signature: bytes, how: str | None) -> str:
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
        # The lowest two of the last character's six bits belong to no byte.
        return text[:-1] + ALPHABET[ALPHABET.index(text[-1]) + 1]
    assert how in (None, "HS512"), how
    return text
