"""Takes the payload out of a client's frame."""


def unmask(frame: bytes) -> bytes:
    """Returns the payload of the frame at the beginning of these bytes, without its mask."""
    length, start = frame[1] & 0x7F, 2
    if length == 126:
        length, start = int.from_bytes(frame[2:4], "big"), 4
    key, masked = frame[start : start + 4], frame[start + 4 : start + 4 + length]
    return bytes(byte ^ key[i % 4] for i, byte in enumerate(masked))
