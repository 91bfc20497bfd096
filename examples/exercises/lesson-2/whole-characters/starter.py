"""What the echo server sends back for the pieces of a text."""

from __future__ import annotations


def echo(pieces: list[bytes], timestamp: bytes) -> bytes:
    """Returns the pieces with a timestamp before each."""
    sent = b""
    for piece in pieces:
        # Weak: the piece may begin in the middle of a character.
        sent += timestamp + piece
    return sent
