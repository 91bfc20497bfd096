# Ignores the length: takes the next frame for a part of this one.


def unmask(frame: bytes) -> bytes:
    start = 4 if frame[1] & 0x7F == 126 else 2
    key = frame[start : start + 4]
    return bytes(byte ^ key[i % 4] for i, byte in enumerate(frame[start + 4 :]))
