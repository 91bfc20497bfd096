# Takes every character that is not ASCII for one of three bytes, as the tutorial's are.

from __future__ import annotations


def echo(pieces: list[bytes], timestamp: bytes) -> bytes:
    sent = b""
    missing = 0
    for piece in pieces:
        rest, text = piece[:missing], piece[missing:]
        sent += rest
        missing -= len(rest)
        if text:
            sent += timestamp + text
            present = len(text) - len(text.rstrip(bytes(range(0x80, 0x100))))
            missing = -present % 3
    return sent
