"""Compares a client's response with the expected one."""

import hmac


def is_right(response: bytes, expected: bytes) -> bool:
    """Whether the response is the expected one."""
    return hmac.compare_digest(response, expected)
