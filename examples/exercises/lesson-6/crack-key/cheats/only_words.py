# Tries the words, and no numbers after them.

import base64
import hmac
import sys

token, *words = sys.stdin.read().splitlines()
message, _, signature = token.rpartition(".")


def fits(key: str) -> bool:
    mac = hmac.digest(key.encode(), message.encode(), "sha256")
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode() == signature


print(next(filter(fits, words), "none of these"))
