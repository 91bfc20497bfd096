"""Finds the key of a captured token: reads the token, then the words, and prints the key."""

import base64
import hmac
import sys

token, *words = sys.stdin.read().splitlines()
message, _, signature = token.rpartition(".")


def fits(key: str) -> bool:
    mac = hmac.digest(key.encode(), message.encode(), "sha256")
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode() == signature


guesses = [guess for word in words for guess in (word, *(f"{word}{number}" for number in range(100)))]
print(next(filter(fits, guesses), "none of these"))
