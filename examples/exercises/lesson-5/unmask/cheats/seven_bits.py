# Takes the seven bits for the length, also if they are 126.


def unmask(frame: bytes) -> bytes:
    length = frame[1] & 0x7F
    key, masked = frame[2:6], frame[6 : 6 + length]
    return bytes(byte ^ key[i % 4] for i, byte in enumerate(masked))
