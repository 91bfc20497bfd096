"""Finds where two dumps differ."""

from __future__ import annotations


def first_difference(a: bytes, b: bytes) -> int | None:
    """Returns the offset of the first byte that differs, or None if the dumps are equal."""
    shorter = min(len(a), len(b))
    for offset in range(shorter):
        if a[offset] != b[offset]:
            return offset
    return None if len(a) == len(b) else shorter
