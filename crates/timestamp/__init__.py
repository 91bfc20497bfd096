"""The time as C's `ctime` writes it, in brackets before a message: `[Thu May 10 22:00:19 2018] `.

The day of the month is padded with a space: `[Wed May  9 20:44:11 2018] `.
"""

from __future__ import annotations

import time
from string import ascii_lowercase, ascii_uppercase, digits

# The form of a timestamp: A is an upper-case letter, a a lower-case one, 0 a digit, _ a digit or a space.
_FORM = "[Aaa Aaa _0 00:00:00 0000] "
_ALLOWED = {"A": ascii_uppercase, "a": ascii_lowercase, "0": digits, "_": digits + " "}

# The length of a timestamp, in bytes: with its brackets and the space after them.
LEN = len(_FORM)


def now() -> bytes:
    """Returns the current local time."""
    return f"[{time.ctime()}] ".encode()


def is_timestamp(data: bytes) -> bool:
    """Whether the bytes begin with something that has the form of a timestamp."""
    return len(data) >= LEN and may_become_timestamp(data)


def may_become_timestamp(data: bytes) -> bool:
    """Whether the bytes have the form of a timestamp, or of the beginning of one."""
    return all(chr(byte) in _ALLOWED.get(form, form) for form, byte in zip(_FORM, data))
