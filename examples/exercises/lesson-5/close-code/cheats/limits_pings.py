# Applies the limit for messages to pings as well.
from __future__ import annotations

MAX_MESSAGE = 40


def close_code(frame: bytes) -> int | None:
    """Returns the close code, or None if the frame is fine."""
    first, second = frame[:2]
    is_final, opcode, length = first & 0x80, first & 0x0F, second & 0x7F
    if first & 0x70 or not second & 0x80 or opcode not in (0x1, 0x2, 0x9, 0xA):
        return 1002
    if opcode in (0x9, 0xA):
        return None if is_final and length <= MAX_MESSAGE else 1002
    if opcode == 0x2:
        return 1003
    if length > MAX_MESSAGE:
        return 1009
    key, masked = frame[2:6], frame[6:]
    try:
        bytes(byte ^ key[i % 4] for i, byte in enumerate(masked)).decode()
    except UnicodeDecodeError:
        return 1007
    return None
