"""What the echo server sends back for the pieces of a text."""

from __future__ import annotations


def echo(pieces: list[bytes], timestamp: bytes) -> bytes:
    """Returns the pieces with a timestamp before each, but never inside a character."""
    sent = b""
    for piece in pieces:
        at = 0
        while at < len(piece) and 0x80 <= piece[at] <= 0xBF:
            at += 1
        rest, text = piece[:at], piece[at:]
        sent += rest
        if text:
            sent += timestamp + text
    return sent
