"""What the echo server sends back for the pieces of a text."""

from __future__ import annotations


def echo(pieces: list[bytes], timestamp: bytes) -> bytes:
    """Returns the pieces with a timestamp before each, but never inside a character."""
    sent = b""
    missing = 0
    for piece in pieces:
        rest, text = piece[:missing], piece[missing:]
        sent += rest
        missing -= len(rest)
        if text:
            sent += timestamp + text
            missing = missing_bytes(text)
    return sent


def missing_bytes(text: bytes) -> int:
    """Returns how many bytes the last character lacks."""
    present = 1
    while 0x80 <= text[-present] <= 0xBF:
        present += 1
    first = text[-present]
    length = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    return length - present
