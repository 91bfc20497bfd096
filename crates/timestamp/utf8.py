"""Where the characters of a UTF-8 text begin and end (RFC 3629, section 3)."""

from __future__ import annotations


def split_rest(text: bytes, missing: int) -> tuple[bytes, bytes]:
    """Splits the text after the rest of a character that lacks `missing` bytes."""
    length = 0
    while length < min(missing, len(text)) and _is_continuation(text[length]):
        length += 1
    return text[:length], text[length:]


def missing_bytes(text: bytes) -> int:
    """Returns how many bytes the last character lacks: 0 if it is complete or not UTF-8."""
    for present, byte in enumerate(reversed(text[-3:]), start=1):
        if not _is_continuation(byte):
            return max(_character_length(byte) - present, 0)
    return 0


def _character_length(first: int) -> int:
    """Returns the length of a character of several bytes by its first byte: 0 if none begins with it."""
    if 0xC2 <= first <= 0xDF:
        return 2
    if 0xE0 <= first <= 0xEF:
        return 3
    return 4 if 0xF0 <= first <= 0xF4 else 0


def _is_continuation(byte: int) -> bool:
    return 0x80 <= byte <= 0xBF
