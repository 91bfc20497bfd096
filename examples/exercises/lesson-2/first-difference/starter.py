"""Finds where two dumps differ."""

from __future__ import annotations


def first_difference(a: bytes, b: bytes) -> int | None:
    """Returns the offset of the first byte that differs, or None if the dumps are equal."""
    difference = 0
    for offset in range(min(len(a), len(b))):
        if a[offset] != b[offset]:
            difference = offset
    return difference
